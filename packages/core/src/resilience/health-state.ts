import type { Instant } from '../json.js'

/** One look at something. `failure`: why it is not well; absent: it is. */
export interface HealthLook {
  readonly at: Instant
  readonly failure?: string
}

/** What is known of something that is looked at again and again. */
export type HealthState =
  /** Nobody has looked yet. */
  | { readonly state: 'unknown' }
  | { readonly state: 'passing'; readonly since: Instant; readonly checkedAt: Instant }
  /** `failures` in a row, too few to say so. */
  | { readonly state: 'doubtful'; readonly since: Instant; readonly checkedAt: Instant; readonly failures: number; readonly lastError: string }
  /** `since`: of the first failure in the row. */
  | { readonly state: 'failing'; readonly since: Instant; readonly checkedAt: Instant; readonly failures: number; readonly lastError: string }

export const unknownHealth: HealthState = { state: 'unknown' }

/** One failure may be chance. */
const FAILS_FROM = 2

/** What becomes of it by one more look: it fails from the second failure in a row on, and passes with the first success. */
export const looked = (before: HealthState, { at, failure }: HealthLook): HealthState => {
  if (failure === undefined) return { state: 'passing', since: before.state === 'passing' ? before.since : at, checkedAt: at }
  const row = before.state === 'doubtful' || before.state === 'failing' ? before : { since: at, failures: 0 }
  const failures = row.failures + 1
  return { state: failures >= FAILS_FROM ? 'failing' : 'doubtful', since: row.since, checkedAt: at, failures, lastError: failure }
}
