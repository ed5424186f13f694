import type { Clock } from '../ports/clock.js'

/** Node's timers fire at once beyond this. */
const longestTimeoutMs = 2 ** 31 - 1

const schedule = (delayMs: number, callback: () => void): (() => void) => {
  const due = performance.now() + delayMs
  let timer: NodeJS.Timeout
  const wait = (): void => {
    // Timers count whole milliseconds and may fire a fraction early; a long delay is waited for in parts.
    const left = Math.min(Math.ceil(due - performance.now()), longestTimeoutMs)
    timer = setTimeout(() => (performance.now() < due ? wait() : callback()), Math.max(left, 0))
  }
  wait()
  return () => clearTimeout(timer)
}

/** Port Clock on the system's time. */
export const systemClock = (): Clock => ({ now: () => Date.now(), schedule })
