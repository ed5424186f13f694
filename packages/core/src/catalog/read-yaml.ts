import { Buffer } from 'node:buffer'
import { type Document, type Node, type Pair, type Scalar, isAlias, isMap, isScalar, isSeq, parseDocument } from 'yaml'
import { isForbiddenName } from '../expression/member.js'
import { isStorableText } from '../form/storable-value.js'
import type { ScalarStyle } from '../template/scalar-position.js'
import type { DocumentPath, Finding } from './issue.js'
import type { IssueCode } from './issue-codes.js'
import { type Position, linePositions } from './line-positions.js'
import type { SourceEntry, SourceNode } from './source-node.js'

/** No document is larger, in bytes. */
const LARGEST_DOCUMENT = 1_048_576
const DEEPEST_DOCUMENT = 64
const MOST_NODES = 50_000

export interface ReadDocument {
  /** Absent when the source is not of the subset that is read. */
  readonly root?: SourceNode
  readonly findings: readonly Finding[]
  readonly position: Position
}

const styles: Readonly<Record<string, ScalarStyle>> = {
  QUOTE_DOUBLE: 'double-quoted', QUOTE_SINGLE: 'single-quoted', BLOCK_LITERAL: 'literal', BLOCK_FOLDED: 'folded',
}

interface Reading {
  readonly source: string
  readonly found: (code: IssueCode, path: DocumentPath, offset: number, message: string, suggestion?: string) => undefined
  nodes: number
}

const startOf = (node: Node | null | undefined): number => node?.range?.[0] ?? 0
const endOf = (node: Node): number => node.range?.[1] ?? 0

const readScalar = (reading: Reading, node: Scalar, path: DocumentPath): SourceNode | undefined => {
  const place = { start: startOf(node), end: endOf(node) }
  const style = styles[node.type ?? 'PLAIN'] ?? 'plain'
  const { value } = node
  if (typeof value === 'bigint') {
    if (Number.isSafeInteger(Number(value))) return { kind: 'scalar', value: Number(value), style, ...place }
    return reading.found('non-json-value', path, place.start, 'an integer this large loses digits: quote it', `"${value}"`)
  }
  if (typeof value === 'number') {
    return Number.isFinite(value) ? { kind: 'scalar', value, style, ...place } : reading.found('non-json-value', path, place.start, 'NaN and infinity are not JSON: quote it if it is a text')
  }
  if (typeof value === 'string') {
    return isStorableText(value) ? { kind: 'scalar', value, style, ...place } : reading.found('non-json-value', path, place.start, 'the text holds NUL or half of a surrogate pair')
  }
  if (typeof value === 'boolean' || value === null) return { kind: 'scalar', value, style, ...place }
  return reading.found('non-json-value', path, place.start, 'the value is not one that JSON can hold')
}

