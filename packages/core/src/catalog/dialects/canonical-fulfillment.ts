import { type Findings, plainName } from '../conform.js'
import { type ListNode, type ObjectNode, type SourceEntry, type SourceNode, child, itemsOf, keyOffset, textOf } from '../source-node.js'
import type { Moved, PathRule } from './canonical-presentation.js'
import { changedItems, changedObject, entryOf, listNode, objectNode, textNode, withMember, without } from './edit-source.js'

interface Reading {
  /** Their authors did not have to write a mode. */
  readonly modeInferred: boolean
  /** Their steps are called by their names. */
  readonly stepsByName: boolean
  /** False for Schema v2.0 itself: there the older places are told. */
  readonly older: boolean
}

type Part = { readonly node: ObjectNode; readonly rules: readonly PathRule[] }

/** Members of `output` itself: an object without any of them is its `fields`. */
const outputMembers: ReadonlySet<string> = new Set(['capture', 'fields', 'storeinstate', 'ttl'])

/** `[host, { endpoint: db_endpoint }]` by name: each is a name alone, or names with their paths. */
const namesOf = (list: ListNode): ObjectNode => ({
  kind: 'object', start: list.start, end: list.end,
  entries: new Map(list.items.flatMap((item): (readonly [string, SourceEntry])[] => item.kind === 'object' ? [...item.entries] : item.kind === 'scalar' && typeof item.value === 'string' ? [[item.value, { keyStart: item.start, node: item }]] : [])),
})

const isPlainMap = (node: ObjectNode): boolean =>
  node.entries.size > 0 && [...node.entries].every(([name, entry]) => entry.node.kind === 'scalar' && !outputMembers.has(plainName(name)))

/** `outputs: [host]` and `outputs: { endpoint: db_endpoint }` are `output: { fields }`. Other lists stay, to be found. */
const withOutput = (step: ObjectNode): ObjectNode => ['output', 'outputs'].reduce((so, name) => {
  const written = child(so, name)
  if (written?.kind === 'list' && written.items.every((item) => item.kind === 'object' || textOf(item) !== undefined)) return withMember(so, name, objectNode({ fields: namesOf(written) }, written))
  return written?.kind === 'object' && isPlainMap(written) ? withMember(so, name, objectNode({ fields: written }, written)) : so
}, step)

/** Both lists of steps. */
const inSteps = (fulfillment: ObjectNode, change: (part: ObjectNode) => ObjectNode): ObjectNode =>
  ['manual', 'automatic'].reduce((so, mode) => changedObject(so, mode, change), fulfillment)

const idOf = (name: string): string => name.toLowerCase().replace(/[^a-z0-9_-]+/g, '-').replace(/^[^a-z]+|-+$/g, '')

const isId = (name: string): boolean => /^[A-Za-z][A-Za-z0-9_-]{0,63}$/.test(name)

const renamed = (node: SourceNode, ids: ReadonlyMap<string, string>): SourceNode => {
  if (node.kind === 'list') return { ...node, items: node.items.map((item) => renamed(item, ids)) }
  const id = ids.get(textOf(node) ?? '')
  return id === undefined ? node : textNode(id, node)
}

/** Where a step says what it waits for. */
const waits: ReadonlySet<string> = new Set(['dependson', 'waitfor'])

const withWaits = (node: ObjectNode, ids: ReadonlyMap<string, string>): ObjectNode => ({
  ...node,
  entries: new Map([...node.entries].map(([name, entry]) => {
    if (plainName(name) === 'dependencies' && entry.node.kind === 'object') return [name, { ...entry, node: withWaits(entry.node, ids) }]
    return [name, waits.has(plainName(name)) ? { ...entry, node: renamed(entry.node, ids) } : entry]
  })),
})

/** Steps without an id are called by their names, also where others wait for them. */
const withIds = (part: ObjectNode): ObjectNode => {
  const named = itemsOf(part, 'actions').flatMap((step) => {
    const name = child(step, 'id') === undefined ? textOf(child(step, 'name')) : undefined
    const id = name === undefined || isId(name) ? name : idOf(name)
    return name === undefined || id === undefined || id === '' ? [] : [[name, id] as const]
  })
  const ids = new Map(named)
  return changedItems(part, 'actions', (step) => {
    const name = child(step, 'name')
    const id = step.entries.has('id') ? undefined : ids.get(textOf(name) ?? '')
    return withWaits(id === undefined || name === undefined ? step : withMember(step, 'id', textNode(id, name)), ids)
  })
}

