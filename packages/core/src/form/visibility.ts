import type { Condition } from '../expression/condition.js'
import { evaluateConditions } from '../expression/condition.js'
import type { Json } from '../json.js'
import type { Field, Form } from './form.js'

/** A field with the conditions that decide whether it is there: its group's and its own. */
export interface FieldRule {
  readonly field: Field
  readonly conditions: readonly Condition[]
}

/** How deep conditions may build on fields that have conditions themselves. A load-time limit: deeper forms are refused. */
const MAXIMUM_CONDITION_DEPTH = 8

/** How many conditions those of one field may come to, with all that they build on: the published schema writes them out. */
const MAXIMUM_CONDITION_WEIGHT = 1_000

/** What is wrong with the graph of a form's conditions. */
export type ConditionFault =
  | { readonly kind: 'cycle'; readonly fields: readonly string[] }
  | { readonly kind: 'too-deep'; readonly field: string }

const rulesOf = (form: Form): readonly FieldRule[] =>
  form.groups.flatMap((group) => group.fields.map((field) => ({ field, conditions: [...group.conditions, ...field.conditions] })))

/**
 * The fields so that each stands behind those that its conditions read; otherwise in the order of the form. Conditions that read
 * no known field are the document reader's matter and change no order.
 */
export const orderedRules = (form: Form): { readonly rules: readonly FieldRule[]; readonly faults: readonly ConditionFault[] } => {
  const rules = new Map(rulesOf(form).map((rule) => [rule.field.id, rule]))
  const depths = new Map<string, number>()
  const weights = new Map<string, number>()
  const ordered: FieldRule[] = []
  const faults: ConditionFault[] = []
  const visit = (rule: FieldRule, trail: readonly string[]): number => {
    const id = rule.field.id
    const known = depths.get(id)
    if (known !== undefined) return known
    if (trail.includes(id)) {
      faults.push({ kind: 'cycle', fields: [...trail.slice(trail.indexOf(id)), id] })
      return 0
    }
    const parents = rule.conditions.map((condition) => rules.get(condition.field)).filter((parent) => parent !== undefined)
    const depth = rule.conditions.length === 0 ? 0 : 1 + Math.max(0, ...parents.map((parent) => visit(parent, [...trail, id])))
    const weight = parents.reduce((sum, parent) => sum + 1 + 2 * (weights.get(parent.field.id) ?? 0), 0)
    depths.set(id, depth)
    weights.set(id, weight)
    ordered.push(rule)
    if (depth > MAXIMUM_CONDITION_DEPTH || weight > MAXIMUM_CONDITION_WEIGHT) faults.push({ kind: 'too-deep', field: id })
    return depth
  }
  for (const rule of rules.values()) visit(rule, [])
  return { rules: ordered, faults }
}

/** Whether a field is there, given the values of the fields before it. A field that is not there must not be in `values`. */
export const isVisible = (rule: FieldRule, values: ReadonlyMap<string, Json>): boolean =>
  evaluateConditions(rule.conditions, (path) => values.get(path))
