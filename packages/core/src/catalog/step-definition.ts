import type { Condition } from '../expression/condition.js'
import type { JsonObject } from '../json.js'

/** When a step is executed again after a `retryable` failure (catalog-format 1.4.2). */
export interface StepRetry {
  /** Further executions after the first, 0 to 5. Default of a `retry` block: 3. */
  readonly attempts: number
  /** Milliseconds. Default 30,000. */
  readonly delayMs: number
  /** Default exponential. */
  readonly backoff: 'linear' | 'exponential' | 'fibonacci'
  /** Milliseconds. Default 300,000. */
  readonly maxDelayMs: number
  /** Default timeout and error. */
  readonly on: readonly string[]
}

/** In a document: an action type, its config with templates, its dependencies and policies. */
export interface StepDefinition {
  /** Unique in its list; key of `output.<id>` in templates. */
  readonly id: string
  readonly name?: string
  readonly description?: string
  /** Type of the action, canonical where it is installed. */
  readonly action: string
  /** From 1. Default: the place in the document. */
  readonly order: number
  readonly dependsOn: readonly string[]
  /** All must hold, else the step is skipped. Fields are dotted scope paths: `fields.stage`, `output.estimate.total`. */
  readonly conditions: readonly Condition[]
  /** In the action's canonical spelling, templates unrendered. */
  readonly config: JsonObject
  /** Absent: a failure is final. */
  readonly retry?: StepRetry
  /** Milliseconds; bounds one execution, never a wait. Default 300,000. */
  readonly timeoutMs: number
  readonly onFailure: 'fail' | 'continue' | { readonly fallback: string }
  readonly critical: boolean
  /** Names that the document gives to values of the output: the path of each in what the action gives. Absent: none. */
  readonly outputs?: Readonly<Record<string, string>>
}
