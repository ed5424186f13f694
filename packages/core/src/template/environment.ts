import type { ValueType } from '../expression/value-type.js'

/** What one action gives to later templates as `output.<id>`, and how far a template may count on it. */
export interface OutputDeclaration {
  /** Type of the whole output: usually an `object`, `open` when the action declares no schema. */
  readonly type: ValueType
  /** True when the action does not run before the template is rendered. Reading it is an error. Absent: it ran before. */
  readonly later?: boolean
  /** True when a condition may skip the action. Reading it outside of a guard is a warning. Absent: it always runs. */
  readonly maySkip?: boolean
}

/** Everything that a template may read at one place of a document, known before any request exists. */
export interface Environment {
  /** The form: an `object` type whose properties are the fields. */
  readonly fields: ValueType
  /** The item's metadata, custom constants included. */
  readonly metadata: ValueType
  /** The request: id, timestamp, user and so on. */
  readonly request: ValueType
  /** Generated values: date, uuid and so on. */
  readonly system: ValueType
  /** Names of process variables that a template may read. */
  readonly env: ReadonlySet<string>
  /** Names of secrets that a template may read, or `any` when the store cannot be listed. */
  readonly secrets: 'any' | ReadonlySet<string>
  /** Outputs by action id. */
  readonly output: ReadonlyMap<string, OutputDeclaration>
  /** Whether a secret value (a `secrets.` path or a type marked `secret`) may stand here at all. */
  readonly secretsAllowed: boolean
}
