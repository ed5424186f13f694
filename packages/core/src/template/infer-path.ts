import { nearestName } from '../expression/nearest-name.js'
import type { ValueType } from '../expression/value-type.js'
import type { CheckPlace, CheckSession } from './check-session.js'
import { resolvePath } from './resolve-path.js'
import type { PathExpression } from './syntax.js'
import { isTested } from './tested-paths.js'
import type { TemplateIssueCode } from './template-issue.js'
import { anything, holdsSecret, memberType, nounOf } from './type-members.js'
import type { Scope } from './variables.js'

/** The type of what a path reads. Reports what does not exist there. */
export function inferPath(session: CheckSession, path: PathExpression, place: CheckPlace): ValueType {
  const resolution = resolvePath(path, place.contexts, session.spell)
  switch (resolution.kind) {
    case 'scope': return refuseSecret(session, path, inferScope(session, path, resolution.scope, resolution.path, place))
    case 'member': return refuseSecret(session, path, follow(session, path, contextAt(place, resolution.hops)?.self ?? anything, resolution.path, 'this', 'unknown-name'))
    case 'key': return follow(session, path, contextAt(place, resolution.hops)?.key ?? anything, resolution.path, path.parts[0] ?? '', 'unknown-name')
    case 'loop': return resolution.name === 'first' || resolution.name === 'last' ? { kind: 'boolean' } : resolution.name === 'index' ? { kind: 'number' } : anything
    case 'problem': return anything
  }
}

const contextAt = (place: CheckPlace, hops: number): CheckPlace['contexts'][number] | undefined => place.contexts.at(-1 - hops)

function refuseSecret(session: CheckSession, path: PathExpression, type: ValueType): ValueType {
  if (!session.environment.secretsAllowed && holdsSecret(type)) {
    session.report('secret', path.range, type.secret === true ? `"${path.original}" is a secret, and a secret cannot stand here` : `"${path.original}" holds a secret, and a secret cannot stand here`)
  }
  return type
}

function inferScope(session: CheckSession, path: PathExpression, scope: Scope, names: readonly string[], place: CheckPlace): ValueType {
  const { environment } = session
  switch (scope) {
    case 'env': return inferNamed(session, path, names, scope, environment.env)
    case 'secrets': return { ...inferNamed(session, path, names, scope, environment.secrets), secret: true }
    case 'output': return inferOutput(session, path, names, place)
    case 'fields': return follow(session, path, environment.fields, names, scope, 'unknown-field')
    case 'metadata': case 'request': case 'system': return follow(session, path, environment[scope], names, scope, 'unknown-name')
  }
}

/** env and secrets: flat lists of names whose values are texts. */
function inferNamed(session: CheckSession, path: PathExpression, names: readonly string[], scope: 'env' | 'secrets', allowed: 'any' | ReadonlySet<string>): ValueType {
  const [name, ...rest] = names
  if (name !== undefined && allowed !== 'any' && !allowed.has(name)) {
    const near = nearestName(name, allowed)
    const suggestion = near === undefined ? {} : { suggestion: `${scope}.${near}` }
    if (scope === 'env') session.report('env-not-allowed', path.range, `"${name}" is not among the env names that templates may read here`, { severity: 'warning', ...suggestion })
    else session.report('unknown-secret', path.range, `there is no secret "${name}"`, suggestion)
  }
  if (rest.length > 0) session.report('not-an-object', path.range, `"${scope}.${name ?? ''}" is a text and has no "${rest[0] ?? ''}"`)
  return { kind: 'string' }
}

function inferOutput(session: CheckSession, path: PathExpression, names: readonly string[], place: CheckPlace): ValueType {
  const { environment, report } = session
  const [id, ...rest] = names
  if (id === undefined) return { kind: 'object', open: true }
  const declared = environment.output.get(id)
  if (!declared) {
    const near = nearestName(id, environment.output.keys())
    report('unknown-action', path.range, `output has no "${id}": there is no action of this id`, near === undefined ? {} : { suggestion: ['output', near, ...rest].join('.') })
    return anything
  }
  if (declared.later === true) report('later-output', path.range, `"${id}" runs later, so its output does not exist yet`)
  else if (declared.maySkip === true && !place.guarded && !isTested(place, `output.${id}`)) {
    report('maybe-skipped', path.range, `"${id}" has conditions: when it is skipped, this fails`, { severity: 'warning', suggestion: `default(${path.original}, …)` })
  }
  else if (!place.guarded && absentPaths(declared.type, ['output', id], rest).some((one) => !isTested(place, one))) {
    report('maybe-missing', path.range, `"${path.original}" may be missing: then this fails`, { severity: 'warning', suggestion: `default(${path.original}, …)` })
  }
  const type: ValueType = declared.maySkip === true ? { ...declared.type, optional: true } : declared.type
  return follow(session, path, type, rest, `output.${id}`, 'unknown-output')
}

/** Of the members on the way those that are declared, and declared as ones that may be left out. Of what nobody declares nothing is said. */
function absentPaths(root: ValueType, from: readonly string[], names: readonly string[]): readonly string[] {
  const absent: string[] = []
  let type: ValueType | undefined = root
  for (const [index, name] of names.entries()) {
    const isElement: boolean = type?.kind === 'array' && name !== 'length'
    type = type?.kind === 'array' ? type.items : type?.properties?.get(name)
    if (isElement || type?.optional === true) absent.push([...from, ...names.slice(0, index + 1)].join('.'))
  }
  return absent
}

/** Goes down a path of members; the first that does not exist is reported. */
function follow(session: CheckSession, path: PathExpression, root: ValueType, names: readonly string[], from: string, code: TemplateIssueCode): ValueType {
  let type = root
  let reached = from
  for (const [index, name] of names.entries()) {
    const found = memberType(type, name)
    if (!('type' in found)) {
      reportMissing(session, path, type, { reached, name, rest: names.slice(index + 1), code, missing: found.missing })
      return anything
    }
    type = found.type
    reached += `.${name}`
  }
  return type
}

interface MissingMember {
  readonly reached: string
  readonly name: string
  readonly rest: readonly string[]
  readonly code: TemplateIssueCode
  readonly missing: 'name' | 'object'
}

function reportMissing(session: CheckSession, path: PathExpression, type: ValueType, { reached, name, rest, code, missing }: MissingMember): void {
  if (missing === 'object') {
    session.report('not-an-object', path.range, `"${reached}" is ${nounOf(type.kind)} and has no "${name}"`)
    return
  }
  const near = type.kind === 'object' ? nearestName(name, type.properties?.keys() ?? []) : undefined
  session.report(code, path.range, `${reached} has no "${name}"`, near === undefined ? {} : { suggestion: [reached, near, ...rest].join('.') })
}
