import type { Clock } from '../../src/ports/clock.js'

interface Timer {
  readonly due: number
  readonly callback: () => void
}

/** A clock that a test moves: no real time passes. */
export interface VirtualClock extends Clock {
  /** Lets this much time pass, timer by timer, and all that follows from each. */
  pass(ms: number): Promise<void>
  /** Lets time pass until the answer is yes. False: it was not within `atMostMs`. */
  passUntil(done: () => boolean | Promise<boolean>, atMostMs: number): Promise<boolean>
  /** Lets time pass until the promise is settled, and answers as it does. Throws when that takes longer. */
  until<Value>(promise: Promise<Value>, atMostMs?: number): Promise<Value>
  /** Timers that wait now. */
  pending(): number
}

/**
 * All that follows without time passing: nothing in the engine over memory takes more than microtasks, and a tick comes when all of those
 * that follow one another have run.
 */
const settle = async (): Promise<void> => {
  await Promise.resolve()
  await new Promise<void>((resolve) => { process.nextTick(resolve) })
}

export const virtualClock = (start = Date.UTC(2026, 0, 5, 9)): VirtualClock => {
  /** Those that come first stand first; of those that come together, the one that was set first. */
  const timers: Timer[] = []
  let at = start

  const insert = (timer: Timer): void => {
    let place = timers.length
    while (place > 0 && (timers[place - 1]?.due ?? 0) > timer.due) place -= 1
    timers.splice(place, 0, timer)
  }

  const remove = (timer: Timer): void => {
    const place = timers.indexOf(timer)
    if (place >= 0) timers.splice(place, 1)
  }

  /** Fires everything of the next moment that has timers, up to `until`. False: there was none. */
  const fireNext = async (until: number): Promise<boolean> => {
    const [first] = timers
    if (first === undefined || first.due > until) return false
    at = Math.max(at, first.due)
    const due = timers.filter((timer) => timer.due <= at)
    for (const timer of due) {
      // One that fired earlier in this moment may have cancelled it.
      if (!timers.includes(timer)) continue
      remove(timer)
      timer.callback()
    }
    await settle()
    return true
  }

  const passUntil = async (done: () => boolean | Promise<boolean>, atMostMs: number): Promise<boolean> => {
    const until = at + atMostMs
    await settle()
    while (!(await done())) {
      if (await fireNext(until)) continue
      at = until
      return done()
    }
    return true
  }

  return {
    now: () => at,
    schedule: (delayMs, callback) => {
      const timer: Timer = { due: at + Math.max(0, delayMs), callback }
      insert(timer)
      return () => { remove(timer) }
    },
    pass: async (ms) => { await passUntil(() => false, ms) },
    passUntil,
    until: async (promise, atMostMs = 600_000) => {
      let settled = false
      const noted = promise.finally(() => { settled = true })
      noted.catch(() => undefined)
      if (!await passUntil(() => settled, atMostMs)) throw new Error(`nothing came of it within ${atMostMs} ms`)
      return noted
    },
    pending: () => timers.length,
  }
}
