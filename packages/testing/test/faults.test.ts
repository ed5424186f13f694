import { isPaoError, wasSent } from '@pao/core/action'
import { faultsAt, faultSchedule, noFaults, oneFaultEach, seededFaults, virtualClock, withFaults } from '@pao/testing'
import type { Fault } from '@pao/testing'
import { describe, expect, test } from 'vitest'

/** A port that notes what happened to it. */
const aPort = () => {
  const happened: string[] = []
  return {
    happened,
    port: {
      save: async (name: string, _options: { readonly signal?: AbortSignal } = {}) => { happened.push(name); return happened.length },
      load: async () => happened.length,
    },
  }
}

const once = (fault: Fault, clock = virtualClock()) => {
  const { port, happened } = aPort()
  const { store } = withFaults({ store: port }, faultsAt({ 'store.save#1': fault }), { clock })
  return { store, happened, clock }
}

const outage = (error: unknown): boolean => isPaoError(error, 'STORE_UNAVAILABLE')

describe('a fault', () => {
  test('throw-before: nothing happened', async () => {
    const { store, happened } = once({ kind: 'throw-before' })
    await store.save('a')
    await expect(store.save('b')).rejects.toSatisfy(outage)
    await store.save('c')
    expect(happened).toEqual(['a', 'c'])
  })

  test('throw-after: it happened, and its answer was lost', async () => {
    const { store, happened } = once({ kind: 'throw-after', error: new Error('mine') })
    await store.save('a')
    await expect(store.save('b')).rejects.toThrow('mine')
    expect(happened).toEqual(['a', 'b'])
  })

  test('twice: it happened twice, and the second answer counts', async () => {
    const { store, happened } = once({ kind: 'twice' })
    await store.save('a')
    expect(await store.save('b')).toBe(3)
    expect(happened).toEqual(['a', 'b', 'b'])
  })

  test.each([['late-before', 0], ['late-after', 1]] as const)('%s: %i of it has happened before the time is over', async (kind, before) => {
    const { store, happened, clock } = once({ kind, ms: 5_000 })
    await store.save('a')
    let answer: number | undefined
    void store.save('b').then((value) => { answer = value })
    await clock.advance(4_999)
    expect([happened.length - 1, answer]).toEqual([before, undefined])
    await clock.advance(1)
    expect([happened, answer]).toEqual([['a', 'b'], 2])
  })

  test('late without a clock says what is missing', async () => {
    const { port } = aPort()
    const { store } = withFaults({ store: port }, faultsAt({ 'store.load#0': { kind: 'late-after', ms: 1 } }))
    await expect(store.load()).rejects.toThrow('store.load is to be late: pass a clock to withFaults')
  })

  test.each([['hang-before', []], ['hang-after', ['b']]] as const)('%s: no answer until the signal aborts', async (kind, happens) => {
    const { port, happened } = aPort()
    const faults = faultSchedule(() => ({ kind }))
    const { store } = withFaults({ store: port }, faults)
    const ending = new AbortController()
    let ended = false
    const call = store.save('b', { signal: ending.signal }).finally(() => { ended = true })
    call.catch(() => undefined)
    await new Promise((resolve) => { setImmediate(resolve) })
    expect(ended).toBe(false)
    ending.abort('shutdown')
    await expect(call).rejects.toSatisfy(outage)
    await expect(store.save('b', { signal: AbortSignal.abort() })).rejects.toSatisfy(outage)
    expect(happened).toEqual([...happens, ...happens])
    await expect(withFaults({ store: port }, faults, { signal: AbortSignal.abort() }).store.load()).rejects.toSatisfy(outage)
  })

  test('custom: what the test makes of the call', async () => {
    const { store } = once({ kind: 'custom', name: 'ten more', around: async (call) => 10 + (await call() as number) })
    expect([await store.save('a'), await store.save('b')]).toEqual([1, 12])
  })

  test('the outage of a port is the one that its laws name', async () => {
    const port = { request: async () => undefined, get: async () => undefined }
    const { http, secrets } = withFaults({ http: port, secrets: port }, faultSchedule((_, call) => ({ kind: call === 0 ? 'throw-before' : 'throw-after' })))
    const errors = await Promise.all([http.request(), http.request(), secrets.get()].map((call) => call.catch((error: unknown) => error)))
    expect(errors.map((error) => [(error as { code: string }).code, wasSent(error)])).toEqual([['HTTP_CONNECTION', false], ['HTTP_CONNECTION', true], ['SECRET_UNAVAILABLE', true]])
  })
})

