import { approvalDeadlinePassed, approvalDecided, approvalDelegated, openNextStage } from './approvals.js'
import { move, type Answer, type Move } from './move.js'
import { queue, renewDeadline, start } from './queue.js'
import { reject } from './rejection.js'
import type { RequestEffect } from './request-effect.js'
import type { GateEvent } from './request-event.js'
import { newRow } from './request-rows.js'
import type { ServiceRequest } from './service-request.js'
import { settle } from './step-failing.js'

type Accepting = Extract<GateEvent, { readonly type: 'request-accepted' }>

/** One row for each planned step, in the order of the plan. */
export const rowsOfPlan = (steps: readonly { readonly id: string }[]) => [...new Set(steps.map((step) => step.id))].map((id) => newRow(id, 1))

/** The first event of every request. */
export function acceptRequest(event: Accepting): Move {
  const { id, at, accepted, revision, approvals, room } = event
  const request: ServiceRequest = {
    id, version: 0, accepted, revision, status: { state: 'submitted' }, steps: rowsOfPlan(revision.plan.steps), superseded: [],
    approvals: approvals.map((stage) => ({ ...stage, state: 'not-open' })), ledger: [],
  }
  const claims = revision.plan.quota
  const reserved: readonly RequestEffect[] = claims.length === 0 ? [] : [{ type: 'reserve-quota', claims }]
  if (approvals.length > 0) return openNextStage(move(request, ...reserved), at)
  return room ? start(move(renewDeadline(request, at), ...reserved)) : queue(move(request, ...reserved), at)
}

function startRequest(request: ServiceRequest, event: Extract<GateEvent, { readonly type: 'request-started' }>): Answer {
  if (request.status.state !== 'queued') return reject('NOT_IN_THIS_STATE', `only a queued request is started; this one is ${request.status.state}`)
  const started = start(move(request))
  const { deadline } = request.revision
  return deadline === undefined || deadline > event.at ? started : move(settle(started.request, 'deadline', event.at), ...started.effects)
}

/** Facts at the gate: acceptance, approvals, start. */
export function gate(request: ServiceRequest, event: GateEvent): Answer {
  switch (event.type) {
    case 'request-accepted': return reject('NOT_IN_THIS_STATE', 'the request was accepted before')
    case 'approval-decided': return approvalDecided(request, event)
    case 'approval-delegated': return approvalDelegated(request, event)
    case 'approval-deadline-passed': return approvalDeadlinePassed(request, event)
    case 'request-started': return startRequest(request, event)
  }
}
