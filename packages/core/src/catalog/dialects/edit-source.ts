import type { ListNode, ObjectNode, SourceEntry, SourceNode } from '../source-node.js'

/** What is put into a document stands where the thing that it was made of stands. */
interface Place {
  readonly start: number
  readonly end: number
}

export const textNode = (value: string, { start, end }: Place): SourceNode => ({ kind: 'scalar', value, style: 'plain', start, end })

export const flagNode = (value: boolean, { start, end }: Place): SourceNode => ({ kind: 'scalar', value, style: 'plain', start, end })

export const listNode = (items: readonly SourceNode[], { start, end }: Place): ListNode => ({ kind: 'list', items, start, end })

/** An object of the members that are there. */
export const objectNode = (members: Readonly<Record<string, SourceNode | undefined>>, { start, end }: Place): ObjectNode => ({
  kind: 'object', start, end,
  entries: new Map(Object.entries(members).flatMap(([name, node]) => node === undefined ? [] : [[name, { keyStart: node.start, node }]])),
})

export const entryOf = (node: SourceNode | undefined, name: string): SourceEntry | undefined => node?.kind === 'object' ? node.entries.get(name) : undefined

export const withEntry = (node: ObjectNode, name: string, entry: SourceEntry): ObjectNode => ({ ...node, entries: new Map([...node.entries, [name, entry]]) })

export const withMember = (node: ObjectNode, name: string, value: SourceNode): ObjectNode => withEntry(node, name, { keyStart: node.entries.get(name)?.keyStart ?? value.start, node: value })

export const without = (node: ObjectNode, ...names: readonly string[]): ObjectNode => ({ ...node, entries: new Map([...node.entries].filter(([name]) => !names.includes(name))) })

/** The member of one name under another, unless there is one of that name. */
export const moved = (node: ObjectNode, from: string, to: string): ObjectNode => {
  const entry = node.entries.get(from)
  return entry === undefined || node.entries.has(to) ? node : withEntry(without(node, from), to, entry)
}

/** The object with one of its members changed; the same object where there is none that is an object. */
export const changedObject = (node: ObjectNode, name: string, change: (member: ObjectNode) => ObjectNode): ObjectNode => {
  const member = node.entries.get(name)
  return member?.node.kind === 'object' ? withEntry(node, name, { ...member, node: change(member.node) }) : node
}

/** The same for the objects of a list. */
export const changedItems = (node: ObjectNode, name: string, change: (item: ObjectNode, index: number) => ObjectNode): ObjectNode => {
  const member = node.entries.get(name)
  if (member?.node.kind !== 'list') return node
  return withEntry(node, name, { ...member, node: { ...member.node, items: member.node.items.map((item, index) => item.kind === 'object' ? change(item, index) : item) } })
}