describe('a schedule', () => {
  const use = async (schedule: ReturnType<typeof noFaults>): Promise<void> => {
    const { store } = withFaults({ store: aPort().port }, schedule, { clock: { schedule: (_, callback) => { callback(); return () => undefined } } })
    for (const name of ['a', 'b']) await store.save(name).catch(() => undefined)
    await store.load().catch(() => undefined)
    await store.save('c').catch(() => undefined)
  }

  test('records each call by a stable name, and what went wrong', async () => {
    const schedule = faultsAt({ 'store.save#2': { kind: 'throw-after' }, 'store.load#4': { kind: 'throw-after' } })
    await use(schedule)
    expect(schedule.points()).toEqual(['store.save#0', 'store.save#1', 'store.load#0', 'store.save#2'])
    expect(schedule.hits()).toEqual([{ point: 'store.save#2', fault: { kind: 'throw-after' } }])
  })

  test('counts over everything that is wrapped with it', async () => {
    const schedule = noFaults()
    await use(schedule)
    await use(schedule)
    expect(schedule.points().at(-1)).toBe('store.save#5')
  })

  test('every point of a recorded run gets each fault alone', async () => {
    const recorded = noFaults()
    await use(recorded)
    const hit: string[] = []
    for (const { schedule, point, fault } of oneFaultEach(recorded.points(), [{ kind: 'throw-before' }, { kind: 'twice' }])) {
      await use(schedule)
      expect(schedule.hits()).toEqual([{ point, fault }])
      hit.push(`${point} ${fault.kind}`)
    }
    expect(new Set(hit).size).toBe(8)
  })

  test('a seed decides everything, and another one decides differently', async () => {
    const runs = await Promise.all([1, 1, 2].map(async (seed) => {
      const schedule = seededFaults({ seed, rate: 0.4 })
      for (let round = 0; round < 20; round += 1) await use(schedule)
      return schedule.hits()
    }))
    expect(runs[0]).toEqual(runs[1])
    expect(runs[0]).not.toEqual(runs[2])
    const kinds = new Set(runs.flat().map(({ fault }) => fault.kind))
    expect([...kinds].toSorted()).toEqual(['late-after', 'late-before', 'throw-after', 'throw-before'])
    expect(seededFaults({ seed: 3, rate: 0 }).next('store.save')).toBeUndefined()
  })

  test('twice comes by chance only to what may be repeated', () => {
    const schedule = seededFaults({ seed: 5, rate: 1, kinds: ['twice'] })
    expect(Array.from({ length: 20 }, () => schedule.next('claims.claimDue')).every((fault) => fault === undefined)).toBe(true)
    expect(schedule.next('requests.commit')).toEqual({ kind: 'twice' })
  })
})

test('methods of a class, frozen objects, and members that are no methods', async () => {
  class Store {
    readonly name = 'store'
    #saved = 0
    async save(): Promise<number> { this.#saved += 1; return this.#saved }
  }
  const { one, two } = withFaults({ one: new Store(), two: Object.freeze({ load: async () => 7 }) }, faultsAt({ 'one.save#1': { kind: 'twice' } }))
  expect([one.name, await one.save(), await one.save(), await two.load(), await { ...two }.load()]).toEqual(['store', 1, 3, 7, 7])
})
