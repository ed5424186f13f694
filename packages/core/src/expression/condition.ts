import type { Json } from '../json.js'

/** The operators of catalog-format 1.3.4. */
export type ConditionOperator = 'eq' | 'ne' | 'gt' | 'lt' | 'gte' | 'lte' | 'in' | 'not_in' | 'contains'

/** One comparison of a value, named by a path, with a constant. */
export interface Condition {
  /** A field id, or a dotted scope path such as `output.cost-estimation.total`. */
  readonly field: string
  readonly operator: ConditionOperator
  readonly value: Json
}

/**
 * True when every condition holds; an empty list holds. `read` answers `undefined` for a path that is missing, which makes
 * every operator false except `ne` and `not_in`.
 */
export declare function evaluateConditions(conditions: readonly Condition[], read: (path: string) => Json | undefined): boolean
