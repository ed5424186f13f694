import type { Instant } from '../json.js'
import { move, type Move } from './move.js'
import type { RequestEffect } from './request-effect.js'
import { withStatus } from './request-rows.js'
import type { FailureReport, RequestStatus } from './request-status.js'
import type { ServiceRequest } from './service-request.js'
import { unresolvedSteps } from './step-state.js'
import type { Step } from './step.js'

type FinalStatus = Extract<RequestStatus, { readonly state: 'completed' | 'cancelled' | 'rejected' | 'aborted' }>

/** What is left of a step when its request ends for good: a known failure stays one, everything else was not needed any more. */
function closeStep(row: Step, at: Instant): Step {
  switch (row.state) {
    case 'pending':
    case 'waiting':
      return withStatus(row, { state: 'skipped', why: 'request-ended' })
    case 'retrying':
      return row.failure === undefined
        ? withStatus(row, { state: 'skipped', why: 'request-ended' })
        : withStatus(row, { state: 'failed', endedAt: at, failure: row.failure, tolerated: false })
    case 'in_progress':
    case 'compensating':
    case 'completed':
    case 'failed':
    case 'skipped':
    case 'compensated':
      return row
  }
}

function quotaAtEnd(request: ServiceRequest, status: FinalStatus): readonly RequestEffect[] {
  const claims = request.revision.plan.quota
  if (claims.length === 0) return []
  return [{ type: status.state === 'completed' ? 'use-quota' : 'release-quota', claims }]
}

/** Ends the request for good. */
export function end({ request, effects }: Move, status: FinalStatus, at: Instant): Move {
  const notices: readonly RequestEffect[] = status.state === 'completed'
    ? [{ type: 'notify', notice: 'success' }, { type: 'notify', notice: 'post-fulfillment' }]
    : []
  const ended = { ...request, status, steps: request.steps.map((row) => closeStep(row, at)) }
  return move(ended, ...effects, ...quotaAtEnd(request, status), ...notices)
}

/** Lets the request fail, or be escalated where a wait asks for it. What people must settle is counted now. */
export function fail({ request, effects }: Move, report: FailureReport, at: Instant): Move {
  const failure: FailureReport = { ...report, needsPerson: unresolvedSteps(request) }
  if (failure.cause !== 'wait') return move({ ...request, status: { state: 'failed', failure } }, ...effects, { type: 'notify', notice: 'failure' })
  const cause = { by: 'system', reason: `the wait of ${failure.steps.join(', ')} ran out`, at } as const
  return move({ ...request, status: { state: 'escalated', failure, cause } }, ...effects, { type: 'notify', notice: 'failure' }, { type: 'open-escalation' })
}
