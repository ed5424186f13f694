import type { Instant } from '../json.js'
import { move, type Move } from './move.js'
import { findPlanned, replaceRow, withStatus } from './request-rows.js'
import { isRetried, recoveryAttempts, retryDelay } from './retry-delay.js'
import type { ServiceRequest } from './service-request.js'
import { failStep } from './step-failing.js'
import { isReconcilable } from './step-state.js'
import type { Step, StepFailure } from './step.js'

/** A failure of one execution, or of its preparation. */
export interface FailedExecution {
  readonly failure: StepFailure
  readonly jitter: number
  readonly at: Instant
}

/** What the execution was doing when it failed. */
export type Doing = Pick<Extract<Step, { state: 'in_progress' }>, 'mode' | 'payload'>

type Verdict = { readonly again: Doing['mode'] } | { readonly failed: StepFailure }

/**
 * Whether the step goes on, and with what. A lost answer of a step that must not run twice is looked into (reconcile)
 * whatever its `retry` says; one that may be repeated is repeated; both end after `recoveryAttempts`.
 */
function judge(request: ServiceRequest, row: Step, { mode }: Doing, failure: StepFailure, failures: number): Verdict {
  const planned = findPlanned(request, row.id)
  const recoverable = failures <= recoveryAttempts(planned?.retry)
  if (mode === 'reconcile') return failure.kind !== 'fatal' && recoverable ? { again: 'reconcile' } : { failed: { ...failure, kind: 'unknown' } }
  if (failure.kind === 'unknown' && isReconcilable(planned)) return { again: 'reconcile' }
  const again = failure.kind === 'unknown' ? recoverable : isRetried(planned?.retry, failure, failures)
  return again ? { again: mode } : { failed: failure }
}

/** A run, or a resume, has just left its effect without an answer. Asking again does not make it newer. */
const uncertain = (row: Step, doing: Doing, next: Doing['mode'], at: Instant): Step =>
  next === 'reconcile' && doing.mode !== 'reconcile' ? { ...row, uncertainSince: at } : row

/** One execution of a step has failed: it is retried, looked into, or the step has failed. */
export function failExecution(request: ServiceRequest, row: Step, doing: Doing, { failure, jitter, at }: FailedExecution): Move {
  const failures = row.failures + 1
  const counted: Step = { ...row, failures }
  const verdict = judge(request, row, doing, failure, failures)
  if ('failed' in verdict) return move(failStep(request, counted, verdict.failed, at))
  const dueAt = at + retryDelay(findPlanned(request, row.id)?.retry, failure, failures, jitter)
  const payload = doing.payload === undefined ? {} : { payload: doing.payload }
  return move(replaceRow(request, withStatus(uncertain(counted, doing, verdict.again, at), { state: 'retrying', dueAt, mode: verdict.again, ...payload, failure })))
}

const interruption = (kind: StepFailure['kind'], why: string): StepFailure =>
  ({ kind, phase: 'run', code: why === 'owner-lost' ? 'OWNER_LOST' : 'INTERRUPTED', message: `the execution ended without an answer (${why})` })

/**
 * An execution has ended without an answer. What may be repeated is repeated, anything else looked into. Only a lost owner
 * counts as a failure: a step that takes its process down each time must not do so for ever.
 */
export function interruptExecution(request: ServiceRequest, row: Step, doing: Doing, why: 'shutdown' | 'cancel' | 'owner-lost', at: Instant): Move {
  const planned = findPlanned(request, row.id)
  const reconcilable = isReconcilable(planned)
  const failure = interruption(reconcilable ? 'unknown' : 'retryable', why)
  const failures = why === 'owner-lost' ? row.failures + 1 : row.failures
  const counted: Step = { ...row, failures }
  if (why === 'owner-lost' && failures > recoveryAttempts(planned?.retry)) return move(failStep(request, counted, failure, at))
  const payload = doing.payload === undefined ? {} : { payload: doing.payload }
  const mode = reconcilable ? 'reconcile' : doing.mode
  return move(replaceRow(request, withStatus(uncertain(counted, doing, mode, at), { state: 'retrying', dueAt: at, mode, ...payload, failure })))
}
