import type { Json } from '../json.js'
import { equals, includes, order } from './comparison.js'
import { isList } from './value.js'
import type { Value } from './value-type.js'

/** The operators of catalog-format 1.3.4. */
export type ConditionOperator = 'eq' | 'ne' | 'gt' | 'lt' | 'gte' | 'lte' | 'in' | 'not_in' | 'contains'

/** One comparison of a value, named by a path, with a constant. */
export interface Condition {
  /** A field id, or a dotted scope path such as `output.cost-estimation.total`. */
  readonly field: string
  readonly operator: ConditionOperator
  readonly value: Json
}

type Test = (left: Json, right: Json) => boolean

const ordered = (accept: (sign: number) => boolean): Test => (left, right) => {
  const sign = order(left, right)
  return sign !== undefined && accept(sign)
}

const isOneOf: Test = (left, right) => isList(right) && includes(right, left)

const tests: Readonly<Record<ConditionOperator, Test>> = {
  eq: equals,
  ne: (left, right) => !equals(left, right),
  gt: ordered((sign) => sign > 0),
  lt: ordered((sign) => sign < 0),
  gte: ordered((sign) => sign >= 0),
  lte: ordered((sign) => sign <= 0),
  in: isOneOf,
  not_in: (left, right) => isList(right) && !isOneOf(left, right),
  contains: includes,
}

/** One condition on a value that was read. A missing or null value satisfies `ne` and `not_in` and nothing else. */
export function evaluateCondition(condition: Condition, left: Value): boolean {
  if (left === undefined || left === null) return condition.operator === 'ne' || condition.operator === 'not_in'
  return tests[condition.operator](left, condition.value)
}

/**
 * True when every condition holds; an empty list holds. `read` answers `undefined` for a path that is missing, which makes
 * every operator false except `ne` and `not_in`.
 */
export const evaluateConditions = (conditions: readonly Condition[], read: (path: string) => Json | undefined): boolean =>
  conditions.every((condition) => evaluateCondition(condition, read(condition.field)))
