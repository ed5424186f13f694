import type { Clock } from '@pao/core/ports'

/** One operating-system process as the engine in it sees the world: it can stand still for a while, or end. */
export interface ActionProcess {
  readonly clock: Clock
  /** True until it dies. */
  isAlive(): boolean
  isFrozen(): boolean
  /** Nothing of it happens any more: timers do not fire, calls are never answered. */
  die(): void
  /** Nothing of it happens until `thaw`; then everything goes on as if no time had passed. */
  freeze(): void
  thaw(): void
  /** Passes a value on to the process: not while it is frozen, never when it is dead. */
  deliver<Value>(value: Promise<Value>): Promise<Value>
}

export const createActionProcess = (world: Clock): ActionProcess => {
  let alive = true
  let frozen = false
  let waiting: (() => void)[] = []

  const whenAwake = (go: () => void): void => {
    if (!alive) return
    if (frozen) waiting.push(go)
    else go()
  }

  return {
    isAlive: () => alive,
    isFrozen: () => frozen,
    die: () => { alive = false },
    freeze: () => { frozen = true },
    thaw: () => {
      frozen = false
      const due = waiting
      waiting = []
      for (const go of due) go()
    },
    deliver: (value) => new Promise((resolve, reject) => {
      value.then((answer) => { whenAwake(() => { resolve(answer) }) }, (error: unknown) => { whenAwake(() => { reject(error) }) })
    }),
    clock: {
      now: () => world.now(),
      schedule: (delayMs, callback) => {
        let cancelled = false
        const cancel = world.schedule(delayMs, () => { whenAwake(() => { if (!cancelled) callback() }) })
        return () => {
          cancelled = true
          cancel()
        }
      },
    },
  }
}
