import { nearestName } from '../expression/nearest-name.js'
import type { Spell, TemplateStyle } from './spelling.js'
import type { PathExpression } from './syntax.js'
import type { TemplateIssueCode } from './template-issue.js'
import type { Scope } from './variables.js'

/** A level of `this` that a block opens, as the text of the template shows it. */
export interface Context {
  readonly kind: 'each' | 'with'
  /** Names after `as`: the element, and its key or index. */
  readonly names: readonly string[]
}

/** What a path means where it stands. `hops`: how many levels of `this` up. */
export type Resolution =
  | { readonly kind: 'scope'; readonly scope: Scope; readonly path: readonly string[]; readonly style: TemplateStyle }
  | { readonly kind: 'member'; readonly hops: number; readonly path: readonly string[] }
  | { readonly kind: 'key'; readonly hops: number; readonly path: readonly string[] }
  | { readonly kind: 'loop'; readonly hops: number; readonly name: 'index' | 'key' | 'first' | 'last' }
  | { readonly kind: 'problem'; readonly code: TemplateIssueCode; readonly message: string; readonly suggestion?: string }

const scopes: ReadonlyMap<string, Scope> = new Map<string, Scope>([
  ['fields', 'fields'], ['metadata', 'metadata'], ['request', 'request'], ['system', 'system'], ['env', 'env'], ['secrets', 'secrets'],
  ['output', 'output'], ['environment', 'env'], ['outputs', 'output'],
])
const canonical: readonly Scope[] = ['fields', 'metadata', 'request', 'system', 'env', 'secrets', 'output']

/** True for names that mean a scope everywhere: no element of a loop may take one. */
export const isScopeName = (name: string): boolean => scopes.has(name)

const problem = (code: TemplateIssueCode, message: string, suggestion?: string): Resolution =>
  ({ kind: 'problem', code, message, ...(suggestion !== undefined && { suggestion }) })

const inScope = (scope: Scope, path: readonly string[], style: TemplateStyle = 'handlebars'): Resolution => ({ kind: 'scope', scope, path, style })

/**
 * Finds what a path reads. Names given with `as` come first, then the scopes, which keep their meaning inside of loops, then what
 * `spell` knows of earlier formats, then members of `this`.
 */
export function resolvePath(path: PathExpression, contexts: readonly Context[], spell?: Spell): Resolution {
  if (path.spelling) return resolveSpelling(path, contexts, spell)
  if (path.data) return resolveData(path, contexts)
  const [first, ...rest] = path.parts
  if (path.depth > 0 || path.fromThis || first === undefined) return resolveThis(path, contexts)
  for (let hops = 0; hops < contexts.length; hops += 1) {
    const [element, key] = contexts[contexts.length - 1 - hops]?.names ?? []
    if (first === element) return { kind: 'member', hops, path: rest }
    if (first === key) return { kind: 'key', hops, path: rest }
  }
  const scope = scopes.get(first)
  if (scope) return inScope(scope, rest)
  return spelled(path, spell) ?? (contexts.length > 0 ? { kind: 'member', hops: 0, path: path.parts } : unknownScope(path, first))
}

const styleOf = ({ spelling, parts }: PathExpression): TemplateStyle =>
  spelling === 'slashes' ? 'slashes' : spelling === 'leading-dot' || parts[0] === '$' ? 'go' : 'older'

/** What a path of an earlier format means. `$` is Go's name for the root. */
function spelled(path: PathExpression, spell: Spell | undefined): Resolution | undefined {
  const style = styleOf(path)
  const found = spell?.({ parts: path.parts[0] === '$' ? path.parts.slice(1) : path.parts, style })
  if (found === undefined) return undefined
  return 'scope' in found ? inScope(found.scope, found.path, style) : problem('unknown-scope', found.problem, found.suggestion)
}

/** Inside of a loop, what begins with `.` is a member of the element in Go, unless it begins with the name of a scope. */
function resolveSpelling(path: PathExpression, contexts: readonly Context[], spell: Spell | undefined): Resolution {
  const known = spelled(path, spell)
  if (known) return known
  return spell && path.spelling === 'leading-dot' && contexts.length > 0 ? { kind: 'member', hops: 0, path: path.parts } : answerSpelling(path)
}

function resolveThis(path: PathExpression, contexts: readonly Context[]): Resolution {
  const [first, ...rest] = path.parts
  const scope = scopes.get(first ?? '')
  // `../fields.x`: above the outermost loop are the scopes.
  if (scope && path.depth > 0 && path.depth === contexts.length) return inScope(scope, rest)
  if (path.depth < contexts.length) return { kind: 'member', hops: path.depth, path: path.parts }
  return problem('no-this', `"${path.original}" means an element of a loop, and there is none here`, path.parts.length > 0 ? `fields.${path.parts.join('.')}` : undefined)
}

function resolveData(path: PathExpression, contexts: readonly Context[]): Resolution {
  const [name, ...rest] = path.parts
  if (name === 'root') {
    const scope = scopes.get(rest[0] ?? '')
    return scope ? inScope(scope, rest.slice(1)) : unknownScope(path, rest[0] ?? '')
  }
  if (name !== 'index' && name !== 'key' && name !== 'first' && name !== 'last') {
    return problem('unknown-name', `"@${name ?? ''}" is not known: there are @index, @key, @first, @last and @root`)
  }
  if (rest.length > 0) return problem('unknown-name', `"@${name}" has no members`)
  const loops = contexts.map((context, index) => ({ context, hops: contexts.length - 1 - index })).filter(({ context }) => context.kind === 'each').reverse()
  const loop = loops[path.depth]
  return loop ? { kind: 'loop', hops: loop.hops, name } : problem('no-loop', `"@${name}" has a meaning inside of {{#each}} only`)
}

/** Spellings of other template languages and of older documents. */
function answerSpelling(path: PathExpression): Resolution {
  const [first = '', ...rest] = path.parts
  const near = meant(first, rest) === undefined ? nearestName(first, olderRoots) : undefined
  const how = path.spelling === 'slashes' ? 'segments are separated by "."' : 'a path does not begin with "."'
  return problem('unknown-scope', `"${path.original}" is not read here: ${how}`, near === undefined ? meant(first, rest) : path.original.replace(first, near))
}

/** Names that paths of earlier formats begin with. */
const olderRoots: readonly string[] = ['current', 'input', 'output', 'metadata', 'system', 'User', 'System', 'Fulfillment']

/** What older spellings are called now: a form's groups are no longer part of a path. */
function meant(first: string, rest: readonly string[]): string | undefined {
  const tail = (parts: readonly string[]): string => parts.map((part) => `.${part}`).join('')
  const lower = first.toLowerCase()
  if (lower === 'current' || lower === 'input' || lower === 'user') return rest.length > 0 ? `fields${tail(rest.slice(-1))}` : 'fields'
  if (lower === 'fulfillment') return `output${tail(rest)}`
  const scope = scopes.get(lower)
  return scope && `${scope}${tail(rest)}`
}

function unknownScope(path: PathExpression, first: string): Resolution {
  const near = scopes.get(first.toLowerCase()) ?? nearestName(first, canonical)
  const rest = path.parts.slice(path.data ? 2 : 1)
  const suggestion = near ? [near, ...rest].join('.') : meant(first, rest) ?? (rest.length === 0 && first !== '' ? `fields.${first}` : undefined)
  return problem('unknown-scope', `there is no scope "${first}": scopes are ${canonical.join(', ')}`, suggestion)
}
