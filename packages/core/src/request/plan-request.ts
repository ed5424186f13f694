import type { LoadedItem, PlannableStep } from '../catalog/loaded-item.js'
import type { Plan, PlannedStep } from './plan.js'

const planned = ({ definition, effect, compensable }: PlannableStep): PlannedStep => {
  const { id, action, dependsOn, critical, timeoutMs, onFailure, retry } = definition
  return { id, action, dependsOn, critical, effect, compensable, timeoutMs, onFailure, ...(retry === undefined ? {} : { retry }) }
}

/** Expands an item into the steps of the mode that runs, one after the other. */
export const planRequest = ({ item, steps }: Pick<LoadedItem, 'item' | 'steps'>): Plan => {
  const { mode, modeReason } = item.fulfillment
  return { mode, ...(modeReason === undefined ? {} : { modeReason }), steps: steps.map(planned), limit: 1, quota: [] }
}
