import type { Observation } from '../action/outcome.js'
import type { Instant } from '../json.js'

/** What the outside showed when it was last asked, without a change worth an event. */
export interface Observed {
  readonly status: string
  readonly note?: string
  readonly asOf: Instant
}

/** The last observation of each waiting step that this process made: newer than what is stored, gone with the process. */
export interface Observations {
  note(requestId: string, step: string, observed: Observed): void
  of(requestId: string): ReadonlyMap<string, Observed>
  /** Asks, or joins whoever is asking the same already. */
  shared(key: string, ask: () => Promise<Observation | undefined>): Promise<Observation | undefined>
}

const MOST_REQUESTS = 10_000
const NONE: ReadonlyMap<string, Observed> = new Map()

export const createObservations = (): Observations => {
  const byRequest = new Map<string, Map<string, Observed>>()
  const asking = new Map<string, Promise<Observation | undefined>>()
  return {
    note: (requestId, step, observed) => {
      const steps = byRequest.get(requestId) ?? new Map<string, Observed>()
      steps.set(step, observed)
      // Set anew, so that the map's order is the order of use and the oldest goes first.
      byRequest.delete(requestId)
      byRequest.set(requestId, steps)
      if (byRequest.size > MOST_REQUESTS) byRequest.delete(byRequest.keys().next().value ?? requestId)
    },
    of: (requestId) => byRequest.get(requestId) ?? NONE,
    shared: (key, ask) => {
      const asked = asking.get(key)
      if (asked !== undefined) return asked
      const question = ask().finally(() => asking.delete(key))
      asking.set(key, question)
      return question
    },
  }
}
