import { setTimeout as delay } from 'node:timers/promises'
import { isConnectionError, isRolledBack, storeError } from './database-error.js'

/** Together about a second: long enough for a failover of connections, short enough for a caller who waits. */
const delaysMs = [20, 100, 300, 600]

/**
 * Does the work again on another connection when its own broke, a few times; then, and for every other error, throws a PaoError.
 * The work must be one that may be done twice: what a lost answer left behind has to be recognised by it.
 */
export const withReconnect = async <T>(work: () => Promise<T>): Promise<T> => {
  for (const delayMs of delaysMs) {
    try {
      return await work()
    } catch (error) {
      if (!isConnectionError(error) && !isRolledBack(error)) throw storeError(error)
      await delay(delayMs)
    }
  }
  return work().catch((error: unknown) => { throw storeError(error) })
}
