import assert from 'node:assert/strict'
import type { Claim } from '@pao/core/ports'
import { aCommit, aSubmission } from '../a-commit.js'
import { aRequest } from '../a-request.js'
import type { Contract, ContractCase } from '../contract.js'
import { firstOwner, longLeaseMs, secondOwner, shortLeaseMs } from '../owners.js'
import { givenClaimed, givenQueued } from '../request-store/given.js'
import type { StoresFixture } from '../stores-fixture.js'

const options = (owner = firstOwner, limit = 10, leaseMs = longLeaseMs) => ({ owner, limit, leaseMs })

const idsOf = (claims: readonly Claim[]): readonly string[] => claims.map(({ requestId }) => requestId)

const due: ContractCase<StoresFixture> = {
  name: 'claimDue claims what is due, once',
  law: '1, 2',
  run: async (create) => {
    const stores = await create()
    const { id } = await givenQueued(stores)
    const claimed = await stores.claims.claimDue(options())
    assert.deepEqual(idsOf(claimed), [id])
    assert.ok((claimed[0]?.epoch ?? 0) > 0)
    assert.deepEqual(await stores.claims.claimDue(options(secondOwner)), [])
    assert.equal(await stores.claims.nextDue(), undefined)
  },
}

const wakeAt: ContractCase<StoresFixture> = {
  name: 'claimDue leaves what is due later, until it is; nextDue says when',
  law: '2',
  run: async (create) => {
    const stores = await create()
    assert.equal(await stores.claims.nextDue(), undefined)
    const now = await stores.now()
    const later = await givenQueued(stores, {}, { wakeAt: now + 1_500 })
    const muchLater = await givenQueued(stores, { priority: 'critical' }, { wakeAt: now + 3_600_000 })
    assert.deepEqual(await stores.claims.claimDue(options()), [])
    assert.equal(await stores.claims.nextDue(), now + 1_500)
    await stores.elapse(1_600)
    assert.deepEqual(idsOf(await stores.claims.claimDue(options())), [later.id])
    assert.equal(await stores.claims.nextDue(), now + 3_600_000)
    assert.equal((await stores.requests.load(muchLater.id))?.request.version, 1)
  },
}

const order: ContractCase<StoresFixture> = {
  name: 'claimDue takes higher priority first, then what is longest due, and no more than its limit',
  law: '2',
  run: async (create) => {
    const stores = await create()
    const lowest = await givenQueued(stores, { priority: 'low' }, { wakeAt: 1_000 })
    const younger = await givenQueued(stores, {}, { wakeAt: 3_000 })
    const older = await givenQueued(stores, {}, { wakeAt: 2_000 })
    const high = await givenQueued(stores, { priority: 'high' }, { wakeAt: 4_000 })
    const critical = await givenQueued(stores, { priority: 'critical' }, { wakeAt: 5_000 })
    assert.deepEqual(idsOf(await stores.claims.claimDue(options(firstOwner, 3))), [critical.id, high.id, older.id])
    assert.deepEqual(idsOf(await stores.claims.claimDue(options(firstOwner, 3))), [younger.id, lowest.id])
  },
}

const concurrentDue: ContractCase<StoresFixture> = {
  name: 'concurrent claimDue never give one request twice',
  law: '1, 2',
  run: async (create) => {
    const stores = await create()
    const there = await Promise.all(Array.from({ length: 20 }, () => givenQueued(stores)))
    const owners = [firstOwner, secondOwner]
    const taken = (await Promise.all(Array.from({ length: 8 }, (_, index) => stores.claims.claimDue(options(owners[index % 2], 5))))).flat()
    const rest = await stores.claims.claimDue(options(firstOwner, 50))
    assert.deepEqual(idsOf([...taken, ...rest]).toSorted(), there.map(({ id }) => id).toSorted())
  },
}

const lost: ContractCase<StoresFixture> = {
  name: 'claimLost takes over leases that ran out, under a higher epoch, and no others',
  law: '1, 2',
  run: async (create) => {
    const stores = await create()
    await givenClaimed(stores)
    await givenQueued(stores)
    assert.deepEqual(await stores.claims.claimLost(options(secondOwner)), [])
    const dead = await givenClaimed(stores, { leaseMs: shortLeaseMs })
    await stores.elapse(2 * shortLeaseMs)
    assert.deepEqual(await stores.claims.claimLost(options(secondOwner)), [{ requestId: dead.request.id, epoch: dead.epoch + 1 }])
    assert.deepEqual(await stores.claims.claimLost(options(firstOwner)), [])
  },
}

const concurrentLost: ContractCase<StoresFixture> = {
  name: 'concurrent claimLost never give one request twice',
  law: '1, 2',
  run: async (create) => {
    const stores = await create()
    const dead = await Promise.all(Array.from({ length: 12 }, () => givenClaimed(stores, { leaseMs: shortLeaseMs })))
    await stores.elapse(2 * shortLeaseMs)
    const taken = (await Promise.all(Array.from({ length: 6 }, () => stores.claims.claimLost(options(secondOwner, 4))))).flat()
    const rest = await stores.claims.claimLost(options(secondOwner, 50))
    assert.deepEqual(idsOf([...taken, ...rest]).toSorted(), dead.map(({ request }) => request.id).toSorted())
  },
}

