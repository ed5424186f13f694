import type { Instant } from '../json.js'
import type { ApprovalStage, Approver } from './approval-stage.js'
import type { Cause, Person } from './person.js'
import { end } from './ending.js'
import { move, type Answer, type Move } from './move.js'
import { reject, type Rejected } from './rejection.js'
import type { RequestEffect } from './request-effect.js'
import type { GateEvent } from './request-event.js'
import { queue } from './queue.js'
import type { ServiceRequest } from './service-request.js'

type Decided = Extract<GateEvent, { readonly type: 'approval-decided' }>
type Delegated = Extract<GateEvent, { readonly type: 'approval-delegated' }>
type DeadlinePassed = Extract<GateEvent, { readonly type: 'approval-deadline-passed' }>

const isPerson = (person: Person, idOrEmail: string): boolean => person.id === idOrEmail || person.email === idOrEmail

const matches = (approver: Approver, person: Person): boolean =>
  approver.kind === 'user' ? isPerson(person, approver.name) : person.teams.includes(approver.name)

const hasDelegated = (stage: ApprovalStage, person: Person): boolean =>
  stage.delegations?.some((delegation) => isPerson(person, delegation.from)) ?? false

/** Whether the person may decide in this stage: as an approver who kept the vote, or for one who gave it to them. */
export const mayDecide = (stage: ApprovalStage, person: Person, onBehalfOf?: string): boolean =>
  onBehalfOf === undefined
    ? stage.approvers.some((approver) => matches(approver, person)) && !hasDelegated(stage, person)
    : stage.delegations?.some(({ from, to }) => from === onBehalfOf && isPerson(person, to)) ?? false

/** The stage that waits for decisions now. Stages of earlier plans stay in the list, superseded. */
export const openStage = (request: ServiceRequest): ApprovalStage | undefined =>
  request.status.state === 'pending_approval' ? request.approvals.find((stage) => stage.state === 'open') : undefined

function findOpenStage(request: ServiceRequest, number: number): ApprovalStage | Rejected {
  const open = openStage(request)
  if (open?.stage === number) return open
  const known = request.approvals.filter((stage) => stage.stage === number)
  return known.some((stage) => stage.state !== 'not-open' && stage.state !== 'superseded')
    ? reject('ALREADY_DECIDED', `stage ${number} is decided`)
    : reject('NOT_IN_THIS_STATE', `stage ${number} is not open`)
}

const replaceStage = (request: ServiceRequest, before: ApprovalStage, after: ApprovalStage): ServiceRequest =>
  ({ ...request, approvals: request.approvals.map((stage) => (stage === before ? after : stage)) })

/** Opens the next stage, or queues the request after the last. */
export function openNextStage({ request, effects }: Move, at: Instant): Move {
  const next = request.approvals.find((stage) => stage.state === 'not-open')
  if (next === undefined) return queue(move(request, ...effects), at)
  const opened = replaceStage(request, next, { ...next, state: 'open' })
  return move({ ...opened, status: { state: 'pending_approval', stage: next.stage } }, ...effects,
    { type: 'open-approval', stage: next.stage }, { type: 'notify', notice: 'approval-required' })
}

const close = (stage: ApprovalStage): RequestEffect => ({ type: 'close-approval', stage: stage.stage })

/** The request ends rejected; stages that were still to come are not needed any more. */
function endRejected(request: ServiceRequest, stage: ApprovalStage, cause: Cause): Move {
  const approvals = request.approvals.map((other) => (other.state === 'not-open' ? { ...other, state: 'superseded' as const } : other))
  return end(move({ ...request, approvals }, close(stage)), { state: 'rejected', cause }, cause.at)
}

/** One person is one approver, whether the vote was their own or given to them. */
const hasDecided = (stage: ApprovalStage, person: Person): boolean =>
  stage.decisions.some(({ cause }) => cause.by !== 'system' && cause.by.id === person.id)

function checkDecider(stage: ApprovalStage, event: Decided): Rejected | undefined {
  const { by } = event.cause
  if (by === 'system' || !mayDecide(stage, by, event.onBehalfOf)) return reject('NOT_AN_APPROVER', `not an approver of stage ${stage.stage}`)
  return hasDecided(stage, by) ? reject('ALREADY_DECIDED', `${by.id} has already decided stage ${stage.stage}`) : undefined
}

export function approvalDecided(request: ServiceRequest, event: Decided): Answer {
  const stage = findOpenStage(request, event.stage)
  if ('rejection' in stage) return stage
  if (event.planDigest !== stage.planDigest || event.planDigest !== request.revision.planDigest) return reject('STALE_PLAN', 'the plan has changed since it was shown')
  const refused = checkDecider(stage, event)
  if (refused !== undefined) return refused
  const { verdict, cause, onBehalfOf } = event
  const decisions = [...stage.decisions, { verdict, cause, ...(onBehalfOf !== undefined && { onBehalfOf }) }]
  const enough = decisions.filter((decision) => decision.verdict === 'approve').length >= stage.need
  const state = verdict === 'reject' ? 'rejected' : enough ? 'approved' : 'open'
  const decided = replaceStage(request, stage, { ...stage, decisions, state })
  if (state === 'rejected') return endRejected(decided, stage, cause)
  return state === 'approved' ? openNextStage(move(decided, close(stage)), cause.at) : move(decided)
}

export function approvalDelegated(request: ServiceRequest, event: Delegated): Answer {
  const stage = findOpenStage(request, event.stage)
  if ('rejection' in stage) return stage
  const { by } = event.cause
  if (by === 'system' || !mayDecide(stage, by)) return reject('NOT_AN_APPROVER', `not an approver of stage ${stage.stage}`)
  if (hasDecided(stage, by)) return reject('ALREADY_DECIDED', `${by.id} has already decided stage ${stage.stage}`)
  if (isPerson(by, event.to)) return reject('NOT_AN_APPROVER', 'a vote is delegated to somebody else')
  return move(replaceStage(request, stage, { ...stage, delegations: [...(stage.delegations ?? []), { from: by.id, to: event.to }] }))
}

function handToOthers(request: ServiceRequest, stage: ApprovalStage): Move {
  const { deadline: _passed, escalateTo, ...rest } = stage
  return move(replaceStage(request, stage, { ...rest, approvers: escalateTo ?? stage.approvers }), { type: 'notify', notice: 'approval-reminder' })
}

export function approvalDeadlinePassed(request: ServiceRequest, event: DeadlinePassed): Answer {
  const stage = findOpenStage(request, event.stage)
  if ('rejection' in stage) return stage
  if (stage.deadline === undefined || stage.deadline > event.at) return reject('NOT_IN_THIS_STATE', `the deadline of stage ${stage.stage} has not passed`)
  if (stage.onTimeout === 'escalate') return handToOthers(request, stage)
  const timedOut = replaceStage(request, stage, { ...stage, state: 'timed-out' })
  return stage.onTimeout === 'approve'
    ? openNextStage(move(timedOut, close(stage)), event.at)
    : endRejected(timedOut, stage, { by: 'system', reason: `nobody decided stage ${stage.stage} in time`, at: event.at })
}
