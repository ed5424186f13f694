import { PaoError } from '../errors.js'
import type { RequestEvent } from './request-event.js'
import type { ServiceRequest } from './service-request.js'
import { transition } from './transition.js'

/** The request that a log of events tells of. Throws INVARIANT when the log is not one that the machine has written. */
export function replay(events: readonly RequestEvent[]): ServiceRequest {
  let request: ServiceRequest | undefined
  for (const event of events) {
    const next = transition(request, event)
    if ('rejection' in next) throw new PaoError('INVARIANT', `the log breaks at version ${(request?.version ?? 0) + 1}, ${event.type}: ${next.rejection.message}`)
    request = next.request
  }
  if (request === undefined) throw new PaoError('INVARIANT', 'a log begins with request-accepted')
  return request
}
