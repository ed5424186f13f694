import type { RequestEvent, StepFailure } from '@pao/core'
import type { Json } from '@pao/core/action'
import type { RequestTraits } from '../a-request.js'
import { aRequest } from '../a-request.js'

type EventOf<T extends RequestEvent['type']> = Extract<RequestEvent, { readonly type: T }>

/** When and in which execution a step's event happened. Default: a second after acceptance of `aRequest`, execution 1. */
export interface Timing {
  readonly at?: number
  readonly execution?: number
}

/** Acceptance of `aRequest` unless its traits say otherwise, and one second for each event after it. */
const start = Date.UTC(2024, 0, 15, 9, 30, 0, 123)

/** Acceptance of what `aRequest` makes of the same traits. `room`: a worker is free, so the request starts at once. Default true. */
export const aRequestAccepted = ({ room = true, ...traits }: RequestTraits & { readonly room?: boolean } = {}): EventOf<'request-accepted'> => {
  const { id, accepted, revision, approvals } = aRequest(traits)
  return { type: 'request-accepted', id, at: accepted.at, accepted, revision, approvals, room }
}

/** The start of a step's run, with half a minute for it. */
export const stepStarted = (step: string, { at = start + 1_000, execution = 1 }: Timing = {}): EventOf<'step-started'> =>
  ({ type: 'step-started', at, step, execution, mode: 'run', inputHash: `input of ${step}`, deadline: at + 30_000 })

/** The good end of a step. */
export const stepSucceeded = (step: string, output: Json = { of: step }, { at = start + 2_000, execution = 1 }: Timing = {}): EventOf<'step-succeeded'> =>
  ({ type: 'step-succeeded', at, step, execution, output })

/** The bad end of an execution. Default: fatal, while it ran. */
export const stepFailed = (step: string, failure: Partial<StepFailure> = {}, { at = start + 2_000, execution = 1 }: Timing = {}): EventOf<'step-failed'> =>
  ({ type: 'step-failed', at, step, execution, failure: { kind: 'fatal', phase: 'run', code: 'HTTP_400', message: 'it broke', ...failure }, jitter: 0 })

/** A step that waits for a signal about this reference, for a day; then it fails. */
export const stepParked = (step: string, reference: { readonly service: string; readonly id: string }, { at = start + 2_000, execution = 1 }: Timing = {}): EventOf<'step-parked'> =>
  ({ type: 'step-parked', at, step, execution, waitFor: { kind: 'signal', reference, until: at + 24 * 3_600_000, onTimeout: 'fail' } })
