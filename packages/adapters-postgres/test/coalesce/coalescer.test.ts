import { PaoError } from '@pao/core'
import { describe, expect, test } from 'vitest'
import type { CoalescerLimits, Held } from '../../src/coalesce/coalescer.js'
import { createCoalescer } from '../../src/coalesce/coalescer.js'

interface Write { readonly marks: readonly string[]; readonly size: number; readonly name: string }

const write = (name: string, size = 1): Write => ({ name, marks: [name], size })

const writes = (count: number): readonly Write[] => Array.from({ length: count }, (_, index) => write(`w${index}`))

const nextTurn = () => new Promise((resolve) => { setImmediate(resolve) })

const outage = new PaoError('STORE_UNAVAILABLE', 'away', { retryable: true })

interface Flight { readonly batch: readonly Held<Write, string>[]; land(): void; crash(error: unknown): void }

/** A coalescer whose batches stay under way until a test lets them land. */
const setUp = (limits: Partial<CoalescerLimits> = {}) => {
  const flights: Flight[] = []
  const coalescer = createCoalescer<Write, string>({
    isOutage: (error) => error === outage,
    send: (batch) => new Promise((resolve, reject) => {
      flights.push({ batch, crash: reject, land: () => { for (const held of batch) held.tell(`${held.write.name} written`); resolve() } })
    }),
  }, { fewestRows: 4, mostRows: 10, ...limits })
  const names = () => flights.map(({ batch }) => batch.map((held) => held.write.name))
  return { ...coalescer, flights, names, addAll: (some: readonly Write[]) => some.map((one) => coalescer.add(one)) }
}

describe('a coalescer', () => {
  test('sends a lone write with the next turn', async () => {
    const { add, flights, names } = setUp()
    const answer = add(write('a'))
    await nextTurn()
    expect(names()).toEqual([['a']])
    flights[0]!.land()
    expect(await answer).toBe('a written')
  })

  test('sends what comes in one turn together, split over its slots, and gathers while they are taken', async () => {
    const { addAll, flights, names } = setUp()
    const first = addAll(writes(9))
    await nextTurn()
    expect(names().map((batch) => batch.length)).toEqual([5, 4])
    const later = addAll([write('x'), write('y')])
    await nextTurn()
    expect(flights).toHaveLength(2)
    flights[0]!.land()
    await Promise.race(first)
    await nextTurn()
    expect(names()[2]).toEqual(['x', 'y'])
    flights[1]!.land()
    flights[2]!.land()
    expect(await Promise.all([...first, ...later])).toHaveLength(11)
  })

  test('those who are told together send their next writes together', async () => {
    const { add, flights, names } = setUp()
    const going = ['a', 'b', 'c'].map(async (name) => { await add(write(name)); return add(write(`${name}2`)) })
    await nextTurn()
    flights[0]!.land()
    await nextTurn()
    await nextTurn()
    expect(names()).toEqual([['a', 'b', 'c'], ['a2', 'b2', 'c2']])
    flights[1]!.land()
    await Promise.all(going)
  })

  test('the second write of a request leaves when the first is told, not before', async () => {
    const { add, flights, names } = setUp()
    const [first, second] = [add(write('a')), add({ ...write('again'), marks: ['a'] })]
    await nextTurn()
    const other = add(write('b'))
    await nextTurn()
    expect(names()).toEqual([['a'], ['b']])
    flights[1]!.land()
    await other
    await nextTurn()
    expect(names()).toEqual([['a'], ['b']])
    flights[0]!.land()
    await first
    await nextTurn()
    expect(names()).toEqual([['a'], ['b'], ['again']])
    flights[2]!.land()
    await second
  })

  test('refuses what is too much, retryable, and takes more when there is room again', async () => {
    const { add, addAll, flights } = setUp({ mostHeldRows: 3, mostHeldCharacters: 100 })
    const held = addAll(writes(3))
    await expect(add(write('more'))).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', retryable: true })
    await nextTurn()
    flights[0]!.land()
    await Promise.all(held)
    const large = add(write('large', 1_000))
    await expect(add(write('small'))).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' })
    await nextTurn()
    flights[1]!.land()
    expect(await large).toBe('large written')
  })

  test('an outage fails its batch and those who have waited long; others still have their own try', async () => {
    const { addAll, add, flights, names } = setUp({ slots: 1, patienceMs: 0 })
    const first = addAll(writes(2))
    await nextTurn()
    const waiting = add(write('patient'))
    flights[0]!.crash(outage)
    for (const answer of [...first, waiting]) await expect(answer).rejects.toBe(outage)
    const { addAll: addOthers, add: addOther, flights: otherFlights, names: otherNames } = setUp({ slots: 1, patienceMs: 60_000 })
    const failing = addOthers(writes(2))
    await nextTurn()
    const young = addOther(write('young'))
    otherFlights[0]!.crash(outage)
    for (const answer of failing) await expect(answer).rejects.toBe(outage)
    await nextTurn()
    expect(otherNames()[1]).toEqual(['young'])
    otherFlights[1]!.land()
    await young
    expect(names()).toHaveLength(1)
  })

  test('any other failure of a batch is its own', async () => {
    const { add, flights } = setUp({ slots: 1, patienceMs: 0 })
    const first = add(write('a'))
    await nextTurn()
    const second = add(write('b'))
    flights[0]!.crash(new Error('refused'))
    await expect(first).rejects.toThrow('refused')
    await nextTurn()
    flights[1]!.land()
    expect(await second).toBe('b written')
  })

  test('is idle when all are told, also those whose batch gave its slot back before', async () => {
    let told = false
    const { idle, add } = createCoalescer<Write, string>({
      isOutage: () => false,
      send: async ([held]) => { setImmediate(() => setImmediate(() => { told = true; held!.tell('late') })) },
    })
    const answer = add(write('a'))
    await idle()
    expect(told).toBe(true)
    expect(await answer).toBe('late')
    await idle()
  })
})
