import type { Instant } from '../json.js'
import type { Cause } from './person.js'
import type { Reference } from './wait-for.js'

/** Why a request failed; the steps hold the details. */
export interface FailureReport {
  readonly at: Instant
  /** Ids of the steps that failed, in the order in which they did. Empty when the request's own deadline passed. */
  readonly steps: readonly string[]
  /** `wait`: a wait with `onTimeout: escalate` ran out. `compensation`: an effect could not be taken back. */
  readonly cause: 'step' | 'deadline' | 'wait' | 'compensation'
  /** Ids of the steps whose effect nobody knows; a retry must say what became of them (`resolved`). */
  readonly needsPerson: readonly string[]
}

/** Where a request stands. Final and immutable: completed, cancelled, rejected, aborted. */
export type RequestStatus =
  | {
    /** In memory only: never the state after a commit. */
    readonly state: 'submitted'
  }
  | { readonly state: 'pending_approval'; readonly stage: number }
  | { readonly state: 'queued'; readonly since: Instant }
  | { readonly state: 'in_progress'; readonly course: 'forward' }
  | {
    /** settling: a step failed, siblings still run, nothing new starts. backward: effects are taken back. */
    readonly state: 'in_progress'
    readonly course: 'settling' | 'backward'
    readonly failure: FailureReport
  }
  | {
    readonly state: 'cancelling'
    readonly course: 'settling' | 'backward'
    readonly cause: Cause
    readonly compensate: boolean
    readonly then: 'cancelled' | 'aborted'
  }
  | { readonly state: 'completed'; readonly at: Instant }
  | { readonly state: 'failed'; readonly failure: FailureReport }
  | {
    readonly state: 'escalated'
    readonly failure: FailureReport
    readonly cause: Cause
    /** Absent until escalation-opened. */
    readonly ticket?: Reference
  }
  | { readonly state: 'aborted' | 'cancelled' | 'rejected'; readonly cause: Cause }

/** Names of the states of a request. */
export type RequestState = RequestStatus['state']
