import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Breaker, type CallOutcome, breakerAt, breakerPolicy, callEnded, closedBreaker } from '../../src/resilience/breaker.js'
import { looked, unknownHealth } from '../../src/resilience/health-state.js'

const failed = (at: number): CallOutcome => ({ at, failure: 'it answered 503' })
const went = (at: number): CallOutcome => ({ at })
const after = (outcomes: readonly CallOutcome[], from: Breaker = closedBreaker): Breaker => outcomes.reduce((breaker, outcome) => callEnded(breaker, outcome), from)
const opened = after([1, 2, 3, 4, 5].map(failed))

describe('a breaker', () => {
  test('opens when half of at least five calls in the window have failed, and says since when', () => {
    expect(after([1, 2, 3, 4].map(failed)).state).toBe('closed')
    expect(opened).toEqual({ state: 'open', since: 5, until: 30_005, openMs: 30_000, reason: 'it answered 503' })
    expect(after([went(1), went(2), went(3), failed(4), failed(5)]).state).toBe('closed')
    expect(after([went(1), went(2), went(3), failed(4), failed(5), failed(6)]).state).toBe('open')
  })
  test('forgets what is older than the window', () => {
    expect(after([...[1, 2, 3, 4].map(failed), failed(61_000)]).state).toBe('closed')
  })
  test('ignores calls that end while it is open, then lets one decide', () => {
    expect(after([went(10_000), failed(20_000)], opened)).toEqual(opened)
    expect(breakerAt(opened, 30_004).state).toBe('open')
    expect(breakerAt(opened, 30_005)).toMatchObject({ state: 'half-open', since: 5 })
    expect(after([went(30_005)], opened)).toEqual(closedBreaker)
  })
  test('that is not better stays open twice as long, up to five minutes, and keeps its since', () => {
    let breaker: Breaker = opened
    const lengths: number[] = []
    for (let round = 0; round < 6 && breaker.state === 'open'; round += 1) {
      breaker = callEnded(breaker, failed(breaker.until))
      if (breaker.state === 'open') lengths.push(breaker.openMs)
    }
    expect(lengths).toEqual([60_000, 120_000, 240_000, 300_000, 300_000, 300_000])
    expect(breaker).toMatchObject({ state: 'open', since: 5 })
  })
  test('needs as many successes as its policy says', () => {
    const policy = { ...breakerPolicy, successes: 2 }
    const half = callEnded(opened, went(40_000), policy)
    expect(half).toMatchObject({ state: 'half-open', successes: 1 })
    expect(callEnded(half, went(40_001), policy)).toEqual(closedBreaker)
    expect(callEnded(half, failed(40_001), policy)).toMatchObject({ state: 'open', openMs: 60_000 })
  })
  test('property: never opens by successes, opens only by a failure, and keeps a bounded memory', () => {
    const reached = new Set<string>()
    fc.assert(fc.property(fc.array(fc.record({ wait: fc.integer({ min: 0, max: 40_000 }), fails: fc.boolean() }), { maxLength: 200 }), (calls) => {
      let at = 0
      let breaker: Breaker = closedBreaker
      for (const { wait, fails } of calls) {
        at += wait
        const before = breakerAt(breaker, at)
        breaker = callEnded(breaker, fails ? failed(at) : went(at))
        reached.add(`${before.state}>${breaker.state}`)
        if (!fails && before.state !== 'open') expect(breaker.state).not.toBe('open')
        if (before.state === 'open') expect(breaker).toEqual(before)
        if (breaker.state === 'open') expect(breaker.until - at).toBeLessThanOrEqual(breakerPolicy.longestMs)
        if (breaker.state === 'closed') expect(breaker.slots.length).toBeLessThanOrEqual(11)
      }
    }), { numRuns: 300 })
    expect([...reached].sort()).toEqual(['closed>closed', 'closed>open', 'half-open>closed', 'half-open>open', 'open>open'])
  })
})

test('what is looked at fails with the second failure in a row, since the first, and passes with the first success', () => {
  const doubtful = looked(looked(unknownHealth, { at: 1 }), { at: 2, failure: 'a' })
  expect(doubtful).toMatchObject({ state: 'doubtful', since: 2, failures: 1 })
  const failing = looked(doubtful, { at: 3, failure: 'b' })
  expect(failing).toEqual({ state: 'failing', since: 2, checkedAt: 3, failures: 2, lastError: 'b' })
  expect(looked(failing, { at: 4, failure: 'c' })).toMatchObject({ state: 'failing', since: 2, failures: 3, lastError: 'c' })
  expect(looked(failing, { at: 4 })).toEqual({ state: 'passing', since: 4, checkedAt: 4 })
  expect(looked(looked(failing, { at: 4 }), { at: 5 })).toEqual({ state: 'passing', since: 4, checkedAt: 5 })
})