const automaticActions = (fulfillment: ObjectNode): Part | undefined => {
  if (fulfillment.entries.has('automatic')) return undefined
  const canonical = ['fulfillment', 'automatic', 'actions']
  const steps = child(child(fulfillment, 'automation'), 'steps')
  if (steps !== undefined) {
    return { node: withMember(without(fulfillment, 'automation'), 'automatic', objectNode({ actions: steps }, steps)), rules: [{ canonical, written: ['fulfillment', 'automation', 'steps'] }] }
  }
  const actions = child(fulfillment, 'actions')
  if (actions === undefined) return undefined
  return { node: withMember(without(fulfillment, 'actions'), 'automatic', objectNode({ actions }, actions)), rules: [{ canonical, written: ['fulfillment', 'actions'] }] }
}

/** `manual: { system: jira, template }` is one ticket. */
const manualActions = (fulfillment: ObjectNode): Part | undefined => {
  const manual = child(fulfillment, 'manual')
  const [system, template] = [textOf(child(manual, 'system')), child(manual, 'template')]
  if (manual?.kind !== 'object' || system !== 'jira' || template === undefined || manual.entries.has('actions')) return undefined
  const action = objectNode({ id: textNode('ticket', template), type: textNode('jira-ticket', template), config: objectNode({ template }, template) }, template)
  return {
    node: withMember(fulfillment, 'manual', withMember(without(manual, 'system', 'template'), 'actions', listNode([action], template))),
    rules: [{ canonical: ['fulfillment', 'manual', 'actions', 0, 'config', 'template'], written: ['fulfillment', 'manual', 'template'] }],
  }
}

const withMode = (findings: Findings, fulfillment: ObjectNode): ObjectNode => {
  if (child(child(fulfillment, 'strategy'), 'mode') !== undefined) return fulfillment
  const mode = itemsOf(child(fulfillment, 'automatic'), 'actions').length > 0 ? 'automatic' : 'manual'
  findings.add('mode-inferred', 'warning', ['fulfillment', 'strategy', 'mode'], fulfillment.start, `no mode is given: ${mode}`, { suggestion: mode })
  const strategy = child(fulfillment, 'strategy')
  const place = { start: fulfillment.start, end: fulfillment.start }
  return withMember(fulfillment, 'strategy', withMember(strategy?.kind === 'object' ? strategy : objectNode({}, place), 'mode', textNode(mode, place)))
}

const tellOlderPlace = (findings: Findings, fulfillment: ObjectNode, { canonical, written }: PathRule): void =>
  findings.add('older-key', 'warning', canonical, keyOffset(fulfillment, String(written[1])), `${written.join('.')} is an older place of ${canonical.join('.')}`, { suggestion: canonical.join('.') })

/** `fulfillment` of any dialect with its steps under `manual.actions` and `automatic.actions`. */
export const canonicalFulfillment = (findings: Findings, root: ObjectNode, { modeInferred, stepsByName, older }: Reading): Moved => {
  const written = entryOf(root, 'fulfillment')?.node
  if (written?.kind !== 'object') return { root, rules: [] }
  const rules: PathRule[] = []
  let fulfillment = written
  const named = stepsByName || child(written, 'automation') !== undefined
  for (const move of [automaticActions, manualActions]) {
    const part = move(fulfillment)
    if (part === undefined) continue
    fulfillment = part.node
    rules.push(...part.rules)
    if (!older) for (const rule of part.rules) tellOlderPlace(findings, written, rule)
  }
  const outputs = inSteps(modeInferred ? withMode(findings, fulfillment) : fulfillment, (part) => changedItems(part, 'actions', withOutput))
  const complete = named ? inSteps(outputs, withIds) : outputs
  return { root: changedObject(root, 'fulfillment', () => complete), rules }
}
