import { type Json, type JsonObject, isJsonObject } from '../json.js'
import { type BreakingChange, breakingChanges, isMajorChange } from './breaking-changes.js'
import type { CatalogItem } from './catalog-item.js'
import { type JsonChange, diffJson } from './diff-json.js'
import type { LoadedItem } from './loaded-item.js'

/** What became of things that have an id. */
interface MemberDiff {
  readonly added: readonly string[]
  readonly removed: readonly string[]
  readonly changed: readonly { readonly id: string; readonly changes: readonly JsonChange[] }[]
}

/** What a new version of an item changes. */
export interface ItemDiff {
  readonly change: 'added' | 'changed' | 'unchanged'
  readonly version: { readonly before?: string; readonly after: string }
  readonly fields: MemberDiff
  /** Of both modes: `automatic.create-queue`. */
  readonly steps: MemberDiff
  /** Of a bundle. */
  readonly components: MemberDiff
  /** Everything else: metadata, texts of groups, lifecycle and so on. */
  readonly rest: readonly JsonChange[]
  /** What an input that was right before may be refused for. */
  readonly breaking: readonly BreakingChange[]
  /** True when something breaks and the major version is the same. */
  readonly needsMajor: boolean
}

const MOST_CHANGES = 200

type Members = ReadonlyMap<string, JsonObject>

const asJson = (value: unknown): JsonObject => JSON.parse(JSON.stringify(value)) as JsonObject

const fieldsOf = ({ form }: CatalogItem): Members => new Map(form.groups.flatMap((group) => group.fields.map((field) => [field.id, { ...asJson(field), group: group.id }] as const)))

const stepsOf = ({ fulfillment: { manual, automatic } }: CatalogItem): Members =>
  new Map([...(manual?.steps ?? []).map((step) => [`manual.${step.id}`, asJson(step)] as const), ...(automatic?.steps ?? []).map((step) => [`automatic.${step.id}`, asJson(step)] as const)])

const componentsOf = ({ bundle }: LoadedItem): Members =>
  new Map((bundle?.components ?? []).map(({ id, itemId, dependsOn, config }) => [id, { catalogItem: itemId, dependsOn, config }] as const))

const without = (value: Json | undefined, ...names: readonly string[]): Json =>
  isJsonObject(value) ? Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name))) : value ?? null

const groupTexts = (presentation: Json | undefined): Json => {
  const form = isJsonObject(presentation) ? presentation['form'] : undefined
  if (!isJsonObject(presentation) || !isJsonObject(form) || !Array.isArray(form['groups'])) return presentation ?? null
  return { ...presentation, form: { ...form, groups: (form['groups'] as readonly Json[]).map((group) => without(group, 'fields')) } }
}

const restOf = ({ document }: CatalogItem): JsonObject => {
  const fulfillment = document['fulfillment']
  return {
    ...without(document, 'presentation', 'fulfillment', 'components') as JsonObject, presentation: groupTexts(document['presentation']),
    fulfillment: isJsonObject(fulfillment) ? { ...fulfillment, manual: without(fulfillment['manual'], 'actions'), automatic: without(fulfillment['automatic'], 'actions') } : null,
  }
}

const diffMembers = (before: Members, after: Members): MemberDiff => ({
  added: [...after.keys()].filter((id) => !before.has(id)),
  removed: [...before.keys()].filter((id) => !after.has(id)),
  changed: [...after].flatMap(([id, value]) => {
    const was = before.get(id)
    const changes = was === undefined ? [] : diffJson(was, value)
    return changes.length === 0 ? [] : [{ id, changes: changes.slice(0, MOST_CHANGES) }]
  }),
})

const isEmpty = ({ added, removed, changed }: MemberDiff): boolean => added.length + removed.length + changed.length === 0

const none: Members = new Map()

/** What a new version of an item changes; everything is new without a version before. */
export const diffItems = (before: LoadedItem | undefined, after: LoadedItem): ItemDiff => {
  const fields = diffMembers(before === undefined ? none : fieldsOf(before.item), fieldsOf(after.item))
  const steps = diffMembers(before === undefined ? none : stepsOf(before.item), stepsOf(after.item))
  const components = diffMembers(before === undefined ? none : componentsOf(before), componentsOf(after))
  const rest = before === undefined ? [] : diffJson(restOf(before.item), restOf(after.item)).slice(0, MOST_CHANGES)
  const breaking = before === undefined ? [] : breakingChanges(before.item, after.item)
  const same = [fields, steps, components].every(isEmpty) && rest.length === 0
  return {
    change: before === undefined ? 'added' : same ? 'unchanged' : 'changed',
    version: { ...(before === undefined ? {} : { before: before.item.version }), after: after.item.version },
    fields, steps, components, rest, breaking, needsMajor: before !== undefined && breaking.length > 0 && !isMajorChange(before.item, after.item),
  }
}
