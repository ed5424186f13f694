import { isPaoError } from '../errors.js'
import type { Clock } from '../ports/clock.js'
import type { Logger } from '../ports/logger.js'

const FIRST_DELAY_MS = 100
const LONGEST_DELAY_MS = 2_000

const pause = (clock: Clock, delayMs: number): Promise<void> => new Promise((resolve) => { clock.schedule(delayMs, resolve) })

/**
 * Goes on trying while the store is away: an outcome is never dropped because of an outage. The work is done again as it is, so it must be
 * one that the store's laws let a caller repeat (the same commit is recognised by its id). `abandoned` ends the waiting with the store's error.
 */
export const patiently = async <Value>(
  work: () => Promise<Value>, { clock, logger }: { readonly clock: Clock; readonly logger: Logger }, requestId: string, abandoned: () => boolean,
): Promise<Value> => {
  for (let delayMs = FIRST_DELAY_MS; ; delayMs = Math.min(delayMs * 2, LONGEST_DELAY_MS)) {
    try {
      return await work()
    } catch (error) {
      if (!isPaoError(error, 'STORE_UNAVAILABLE') || abandoned()) throw error
      logger.warn({ requestId, error: error.message }, 'the store is away: what is to be written waits')
      await pause(clock, delayMs)
    }
  }
}
