import type { RetryPolicy } from './plan.js'
import type { StepFailure } from './step.js'

/**
 * How lost answers and lost owners are followed up where the document has no `retry`: looking again (reconcile) and
 * repeating what may be repeated never makes a second effect. Ours.
 */
const recovery: RetryPolicy = { attempts: 5, delayMs: 1_000, backoff: 'exponential', maxDelayMs: 60_000, on: [] }

/** A service that asks for a longer pause than this is not believed. Milliseconds. Ours. */
const longestRetryAfterMs = 24 * 60 * 60 * 1_000

/** Failures up to which a step is looked into or repeated without a person, whatever its `retry` says. */
export const recoveryAttempts = (policy: RetryPolicy | undefined): number => Math.max(policy?.attempts ?? 0, recovery.attempts)

const fibonacci = (n: number): number => {
  let [previous, current] = [0, 1]
  for (let i = 1; i < n; i += 1) [previous, current] = [current, previous + current]
  return current
}

const growth = (backoff: RetryPolicy['backoff'], failures: number): number => {
  switch (backoff) {
    case 'linear': return failures
    case 'exponential': return 2 ** (failures - 1)
    case 'fibonacci': return fibonacci(failures)
  }
}

/**
 * Milliseconds from the `failures`-th failure to the next execution. Jitter in [0,1) takes up to a fifth away, so that the
 * documented delay is the longest one and requests that failed together do not come back together. Retry-After is a floor.
 */
export function retryDelay(policy: RetryPolicy | undefined, failure: StepFailure, failures: number, jitter: number): number {
  const { delayMs, backoff, maxDelayMs } = policy ?? recovery
  const planned = Math.min(delayMs * growth(backoff, Math.min(Math.max(failures, 1), 64)), maxDelayMs)
  const jittered = planned * (1 - Math.min(Math.max(jitter, 0), 1) / 5)
  return Math.max(0, Math.round(jittered), Math.min(failure.retryAfterMs ?? 0, longestRetryAfterMs))
}

const covers = (on: readonly string[], failure: StepFailure): boolean =>
  on.some((what) => {
    const name = what.toUpperCase().replaceAll('-', '_')
    return name === failure.code || (name === 'TIMEOUT') === (failure.phase === 'timeout') && (name === 'TIMEOUT' || name === 'ERROR')
  })

/** Whether the `failures`-th failure of a step leads to a further execution: a retryable one, covered and within the attempts. */
export const isRetried = (policy: RetryPolicy | undefined, failure: StepFailure, failures: number): boolean =>
  policy !== undefined && failure.kind === 'retryable' && failures <= policy.attempts && covers(policy.on, failure)
