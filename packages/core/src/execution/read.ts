import type { StoredRequest, Viewer } from '../ports/request-store.js'
import { isFinal } from '../request/is-final.js'
import { applyOutside } from './apply-outside.js'
import type { Engine } from './engine.js'
import { eventOf } from './observe-due.js'
import { observeStep, waitingSteps } from './observe-step.js'
import type { Orchestrator, RequestView } from './orchestrator-api.js'
import { viewOf } from './views.js'

/** Others may carry the request: then only the store knows that it has changed. */
const LOOK_EVERY_MS = 500

/** What a person who waits for an answer need not wait for: an end, a decision that is due, or something outside. */
export const isSettled = ({ request }: StoredRequest): boolean => {
  if (isFinal(request) || request.status.state !== 'in_progress') return request.status.state !== 'queued' && request.status.state !== 'cancelling'
  const busy = request.steps.some((step) => step.state === 'in_progress' || step.state === 'retrying' || (step.state === 'waiting' && step.waitFor.kind !== 'signal'))
  return !busy && waitingSteps(request).length > 0
}

export const find = async (engine: Engine, requestId: string, viewer: Viewer): Promise<RequestView | undefined> => {
  const stored = await engine.ports.requests.find(requestId, viewer)
  return stored === undefined ? undefined : viewOf(engine, stored)
}

/** Asks the outside about each waiting step; an answer that ends the wait carries the request on. */
export const findLive = async (engine: Engine, requestId: string, viewer: Viewer, deadlineMs: number): Promise<RequestView | undefined> => {
  let stored = await engine.ports.requests.find(requestId, viewer)
  if (stored === undefined || stored.request.status.state !== 'in_progress') return stored === undefined ? undefined : viewOf(engine, stored)
  const { request } = stored
  const seen = await Promise.all(waitingSteps(request).map(async (step) => ({ step, observation: await observeStep(engine, request, step, deadlineMs) })))
  for (const { step, observation } of seen) {
    const event = observation === undefined ? undefined : eventOf(engine, step, observation, engine.ports.clock.now())
    if (event === undefined) continue
    const applied = await applyOutside(engine, stored, () => event)
    // A rejection here means that somebody else has seen the same and was faster.
    if ('stored' in applied) stored = applied.stored
  }
  return viewOf(engine, stored)
}

/** Changes of a request by this process, none of them missed: of those that come while nobody waits the newest ends the next wait at once. */
const changesOf = (engine: Engine, requestId: string) => {
  let newest: StoredRequest | undefined
  let tell = (): void => undefined
  const close = engine.listeners.listen(requestId, (stored) => {
    newest = stored
    tell()
  })
  const take = (): StoredRequest | undefined => {
    const taken = newest
    newest = undefined
    return taken
  }
  /** The newest change not yet taken; undefined when there was none for so long. */
  const next = async (ms: number): Promise<StoredRequest | undefined> => {
    if (newest === undefined) {
      await new Promise<void>((resolve) => {
        const cancel = engine.ports.clock.schedule(ms, resolve)
        tell = () => {
          cancel()
          resolve()
        }
      })
    }
    return take()
  }
  return { next, close }
}

export const wait = async (engine: Engine, requestId: string, viewer: Viewer, waitMs: number, known?: RequestView): Promise<RequestView | undefined> => {
  const { clock, requests } = engine.ports
  const until = clock.now() + waitMs
  // Listens before it looks: a change in between would else be seen only by the next look.
  const changes = changesOf(engine, requestId)
  try {
    // Who has just submitted it knows how it stands: only a change is worth a read, and one that is made here is heard without.
    const heard = known === undefined || isSettled(known) ? undefined : await changes.next(Math.min(waitMs, LOOK_EVERY_MS))
    let stored = heard ?? await requests.find(requestId, viewer)
    while (stored !== undefined) {
      const left = until - clock.now()
      if (left <= 0 || isSettled(stored)) return viewOf(engine, stored)
      stored = await changes.next(Math.min(left, LOOK_EVERY_MS)) ?? await requests.find(requestId, viewer)
    }
    return undefined
  } finally {
    changes.close()
  }
}

export const logs: (engine: Engine) => Orchestrator['logs'] = (engine) => async (requestId, viewer, query) =>
  await engine.ports.requests.find(requestId, viewer) === undefined ? undefined : engine.ports.logs.read({ requestId, ...query })
