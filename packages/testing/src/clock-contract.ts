import assert from 'node:assert/strict'
import type { Clock } from '@pao/core/ports'
import type { Contract, ContractCase } from './contract.js'

export interface ClockFixture {
  readonly clock: Clock
  /** Lets the clock go on: a fake one jumps, a real one is waited for. */
  elapse(ms: number): Promise<void>
}

type ClockCase = ContractCase<ClockFixture>

const forward: ClockCase = {
  name: 'now goes on with the time',
  law: '1',
  run: async (create) => {
    const { clock, elapse } = await create()
    const before = clock.now()
    await elapse(20)
    assert.ok(clock.now() >= before + 19, 'the clock stood still')
  },
}

const once: ClockCase = {
  name: 'schedule calls once, not before the delay',
  law: '2',
  run: async (create) => {
    const { clock, elapse } = await create()
    const began = clock.now()
    const called: number[] = []
    clock.schedule(60, () => { called.push(clock.now()) })
    await elapse(30)
    // A real clock may have gone on for longer than it was asked to.
    if (clock.now() - began < 55) assert.deepEqual(called, [])
    await elapse(60)
    assert.equal(called.length, 1)
    assert.ok((called[0] ?? 0) - began >= 59, `called after ${(called[0] ?? 0) - began} ms`)
    await elapse(100)
    assert.equal(called.length, 1)
  },
}

const cancelled: ClockCase = {
  name: 'schedule never calls after its cancel',
  law: '3',
  run: async (create) => {
    const { clock, elapse } = await create()
    let calls = 0
    const cancel = clock.schedule(10, () => { calls += 1 })
    cancel()
    cancel()
    await elapse(40)
    assert.equal(calls, 0)
  },
}

const farAway: ClockCase = {
  name: 'schedule waits for delays that are longer than a timer can be',
  law: '2',
  run: async (create) => {
    const { clock, elapse } = await create()
    let calls = 0
    const cancels = [2 ** 31, 90 * 24 * 3_600_000, Number.MAX_SAFE_INTEGER].map((delayMs) => clock.schedule(delayMs, () => { calls += 1 }))
    await elapse(30)
    for (const cancel of cancels) cancel()
    assert.equal(calls, 0)
  },
}

const inOrder: ClockCase = {
  name: 'timers are called in the order in which they are due',
  law: '4',
  run: async (create) => {
    const { clock, elapse } = await create()
    const called: number[] = []
    for (const delayMs of [50, 5, 90, 25]) clock.schedule(delayMs, () => { called.push(delayMs) })
    await elapse(150)
    assert.deepEqual(called, [5, 25, 50, 90])
  },
}

const cancelledLate: ClockCase = {
  name: 'a cancel that comes too late does nothing, also to other timers',
  law: '3',
  run: async (create) => {
    const { clock, elapse } = await create()
    let calls = 0
    const cancel = clock.schedule(5, () => { calls += 1 })
    await elapse(30)
    clock.schedule(5, () => { calls += 1 })
    cancel()
    await elapse(30)
    assert.equal(calls, 2)
  },
}

/** The laws of port Clock. */
export const clockContract: Contract<ClockFixture> = { port: 'Clock', cases: [forward, once, cancelled, cancelledLate, farAway, inOrder] }
