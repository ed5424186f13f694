import type { Instant, Json } from '../json.js'
import { recordEffect } from './ledger.js'
import { move, type Move } from './move.js'
import { namedOutput } from './named-output.js'
import type { ExternalState } from './request-event.js'
import { findPlanned, replaceRow, withReference, withStatus } from './request-rows.js'
import type { ServiceRequest } from './service-request.js'
import type { Step } from './step.js'
import type { WaitFor } from './wait-for.js'

type Kept = Pick<Extract<Step, { state: 'in_progress' }>, 'mode' | 'payload'>

const kept = ({ mode, payload }: Kept): Kept => ({ mode, ...(payload !== undefined && { payload }) })

/** The step is done; its effect, if it makes any, is in the ledger from now on. */
export function complete(request: ServiceRequest, row: Step, output: Json, adopted: boolean, at: Instant): ServiceRequest {
  const done = withStatus(row, { state: 'completed', endedAt: at, output: namedOutput(output, findPlanned(request, row.id)?.outputs), adopted })
  return recordEffect(replaceRow(request, done), done)
}

const firstPoll = (waitFor: WaitFor, at: Instant): WaitFor =>
  waitFor.kind === 'signal' && waitFor.pollEveryMs !== undefined && waitFor.pollAt === undefined
    ? { ...waitFor, pollAt: at + waitFor.pollEveryMs }
    : waitFor

/** The step waits for something that it has set going outside. */
export function park(request: ServiceRequest, row: Step, waitFor: WaitFor, at: Instant, external?: ExternalState): Move {
  const seen = external === undefined ? row : { ...row, external: { ...external, asOf: at } }
  const waiting = withStatus(seen, { state: 'waiting', since: at, waitFor: firstPoll(waitFor, at), mode: 'resume' })
  const referenced = waitFor.kind === 'signal' ? withReference(waiting, waitFor.reference) : waiting
  const parked = recordEffect(replaceRow(request, referenced), referenced)
  return waitFor.kind === 'signal' ? move(parked, { type: 'expect-signal', step: row.id, reference: waitFor.reference }) : move(parked)
}

/** A service could not be asked; the step does the same again when it can be. */
export const parkForService = (request: ServiceRequest, row: Extract<Step, { state: 'in_progress' }>, waitFor: WaitFor, at: Instant): Move =>
  move(replaceRow(request, withStatus(row, { state: 'waiting', since: at, waitFor, ...kept(row) })))

/** The wait is over: the step is carried on as soon as the request is. */
export function endWait(request: ServiceRequest, row: Extract<Step, { state: 'waiting' }>, at: Instant, payload: Json | undefined): ServiceRequest {
  return replaceRow(request, withStatus(row, { state: 'retrying', dueAt: at, mode: row.mode, ...(payload !== undefined && { payload }) }))
}
