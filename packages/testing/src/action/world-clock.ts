import type { VirtualClock } from '../virtual-clock.js'
import { virtualClock } from '../virtual-clock.js'

const turn = (): Promise<void> => new Promise((resolve) => { setImmediate(resolve) })

const pause = (ms: number): Promise<void> => new Promise((resolve) => { setTimeout(resolve, ms) })

/**
 * A virtual clock that stands still while the action, or the vendor's fake, works in real time. What makes no progress for `patienceMs` is
 * taken to wait for the virtual time: then the clock goes on.
 */
export const createWorldClock = (isBusy: () => boolean, patienceMs: number): { readonly clock: VirtualClock; readonly note: () => void } => {
  let progress = 0
  let givenUpAt = -1

  const settle = async (): Promise<void> => {
    await turn()
    let seen = progress
    let since = performance.now()
    while (isBusy() && givenUpAt !== progress) {
      await (performance.now() - since < 2 ? turn() : pause(1))
      if (seen !== progress) {
        seen = progress
        since = performance.now()
      } else if (performance.now() - since > patienceMs) givenUpAt = progress
    }
  }

  return { clock: virtualClock({ settle }), note: () => { progress += 1 } }
}
