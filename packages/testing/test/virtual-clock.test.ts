import { clockContract, runContract, virtualClock } from '@pao/testing'
import { describe, expect, test } from 'vitest'

runContract(clockContract, {
  test,
  create: async () => {
    const clock = virtualClock()
    return { clock, elapse: clock.advance }
  },
})

describe('virtual clock', () => {
  test('fires by time, and by order of making within one instant', async () => {
    const clock = virtualClock({ start: 0 })
    const fired: string[] = []
    const at = (delay: number, name: string): void => { clock.schedule(delay, () => { fired.push(`${name}@${clock.now()}`) }) }
    for (const [delay, name] of [[30, 'c'], [10, 'a'], [20, 'b'], [10, 'a2'], [-5, 'now'], [30, 'c2'], [5, 'early']] as const) at(delay, name)
    await clock.advance(25)
    expect(fired).toEqual(['now@0', 'early@5', 'a@10', 'a2@10', 'b@20'])
    expect(clock.now()).toBe(25)
    expect(clock.pending()).toBe(2)
    expect(await clock.runUntilIdle()).toBe(true)
    expect(fired.slice(5)).toEqual(['c@30', 'c2@30'])
    expect(clock.now()).toBe(30)
  })

  test('of many timers of one instant the first made is the first called', async () => {
    const clock = virtualClock()
    const fired: number[] = []
    for (let index = 0; index < 50; index += 1) clock.schedule(index % 2 === 0 ? 7 : 3, () => { fired.push(index) })
    await clock.advance(10)
    expect(fired).toEqual([...Array(50).keys()].toSorted((a, b) => (b % 2) - (a % 2) || a - b))
  })

  test('what follows from a timer comes before the next one', async () => {
    const clock = virtualClock()
    const seen: string[] = []
    const steps = async (name: string): Promise<void> => {
      for (let index = 0; index < 50; index += 1) await Promise.resolve()
      seen.push(name)
    }
    clock.schedule(1, () => { void steps('first') })
    clock.schedule(1, () => { void steps('second'); seen.push('second fires') })
    await clock.advance(1)
    expect(seen).toEqual(['first', 'second fires', 'second'])
  })

  test('a timer can cancel another of the same instant, and set one that still fires in it', async () => {
    const clock = virtualClock()
    const fired: string[] = []
    clock.schedule(1, () => { cancel(); clock.schedule(0, () => { fired.push('set') }) })
    const cancel = clock.schedule(1, () => { fired.push('cancelled') })
    await clock.advance(1)
    expect(fired).toEqual(['set'])
    expect(clock.pending()).toBe(0)
  })

  test('waits for a promise in virtual time, and says when nothing comes of it', async () => {
    const clock = virtualClock()
    const later = (ms: number, answer: () => Promise<string>): Promise<string> => new Promise((resolve) => { clock.schedule(ms, () => { resolve(answer()) }) })
    expect(await clock.until(later(90_000, async () => 'yes'))).toBe('yes')
    await expect(clock.until(later(10, () => Promise.reject(new Error('no'))))).rejects.toThrow('no')
    await expect(clock.until(new Promise(() => undefined), 5_000)).rejects.toThrow('not settled within 5000 ms')
  })

  test('a poll never gets idle: it ends with false, after the time given', async () => {
    const clock = virtualClock({ start: 0 })
    let polls = 0
    const poll = (): void => { polls += 1; clock.schedule(1_000, poll) }
    poll()
    expect(await clock.runUntilIdle(10_000)).toBe(false)
    expect([polls, clock.now()]).toEqual([11, 10_000])
    expect(await clock.advanceUntil(async () => polls >= 15, 60_000)).toBe(true)
    expect(clock.now()).toBe(14_000)
    expect(await clock.advanceUntil(() => polls < 0, 500)).toBe(false)
    expect(clock.now()).toBe(14_500)
  })

  test('keeps the order over many timers, some of them cancelled', async () => {
    const clock = virtualClock({ start: 0 })
    const fired: number[] = []
    const cancels: (() => void)[] = []
    for (let index = 0; index < 500; index += 1) {
      const delay = (index * 7_919) % 997
      cancels.push(clock.schedule(delay, () => { fired.push(clock.now()) }))
    }
    cancels.filter((_, index) => index % 3 === 0).forEach((cancel) => { cancel(); cancel() })
    expect(clock.pending()).toBe(500 - 167)
    expect(await clock.runUntilIdle()).toBe(true)
    expect(fired).toHaveLength(333)
    expect(fired).toEqual(fired.toSorted((a, b) => a - b))
  })

  test('a way of settling can be given, for code that waits for the event loop', async () => {
    const clock = virtualClock({ settle: () => new Promise((resolve) => { setImmediate(resolve) }) })
    let seen = false
    clock.schedule(1, () => { setImmediate(() => { seen = true }) })
    await clock.advance(1)
    expect(seen).toBe(true)
  })
})
