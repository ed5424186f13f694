import assert from 'node:assert/strict'
import type { Ids } from '@pao/core/ports'
import type { Contract, ContractCase } from './contract.js'

export interface IdsFixture {
  readonly ids: Ids
  /** As another process would have them. */
  readonly others: Ids
  /** Lets the time go on of which the ids are made: a fake clock jumps, a real one is waited for. */
  elapse(ms: number): Promise<void>
}

type IdsCase = ContractCase<IdsFixture>

const many = <T>(make: () => T, count = 5_000): readonly T[] => Array.from({ length: count }, make)

const unique: IdsCase = {
  name: 'ids never repeat, also over two processes',
  law: '1',
  run: async (create) => {
    const { ids, others } = await create()
    const made = [...many(() => ids.requestId()), ...many(() => others.requestId()), ...many(() => ids.uuid()), ...many(() => others.uuid())]
    assert.equal(new Set(made).size, made.length, 'an id was given twice')
  },
}

const rising: IdsCase = {
  name: 'request ids of one process rise',
  law: '2',
  run: async (create) => {
    const { ids, elapse } = await create()
    const made = [...many(() => ids.requestId()), ...(await elapse(2), many(() => ids.requestId(), 10))]
    assert.deepEqual(made, made.toSorted())
  },
}

const sorted: IdsCase = {
  name: 'request ids of different processes sort by their time',
  law: '2',
  run: async (create) => {
    const { ids, others, elapse } = await create()
    const made: string[] = []
    for (const one of [ids, others, ids, others]) {
      made.push(one.requestId())
      await elapse(3)
    }
    assert.deepEqual(made, made.toSorted())
  },
}

const shapes: IdsCase = {
  name: 'request ids are UUIDs of version 7, uuid is a UUID, both in lower case',
  law: '2, 3',
  run: async (create) => {
    const { ids } = await create()
    for (const id of many(() => ids.requestId(), 50)) assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    for (const id of many(() => ids.uuid(), 50)) assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  },
}

const fractions: IdsCase = {
  name: 'fractions are in [0, 1), spread, and another one each time',
  law: '4',
  run: async (create) => {
    const { ids } = await create()
    const made = many(() => ids.fraction(), 1_000)
    assert.ok(made.every((one) => one >= 0 && one < 1), 'a fraction is not in [0, 1)')
    assert.ok(new Set(made).size > 900, 'fractions repeat')
    // Of a thousand even ones each tenth gets about a hundred.
    for (let tenth = 0; tenth < 10; tenth += 1) assert.ok(made.some((one) => Math.floor(one * 10) === tenth), `no fraction from ${tenth / 10} on`)
  },
}

/** The laws of port Ids. */
export const idsContract: Contract<IdsFixture> = { port: 'Ids', cases: [unique, rising, sorted, shapes, fractions] }
