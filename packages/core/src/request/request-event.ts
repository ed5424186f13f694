import type { InputWarning } from '../form/input-problem.js'
import type { Instant, Json } from '../json.js'
import type { ApprovalStage } from './approval-stage.js'
import type { Cause } from './person.js'
import type { Accepted, Revision } from './service-request.js'
import type { Mode, StepFailure } from './step.js'
import type { Reference, WaitFor } from './wait-for.js'

/** A fact about one execution of one step. `execution` counts from 1 in each iteration. */
type StepFact<T extends string, P = unknown> = { readonly type: T; readonly at: Instant; readonly step: string; readonly execution: number } & P

/** Facts at the gate: acceptance, approvals, start. */
export type GateEvent =
  /** `room`: a worker of the accepting process is free, so that the request starts at once. `warnings`: what could not be made sure of the input. */
  | { readonly type: 'request-accepted'; readonly id: string; readonly at: Instant; readonly accepted: Accepted; readonly revision: Revision; readonly approvals: readonly ApprovalStage[]; readonly room: boolean; readonly warnings?: readonly InputWarning[] }
  | { readonly type: 'approval-decided'; readonly stage: number; readonly planDigest: string; readonly verdict: 'approve' | 'reject'; readonly cause: Cause; readonly onBehalfOf?: string }
  /** `to`: id of the person who decides instead of the one in `cause`. */
  | { readonly type: 'approval-delegated'; readonly stage: number; readonly to: string; readonly cause: Cause }
  | { readonly type: 'approval-deadline-passed'; readonly stage: number; readonly at: Instant }
  /** By the claimer of a queued request. */
  | { readonly type: 'request-started'; readonly at: Instant }

/** What the outside shows of what a step waits for. */
export interface ExternalState {
  readonly status: string
  readonly note?: string
}

/**
 * What `reconcile` found: the effect with its output, the effect still awaited, no effect, or no certain answer (asked again at `askAgainAt`).
 * `repeatable`: not asked, because running it again under the same key does no harm; the effect may exist.
 */
export type ReconcileVerdict =
  | { readonly present: Json }
  | { readonly parked: WaitFor; readonly external?: ExternalState }
  | 'absent'
  | 'repeatable'
  | { readonly unsure: string; readonly askAgainAt?: Instant }

/** Facts about steps and their executions. */
export type StepEvent =
  | { readonly type: 'step-skipped'; readonly at: Instant; readonly step: string; readonly why: 'condition' | 'fallback-not-needed' }
  /** Answers `prepare-step`: rendered and checked; the execution number and mode are those of `stepStart`. */
  | StepFact<'step-started', { readonly mode: Mode; readonly inputHash: string; readonly deadline: Instant }>
  | StepFact<'step-succeeded', { readonly output: Json }>
  | StepFact<'step-parked', { readonly waitFor: WaitFor; readonly external?: ExternalState }>
  /** `jitter` in [0,1): the delay is decided in the transition. As an answer to `prepare-step`, `execution` is the number that would have begun. */
  | StepFact<'step-failed', { readonly failure: StepFailure; readonly jitter: number }>
  | StepFact<'step-reconciled', { readonly verdict: ReconcileVerdict }>
  | StepFact<'step-compensated'>
  /** `owner-lost` is written by the claimer who recovers the request. */
  | StepFact<'step-interrupted', { readonly why: 'shutdown' | 'cancel' | 'owner-lost' }>

/** Facts from clocks and from outside. */
export type TimerEvent =
  | { readonly type: 'signal-received'; readonly at: Instant; readonly reference: Reference; readonly delivery: string; readonly payload: Json }
  | { readonly type: 'external-status-changed'; readonly at: Instant; readonly reference: Reference; readonly status: string; readonly note?: string; readonly nextPollAt?: Instant }
  /** Covers every wait, retry delay and deadline that is due at `at`, except deadlines of approvals. */
  | { readonly type: 'timer-fired'; readonly at: Instant }

/** What a person says became of a step whose effect nobody knows. */
export interface ResolvedStep {
  readonly step: string
  readonly effect: { readonly present: Json } | { readonly parked: WaitFor } | 'absent'
}

/** What people decide. */
export type PeopleEvent =
  /** `revision`: edited input, `warnings`: what could not be made sure of it. `redo`: ended steps to be done anew. `resolved`: an answer for each step in `needsPerson`. */
  | { readonly type: 'retry-requested'; readonly cause: Cause; readonly revision?: Revision; readonly warnings?: readonly InputWarning[]; readonly approvals?: readonly ApprovalStage[]; readonly redo: readonly string[]; readonly resolved: readonly ResolvedStep[] }
  | { readonly type: 'cancel-requested'; readonly cause: Cause; readonly compensate: boolean }
  | { readonly type: 'abort-requested'; readonly cause: Cause; readonly compensate: boolean }
  | { readonly type: 'escalation-requested'; readonly cause: Cause }
  | { readonly type: 'escalation-opened'; readonly at: Instant; readonly ticket: Reference }
  | { readonly type: 'escalation-resolved'; readonly cause: Cause; readonly verdict: 'completed' | 'aborted' }

/** A fact about a request, in the past tense. The log of these is the truth; everything else is its fold. */
export type RequestEvent = GateEvent | StepEvent | TimerEvent | PeopleEvent
