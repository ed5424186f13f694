import type { StoredRequest } from '../ports/request-store.js'
import { advance } from '../request/advance.js'
import type { Rejected, Rejection } from '../request/rejection.js'
import type { RequestEvent } from '../request/request-event.js'
import type { ServiceRequest } from '../request/service-request.js'
import { commitOf, storedOf } from './commit-events.js'
import type { Engine } from './engine.js'

export type Applied = { readonly stored: StoredRequest } | { readonly rejection: Rejection }

/** Other writers may be faster; so often the event is put to the newer state before the caller is told to try again. */
const MOST_CONFLICTS = 20

/**
 * Applies an event from outside the claim: a person's decision, a signal. Guarded by the version alone, so that it holds whoever carries the
 * request. `eventFor` sees each newer state that the event is put to, and may refuse it. Nothing is started in the same commit: the request is due at once, and this process looks for it.
 */
export const applyOutside = async (
  engine: Engine, stored: StoredRequest, eventFor: (request: ServiceRequest) => RequestEvent | Rejected,
): Promise<Applied> => {
  const { ports, owner, options } = engine
  let current = stored
  for (let conflicts = 0; conflicts < MOST_CONFLICTS; conflicts += 1) {
    const { request, chainHash } = current
    const event = eventFor(request)
    const advanced = 'rejection' in event ? event : advance(request, event, undefined)
    if ('rejection' in advanced) return advanced
    const commit = commitOf(
      { before: request, after: advanced.request, events: advanced.events, effects: advanced.effects, logs: [], chainHash },
      { owner, claim: 'keep', leaseMs: options.leaseMs }, ports.ids,
    )
    const answer = await ports.requests.commit(commit)
    if (answer.kind === 'committed') {
      const stored = storedOf(advanced.request, commit.entry, current.createdAt)
      engine.listeners.changed(stored)
      if (commit.wakeAt !== undefined) engine.wake(commit.wakeAt)
      return { stored }
    }
    const newer = await ports.requests.load(request.id)
    if (newer === undefined) break
    current = newer
  }
  return { rejection: { code: 'NOT_IN_THIS_STATE', message: 'the request changes too fast just now; try again' } }
}
