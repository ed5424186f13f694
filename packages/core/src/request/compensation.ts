import type { Instant } from '../json.js'
import { fail } from './ending.js'
import { move, type Move } from './move.js'
import { findPlanned, replaceRow, withStatus } from './request-rows.js'
import type { FailureReport } from './request-status.js'
import { isRetried, recoveryAttempts, retryDelay } from './retry-delay.js'
import type { ServiceRequest } from './service-request.js'
import type { FailedExecution } from './step-failed.js'
import type { Step, StepFailure } from './step.js'

/** A row whose effect is being taken back. */
export type Compensating = Extract<Step, { readonly state: 'compensating' }>

const outputOf = (row: Step) => ('output' in row && row.output !== undefined ? { output: row.output } : {})

/** Begins, or begins again, to take back what a row has made. Attempts are counted anew: they are not those of the step. */
export function beginCompensation(row: Step, execution: number, startedAt: Instant, deadline: Instant): Step {
  const counted: Step = { ...row, executions: execution, failures: row.state === 'compensating' ? row.failures : 0 }
  return withStatus(counted, { state: 'compensating', execution, startedAt, deadline, ...outputOf(row) })
}

export const compensated = (request: ServiceRequest, row: Compensating, at: Instant): Move =>
  move(replaceRow(request, withStatus(row, { state: 'compensated', endedAt: at, ...outputOf(row) })))

/** The compensation stops until `dueAt`, and is then begun again: actions compensate idempotently. */
export function pauseCompensation(request: ServiceRequest, row: Compensating, dueAt: Instant): Move {
  const { execution, startedAt, deadline } = row
  return move(replaceRow(request, withStatus(row, { state: 'compensating', execution, startedAt, deadline, ...outputOf(row), dueAt })))
}

function reportOf(request: ServiceRequest, step: string, at: Instant): FailureReport {
  const { status } = request
  const steps = status.state === 'in_progress' && status.course !== 'forward' ? status.failure.steps : []
  return { at, steps: [...steps.filter((id) => id !== step), step], cause: 'compensation', needsPerson: [] }
}

/** The effect stays. What was made before it stays too: it may be what the later one stands on. */
export function failCompensation(request: ServiceRequest, row: Step, failure: StepFailure, at: Instant): Move {
  const given = outputOf(row)
  const kept = given.output === undefined
    ? withStatus(row, { state: 'failed', endedAt: at, failure, tolerated: false })
    : withStatus(row, { state: 'completed', endedAt: at, output: given.output, adopted: false, undo: failure })
  return fail(move(replaceRow(request, kept)), reportOf(request, row.id, at), at)
}

/** One execution of a compensation has failed: lost answers and, as the document says, retryable failures are tried again. */
export function compensationFailed(request: ServiceRequest, row: Compensating, { failure, jitter, at }: FailedExecution): Move {
  const failures = row.failures + 1
  const policy = findPlanned(request, row.id)?.retry
  const again = failure.kind === 'unknown' ? failures <= recoveryAttempts(policy) : isRetried(policy, failure, failures)
  if (!again) return failCompensation(request, { ...row, failures }, failure, at)
  return pauseCompensation(request, { ...row, failures }, at + retryDelay(policy, failure, failures, jitter))
}

/** A compensation has ended without an answer. A lost owner counts as a failure, as for steps. */
export function compensationInterrupted(request: ServiceRequest, row: Compensating, why: 'shutdown' | 'cancel' | 'owner-lost', at: Instant): Move {
  if (why !== 'owner-lost') return pauseCompensation(request, row, at)
  const failure = { kind: 'unknown', phase: 'compensate', code: 'OWNER_LOST', message: 'the compensation ended without an answer (owner-lost)' } as const
  const failures = row.failures + 1
  return failures > recoveryAttempts(findPlanned(request, row.id)?.retry)
    ? failCompensation(request, { ...row, failures }, failure, at)
    : pauseCompensation(request, { ...row, failures }, at)
}
