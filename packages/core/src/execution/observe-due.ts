import type { Observation } from '../action/outcome.js'
import type { Instant } from '../json.js'
import { nextWake } from '../request/next-wake.js'
import type { RequestEvent } from '../request/request-event.js'
import type { ServiceRequest } from '../request/service-request.js'
import type { Engine } from './engine.js'
import { duePolls, withPollsMade } from './next-event.js'
import { type WaitingStep, observeStep } from './observe-step.js'

/** How long a poll may take. */
const POLL_DEADLINE_MS = 15_000
/** A claim that is given back with nothing done lies still at least this long: clocks of processes and database may differ. */
const SHORTEST_REST_MS = 100

/** What an observation means for the request: the end of the wait, a change worth keeping, or nothing new. */
export const eventOf = (engine: Engine, step: WaitingStep, seen: Observation, at: Instant): RequestEvent | undefined => {
  const { reference, pollEveryMs } = step.waitFor
  if (seen.payload !== undefined) {
    return { type: 'signal-received', at, reference, delivery: `observed:${engine.ports.ids.uuid()}`, payload: seen.payload }
  }
  if (step.external?.status === seen.status && step.external.note === seen.note) return undefined
  return {
    type: 'external-status-changed', at, reference, status: seen.status, ...(seen.note === undefined ? {} : { note: seen.note }),
    ...(pollEveryMs === undefined ? {} : { nextPollAt: at + pollEveryMs }),
  }
}

/** When the request is looked at again if nothing comes of the polls that were due. */
const restUntil = ({ ports, options }: Engine, request: ServiceRequest): Instant => {
  const at = ports.clock.now()
  return Math.max(at + SHORTEST_REST_MS, nextWake(withPollsMade(request, at), at) ?? at + options.leaseMs)
}

/**
 * Makes the polls that are due. The first that shows something new gives its event; an outside that does not answer, or shows nothing new,
 * costs no row: the request only rests until `wakeAt`, as it does when the event does not fit any more.
 */
export const observeDue = async (
  engine: Engine, request: ServiceRequest,
): Promise<{ readonly event?: RequestEvent; readonly wakeAt: Instant }> => {
  const { clock } = engine.ports
  const began = clock.now()
  for (const step of duePolls(request, began)) {
    const seen = await observeStep(engine, request, step, POLL_DEADLINE_MS)
    const event = seen === undefined ? undefined : eventOf(engine, step, seen, clock.now())
    if (event !== undefined) return { event, wakeAt: restUntil(engine, request) }
  }
  return { wakeAt: restUntil(engine, request) }
}
