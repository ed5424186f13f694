import type { ApprovalStage } from './approval-stage.js'
import { openStage } from './approvals.js'
import { end } from './ending.js'
import { move, type Answer } from './move.js'
import type { Cause } from './person.js'
import { reject, type Rejected } from './rejection.js'
import type { RequestEffect } from './request-effect.js'
import type { PeopleEvent } from './request-event.js'
import { retryRequested } from './retry-requested.js'
import type { ServiceRequest } from './service-request.js'

type Of<T extends PeopleEvent['type']> = Extract<PeopleEvent, { readonly type: T }>

const notNow = (request: ServiceRequest, what: string): Rejected => reject('NOT_IN_THIS_STATE', `${what}; this one is ${request.status.state}`)

/** Lets running steps end, takes effects back where that was asked for, and then ends the request. */
function windDown(request: ServiceRequest, cause: Cause, compensate: boolean, then: 'cancelled' | 'aborted'): ServiceRequest {
  const { status } = request
  const backward = status.state === 'in_progress' && status.course === 'backward'
  return { ...request, status: { state: 'cancelling', course: backward ? 'backward' : 'settling', cause, compensate: compensate || backward, then } }
}

const isUndecided = (stage: ApprovalStage): boolean => stage.state === 'open' || stage.state === 'not-open'

function closeApprovals(request: ServiceRequest): { readonly request: ServiceRequest; readonly effects: readonly RequestEffect[] } {
  const open = openStage(request)
  if (open === undefined) return { request, effects: [] }
  const approvals = request.approvals.map((stage) => (isUndecided(stage) ? { ...stage, state: 'superseded' as const } : stage))
  return { request: { ...request, approvals }, effects: [{ type: 'close-approval', stage: open.stage }] }
}

/** A compensation that runs is not interrupted: it is what cancelling waits for. */
function cancel(request: ServiceRequest, { cause, compensate }: Of<'cancel-requested'>): Answer {
  const { state } = request.status
  if (state !== 'pending_approval' && state !== 'queued' && state !== 'in_progress') return notNow(request, 'only a request that is under way is cancelled')
  const closed = closeApprovals(request)
  const interrupts = request.steps.filter((row) => row.state === 'in_progress').map((row): RequestEffect => ({ type: 'interrupt-step', step: row.id, why: 'cancel' }))
  return move(windDown(closed.request, cause, compensate, 'cancelled'), ...closed.effects, ...interrupts)
}

const abort = (request: ServiceRequest, { cause, compensate }: Of<'abort-requested'>): Answer =>
  request.status.state === 'failed'
    ? move(windDown(request, cause, compensate, 'aborted'))
    : notNow(request, 'only a failed request is aborted')

function escalate(request: ServiceRequest, { cause }: Of<'escalation-requested'>): Answer {
  const { status } = request
  if (status.state !== 'failed') return notNow(request, 'only a failed request is escalated')
  return move({ ...request, status: { state: 'escalated', failure: status.failure, cause } }, { type: 'open-escalation' })
}

function openEscalation(request: ServiceRequest, { ticket }: Of<'escalation-opened'>): Answer {
  const { status } = request
  if (status.state !== 'escalated') return notNow(request, 'a ticket belongs to an escalated request')
  return status.ticket === undefined
    ? move({ ...request, status: { ...status, ticket } })
    : reject('NOT_IN_THIS_STATE', `the escalation has its ticket: ${status.ticket.id}`)
}

function resolveEscalation(request: ServiceRequest, { cause, verdict }: Of<'escalation-resolved'>): Answer {
  if (request.status.state !== 'escalated') return notNow(request, 'only an escalated request is resolved')
  return end(move(request), verdict === 'completed' ? { state: 'completed', at: cause.at } : { state: 'aborted', cause }, cause.at)
}

/** What people decide. */
export function people(request: ServiceRequest, event: PeopleEvent): Answer {
  switch (event.type) {
    case 'retry-requested': return retryRequested(request, event)
    case 'cancel-requested': return cancel(request, event)
    case 'abort-requested': return abort(request, event)
    case 'escalation-requested': return escalate(request, event)
    case 'escalation-opened': return openEscalation(request, event)
    case 'escalation-resolved': return resolveEscalation(request, event)
  }
}
