import type { Json } from '../json.js'

/** A value that an expression works on. Absent is `undefined`: a name that is not there. */
export type Value = Json | undefined

/**
 * What is known of a value before it exists: the shape of form fields, scopes and outputs. Templates and conditions are
 * checked against it when a document loads. `any` is the honest answer where nothing is known.
 */
export interface ValueType {
  readonly kind: 'string' | 'number' | 'boolean' | 'null' | 'array' | 'object' | 'any'
  /** True when the value may be missing: not required and without a default, or shown under a condition. Absent: always there. */
  readonly optional?: boolean
  /** True for a value that is encrypted and never shown (`password` fields, sensitive outputs). Absent: not a secret. */
  readonly secret?: boolean
  /** The only values possible (`enum`). Absent: any value of the kind. */
  readonly values?: readonly (string | number | boolean)[]
  /** For `array`: the type of each element. Absent: unknown. */
  readonly items?: ValueType
  /** For `object`: the known members. A map, because people choose the names. Absent: none is known. */
  readonly properties?: ReadonlyMap<string, ValueType>
  /** For `object`: true when members that are not listed may exist too; reading one of them is no issue. Absent: closed. */
  readonly open?: boolean
}
