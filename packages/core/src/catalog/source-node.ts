import type { Json, JsonObject } from '../json.js'
import type { ScalarStyle } from '../template/scalar-position.js'
import type { DocumentPath } from './issue.js'

/** A member of a mapping, with the place of its key. */
export interface SourceEntry {
  readonly keyStart: number
  readonly node: SourceNode
}

/**
 * A value of a document with its place in the file: what the YAML reader gives, and, with canonical names, what `conform` gives.
 * `start` and `end` are offsets in the source.
 */
export type SourceNode =
  | { readonly kind: 'scalar'; readonly value: null | boolean | number | string; readonly style: ScalarStyle; readonly start: number; readonly end: number }
  | { readonly kind: 'list'; readonly items: readonly SourceNode[]; readonly start: number; readonly end: number }
  | { readonly kind: 'object'; readonly entries: ReadonlyMap<string, SourceEntry>; readonly start: number; readonly end: number }

export type ObjectNode = Extract<SourceNode, { kind: 'object' }>
export type ListNode = Extract<SourceNode, { kind: 'list' }>

/** The plain value. Names are made own members, whatever they are. */
export const valueOf = (node: SourceNode): Json => {
  switch (node.kind) {
    case 'scalar': return node.value
    case 'list': return node.items.map(valueOf)
    case 'object': return objectOf(node)
  }
}

export const objectOf = (node: ObjectNode): JsonObject => Object.fromEntries([...node.entries].map(([name, entry]) => [name, valueOf(entry.node)]))

/** What stands under a name; `undefined` when the node is no object or has no such member. */
export const child = (node: SourceNode | undefined, name: string): SourceNode | undefined =>
  node?.kind === 'object' ? node.entries.get(name)?.node : undefined

/** What stands under a path of names and indexes. */
export const nodeAt = (node: SourceNode | undefined, path: DocumentPath): SourceNode | undefined =>
  path.reduce<SourceNode | undefined>((at, part) => typeof part === 'number' ? (at?.kind === 'list' ? at.items[part] : undefined) : child(at, part), node)

/** The items of a list under a name; none when there is no list. */
export const itemsOf = (node: SourceNode | undefined, name: string): readonly SourceNode[] => {
  const list = child(node, name)
  return list?.kind === 'list' ? list.items : []
}

/** Where a member's key stands, or where its object begins. */
export const keyOffset = (node: SourceNode, name: string): number => (node.kind === 'object' ? node.entries.get(name)?.keyStart : undefined) ?? node.start

export const textOf = (node: SourceNode | undefined): string | undefined => node?.kind === 'scalar' && typeof node.value === 'string' ? node.value : undefined
export const numberOf = (node: SourceNode | undefined): number | undefined => node?.kind === 'scalar' && typeof node.value === 'number' ? node.value : undefined
export const flagOf = (node: SourceNode | undefined): boolean | undefined => node?.kind === 'scalar' && typeof node.value === 'boolean' ? node.value : undefined
/** Texts of a list; items of other kinds are left out. */
export const textsOf = (node: SourceNode | undefined): readonly string[] => node?.kind === 'list' ? node.items.flatMap((item) => textOf(item) ?? []) : []
