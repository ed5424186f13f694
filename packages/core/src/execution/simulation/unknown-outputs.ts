import type { ActionRegistry } from '../../catalog/action-registry.js'
import type { FulfillmentMode } from '../../catalog/catalog-item.js'
import type { LoadedItem } from '../../catalog/loaded-item.js'
import { parsePath } from '../../expression/path.js'
import type { ValueType } from '../../expression/value-type.js'
import { type Json, isJsonObject } from '../../json.js'
import type { Plan } from '../../request/plan.js'
import type { Blueprint, Blueprints } from '../blueprint.js'

const unknownType: ValueType = { kind: 'any' }

const isIndex = (segment: string): boolean => /^\d+$/.test(segment)

/** The type with what is read of it, where it does not say that there is no such thing. */
const withRead = (type: ValueType, [first, ...rest]: readonly string[]): ValueType => {
  if (first === undefined) return type
  if (type.kind === 'array') return isIndex(first) ? { ...type, items: withRead(type.items ?? unknownType, rest) } : type
  if (type.kind === 'any' && isIndex(first)) return { kind: 'array', items: withRead(unknownType, rest) }
  if (type.kind !== 'object' && type.kind !== 'any') return type
  const known = type.properties?.get(first)
  if (known === undefined && type.kind === 'object' && type.open !== true) return type
  return { kind: 'object', open: true, properties: new Map([...type.properties ?? [], [first, withRead(known ?? unknownType, rest)]]) }
}

/** The full id of a step that is read at `output.<name>`: within a component, its own steps come first. */
export const stepNamed = (plan: Plan, blueprint: Pick<Blueprint, 'view'> | undefined, name: string): string | undefined => {
  const own = blueprint?.view === undefined ? undefined : `${blueprint.view.component}.${name}`
  return [own, name].find((id) => plan.steps.some((step) => step.id === id))
}

const declaredTypes = (loaded: LoadedItem, mode: FulfillmentMode): ReadonlyMap<string, ValueType> => new Map(loaded.components === undefined
  ? [...loaded.outputsIn(mode)].map(([id, { type }]) => [id, type] as const)
  : loaded.components.flatMap(({ id, item, mode: own }) => [...item.outputsIn(own)].map(([step, { type }]) => [`${id}.${step}`, type] as const)))

/** Paths below outputs that templates and conditions read, with the step that gives them. */
const readPaths = (plan: Plan, blueprints: Blueprints): readonly (readonly [step: string, path: readonly string[]])[] => plan.steps.flatMap(({ id }) => {
  const blueprint = blueprints(id)
  if (blueprint === undefined) return []
  const conditions = blueprint.conditions.map(({ field }) => parsePath(field) ?? []).flatMap(([head, ...path]) => head === 'output' ? [path] : [])
  const templates = [blueprint.config, ...(blueprint.addition === undefined ? [] : [blueprint.addition])].flatMap(({ references }) => references.flatMap(({ scope, path }) => scope === 'output' ? [path] : []))
  return [...conditions, ...templates].flatMap(([name, ...path]) => {
    const step = name === undefined ? undefined : stepNamed(plan, blueprint, name)
    return step === undefined ? [] : [[step, path] as const]
  })
})

/** The engine gives every output a `status`; only an action that declares one gives another. */
const withoutStatus = (type: ValueType, schema: Json | undefined): ValueType => {
  const own = isJsonObject(schema) ? schema['properties'] : undefined
  if (type.properties === undefined || (isJsonObject(own) && Object.hasOwn(own, 'status'))) return type
  return { ...type, properties: new Map([...type.properties].filter(([name]) => name !== 'status')) }
}

/** What each step of a plan will give, as far as it is known before anything has run: what its action and the document declare, and what is read of it. */
export const outputTypes = (loaded: LoadedItem, plan: Plan, blueprints: Blueprints, actions: ActionRegistry): ReadonlyMap<string, ValueType> => {
  const declared = declaredTypes(loaded, plan.mode)
  const read = readPaths(plan, blueprints)
  return new Map(plan.steps.map(({ id, action }) => {
    const type = withoutStatus(declared.get(id) ?? { kind: 'object', open: true }, actions.get(action)?.output.jsonSchema)
    return [id, read.filter(([step, path]) => step === id && path[0] !== 'status').reduce((known, [, path]) => withRead(known, path), type)]
  }))
}
