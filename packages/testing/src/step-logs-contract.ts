import assert from 'node:assert/strict'
import type { LogLine } from '@pao/core/ports'
import { aCommit } from './a-commit.js'
import type { Contract, ContractCase } from './contract.js'
import { firstOwner, secondOwner } from './owners.js'
import { givenClaimed } from './request-store/given.js'
import type { StoresFixture } from './stores-fixture.js'

const line = (message: string, overrides: Partial<LogLine> = {}): LogLine =>
  ({ step: 'create', iteration: 1, execution: 1, at: 1_700_000_000_000, level: 'info', message, ...overrides })

const inOrder: ContractCase<StoresFixture> = {
  name: 'lines are read in the order in which they were written, by append and by commit',
  law: '2',
  run: async (create) => {
    const stores = await create()
    const { request, epoch } = await givenClaimed(stores)
    const claim = { owner: firstOwner, epoch }
    const written = [
      line('a'), line('b', { data: { n: 1, none: null } }), line('c', { step: 'verify', at: 5 }), line('d', { execution: 2 }), line('e'), line('f', { iteration: 2 }),
    ]
    await stores.logs.append(request.id, written.slice(0, 2), claim)
    await stores.requests.commit(aCommit(request, {}, { epoch, logs: written.slice(2, 5) }))
    await stores.logs.append(request.id, written.slice(5), claim)
    assert.deepEqual((await stores.logs.read({ requestId: request.id, limit: 100 })).lines, written)
    assert.deepEqual((await stores.logs.read({ requestId: request.id, limit: 100, step: 'verify' })).lines, [written[2]])
  },
}

const paged: ContractCase<StoresFixture> = {
  name: 'pages follow one another without a gap or a repetition, also while lines are written',
  law: '2, 3',
  run: async (create) => {
    const stores = await create()
    const { request, epoch } = await givenClaimed(stores)
    const messages = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']
    const claim = { owner: firstOwner, epoch }
    await stores.logs.append(request.id, messages.slice(0, 5).map((message) => line(message)), claim)
    const first = await stores.logs.read({ requestId: request.id, limit: 2 })
    assert.ok(first.next !== undefined)
    await stores.logs.append(request.id, messages.slice(5).map((message) => line(message)), claim)
    const second = await stores.logs.read({ requestId: request.id, limit: 4, after: first.next })
    assert.ok(second.next !== undefined)
    const third = await stores.logs.read({ requestId: request.id, limit: 2, after: second.next })
    assert.equal(third.next, undefined)
    const unknown = await stores.logs.read({ requestId: request.id, limit: 1, after: 'nowhere' })
    assert.deepEqual(unknown.lines.map(({ message }) => message), ['a'])
    assert.deepEqual([first, second, third].flatMap(({ lines }) => lines.map(({ message }) => message)), messages)
  },
}

const levels: ContractCase<StoresFixture> = {
  name: 'a level shows itself and what is worse',
  law: '2',
  run: async (create) => {
    const stores = await create()
    const { request, epoch } = await givenClaimed(stores)
    const all = (['debug', 'info', 'warn', 'error'] as const).map((level) => line(level, { level }))
    await stores.logs.append(request.id, all, { owner: firstOwner, epoch })
    const shown = async (level: LogLine['level']) => (await stores.logs.read({ requestId: request.id, limit: 10, level })).lines.map(({ message }) => message)
    assert.deepEqual(await shown('debug'), ['debug', 'info', 'warn', 'error'])
    assert.deepEqual(await shown('warn'), ['warn', 'error'])
    assert.deepEqual(await stores.logs.read({ requestId: request.id, limit: 1, level: 'error' }), { lines: [all[3]] })
  },
}

const fenced: ContractCase<StoresFixture> = {
  name: 'append under a claim that is not current writes nothing',
  law: '1',
  run: async (create) => {
    const stores = await create()
    const { request, epoch } = await givenClaimed(stores)
    for (const claim of [{ owner: firstOwner, epoch: epoch - 1 }, { owner: secondOwner, epoch }]) await stores.logs.append(request.id, [line('lost')], claim)
    assert.deepEqual(await stores.logs.read({ requestId: request.id, limit: 10 }), { lines: [] })
  },
}

/** The laws of port StepLogs. */
export const stepLogsContract: Contract<StoresFixture> = { port: 'StepLogs', cases: [inOrder, paged, levels, fenced] }
