import type { Instant } from '../json.js'
import { end, fail } from './ending.js'
import { compensableRows, compensationTarget } from './ledger.js'
import { move, type Move } from './move.js'
import { awaitsReconcile, blockedSteps, startableSteps } from './next-step.js'
import { nextWake } from './next-wake.js'
import type { RequestEffect } from './request-effect.js'
import type { FailureReport, RequestStatus } from './request-status.js'
import type { ServiceRequest } from './service-request.js'
import { endedWell, runningRows, unresolvedSteps } from './step-state.js'
import { failStep } from './step-failing.js'

type Cancelling = Extract<RequestStatus, { readonly state: 'cancelling' }>

function goForward(current: Move, at: Instant): Move {
  const { request, effects } = current
  if (request.steps.every(endedWell)) return end(current, { state: 'completed', at }, at)
  const blocked = blockedSteps(request)
  if (blocked.length === 0) return current
  const failure = { kind: 'fatal', phase: 'prepare', code: 'BLOCKED', message: 'the plan leaves no way to start this step' } as const
  return settled(move(blocked.reduce((so, row) => failStep(so, row, failure, at), request), ...effects), at)
}

function endSettling(current: Move, failure: FailureReport, at: Instant): Move {
  const { request, effects } = current
  if (runningRows(request).length > 0) return current
  const takesBack = request.revision.plan.onFailure === 'compensate' && failure.cause !== 'wait'
    && unresolvedSteps(request).length === 0 && compensableRows(request).length > 0
  return takesBack ? move({ ...request, status: { state: 'in_progress', course: 'backward', failure } }, ...effects) : fail(current, failure, at)
}

/** Ends as asked, unless effects should have been taken back and nobody knows whether there are some. */
function endCancelling(current: Move, status: Cancelling, at: Instant): Move {
  const unknown = unresolvedSteps(current.request)
  return status.compensate && status.then === 'cancelled' && unknown.length > 0
    ? fail(current, { at, steps: unknown, cause: 'compensation', needsPerson: unknown }, at)
    : end(current, { state: status.then, cause: status.cause }, at)
}

function settleCancelling(current: Move, status: Cancelling, at: Instant): Move {
  const { request, effects } = current
  const open = runningRows(request).length > 0 || (status.compensate && request.steps.some(awaitsReconcile))
  if (open) return current
  return status.compensate && compensableRows(request).length > 0
    ? move({ ...request, status: { ...status, course: 'backward' } }, ...effects)
    : endCancelling(current, status, at)
}

/** Moves the status as far as it goes without a further event. */
function settled(current: Move, at: Instant): Move {
  const { status } = current.request
  if (status.state === 'in_progress') {
    switch (status.course) {
      case 'forward': return goForward(current, at)
      case 'settling': return endSettling(current, status.failure, at)
      case 'backward': return compensationTarget(current.request) === undefined ? fail(current, status.failure, at) : current
    }
  }
  if (status.state !== 'cancelling') return current
  if (status.course === 'settling') return settleCancelling(current, status, at)
  return compensationTarget(current.request) === undefined ? endCancelling(current, status, at) : current
}

/** Who moves the request next: the step to prepare, the clock, and whether a worker is still held. */
function outlook(request: ServiceRequest, at: Instant, handOver: boolean): readonly RequestEffect[] {
  const startable = startableSteps(request, at)
  const next = handOver ? undefined : startable[0]
  const idle = next === undefined && runningRows(request).length === 0
  const effects: RequestEffect[] = next === undefined ? [] : [{ type: 'prepare-step', step: next.step, mode: next.mode }]
  effects.push({ type: 'wake-at', at: nextWake(request, at, startable) })
  if (idle) effects.push({ type: 'release-claim' })
  return effects
}

/** The common end of every transition: settle the status, then say what comes next. */
export function carryOn(current: Move, at: Instant): Move {
  const { request, effects } = settled(current, at)
  return move(request, ...effects, ...outlook(request, at, current.handOver === true))
}
