interface Timer {
  readonly due: number
  /** Among timers of one instant the first made is the first fired. */
  readonly sequence: number
  callback: (() => void) | undefined
}

export interface TimerQueue {
  /** Returns the cancel. */
  add(due: number, callback: () => void): () => void
  /** Takes the earliest timer that is due at this instant or before. Undefined: there is none. */
  takeDue(until: number): { readonly due: number; readonly callback: () => void } | undefined
  size(): number
}

const before = (a: Timer, b: Timer): boolean => a.due < b.due || (a.due === b.due && a.sequence < b.sequence)

const at = (heap: readonly Timer[], index: number): Timer => heap[index] as Timer

const rise = (heap: Timer[], from: number): void => {
  const timer = at(heap, from)
  let index = from
  while (index > 0) {
    const parent = (index - 1) >> 1
    if (!before(timer, at(heap, parent))) break
    heap[index] = at(heap, parent)
    index = parent
  }
  heap[index] = timer
}

const sink = (heap: Timer[]): void => {
  const timer = at(heap, 0)
  let index = 0
  for (let child = 1; child < heap.length; child = 2 * index + 1) {
    const least = child + 1 < heap.length && before(at(heap, child + 1), at(heap, child)) ? child + 1 : child
    if (!before(at(heap, least), timer)) break
    heap[index] = at(heap, least)
    index = least
  }
  heap[index] = timer
}

/** A binary heap. What is cancelled stays in it, empty, until it would be due. */
export const createTimerQueue = (): TimerQueue => {
  const heap: Timer[] = []
  let sequence = 0
  let waiting = 0

  const takeFirst = (): Timer => {
    const first = at(heap, 0)
    const last = heap.pop() as Timer
    if (heap.length > 0) {
      heap[0] = last
      sink(heap)
    }
    return first
  }

  return {
    add: (due, callback) => {
      const timer: Timer = { due, sequence: sequence += 1, callback }
      heap.push(timer)
      rise(heap, heap.length - 1)
      waiting += 1
      return () => {
        if (timer.callback === undefined) return
        timer.callback = undefined
        waiting -= 1
      }
    },
    takeDue: (until) => {
      while (heap.length > 0 && (at(heap, 0).callback === undefined || at(heap, 0).due <= until)) {
        const timer = takeFirst()
        const { callback } = timer
        if (callback === undefined) continue
        timer.callback = undefined
        waiting -= 1
        return { due: timer.due, callback }
      }
      return undefined
    },
    size: () => waiting,
  }
}
