/** What a write says about itself to those who put it into a batch. */
export interface Batchable {
  /** What no two writes under way may share: the request, and the Idempotency-Key. */
  readonly marks: readonly string[]
  /** Length of what is sent, in characters. */
  readonly size: number
}

export interface BatchLimits {
  /** A batch is cut in two only when both have so many rows: cutting finer costs more commits than it saves waiting. */
  readonly fewestRows: number
  readonly mostRows: number
  /** A larger row goes alone. */
  readonly mostCharacters: number
}

/** In their order, those whose marks no write under way and no earlier one of the queue has. */
const withoutClash = <Write extends Batchable>(waiting: readonly Write[], busy: ReadonlySet<string>, most: number): readonly Write[] => {
  const taken = new Set<string>()
  const chosen: Write[] = []
  for (const write of waiting) {
    if (chosen.length === most) break
    if (!write.marks.some((mark) => busy.has(mark) || taken.has(mark))) chosen.push(write)
    for (const mark of write.marks) taken.add(mark)
  }
  return chosen
}

const cut = <Write extends Batchable>(writes: readonly Write[], rows: number, { mostCharacters }: BatchLimits): readonly Write[][] => {
  const batches: Write[][] = []
  let room = 0
  for (const write of writes) {
    const last = batches.at(-1)
    if (last === undefined || last.length === rows || write.size > room) {
      batches.push([write])
      room = mostCharacters - write.size
    } else {
      last.push(write)
      room -= write.size
    }
  }
  return batches
}

/**
 * The batches to send now, one for each free slot at most. What waits is split over the free slots: one big batch would leave the
 * database idle while this process works on its answers, and the other way round.
 */
export const planBatches = <Write extends Batchable>(
  waiting: readonly Write[], busy: ReadonlySet<string>, slots: number, limits: BatchLimits,
): readonly (readonly Write[])[] => {
  const chosen = withoutClash(waiting, busy, slots * limits.mostRows)
  const parts = Math.max(1, Math.min(slots, Math.floor(chosen.length / limits.fewestRows)))
  return cut(chosen, Math.min(limits.mostRows, Math.ceil(chosen.length / parts)), limits).slice(0, slots)
}
