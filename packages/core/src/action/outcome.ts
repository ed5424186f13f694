import type { Instant, Json } from '../json.js'

/** Something outside that a step made or waits for. `service` names the connection instance, for example `jira:main`. */
export interface ExternalReference {
  readonly service: string
  readonly id: string
  /** A link for people. Absent: there is none. */
  readonly url?: string
}

/** What a parked step waits for. A parked step holds no worker and lives through restarts. */
export type Park =
  | {
      readonly until: 'signal'
      readonly reference: ExternalReference
      /** Milliseconds after which the wait ends. Default 90 days. */
      readonly timeoutMs?: number
      /** Milliseconds between calls of `observe`. Absent: only a signal ends the wait. */
      readonly pollEveryMs?: number
      /** What the end of the wait means. Default `fail`. */
      readonly onTimeout?: 'fail' | 'escalate'
      /** What the outside shows now, as `observe` would say it. */
      readonly status?: string
      readonly note?: string
    }
  | { readonly until: 'time'; readonly at: Instant }

/** How `run` and `resume` end when nothing was thrown: output, or a wait. */
export type Outcome<Output = Json> =
  | { readonly kind: 'succeeded'; readonly output: Output }
  | { readonly kind: 'parked'; readonly park: Park }

export const succeeded = <Output>(output: Output): Outcome<Output> => ({ kind: 'succeeded', output })
export const parked = (park: Park): Outcome<never> => ({ kind: 'parked', park })

/** The answer of `reconcile`: does the effect of this step's key exist? */
export type Reconciliation<Output = Json> =
  | { readonly kind: 'present'; readonly output: Output }
  /** It exists and is still awaited. */
  | { readonly kind: 'parked'; readonly park: Park }
  | { readonly kind: 'absent' }
  /** It cannot be told. With `askAgainInMs` a timer asks again; without, a person must say. */
  | { readonly kind: 'unsure'; readonly why: string; readonly askAgainInMs?: number }

/** What `observe` read, without writing. A `payload` ends the wait: the step is resumed with it. */
export interface Observation {
  readonly status: string
  readonly note?: string
  readonly payload?: Json
}

/** How an error thrown by an action is to be understood. */
export type Classification =
  | { readonly kind: 'retryable'; readonly code: string; readonly message: string; readonly retryAfterMs?: number; readonly details?: Json }
  | { readonly kind: 'fatal'; readonly code: string; readonly message: string; readonly details?: Json }
  /** The outside world may have changed. */
  | { readonly kind: 'unknown'; readonly code: string; readonly message: string; readonly details?: Json }
