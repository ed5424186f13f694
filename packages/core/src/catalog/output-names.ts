import { isForbiddenName } from '../expression/member.js'
import { nearestName } from '../expression/nearest-name.js'
import { parsePath } from '../expression/path.js'
import type { ValueType } from '../expression/value-type.js'
import { anything, memberType } from '../template/type-members.js'
import type { Findings } from './conform.js'
import type { DocumentPath } from './issue.js'
import { type SourceNode, child, textOf } from './source-node.js'

/** Names that a document gives to values of an action's output: the path of each in it, by name. */
export type OutputNames = Readonly<Record<string, string>>

const namePattern = /^[A-Za-z_][A-Za-z0-9_-]{0,63}$/

/** `$.a.b` is `a.b`: there is nothing else that a path could begin at. */
const bare = (path: string): string => path.replace(/^\$\.?/, '')

/** `output.fields` of a step. A name or a path that is none is found and left out. */
export const readOutputNames = (findings: Findings, step: SourceNode, at: DocumentPath): OutputNames | undefined => {
  const fields = child(child(step, 'output'), 'fields')
  if (fields?.kind !== 'object' || fields.entries.size === 0) return undefined
  const names = [...fields.entries].flatMap(([name, { node, keyStart }]) => {
    const path = bare(textOf(node) ?? '')
    if (!namePattern.test(name) || isForbiddenName(name)) findings.add('wrong-format', 'error', [...at, 'output', 'fields', name], keyStart, `the name of an output is letters, digits, _ and -, beginning with a letter, unlike ${JSON.stringify(name)}`)
    else if (parsePath(path) === undefined) findings.add('wrong-format', 'error', [...at, 'output', 'fields', name], node.start, `${name} must be a path in what the action gives, such as host or items[0].id`)
    else return [[name, path] as const]
    return []
  })
  return Object.fromEntries(names)
}

/** The type at a path, or the member on the way that there is not, with those that there are. */
const typeAt = (type: ValueType, path: readonly string[]): ValueType | { readonly missing: string; readonly known: readonly string[] } => {
  let at = type
  for (const name of path) {
    const found = memberType(at, name)
    if ('missing' in found) return { missing: name, known: [...at.properties?.keys() ?? []] }
    at = found.type
  }
  return at
}

/** What a step gives with the names that its document gives. `tell` hears of paths that lead nowhere. */
export const withOutputNames = (type: ValueType, names: OutputNames | undefined, tell: (name: string, message: string, suggestion: string | undefined) => void): ValueType => {
  if (names === undefined) return type
  const named = Object.entries(names).map(([name, path]): readonly [string, ValueType] => {
    const found = typeAt(type, parsePath(path) ?? [])
    if (!('missing' in found)) return [name, found]
    const near = nearestName(found.missing, found.known)
    tell(name, `the action gives no ${found.missing}, only ${found.known.join(', ') || 'nothing'}${near === undefined ? '' : `: did you mean ${near}?`}`, near)
    return [name, anything]
  })
  return { ...type, properties: new Map([...type.properties ?? [], ...named]) }
}
