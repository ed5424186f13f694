import type { Instant } from '../json.js'

/**
 * Port Clock: the time of this process, and waiting. Laws: `now` never goes back within a process by more than the system's own steps;
 * `schedule` calls once, not before the delay, and never after its cancel was called.
 */
export interface Clock {
  now(): Instant
  /** Calls `callback` after `delayMs`. Returns the cancel. A pending timer keeps the process alive: who carries requests ends by `stop`. */
  schedule(delayMs: number, callback: () => void): () => void
}
