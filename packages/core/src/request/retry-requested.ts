import type { Instant } from '../json.js'
import { openNextStage } from './approvals.js'
import { rowsOfPlan } from './gate.js'
import { move, type Answer, type Move } from './move.js'
import { queue } from './queue.js'
import { reject, type Rejected } from './rejection.js'
import type { RequestEffect } from './request-effect.js'
import type { PeopleEvent, ResolvedStep } from './request-event.js'
import { findStep, replaceRow, supersede, withStatus } from './request-rows.js'
import type { ServiceRequest } from './service-request.js'
import { complete, park } from './step-ending.js'
import { isUnresolved, unresolvedSteps } from './step-state.js'
import type { Step } from './step.js'

type RetryRequested = Extract<PeopleEvent, { readonly type: 'retry-requested' }>

const isEnded = (row: Step): boolean => row.state === 'completed' || row.state === 'failed' || row.state === 'skipped' || row.state === 'compensated'

function checkSteps(request: ServiceRequest, { redo, resolved }: RetryRequested): Rejected | undefined {
  const named = [...redo, ...resolved.map(({ step }) => step)]
  const stranger = named.find((id) => findStep(request, id) === undefined)
  if (stranger !== undefined) return reject('UNKNOWN_STEP', `the plan has no step ${stranger}`)
  const open = unresolvedSteps(request).filter((id) => resolved.every(({ step }) => step !== id))
  if (open.length > 0) return reject('UNRESOLVED_EFFECT', `nobody knows what ${open.join(', ')} did outside: say so in resolved`)
  const rows = request.steps.filter((row) => (resolved.some(({ step }) => step === row.id) && !isUnresolved(request, row)) || (redo.includes(row.id) && !isEnded(row)))
  return rows.length === 0 ? undefined : reject('NOT_IN_THIS_STATE', `nothing is to be resolved or redone about ${rows.map((row) => row.id).join(', ')}`)
}

function checkRevision(request: ServiceRequest, { revision }: RetryRequested): Rejected | undefined {
  const expected = request.revision.number + 1
  return revision === undefined || revision.number === expected ? undefined : reject('STALE_PLAN', `the next revision is ${expected}, not ${revision.number}`)
}

/** A retried step may fail as often as before. */
function again(row: Step): Step {
  const fresh: Step = { ...row, failures: 0 }
  return row.state === 'failed' ? withStatus(fresh, { state: 'pending', after: row.failure }) : fresh
}

function resolve(current: Move, { step, effect }: ResolvedStep, at: Instant): Move {
  const row = findStep(current.request, step)
  if (row === undefined) return current
  if (effect === 'absent') return move(replaceRow(current.request, again(row)), ...current.effects)
  if ('present' in effect) return move(complete(current.request, row, effect.present, true, at), ...current.effects)
  const parked = park(current.request, row, effect.parked, at)
  return move(parked.request, ...current.effects, ...parked.effects)
}

/** Decides for each step whether it is kept, tried again in its iteration, or done anew in the next. */
function reopen(request: ServiceRequest, row: Step, { redo, revision }: RetryRequested): ServiceRequest {
  if (redo.includes(row.id) || row.state === 'compensated') return supersede(request, row)
  if (row.state === 'skipped' && (revision !== undefined || redo.length > 0)) return replaceRow(request, withStatus(row, { state: 'pending' }))
  if (row.state === 'retrying' || (row.state === 'failed' && !row.tolerated)) return replaceRow(request, again(row))
  return request
}

/** The edited plan decides which steps there are; what steps that are gone have done stays known. */
function revise(request: ServiceRequest, revision: RetryRequested['revision']): ServiceRequest {
  if (revision === undefined) return request
  const steps = rowsOfPlan(revision.plan.steps).map((row) => findStep(request, row.id) ?? row)
  const gone = request.steps.filter((row) => row.executions > 0 && steps.every((kept) => kept.id !== row.id))
  return { ...request, revision, steps, superseded: [...request.superseded, ...gone] }
}

function quotaOf(before: ServiceRequest, after: ServiceRequest): readonly RequestEffect[] {
  if (before.revision === after.revision) return []
  const release = before.revision.plan.quota
  const reserve = after.revision.plan.quota
  return [
    ...(release.length === 0 ? [] : [{ type: 'release-quota', claims: release } as const]),
    ...(reserve.length === 0 ? [] : [{ type: 'reserve-quota', claims: reserve } as const]),
  ]
}

/** Another plan needs other approvals; the same plan stays approved. */
function admit(before: ServiceRequest, { request, effects }: Move, event: RetryRequested): Move {
  const at = event.cause.at
  if (before.revision.planDigest === request.revision.planDigest) return queue(move(request, ...effects), at)
  const old = before.approvals.map((stage) => ({ ...stage, state: 'superseded' as const }))
  const stages = (event.approvals ?? []).map((stage) => ({ ...stage, state: 'not-open' as const }))
  return openNextStage(move({ ...request, approvals: [...old, ...stages] }, ...effects), at)
}

/** A failed request goes on: as it was, or with edited input. */
export function retryRequested(request: ServiceRequest, event: RetryRequested): Answer {
  if (request.status.state !== 'failed') return reject('NOT_IN_THIS_STATE', `only a failed request is retried; this one is ${request.status.state}`)
  const refused = checkRevision(request, event) ?? checkSteps(request, event)
  if (refused !== undefined) return refused
  const resolved = event.resolved.reduce((current, step) => resolve(current, step, event.cause.at), move(request))
  const reopened = resolved.request.steps.reduce((current, row) => reopen(current, row, event), resolved.request)
  const revised = revise(reopened, event.revision)
  return admit(request, move(revised, ...resolved.effects, ...quotaOf(request, revised)), event)
}
