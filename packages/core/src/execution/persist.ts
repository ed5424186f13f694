import { isPaoError } from '../errors.js'
import type { Clock } from '../ports/clock.js'
import type { Logger } from '../ports/logger.js'
import type { Commit, Committed, RequestStore } from '../ports/request-store.js'

const FIRST_DELAY_MS = 100
const LONGEST_DELAY_MS = 2_000

const pause = (clock: Clock, delayMs: number): Promise<void> => new Promise((resolve) => { clock.schedule(delayMs, resolve) })

/**
 * Commits, and goes on trying while the store is away: an outcome is never dropped because of an outage. The same commit is sent each
 * time, so that one whose answer was lost is recognised (RequestStore, law 5). `abandoned` ends the waiting with the store's error.
 */
export const persist = async (
  commit: Commit, requests: RequestStore, clock: Clock, logger: Logger, abandoned: () => boolean,
): Promise<Committed> => {
  for (let delayMs = FIRST_DELAY_MS; ; delayMs = Math.min(delayMs * 2, LONGEST_DELAY_MS)) {
    try {
      return await requests.commit(commit)
    } catch (error) {
      if (!isPaoError(error, 'STORE_UNAVAILABLE') || abandoned()) throw error
      logger.warn({ requestId: commit.after.id, error: error.message }, 'the store is away: an outcome waits to be recorded')
      await pause(clock, delayMs)
    }
  }
}