/** `{{fields.x}}` without quotes is legal YAML: an object whose key is an object. */
const isBareTemplate = (reading: Reading, offset: number): boolean => reading.source.startsWith('{', offset) && /\{\s*$/.test(reading.source.slice(Math.max(0, offset - 20), offset))

const readKey = (reading: Reading, pair: Pair, path: DocumentPath, at: number): string | undefined => {
  const { key } = pair as Pair<Node | null>
  const offset = startOf(key) || at
  if (!isScalar(key)) {
    if (isBareTemplate(reading, offset)) return reading.found('unquoted-template', path, offset, 'a template that begins a value must be quoted', 'write "{{…}}"')
    return reading.found('non-text-key', path, offset, 'a key must be a text')
  }
  const name: unknown = key.value
  if (key.anchor !== undefined || key.tag !== undefined) return reading.found('anchor', path, offset, 'keys take no anchors and no tags')
  if (typeof name !== 'string') return reading.found('non-text-key', path, offset, 'a key must be a text: quote it', `"${String(name)}"`)
  if (name === '<<') return reading.found('anchor', path, offset, 'merge keys (<<) are not read: write the members out')
  if (isForbiddenName(name)) return reading.found('forbidden-name', [...path, name], offset, `${name} is not allowed as a key`)
  if (!isStorableText(name)) return reading.found('non-json-value', path, offset, 'the key holds NUL or half of a surrogate pair')
  return name
}

const readNode = (reading: Reading, node: Node | null | undefined, path: DocumentPath, at: number): SourceNode | undefined => {
  reading.nodes += 1
  if (path.length > DEEPEST_DOCUMENT) return reading.found('too-deep', path, at, `nothing may be nested deeper than ${DEEPEST_DOCUMENT} levels`)
  if (reading.nodes > MOST_NODES) return reading.nodes === MOST_NODES + 1 ? reading.found('too-large', path, at, `the document has more than ${MOST_NODES} values`) : undefined
  if (node === null || node === undefined) return { kind: 'scalar', value: null, style: 'plain', start: at, end: at }
  const start = startOf(node)
  if (isAlias(node)) return reading.found('anchor', path, start, `the alias *${node.source} is not read: write the value out`)
  if ('anchor' in node && node.anchor !== undefined) return reading.found('anchor', path, start, `the anchor &${String(node.anchor)} is not read: remove it`)
  if (node.tag !== undefined) return reading.found('yaml-tag', path, start, `the tag ${node.tag} is not read: remove it`)
  if (isScalar(node)) return readScalar(reading, node, path)
  if (isSeq(node)) {
    const items = node.items.map((item, index) => readNode(reading, item as Node | null, [...path, index], start))
    return { kind: 'list', items: items.filter((item) => item !== undefined), start, end: endOf(node) }
  }
  if (!isMap(node)) return reading.found('non-json-value', path, start, 'the value is not one that JSON can hold')
  const entries = new Map<string, SourceEntry>()
  for (const pair of node.items) {
    const name = readKey(reading, pair as Pair, path, start)
    if (name === undefined) continue
    const keyStart = startOf(pair.key as Node) || start
    const value = readNode(reading, pair.value as Node | null, [...path, name], keyStart)
    if (value !== undefined) entries.set(name, { keyStart, node: value })
  }
  return { kind: 'object', entries, start, end: endOf(node) }
}

const parserCodes: Readonly<Record<string, IssueCode>> = { DUPLICATE_KEY: 'duplicate-key', MULTIPLE_DOCS: 'several-documents', TAG_RESOLVE_FAILED: 'yaml-tag', BAD_ALIAS: 'anchor' }

const ourWords: Readonly<Record<string, string>> = {
  MULTIPLE_DOCS: 'a file holds one document: move the others to files of their own',
  DUPLICATE_KEY: 'this key stands twice in its object',
}

/** What the parser found, each thing once. It reports the end of its stack as a problem of every level. */
const tellProblems = ({ errors, warnings }: Document, found: Reading['found']): void => {
  const told = new Set<string>()
  for (const { code, message, pos } of [...errors, ...warnings]) {
    const deep = message.includes('call stack')
    const key = deep ? 'deep' : `${pos[0]} ${code} ${message}`
    if (told.has(key)) continue
    told.add(key)
    if (deep) found('too-deep', [], pos[0], `nothing may be nested deeper than ${DEEPEST_DOCUMENT} levels`)
    else found(parserCodes[code] ?? 'yaml-syntax', [], pos[0], ourWords[code] ?? message)
  }
}

const parse = (source: string): Document | { readonly failure: string } => {
  try {
    return parseDocument(source, { intAsBigInt: true, prettyErrors: false, logLevel: 'error', version: '1.2', merge: false, keepSourceTokens: false })
  } catch (error) {
    // The parser gives up by throwing on nesting that is too deep for it.
    return { failure: error instanceof Error ? error.message : 'it cannot be read' }
  }
}

/**
 * Reads one YAML document of the JSON-compatible subset, with positions. Anchors, aliases, merge keys, tags, keys that are no text,
 * values that JSON cannot hold, repeated and forbidden names are findings; nothing of them is guessed at. Total: never throws.
 */
export const readYaml = (source: string): ReadDocument => {
  const findings: Finding[] = []
  const found: Reading['found'] = (code, path, offset, message, suggestion) => {
    findings.push({ code, severity: 'error', path, offset, message, ...(suggestion === undefined ? {} : { suggestion }) })
    return undefined
  }
  if (Buffer.byteLength(source) > LARGEST_DOCUMENT) {
    found('too-large', [], 0, 'the document is larger than 1 MiB')
    return { findings, position: () => ({ line: 1, column: 1 }) }
  }
  const position = linePositions(source)
  const document = parse(source)
  if ('failure' in document) {
    found('yaml-syntax', [], 0, `the document cannot be read: ${document.failure}`)
    return { findings, position }
  }
  tellProblems(document, found)
  if (document.errors.length > 0) return { findings, position }
  const root = readNode({ source, found, nodes: 0 }, document.contents, [], 0)
  return findings.length > 0 || root === undefined ? { findings, position } : { root, findings, position }
}
