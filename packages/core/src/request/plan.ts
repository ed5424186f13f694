/** How often and how soon a step is executed again after a `retryable` failure. */
export interface RetryPolicy {
  /** Further executions after the first. */
  readonly attempts: number
  /** The first delay, in milliseconds. */
  readonly delayMs: number
  /** Growth with each failure: 1 2 3, 1 2 4, or 1 1 2 3 5 times `delayMs`. */
  readonly backoff: 'linear' | 'exponential' | 'fibonacci'
  /** No computed delay is longer, in milliseconds. A service's own Retry-After may be. */
  readonly maxDelayMs: number
  /** What is retried: `timeout`, `error` (all that is no timeout), or codes of failures. */
  readonly on: readonly string[]
}

/** One step as planned, before anything runs. */
export interface PlannedStep {
  readonly id: string
  /** The action's type. */
  readonly action: string
  /** Ids of steps that must have ended (completed, skipped, or failed and tolerated) before this one starts. */
  readonly dependsOn: readonly string[]
  /** Id of the bundle's component that the step belongs to. Absent for a single item. */
  readonly component?: string
  /** Whether people see the step as essential. Informs only: `onFailure` decides. */
  readonly critical: boolean
  /** What a second run would do outside. `by-config`: known only when the config is rendered, so treated as `create`. */
  readonly effect: 'none' | 'idempotent' | 'create' | 'by-config'
  /** Whether the action can take the effect back. */
  readonly compensable: boolean
  /** Bounds one execution, never a wait. Milliseconds. */
  readonly timeoutMs: number
  readonly onFailure: 'fail' | 'continue' | { readonly fallback: string }
  /** Absent: no retry of retryable failures. */
  readonly retry?: RetryPolicy
  /** Names that the document gives to values of the output: the path of each in what the action gives. Absent: none. */
  readonly outputs?: Readonly<Record<string, string>>
}

/** An amount that a request takes from a team's quota. */
export interface QuotaClaim {
  readonly team: string
  readonly resource: string
  readonly environment: string
  readonly amount: number
}

/** The pure expansion of an item or bundle, with its input, into steps. */
export interface Plan {
  readonly mode: 'manual' | 'automatic'
  /** Why the mode is not the one that the document asks for. Absent when it is. */
  readonly modeReason?: string
  /** Of a bundle: what it is made of, in the order in which it is carried out. Absent for a single item. */
  readonly components?: readonly { readonly id: string; readonly itemId: string; readonly dependsOn: readonly string[] }[]
  /** In the order in which they run; ids are unique. */
  readonly steps: readonly PlannedStep[]
  /** Steps begun and not ended at once (running, waiting, retrying); 1 = sequential. */
  readonly limit: number
  readonly quota: readonly QuotaClaim[]
  /** What becomes of finished steps when the request fails: kept for a retry (`keep`, also when absent), or taken back. */
  readonly onFailure?: 'keep' | 'compensate'
}
