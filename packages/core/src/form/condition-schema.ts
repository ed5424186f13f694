import { evaluateCondition } from '../expression/condition.js'
import type { Condition } from '../expression/condition.js'
import type { Json, JsonObject } from '../json.js'
import { atLeastPattern, atMostPattern, literalPattern } from './text-range.js'
import type { FieldRule } from './visibility.js'

const numberOrder: Readonly<Record<string, string>> = { gt: 'exclusiveMinimum', gte: 'minimum', lt: 'exclusiveMaximum', lte: 'maximum' }

const not = (schema: JsonObject): JsonObject => ({ not: schema })

const dateOrder = (operator: Condition['operator'], date: string): JsonObject => {
  const text = { type: 'string' }
  switch (operator) {
    case 'gte': return { ...text, pattern: atLeastPattern(date) }
    case 'lte': return { ...text, pattern: atMostPattern(date) }
    case 'gt': return { ...text, pattern: atLeastPattern(date), ...not({ const: date }) }
    default: return { ...text, pattern: atMostPattern(date), ...not({ const: date }) }
  }
}

const orderSchema = ({ operator, value }: Condition): JsonObject =>
  typeof value === 'string' ? dateOrder(operator, value) : { type: 'number', [numberOrder[operator] ?? 'minimum']: value }

const contains = (value: Json): JsonObject => {
  const member = { type: 'array', contains: { const: value } }
  return typeof value === 'string' ? { anyOf: [member, { type: 'string', pattern: literalPattern(value) }] } : member
}

/** The values of the field that satisfy the condition. */
const valueSatisfies = (condition: Condition): JsonObject => {
  const { operator, value } = condition
  switch (operator) {
    case 'eq': return { const: value }
    case 'ne': return not({ const: value })
    case 'in': return { enum: value }
    case 'not_in': return not({ enum: value })
    case 'contains': return contains(value)
    default: return orderSchema(condition)
  }
}

/** What makes a field visible, as JSON Schema over the whole input; `undefined` for one that always is. */
export type VisibilitySchemas = (fieldId: string) => JsonObject | undefined

/**
 * The inputs that satisfy a condition. A field that is not given counts as its default while it is visible and as missing while it
 * is not, just as in the validator, so that the published schema decides as the server does. A value given for a hidden field
 * satisfies nothing: else the `if` that reads it would make it an evaluated property.
 */
const holds = (condition: Condition, { field }: FieldRule, shown: JsonObject | undefined): JsonObject => {
  const properties = { [field.id]: valueSatisfies(condition) }
  const given = { required: [field.id], properties }
  const whenVisible = evaluateCondition(condition, field.default)
  if (shown === undefined) return whenVisible ? { properties } : given
  const whenHidden = evaluateCondition(condition, undefined)
  const isGiven = { allOf: [shown, given] }
  if (!whenVisible && !whenHidden) return isGiven
  const absent = not({ required: [field.id] })
  if (whenVisible && whenHidden) return { anyOf: [isGiven, absent] }
  return { anyOf: [isGiven, { allOf: [absent, whenVisible ? shown : not(shown)] }] }
}

/** Makes the schemas that decide visibility. `rules` stand in the order of `orderedRules`. */
export const visibilitySchemas = (rules: readonly FieldRule[]): VisibilitySchemas => {
  const byId = new Map(rules.map((rule) => [rule.field.id, rule]))
  const known = new Map<string, JsonObject>()
  for (const rule of rules) {
    if (rule.conditions.length === 0) continue
    const parts = rule.conditions.map((condition) => {
      const parent = byId.get(condition.field)
      return parent === undefined ? {} : holds(condition, parent, known.get(parent.field.id))
    })
    const [first = {}] = parts
    known.set(rule.field.id, parts.length === 1 ? first : { allOf: parts })
  }
  return (id) => known.get(id)
}
