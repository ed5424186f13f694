import { memorySecrets, silentLogger, systemClock, systemIds } from '@pao/core/memory'
import { clockContract, idsContract, loggerContract, runContract, secretSourceContract } from '@pao/testing'
import { describe, expect, test, vi } from 'vitest'

describe('system clock', () => {
  runContract(clockContract, { test, create: async () => ({ clock: systemClock(), elapse: (ms) => new Promise((resolve) => setTimeout(resolve, ms)) }) })

  test('calls back once, not before the delay', async () => {
    const clock = systemClock()
    const from = performance.now()
    await new Promise<void>((resolve) => {
      clock.schedule(20, resolve)
    })
    expect(performance.now() - from).toBeGreaterThanOrEqual(20)
  })

  test('never calls back after a cancel', async () => {
    const callback = vi.fn()
    systemClock().schedule(5, callback)()
    await new Promise((resolve) => setTimeout(resolve, 30))
    expect(callback).not.toHaveBeenCalled()
  })

  test('waits in parts for what is longer than a timer can be', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
    const callback = vi.fn()
    const ninetyDays = 90 * 24 * 3_600_000
    systemClock().schedule(ninetyDays, callback)
    vi.advanceTimersByTime(ninetyDays - 1)
    expect(callback).not.toHaveBeenCalled()
    vi.advanceTimersByTime(1)
    expect(callback).toHaveBeenCalledTimes(1)
    vi.useRealTimers()
  })

  test('cancels a long wait in its later parts too', () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
    const callback = vi.fn()
    const ninetyDays = 90 * 24 * 3_600_000
    const cancel = systemClock().schedule(ninetyDays, callback)
    vi.advanceTimersByTime(ninetyDays / 2)
    cancel()
    vi.advanceTimersByTime(ninetyDays)
    expect(callback).not.toHaveBeenCalled()
    vi.useRealTimers()
  })
})

const elapse = (ms: number): Promise<void> => new Promise((resolve) => { setTimeout(resolve, ms) })

describe('system ids', () => {
  runContract(idsContract, { test, create: async () => ({ ids: systemIds(), others: systemIds(), elapse }) })

  test('request ids are UUIDv7 that rise and never repeat', () => {
    const ids = systemIds()
    const made = Array.from({ length: 20_000 }, () => ids.requestId())
    expect(new Set(made).size).toBe(made.length)
    expect(made).toEqual(made.toSorted())
    for (const id of made.slice(0, 100)) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    const at = parseInt(made[0]!.replaceAll('-', '').slice(0, 12), 16)
    expect(Math.abs(Date.now() - at)).toBeLessThan(10_000)
  })

  test('request ids rise also when the clock steps back', () => {
    const ids = systemIds()
    const before = ids.requestId()
    vi.spyOn(Date, 'now').mockReturnValue(Date.now() - 60_000)
    expect(ids.requestId() > before).toBe(true)
  })

  test('fractions are in [0, 1)', () => {
    const ids = systemIds()
    const fractions = Array.from({ length: 1_000 }, () => ids.fraction())
    expect(fractions.every((one) => one >= 0 && one < 1)).toBe(true)
    expect(new Set(fractions).size).toBeGreaterThan(990)
  })
})

runContract(secretSourceContract, {
  test,
  create: async () => ({ holding: async (values) => memorySecrets(values) }),
  skip: {
    'an outage throws SECRET_UNAVAILABLE, for names that are there and others': 'memory is never away',
    'an outage quotes no value': 'memory is never away',
  },
})

runContract(loggerContract, {
  test,
  create: async () => ({ logger: silentLogger(), entries: async () => [] }),
  skip: Object.fromEntries([
    'each call is an entry of its level, with message and fields, in the order of the calls',
    'a call is one entry, whatever characters it holds',
    'an Error among the fields keeps its message',
    'a call never throws, and an entry is written, whatever the fields hold',
  ].map((name) => [name, 'it writes no entries, which is what it is for'])),
})

test('memory secrets: undefined for a name that is not there, also for names of Object.prototype', async () => {
  const secrets = memorySecrets({ token: 'abc' })
  expect(await secrets.get('token')).toBe('abc')
  expect(await secrets.get('toString')).toBeUndefined()
  expect(await memorySecrets(new Map([['token', 'map']])).get('token')).toBe('map')
})

test('silent logger says nothing', () => {
  const log = vi.spyOn(console, 'log')
  silentLogger().error({ a: 1 }, 'nothing')
  expect(log).not.toHaveBeenCalled()
})
