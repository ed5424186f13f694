import { PaoError } from '@pao/core'
import type { Batchable, BatchLimits } from './plan-batches.js'
import { planBatches } from './plan-batches.js'

export interface CoalescerLimits extends BatchLimits {
  /** Batches under way at once. */
  readonly slots: number
  /** What may be waiting or under way together; more is refused. */
  readonly mostHeldRows: number
  readonly mostHeldCharacters: number
  /** In an outage, writes that have waited for so many milliseconds behind a batch that could not be sent fail with it. */
  readonly patienceMs: number
}

/** A write whose caller is to be told what became of it. Telling twice changes nothing. */
export interface Held<Write, Answer> {
  readonly write: Write
  tell(answer: Answer): void
  fail(error: unknown): void
}

export interface Outlet<Write, Answer> {
  /**
   * Tells each write of a batch what became of it. Resolves when the batch needs its slot no more, which may be before all of it is told;
   * rejects when what was not told cannot be sent.
   */
  send(batch: readonly Held<Write, Answer>[]): Promise<void>
  /** Whether the next batch would fail in the same way. */
  isOutage(error: unknown): boolean
}

export interface Coalescer<Write, Answer> {
  /** Resolves when the database has answered for this write. Throws STORE_UNAVAILABLE (retryable) when too much waits already. */
  add(write: Write): Promise<Answer>
  /** Resolves when nothing waits and nothing is under way. */
  idle(): Promise<void>
}

const usual: CoalescerLimits = {
  slots: 2, fewestRows: 32, mostRows: 256, mostCharacters: 4 * 2 ** 20, mostHeldRows: 10_000, mostHeldCharacters: 64 * 2 ** 20, patienceMs: 1_000,
}

interface Entry<Write, Answer> extends Batchable, Held<Write, Answer> {
  readonly since: number
  under: 'waiting' | 'way' | 'nothing'
}

/**
 * Gathers writes that are made at the same time into batches. A batch leaves with the next turn of the event loop if a slot is free, so
 * that a lone write waits for nobody; while all slots are taken, writes gather.
 */
export const createCoalescer = <Write extends Batchable, Answer>({ send, isOutage }: Outlet<Write, Answer>, given: Partial<CoalescerLimits> = {}): Coalescer<Write, Answer> => {
  const limits = { ...usual, ...given }
  const busy = new Set<string>()
  const held = new Set<Entry<Write, Answer>>()
  let waiting: Entry<Write, Answer>[] = []
  let characters = 0
  let flying = 0
  let scheduled = false
  let whenIdle: (() => void)[] = []

  const failPatient = (error: unknown): void => {
    const longest = performance.now() - limits.patienceMs
    for (const entry of waiting.filter(({ since }) => since <= longest)) entry.fail(error)
    waiting = waiting.filter(({ under }) => under === 'waiting')
  }

  const fly = async (batch: readonly Entry<Write, Answer>[]): Promise<void> => {
    flying += 1
    try {
      await send(batch)
    } catch (error) {
      for (const entry of batch) entry.fail(error)
      if (isOutage(error)) failPatient(error)
    }
    flying -= 1
    schedule()
  }

  const flush = (): void => {
    scheduled = false
    const batches = planBatches(waiting, busy, limits.slots - flying, limits)
    for (const entry of batches.flat()) {
      entry.under = 'way'
      for (const mark of entry.marks) busy.add(mark)
    }
    waiting = waiting.filter(({ under }) => under === 'waiting')
    for (const batch of batches) void fly(batch)
  }

  /** In a turn of its own: callers who are told together write their next changes together. */
  const schedule = (): void => {
    if (scheduled || waiting.length === 0 || flying === limits.slots) return
    scheduled = true
    setImmediate(flush)
  }

  const close = (entry: Entry<Write, Answer>): void => {
    if (entry.under === 'way') for (const mark of entry.marks) busy.delete(mark)
    entry.under = 'nothing'
    held.delete(entry)
    characters -= entry.size
    schedule()
    if (held.size > 0) return
    for (const resolve of whenIdle) resolve()
    whenIdle = []
  }

  const entryOf = (write: Write, resolve: (answer: Answer) => void, reject: (error: unknown) => void): Entry<Write, Answer> => {
    const entry: Entry<Write, Answer> = {
      write, marks: write.marks, size: write.size, since: performance.now(), under: 'waiting',
      tell: (answer) => {
        if (entry.under !== 'nothing') close(entry)
        resolve(answer)
      },
      fail: (error) => {
        if (entry.under !== 'nothing') close(entry)
        reject(error)
      },
    }
    return entry
  }

  const refuseWhenFull = ({ size }: Write): void => {
    if (held.size < limits.mostHeldRows && (held.size === 0 || characters + size <= limits.mostHeldCharacters)) return
    throw new PaoError('STORE_UNAVAILABLE', `The database is behind: ${held.size} writes wait for it already. Try again`, { retryable: true })
  }

  return {
    add: (write) => new Promise((resolve, reject) => {
      refuseWhenFull(write)
      const entry = entryOf(write, resolve, reject)
      held.add(entry)
      characters += write.size
      waiting.push(entry)
      schedule()
    }),
    idle: () => held.size === 0 ? Promise.resolve() : new Promise((resolve) => { whenIdle.push(resolve) }),
  }
}
