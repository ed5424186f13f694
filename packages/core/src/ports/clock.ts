import type { Instant } from '../json.js'

/**
 * Port Clock: the time of this process, and waiting. Laws:
 * 1. `now` goes on with the time, and never goes back within a process by more than the system's own steps.
 * 2. `schedule` calls once, not before the delay, however long that is.
 * 3. It never calls after its cancel was called; cancelling twice, or too late, does nothing.
 * 4. Timers are called in the order in which they are due.
 */
export interface Clock {
  now(): Instant
  /** Calls `callback` after `delayMs`. Returns the cancel. A pending timer keeps the process alive: who carries requests ends by `stop`. */
  schedule(delayMs: number, callback: () => void): () => void
}
