import type { VirtualClock } from '../virtual-clock.js'
import { virtualClock } from '../virtual-clock.js'

/** Most work takes a few turns of the event loop; only longer work is worth a timer. */
const SPINNING_MS = 2

const turn = (): Promise<void> => new Promise((resolve) => { setImmediate(resolve) })

const pause = (ms: number): Promise<void> => new Promise((resolve) => { setTimeout(resolve, ms) })

/** Work in real time that the clock waits for. */
export interface RealWork {
  /** Whether some is under way. */
  isBusy(): boolean
  /** Counts up with everything that happens. */
  progress(): number
  /** What is under way makes no progress: it is taken to wait for the virtual time. */
  giveUp(): void
}

/** A virtual clock that stands still while the action, or the vendor's fake, works in real time; at most `patienceMs` without progress. */
export const createWorldClock = ({ isBusy, progress, giveUp }: RealWork, patienceMs: number): VirtualClock => {

  const settle = async (): Promise<void> => {
    await turn()
    let seen = progress()
    let since = performance.now()
    while (isBusy()) {
      await (performance.now() - since < SPINNING_MS ? turn() : pause(1))
      if (seen !== progress()) {
        seen = progress()
        since = performance.now()
      } else if (performance.now() - since > patienceMs) giveUp()
    }
  }

  return virtualClock({ settle })
}
