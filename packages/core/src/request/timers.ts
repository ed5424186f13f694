import type { Instant } from '../json.js'
import { move, type Answer, type Move } from './move.js'
import { reject } from './rejection.js'
import type { RequestEffect } from './request-effect.js'
import type { TimerEvent } from './request-event.js'
import { replaceRow, sameReference, withStatus } from './request-rows.js'
import type { ServiceRequest } from './service-request.js'
import { endWait } from './step-ending.js'
import { failStep, settle } from './step-failing.js'
import { runningRows } from './step-state.js'
import type { Step, StepFailure } from './step.js'
import type { Reference, WaitFor } from './wait-for.js'

type Of<T extends TimerEvent['type']> = Extract<TimerEvent, { readonly type: T }>
type Waiting = Extract<Step, { readonly state: 'waiting' }>
type Signal = Extract<WaitFor, { readonly kind: 'signal' }>

/** No reference is read more often than this by polls. Milliseconds. Ours. */
const shortestPollMs = 10

const timedOut = ({ reference }: Signal): StepFailure => ({
  kind: 'fatal', phase: 'timeout', code: 'WAIT_TIMEOUT', message: `nothing was heard of ${reference.id} (${reference.service}) in time`,
})

function poll({ request, effects }: Move, row: Waiting, waitFor: Signal, at: Instant): Move {
  const { pollAt: _due, ...rest } = waitFor
  const next = waitFor.pollEveryMs === undefined ? rest : { ...rest, pollAt: at + Math.max(waitFor.pollEveryMs, shortestPollMs) }
  return move(replaceRow(request, { ...row, waitFor: next }), ...effects, { type: 'observe-step', step: row.id, reference: waitFor.reference })
}

function passWait(current: Move, row: Waiting, at: Instant): Move {
  const { waitFor } = row
  const { request, effects } = current
  if (waitFor.until <= at) {
    if (waitFor.kind === 'signal') return move(failStep(request, row, timedOut(waitFor), at, waitFor.onTimeout === 'escalate' ? 'wait' : 'step'), ...effects)
    return move(endWait(request, row, at, waitFor.kind === 'time' ? null : row.payload), ...effects)
  }
  return waitFor.kind === 'signal' && waitFor.pollAt !== undefined && waitFor.pollAt <= at ? poll(current, row, waitFor, at) : current
}

const isForward = ({ status }: ServiceRequest): boolean => status.state === 'in_progress' && status.course === 'forward'

const looksBack = ({ status }: ServiceRequest): boolean => status.state === 'cancelling' && status.course === 'settling' && status.compensate

/** Waits count only while the request goes forward: a failed or cancelled one leaves what is parked parked, except what must still be looked into. */
const counts = (request: ServiceRequest, row: Step): row is Waiting =>
  row.state === 'waiting' && (isForward(request) || (looksBack(request) && row.mode === 'reconcile'))

const passWaits = (request: ServiceRequest, at: Instant): Move =>
  request.steps.reduce<Move>((current, row) => (counts(current.request, row) ? passWait(current, row, at) : current), move(request))

const overdue = (request: ServiceRequest, at: Instant): readonly RequestEffect[] =>
  runningRows(request).filter((row) => row.deadline <= at).map((row) => ({ type: 'interrupt-step', step: row.id, why: 'deadline' }))

function passTime(request: ServiceRequest, at: Instant): Answer {
  const { state } = request.status
  const late = request.revision.deadline !== undefined && request.revision.deadline <= at
  if (state === 'queued' && late) return move(settle({ ...request, status: { state: 'in_progress', course: 'forward' } }, 'deadline', at))
  if (state !== 'in_progress' && state !== 'cancelling') return reject('NOT_IN_THIS_STATE', `nothing is timed while the request is ${state}`)
  const { request: after, effects } = late && isForward(request) ? move(settle(request, 'deadline', at)) : passWaits(request, at)
  return move(after, ...effects, ...overdue(after, at))
}

/** A signal for a step that waits for it is never lost, also while the request has failed: the step is carried on with it later. */
function receive(request: ServiceRequest, { reference, at, payload }: Of<'signal-received'>): Answer {
  const known = request.steps.filter((row) => row.references.some((other) => sameReference(other, reference)))
  if (known.length === 0) return reject('UNKNOWN_STEP', `no step knows ${reference.id} (${reference.service})`)
  const row = known.find((step): step is Waiting => step.state === 'waiting' && step.waitFor.kind === 'signal' && sameReference(step.waitFor.reference, reference))
  if (row === undefined || request.status.state === 'cancelling') return reject('NOT_IN_THIS_STATE', `no step waits for ${reference.id} (${reference.service})`)
  return move(endWait(request, row, at, payload))
}

function withNextPoll(row: Step, reference: Reference, nextPollAt: Instant | undefined): Step {
  const polls = nextPollAt !== undefined && row.state === 'waiting' && row.waitFor.kind === 'signal' && sameReference(row.waitFor.reference, reference)
  return polls ? withStatus(row, { ...row, waitFor: { ...row.waitFor, pollAt: nextPollAt } }) : row
}

/** What the outside shows. An observation older than the known one changes nothing. */
function observe(request: ServiceRequest, { reference, at, status, note, nextPollAt }: Of<'external-status-changed'>): Answer {
  const row = request.steps.find((step) => step.references.some((other) => sameReference(other, reference)))
  if (row === undefined) return reject('UNKNOWN_STEP', `no step knows ${reference.id} (${reference.service})`)
  if (row.external !== undefined && row.external.asOf > at) return move(request)
  const seen = { ...row, external: { status, asOf: at, ...(note !== undefined && { note }) } }
  return move(replaceRow(request, withNextPoll(seen, reference, nextPollAt)))
}

/** Facts from clocks and from outside. */
export function timers(request: ServiceRequest, event: TimerEvent): Answer {
  switch (event.type) {
    case 'timer-fired': return passTime(request, event.at)
    case 'signal-received': return receive(request, event)
    case 'external-status-changed': return observe(request, event)
  }
}