const epochs: ContractCase<StoresFixture> = {
  name: 'each new claim of a request has a higher epoch than all before',
  law: '1',
  run: async (create) => {
    const stores = await create()
    const { id } = await givenQueued(stores)
    const seen: number[] = []
    for (const owner of [firstOwner, secondOwner, firstOwner]) {
      const [claim] = await stores.claims.claimDue(options(owner))
      assert.ok(claim)
      seen.push(claim.epoch)
      assert.equal(await stores.claims.release({ owner, requestId: id, epoch: claim.epoch, wakeAt: 1 }), true)
    }
    assert.deepEqual(seen, [...new Set(seen)].toSorted((a, b) => a - b))
  },
}

const renewal: ContractCase<StoresFixture> = {
  name: 'renew prolongs, tells version and status, and leaves out what is lost',
  law: '3',
  run: async (create) => {
    const stores = await create()
    const [held, taken, foreign] = [
      await givenClaimed(stores, { leaseMs: shortLeaseMs }), await givenClaimed(stores, { leaseMs: shortLeaseMs }), await givenClaimed(stores, { owner: secondOwner }),
    ]
    const free = await givenQueued(stores, {}, { wakeAt: (await stores.now()) + 3_600_000 })
    await stores.requests.commit(aCommit(held.request, { status: { state: 'in_progress', course: 'forward' } }))
    const requestIds = [held, taken, foreign].map(({ request }) => request.id)
    assert.deepEqual(await stores.claims.renew({ owner: firstOwner, requestIds: [held.request.id, free.id], leaseMs: longLeaseMs }),
      [{ requestId: held.request.id, epoch: held.epoch, version: 2, status: 'in_progress' }])
    await stores.elapse(2 * shortLeaseMs)
    assert.deepEqual(idsOf(await stores.claims.claimLost(options(secondOwner))), [taken.request.id])
    assert.deepEqual(idsOf(await stores.claims.renew({ owner: firstOwner, requestIds, leaseMs: longLeaseMs })), [held.request.id])
    assert.deepEqual(await stores.claims.renew({ owner: firstOwner, requestIds: [], leaseMs: longLeaseMs }), [])
  },
}

const lateRenewal: ContractCase<StoresFixture> = {
  name: 'renew saves a lease that ran out and that nobody took over',
  law: '3',
  run: async (create) => {
    const stores = await create()
    const { request } = await givenClaimed(stores, { leaseMs: shortLeaseMs })
    await stores.elapse(2 * shortLeaseMs)
    assert.deepEqual(idsOf(await stores.claims.renew({ owner: firstOwner, requestIds: [request.id], leaseMs: longLeaseMs })), [request.id])
    assert.deepEqual(await stores.claims.claimLost(options(secondOwner)), [])
  },
}

const fencedRelease: ContractCase<StoresFixture> = {
  name: 'release changes nothing unless owner and epoch are current',
  law: '4',
  run: async (create) => {
    const stores = await create()
    const { request, epoch } = await givenClaimed(stores)
    const requestId = request.id
    const stale = [{ owner: secondOwner, epoch }, { owner: firstOwner, epoch: epoch - 1 }, { owner: firstOwner, epoch: epoch + 1 }]
    for (const one of stale) assert.equal(await stores.claims.release({ ...one, requestId, wakeAt: 1 }), false)
    assert.deepEqual(await stores.claims.claimDue(options(secondOwner)), [])
    assert.equal(await stores.claims.release({ owner: firstOwner, requestId: aRequest().id, epoch, wakeAt: 1 }), false)
    assert.equal(await stores.claims.release({ owner: firstOwner, requestId, epoch, wakeAt: 1 }), true)
    assert.equal(await stores.claims.release({ owner: firstOwner, requestId, epoch, wakeAt: 1 }), false)
    assert.deepEqual(idsOf(await stores.claims.claimDue(options(secondOwner))), [requestId])
  },
}

const releaseOfEnded: ContractCase<StoresFixture> = {
  name: 'release of a request that has ended wakes it no more',
  law: '4',
  run: async (create) => {
    const stores = await create()
    const { request, epoch } = await givenClaimed(stores)
    const cause = { by: 'system', reason: 'outside', at: 3 } as const
    const { wakeAt, ...ended } = aCommit(request, { status: { state: 'aborted', cause } })
    assert.equal((await stores.requests.commit(ended)).kind, 'committed')
    assert.equal(await stores.claims.release({ owner: firstOwner, requestId: request.id, epoch, wakeAt: 1 }), true)
    assert.equal(await stores.claims.nextDue(), undefined)
    assert.deepEqual(await stores.claims.claimDue(options(secondOwner)), [])
  },
}

const unclaimedOnly: ContractCase<StoresFixture> = {
  name: 'claimDue leaves what is claimed, whatever its wake-at',
  law: '1, 2',
  run: async (create) => {
    const stores = await create()
    await stores.requests.submit(aSubmission(aRequest(), { claim: 'take', leaseMs: longLeaseMs, wakeAt: 1 }))
    assert.deepEqual(await stores.claims.claimDue(options(secondOwner)), [])
    assert.equal(await stores.claims.nextDue(), undefined)
  },
}

/** The laws of port Claims. */
export const claimsContract: Contract<StoresFixture> = {
  port: 'Claims',
  cases: [due, wakeAt, order, concurrentDue, lost, concurrentLost, epochs, renewal, lateRenewal, fencedRelease, releaseOfEnded, unclaimedOnly],
}
