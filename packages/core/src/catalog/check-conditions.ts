import type { Condition } from '../expression/condition.js'
import type { Form } from '../form/form.js'
import { type ConditionWorld, alwaysHolds, neverHold } from './condition-domain.js'
import type { Findings } from './conform.js'
import type { PlacedCondition } from './read-condition.js'

const shown = ({ field, operator, value }: Condition): string => `${field} ${operator} ${JSON.stringify(value)}`

/** Conditions that must hold together: tells those that no input can make true, and those that decide nothing. `owner`: what is decided by them. */
export const checkTogether = (findings: Findings, world: ConditionWorld, placed: readonly PlacedCondition[], owner: string, around: readonly Condition[] = []): void => {
  const conditions: Condition[] = [...around]
  if (around.length > 0 && neverHold(world, around)) return
  for (const { condition, path, offset } of placed) {
    conditions.push(condition)
    if (neverHold(world, conditions)) {
      const alone = neverHold(world, [condition])
      findings.add('condition-never', 'strict', path, offset, `${shown(condition)} ${alone ? 'can never hold' : 'can never hold together with the conditions before it'}: ${owner}`)
      return
    }
    if (alwaysHolds(world, condition)) findings.add('condition-always', 'warning', path, offset, `${shown(condition)} always holds: it decides nothing`)
  }
}

/** The conditions of groups and fields of a form, each found among `placed` by itself. */
export const checkFormConditions = (findings: Findings, form: Form, placed: readonly PlacedCondition[]): void => {
  const places = new Map(placed.map((one) => [one.condition, one]))
  const of = (conditions: readonly Condition[]): readonly PlacedCondition[] => conditions.flatMap((condition) => places.get(condition) ?? [])
  for (const group of form.groups) {
    if (group.conditions.length > 0) checkTogether(findings, { form }, of(group.conditions), `the group ${group.id} is never shown`)
    for (const field of group.fields) {
      if (field.conditions.length > 0) checkTogether(findings, { form }, of(field.conditions), `the field ${field.id} is never shown`, group.conditions)
    }
  }
}
