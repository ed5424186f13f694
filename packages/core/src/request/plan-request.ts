import { hashOfJson, shared } from '../canonical-json.js'
import type { LoadedItem, PlannableStep } from '../catalog/loaded-item.js'
import type { Plan, PlannedStep } from './plan.js'

const plannedStep = ({ definition, effect, compensable, component }: PlannableStep): PlannedStep => {
  const { id, action, dependsOn, critical, timeoutMs, onFailure, retry, outputs } = definition
  return { id, action, dependsOn, ...(component === undefined ? {} : { component }), critical, effect, compensable, timeoutMs, onFailure, ...(retry === undefined ? {} : { retry }), ...(outputs === undefined ? {} : { outputs }) }
}

/** What a plan is made of. */
type Planning = Pick<LoadedItem, 'item' | 'steps' | 'components' | 'bundle'>

/** Expands an item into the steps of the mode that runs, one after the other. */
export const planRequest = ({ item, steps, components, bundle }: Planning): Plan => {
  const { mode, modeReason } = item.fulfillment
  const parts = components?.map(({ id, item: { item: { id: itemId } }, dependsOn }) => ({ id, itemId, dependsOn }))
  return { mode, ...(modeReason === undefined ? {} : { modeReason }), ...(parts === undefined ? {} : { components: parts }), steps: steps.map(plannedStep), limit: 1, quota: [], ...(bundle?.onFailure === 'compensate' ? { onFailure: 'compensate' } : {}) }
}

type Planned = { readonly plan: Plan; readonly planDigest: string }

const planned = new WeakMap<object, Planned>()

/** The plan of a served item and its digest: the same value for every request of it. */
export const planOf = (loaded: Planning): Planned => {
  const known = planned.get(loaded)
  if (known !== undefined) return known
  const plan = shared(planRequest(loaded))
  const made = { plan, planDigest: hashOfJson(plan) }
  planned.set(loaded, made)
  return made
}
