import type { Json } from '@pao/core/action'
import { isJsonObject } from '@pao/core/action'

/** One step of a path: a member name, an index (negative: from the end), or every child. */
export type PathSegment = { readonly kind: 'name'; readonly name: string } | { readonly kind: 'index'; readonly index: number } | { readonly kind: 'every' }

const SHORT = /^\.(\*|[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)/
const BRACKET = /^\[\s*(\*|0|-?[1-9]\d{0,15}|'(?:[^'\\]|\\['\\/bfnrt"]|\\u[0-9a-fA-F]{4})*'|"(?:[^"\\]|\\["'\\/bfnrt]|\\u[0-9a-fA-F]{4})*")\s*\]/

const unquoted = (quoted: string): string => {
  const inner = quoted.slice(1, -1).replaceAll('\\\'', '\'')
  const doubled = quoted.startsWith('\'') ? inner.replace(/(\\.)|"/g, (found, escape: string | undefined) => escape ?? `\\${found}`) : inner
  return JSON.parse(`"${doubled}"`) as string
}

const segmentOf = (selector: string): PathSegment => {
  if (selector === '*') return { kind: 'every' }
  if (selector.startsWith('\'') || selector.startsWith('"')) return { kind: 'name', name: unquoted(selector) }
  return { kind: 'index', index: Number(selector) }
}

const nextSegment = (rest: string): { readonly segment: PathSegment; readonly length: number } | undefined => {
  const short = SHORT.exec(rest)
  if (short?.[1] !== undefined) return { segment: short[1] === '*' ? { kind: 'every' } : { kind: 'name', name: short[1] }, length: short[0].length }
  const bracket = BRACKET.exec(rest)
  return bracket?.[1] === undefined ? undefined : { segment: segmentOf(bracket[1]), length: bracket[0].length }
}

/**
 * Reads a JSONPath (RFC 9535) of names, indexes and wildcards. `undefined` for anything else: filters, slices, `..` and unions can
 * make a small document cost a server much, and none of them is needed to pick a value out of an answer.
 */
export const parsePath = (text: string): readonly PathSegment[] | undefined => {
  if (!text.startsWith('$') || text.length > 1_000) return undefined
  const segments: PathSegment[] = []
  for (let at = 1; at < text.length;) {
    const next = nextSegment(text.slice(at))
    if (next === undefined) return undefined
    segments.push(next.segment)
    at += next.length
  }
  return segments
}

const children = (node: Json, segment: PathSegment): readonly Json[] => {
  if (segment.kind === 'every') return Array.isArray(node) ? node as readonly Json[] : isJsonObject(node) ? Object.values(node) : []
  if (segment.kind === 'name') return isJsonObject(node) && Object.hasOwn(node, segment.name) ? [node[segment.name] as Json] : []
  if (!Array.isArray(node)) return []
  const found = (node as readonly Json[]).at(segment.index)
  return found === undefined ? [] : [found]
}

/** The value at a path; with a wildcard in it the list of all values found. `undefined`: nothing is there. */
export const valueAt = (root: Json, path: readonly PathSegment[]): Json | undefined => {
  const found = path.reduce<readonly Json[]>((nodes, segment) => nodes.flatMap((node) => children(node, segment)), [root])
  if (found.length === 0) return undefined
  return path.some(({ kind }) => kind === 'every') ? found : found[0]
}
