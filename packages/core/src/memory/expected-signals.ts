import type { Commit } from '../ports/request-store.js'
import type { ServiceRequest } from '../request/service-request.js'
import type { Reference } from '../request/wait-for.js'
import type { MemoryState } from './memory-state.js'
import { compoundKey } from './memory-state.js'

const waitingFor = (request: ServiceRequest | undefined): readonly Reference[] =>
  (request?.steps ?? []).flatMap((step) => step.state === 'waiting' && step.waitFor.kind === 'signal' ? [step.waitFor.reference] : [])

const keyOf = ({ service, id }: Reference): string => compoundKey(service, id)

/** Forgets what the request waits for no more, and notes what it expects from now on. */
export const writeExpectedSignals = (state: MemoryState, before: ServiceRequest | undefined, { after, effects }: Commit): void => {
  const still = new Set(waitingFor(after).map(keyOf))
  for (const key of waitingFor(before).map(keyOf)) {
    if (!still.has(key) && state.expected.get(key)?.requestId === after.id) state.expected.delete(key)
  }
  for (const effect of effects) {
    if (effect.type === 'expect-signal') state.expected.set(keyOf(effect.reference), { requestId: after.id, step: effect.step })
  }
}
