import assert from 'node:assert/strict'
import type { CheckpointScope, CheckpointValue } from '@pao/core/ports'
import type { Contract, ContractCase } from './contract.js'
import { firstOwner, longLeaseMs, secondOwner, shortLeaseMs } from './owners.js'
import { givenClaimed } from './request-store/given.js'
import { sha256 } from './sha256.js'
import type { StoresFixture } from './stores-fixture.js'

const scopeOf = (requestId: string, overrides: Partial<CheckpointScope> = {}): CheckpointScope =>
  ({ requestId, step: 'create', iteration: 1, inputHash: sha256('input'), ...overrides })

const values: CheckpointCase = {
  name: 'what was saved is loaded: falsy values, null and absence apart',
  law: '1',
  run: async (create) => {
    const stores = await create()
    const { request, epoch } = await givenClaimed(stores)
    const saved: Readonly<Record<string, CheckpointValue>> = {
      zero: { value: 0 }, no: { value: false }, empty: { value: '' }, nothing: { value: null }, absent: { absent: true }, whole: { value: { a: [1, null, { b: 'é' }] } },
    }
    for (const [name, value] of Object.entries(saved)) {
      assert.equal(await stores.checkpoints.save(scopeOf(request.id), name, value, { owner: firstOwner, epoch }), 'saved')
    }
    assert.deepEqual(Object.fromEntries(await stores.checkpoints.load(scopeOf(request.id))), saved)
  },
}

const scopes: CheckpointCase = {
  name: 'another request, step, iteration or input finds nothing',
  law: '1',
  run: async (create) => {
    const stores = await create()
    const { request, epoch } = await givenClaimed(stores)
    const other = await givenClaimed(stores)
    await stores.checkpoints.save(scopeOf(request.id), 'made', { value: 1 }, { owner: firstOwner, epoch })
    const elsewhere = [scopeOf(other.request.id), ...[{ step: 'verify' }, { iteration: 2 }, { inputHash: sha256('edited') }].map((one) => scopeOf(request.id, one))]
    for (const scope of elsewhere) assert.equal((await stores.checkpoints.load(scope)).size, 0)
  },
}

const fenced: CheckpointCase = {
  name: 'save under a claim that is not current writes nothing: claim-lost',
  law: '2',
  run: async (create) => {
    const stores = await create()
    const { request, epoch } = await givenClaimed(stores)
    const stale = [{ owner: firstOwner, epoch: epoch - 1 }, { owner: firstOwner, epoch: epoch + 1 }, { owner: secondOwner, epoch }]
    for (const claim of stale) assert.equal(await stores.checkpoints.save(scopeOf(request.id), 'made', { value: 1 }, claim), 'claim-lost')
    assert.equal((await stores.checkpoints.load(scopeOf(request.id))).size, 0)
  },
}

const afterTakeover: CheckpointCase = {
  name: 'save of an owner whose request was taken over writes nothing',
  law: '2',
  run: async (create) => {
    const stores = await create()
    const { request, epoch } = await givenClaimed(stores, { leaseMs: shortLeaseMs })
    await stores.elapse(2 * shortLeaseMs)
    await stores.claims.claimLost({ owner: secondOwner, limit: 1, leaseMs: longLeaseMs })
    assert.equal(await stores.checkpoints.save(scopeOf(request.id), 'made', { value: 1 }, { owner: firstOwner, epoch }), 'claim-lost')
    assert.equal(await stores.checkpoints.save(scopeOf(request.id), 'made', { value: 2 }, { owner: secondOwner, epoch: epoch + 1 }), 'saved')
    assert.deepEqual((await stores.checkpoints.load(scopeOf(request.id))).get('made'), { value: 2 })
  },
}

const firstStays: CheckpointCase = {
  name: 'the first value of a name stays',
  law: '3',
  run: async (create) => {
    const stores = await create()
    const { request, epoch } = await givenClaimed(stores)
    for (const value of [{ absent: true }, { value: 2 }] as const) {
      assert.equal(await stores.checkpoints.save(scopeOf(request.id), 'made', value, { owner: firstOwner, epoch }), 'saved')
    }
    assert.deepEqual((await stores.checkpoints.load(scopeOf(request.id))).get('made'), { absent: true })
  },
}

type CheckpointCase = ContractCase<StoresFixture>

/** The laws of port StepCheckpoints. */
export const stepCheckpointsContract: Contract<StoresFixture> = {
  port: 'StepCheckpoints',
  cases: [values, scopes, fenced, afterTakeover, firstStays],
}
