import type { Instant } from '../json.js'
import { isInLedger } from './ledger.js'
import { move, type Move } from './move.js'
import type { ReconcileVerdict } from './request-event.js'
import { findPlanned, replaceRow, supersede, withStatus } from './request-rows.js'
import { recoveryAttempts } from './retry-delay.js'
import type { ServiceRequest } from './service-request.js'
import { complete, endWait, park } from './step-ending.js'
import { failStep } from './step-failing.js'
import type { Step, StepFailure } from './step.js'

type Row = Extract<Step, { readonly state: 'in_progress' }>

/** No question is asked again sooner than this after its last answer. Milliseconds. Ours. */
const shortestPauseMs = 100

const unsure = (message: string): StepFailure => ({ kind: 'unknown', phase: 'reconcile', code: 'EFFECT_UNSURE', message })

const exhausted: StepFailure = {
  kind: 'retryable', phase: 'reconcile', code: 'RECOVERY_EXHAUSTED', message: 'no execution came to an answer, as often as it was tried; the logs of the step say why',
}

const isOften = (request: ServiceRequest, row: Row): boolean => row.failures > recoveryAttempts(findPlanned(request, row.id)?.retry)

/** No effect exists: the step runs (again), unless that was tried often enough. */
function runAgain(request: ServiceRequest, row: Row, at: Instant): ServiceRequest {
  return isOften(request, row) ? failStep(request, row, exhausted, at) : replaceRow(request, withStatus(row, { state: 'retrying', dueAt: at, mode: 'run' }))
}

/**
 * What was recorded as made is gone: a compensation whose end nobody learnt of, or somebody outside, has taken it back. It is made anew under
 * a new key: under the old one a service would answer with what it had made before.
 */
function makeAnew(request: ServiceRequest, row: Row, at: Instant): ServiceRequest {
  if (isOften(request, row)) return failStep(request, row, exhausted, at)
  const gone = withStatus(row, { state: 'compensated', endedAt: at })
  const anew = supersede(replaceRow(request, gone), gone)
  return { ...anew, steps: anew.steps.map((step) => (step.id === row.id ? { ...step, failures: row.failures } : step)) }
}

/** Known to have left nothing. */
const certain = ({ uncertainSince: _known, ...row }: Row): Row => row

function askAgain(request: ServiceRequest, row: Row, why: string, askAgainAt: Instant, at: Instant): ServiceRequest {
  const payload = row.payload === undefined ? {} : { payload: row.payload }
  const dueAt = Math.max(askAgainAt, at + shortestPauseMs)
  return replaceRow(request, withStatus(row, { state: 'retrying', dueAt, mode: 'reconcile', ...payload, failure: unsure(why) }))
}

/** The effect is still awaited. When a resume was lost, what had ended the wait is known and ends it again, unless that was tried often enough. */
function waitOn(row: Row, parked: Move, at: Instant): Move {
  const waiting = parked.request.steps.find((other) => other.id === row.id)
  if (row.payload === undefined || waiting?.state !== 'waiting') return parked
  return isOften(parked.request, row)
    ? move(failStep(parked.request, waiting, exhausted, at), ...parked.effects)
    : move(endWait(parked.request, waiting, at, row.payload), ...parked.effects)
}

/** What becomes of a step once it was asked whether its effect exists. */
export function reconciled(request: ServiceRequest, row: Row, verdict: ReconcileVerdict, at: Instant): Move {
  if (verdict === 'repeatable') return move(runAgain(request, row, at))
  if (verdict === 'absent') return move(isInLedger(request, row) ? makeAnew(request, certain(row), at) : runAgain(request, certain(row), at))
  if ('present' in verdict) return move(complete(request, row, verdict.present, true, at))
  if ('parked' in verdict) return waitOn(row, park(request, row, verdict.parked, at, verdict.external), at)
  return verdict.askAgainAt === undefined
    ? move(failStep(request, row, unsure(verdict.unsure), at))
    : move(askAgain(request, row, verdict.unsure, verdict.askAgainAt, at))
}
