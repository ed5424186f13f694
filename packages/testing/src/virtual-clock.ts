import type { Clock } from '@pao/core/ports'
import { createTimerQueue } from './timer-queue.js'

/** A clock that a test moves: no real time passes, and the same test sees the same order each time. */
export interface VirtualClock extends Clock {
  /** Lets this much time pass, timer by timer, and after each all that follows from it. */
  advance(ms: number): Promise<void>
  /** Lets time pass until the answer is yes, which is asked after each timer. False: it was not within `atMostMs`. */
  advanceUntil(done: () => boolean | Promise<boolean>, atMostMs: number): Promise<boolean>
  /** Lets time pass until no timer waits. False: some still wait after `atMostMs` (default one hour), as those of a poll do for ever. */
  runUntilIdle(atMostMs?: number): Promise<boolean>
  /** Lets time pass until the promise is settled, and answers as it does. Throws when that takes longer than `atMostMs` (default ten minutes). */
  until<Value>(promise: Promise<Value>, atMostMs?: number): Promise<Value>
  /** Timers that wait now. */
  pending(): number
}

export interface VirtualClockOptions {
  /** The first instant. Default: 5 January 2026, 9:00 UTC. */
  readonly start?: number
  /**
   * Waits for all that follows without time passing. Default: until no promise callback is left, which is all that code over memory
   * needs. For code that also waits for the event loop: `() => new Promise((resolve) => { setImmediate(resolve) })`.
   */
  readonly settle?: () => Promise<void>
}

const HOUR_MS = 3_600_000

/** From inside a promise callback a tick comes when no further promise callback is left. */
const drainPromises = (): Promise<void> => new Promise((resolve) => { queueMicrotask(() => { process.nextTick(resolve) }) })

/** Makes a virtual clock. It is a `Clock` to the code under test; only the test moves it. */
export const virtualClock = ({ start = Date.UTC(2026, 0, 5, 9), settle = drainPromises }: VirtualClockOptions = {}): VirtualClock => {
  const timers = createTimerQueue()
  let at = start

  /** Fires the next timer that is due by then. False: there was none. */
  const fireNext = async (until: number): Promise<boolean> => {
    const timer = timers.takeDue(until)
    if (timer === undefined) return false
    at = Math.max(at, timer.due)
    timer.callback()
    await settle()
    return true
  }

  const advanceUntil = async (done: () => boolean | Promise<boolean>, atMostMs: number): Promise<boolean> => {
    const until = at + atMostMs
    await settle()
    for (;;) {
      const answer = done()
      if (typeof answer === 'boolean' ? answer : await answer) return true
      if (await fireNext(until)) continue
      at = Math.max(at, until)
      return done()
    }
  }

  const until = async <Value>(promise: Promise<Value>, atMostMs = 10 * 60_000): Promise<Value> => {
    let settled = false
    const note = (): void => { settled = true }
    promise.then(note, note)
    if (!await advanceUntil(() => settled, atMostMs)) throw new Error(`the promise was not settled within ${atMostMs} ms of virtual time; ${timers.size()} timers wait`)
    return promise
  }

  return {
    now: () => at,
    schedule: (delayMs, callback) => timers.add(at + Math.max(0, delayMs), callback),
    advance: async (ms) => { await advanceUntil(() => false, ms) },
    advanceUntil,
    runUntilIdle: (atMostMs = HOUR_MS) => advanceUntil(() => timers.size() === 0, atMostMs),
    until,
    pending: timers.size,
  }
}
