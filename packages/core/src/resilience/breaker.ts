import type { Instant } from '../json.js'

/** When a breaker opens and closes. Times in milliseconds. */
export interface BreakerPolicy {
  /** Calls are judged by those of the last `windowMs`. Default 60,000. */
  readonly windowMs: number
  /** With fewer calls in the window nothing is judged. Default 5. */
  readonly leastCalls: number
  /** It opens when at least this share of them has failed, 0 to 1. Default 0.5. */
  readonly threshold: number
  /** How long it stays open, the first time. It doubles each time that a probe fails. Default 30,000. */
  readonly openMs: number
  /** It never stays open longer. Default 300,000. */
  readonly longestMs: number
  /** Successes in a row that close it again. Default 1. */
  readonly successes: number
}

export const breakerPolicy: BreakerPolicy = { windowMs: 60_000, leastCalls: 5, threshold: 0.5, openMs: 30_000, longestMs: 300_000, successes: 1 }

/** Calls that ended within one part of the window. */
interface Slot {
  readonly from: Instant
  readonly calls: number
  readonly failures: number
}

/** A circuit breaker as a value: what is known of a service from how the calls of it ended. */
export type Breaker =
  | { readonly state: 'closed'; readonly slots: readonly Slot[] }
  /** `since`: when it left `closed`. Calls are not expected to succeed before `until`. */
  | { readonly state: 'open'; readonly since: Instant; readonly until: Instant; readonly openMs: number; readonly reason: string }
  /** The next calls decide. */
  | { readonly state: 'half-open'; readonly since: Instant; readonly openMs: number; readonly reason: string; readonly successes: number }

export const closedBreaker: Breaker = { state: 'closed', slots: [] }

/** How a call ended. */
export interface CallOutcome {
  readonly at: Instant
  /** Absent: it succeeded. Present: why it failed, without addresses and secrets. */
  readonly failure?: string
}

/** The window moves in steps of a tenth: what is kept does not grow with the number of calls. */
const SLOTS = 10

const counted = (slots: readonly Slot[], { at, failure }: CallOutcome, { windowMs }: BreakerPolicy): readonly Slot[] => {
  const width = Math.max(1, windowMs / SLOTS)
  const from = Math.floor(at / width) * width
  const alive = slots.filter((slot) => slot.from > at - windowMs)
  const failed = failure === undefined ? 0 : 1
  if (!alive.some((slot) => slot.from === from)) return [...alive, { from, calls: 1, failures: failed }]
  return alive.map((slot) => slot.from === from ? { from, calls: slot.calls + 1, failures: slot.failures + failed } : slot)
}

const sum = (slots: readonly Slot[], member: 'calls' | 'failures'): number => slots.reduce((total, slot) => total + slot[member], 0)

const open = (since: Instant, at: Instant, openMs: number, reason: string): Breaker => ({ state: 'open', since, until: at + openMs, openMs, reason })

const whileClosed = (slots: readonly Slot[], outcome: CallOutcome, policy: BreakerPolicy): Breaker => {
  const next = counted(slots, outcome, policy)
  const calls = sum(next, 'calls')
  const opens = outcome.failure !== undefined && calls >= policy.leastCalls && sum(next, 'failures') >= policy.threshold * calls
  return opens ? open(outcome.at, outcome.at, policy.openMs, outcome.failure) : { state: 'closed', slots: next }
}

const whileHalfOpen = (breaker: Extract<Breaker, { readonly state: 'half-open' }>, { at, failure }: CallOutcome, policy: BreakerPolicy): Breaker => {
  if (failure !== undefined) return open(breaker.since, at, Math.min(policy.longestMs, breaker.openMs * 2), failure)
  const successes = breaker.successes + 1
  return successes >= policy.successes ? closedBreaker : { ...breaker, successes }
}

/** The breaker as it stands now: one that has been open for long enough lets the next calls decide. */
export const breakerAt = (breaker: Breaker, now: Instant): Breaker => {
  if (breaker.state !== 'open' || now < breaker.until) return breaker
  const { since, openMs, reason } = breaker
  return { state: 'half-open', since, openMs, reason, successes: 0 }
}

/**
 * What becomes of a breaker by the end of a call. Total and pure. A call that ends while it is open changes nothing: it began before, or was
 * not told; only one that ends after `until` decides.
 */
export const callEnded = (breaker: Breaker, outcome: CallOutcome, policy: BreakerPolicy = breakerPolicy): Breaker => {
  const now = breakerAt(breaker, outcome.at)
  switch (now.state) {
    case 'closed': return whileClosed(now.slots, outcome, policy)
    case 'open': return now
    case 'half-open': return whileHalfOpen(now, outcome, policy)
  }
}
