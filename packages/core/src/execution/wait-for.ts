import type { Park } from '../action/outcome.js'
import type { Instant } from '../json.js'
import type { WaitFor } from '../request/wait-for.js'

/** How long a step waits for a signal where nothing says otherwise (spec/machine.md, manual mode). */
const DEFAULT_WAIT_MS = 90 * 24 * 60 * 60 * 1000

/** The first poll comes soon, however rare the others are: it shows people how what they wait for stands. */
const FIRST_POLL_MS = 1_000

/** An action's wish to wait, with every length turned into a moment. */
export const waitForOf = (park: Park, now: Instant): WaitFor => {
  if (park.until === 'time') return { kind: 'time', until: park.at }
  return {
    kind: 'signal',
    reference: park.reference,
    until: now + (park.timeoutMs ?? DEFAULT_WAIT_MS),
    ...(park.pollEveryMs === undefined ? {} : { pollEveryMs: park.pollEveryMs, pollAt: now + Math.min(park.pollEveryMs, FIRST_POLL_MS) }),
    onTimeout: park.onTimeout ?? 'fail',
  }
}
