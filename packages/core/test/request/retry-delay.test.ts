import { describe, expect, test } from 'vitest'
import type { RetryPolicy } from '../../src/request/plan.js'
import { isRetried, recoveryAttempts, retryDelay } from '../../src/request/retry-delay.js'
import { failure } from './requests.js'

const policy = (more: Partial<RetryPolicy> = {}): RetryPolicy => ({ attempts: 3, delayMs: 1_000, backoff: 'linear', maxDelayMs: 100_000, on: ['timeout', 'error'], ...more })
const broken = failure('retryable')

describe('the delay', () => {
  test.each([
    ['linear', [1_000, 2_000, 3_000, 4_000, 5_000, 6_000]],
    ['exponential', [1_000, 2_000, 4_000, 8_000, 16_000, 32_000]],
    ['fibonacci', [1_000, 1_000, 2_000, 3_000, 5_000, 8_000]],
  ] as const)('grows %s', (backoff, delays) => {
    expect(delays.map((_, i) => retryDelay(policy({ backoff }), broken, i + 1, 0))).toEqual(delays)
  })

  test('is bounded, also after very many failures', () => {
    expect(retryDelay(policy({ backoff: 'exponential', maxDelayMs: 5_000 }), broken, 4, 0)).toBe(5_000)
    expect(retryDelay(policy({ backoff: 'exponential' }), broken, 5_000, 0)).toBe(100_000)
    expect(retryDelay(policy({ backoff: 'fibonacci' }), broken, 5_000, 0)).toBe(100_000)
  })

  test('jitter takes at most a fifth away, whatever number comes', () => {
    expect(retryDelay(policy(), broken, 1, 0.5)).toBe(900)
    expect(retryDelay(policy(), broken, 1, 99)).toBe(800)
    expect(retryDelay(policy(), broken, 1, -1)).toBe(1_000)
  })

  test('what the service asks for is a floor, up to a day', () => {
    expect(retryDelay(policy(), failure('retryable', { retryAfterMs: 7_000 }), 1, 0)).toBe(7_000)
    expect(retryDelay(policy({ maxDelayMs: 2_000 }), failure('retryable', { retryAfterMs: 7_000 }), 1, 0)).toBe(7_000)
    expect(retryDelay(policy(), failure('retryable', { retryAfterMs: 500 }), 1, 0)).toBe(1_000)
    expect(retryDelay(policy(), failure('retryable', { retryAfterMs: 1e12 }), 1, 0)).toBe(86_400_000)
  })

  test('without a policy starts with a second', () => {
    expect([1, 2, 3].map((failures) => retryDelay(undefined, failure('unknown'), failures, 0))).toEqual([1_000, 2_000, 4_000])
  })
})

describe('whether it is retried', () => {
  test('as often as attempts says, and only where nothing was changed', () => {
    expect([1, 2, 3, 4].map((failures) => isRetried(policy(), broken, failures))).toEqual([true, true, true, false])
    expect(isRetried(policy(), failure('fatal'), 1)).toBe(false)
    expect(isRetried(policy(), failure('unknown'), 1)).toBe(false)
    expect(isRetried(undefined, broken, 1)).toBe(false)
    expect(isRetried(policy({ attempts: 0 }), broken, 1)).toBe(false)
  })

  test('`on` tells timeouts from other errors, and knows codes', () => {
    const timeout = failure('retryable', { phase: 'timeout', code: 'STEP_TIMEOUT' })
    const on = (...names: readonly string[]) => [broken, timeout].map((what) => isRetried(policy({ on: names }), what, 1))
    expect(on('error')).toEqual([true, false])
    expect(on('timeout')).toEqual([false, true])
    expect(on('http-503')).toEqual([true, false])
    expect(on('STEP_TIMEOUT')).toEqual([false, true])
    expect(on()).toEqual([false, false])
  })

  test('recovery is bounded, and a generous policy prolongs it', () => {
    expect([undefined, policy({ attempts: 2 }), policy({ attempts: 9 })].map(recoveryAttempts)).toEqual([5, 5, 9])
  })
})
