import type { ActionRegistry } from '../../catalog/action-registry.js'
import type { LoadedItem } from '../../catalog/loaded-item.js'
import type { Condition } from '../../expression/condition.js'
import { parsePath } from '../../expression/path.js'
import type { Instant, Json, JsonObject } from '../../json.js'
import type { Person } from '../../request/person.js'
import type { Plan } from '../../request/plan.js'
import type { Blueprint, Blueprints } from '../blueprint.js'
import { blueprintsOf } from '../definitions.js'
import type { Placeholders } from './placeholders.js'
import { outputTypes, stepNamed } from './unknown-outputs.js'

/** What does not change while a request is simulated. */
export interface SimulatedWorld {
  readonly caller: Person
  readonly plan: Plan
  /** When it was accepted. */
  readonly begins: Instant
  /** How long the request may take, in milliseconds. Absent: as long as it takes. */
  readonly timeoutMs?: number
  readonly blueprints: Blueprints
  readonly placeholders: Placeholders
  /** What each step gives: as assumed, else unknown. */
  readonly outputs: ReadonlyMap<string, Json>
  /** Steps whose output was not assumed. */
  readonly unknown: ReadonlySet<string>
  /** Conditions of the plan that read an unknown path, by that path. */
  readonly conditions: ReadonlyMap<string, readonly Condition[]>
}

/** The path of an output that a condition reads, by the full id of its step. Undefined: it reads no output. */
export const outputPathOf = (plan: Plan, blueprint: Blueprint, field: string): string | undefined => {
  const [head, name, ...path] = parsePath(field) ?? []
  const step = head === 'output' && name !== undefined ? stepNamed(plan, blueprint, name) : undefined
  return step === undefined ? undefined : ['output', step, ...path.map((part) => /^\d+$/.test(part) ? `[${part}]` : part)].join('.').replaceAll('.[', '[')
}

const conditionsByPath = (plan: Plan, blueprints: Blueprints): ReadonlyMap<string, readonly Condition[]> => {
  const found = new Map<string, Condition[]>()
  for (const { id } of plan.steps) {
    const blueprint = blueprints(id)
    for (const condition of blueprint?.conditions ?? []) {
      const path = blueprint === undefined ? undefined : outputPathOf(plan, blueprint, condition.field)
      if (path !== undefined) found.set(path, [...found.get(path) ?? [], condition])
    }
  }
  return found
}

/** Makes the world of one simulation. */
export const createWorld = (
  { loaded, actions, caller, at, plan, assume }: { readonly loaded: LoadedItem; readonly actions: ActionRegistry; readonly caller: Person; readonly at: Instant; readonly plan: Plan; readonly assume: JsonObject },
  placeholders: Placeholders,
): SimulatedWorld => {
  const blueprints = blueprintsOf(loaded, plan, actions)
  const types = outputTypes(loaded, plan, blueprints, actions)
  const isAssumed = (id: string): boolean => Object.hasOwn(assume, id)
  return {
    caller, plan, blueprints, placeholders, begins: at, ...(loaded.item.fulfillment.timeoutMs === undefined ? {} : { timeoutMs: loaded.item.fulfillment.timeoutMs }),
    outputs: new Map(plan.steps.map(({ id }) => [id, isAssumed(id) ? assume[id] ?? null : placeholders.make(types.get(id) ?? { kind: 'any' }, `output.${id}`)])),
    unknown: new Set(plan.steps.map(({ id }) => id).filter((id) => !isAssumed(id))),
    conditions: conditionsByPath(plan, blueprints),
  }
}
