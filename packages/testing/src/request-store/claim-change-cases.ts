import assert from 'node:assert/strict'
import { aCommit } from '../a-commit.js'
import type { ContractCase } from '../contract.js'
import { firstOwner, longLeaseMs, secondOwner, shortLeaseMs } from '../owners.js'
import type { StoresFixture } from '../stores-fixture.js'
import { givenClaimed, givenQueued } from './given.js'

const renewed = async ({ claims }: StoresFixture, requestId: string) => {
  const [first] = await claims.renew({ owner: firstOwner, requestIds: [requestId], leaseMs: longLeaseMs })
  return first
}

/** An event from outside must leave the owner's claim as it was, whatever it says about claims. */
const outside = (claim: 'keep' | 'take' | 'release'): ContractCase<StoresFixture> => ({
  name: `commit without epoch under a live claim (${claim}) leaves the claim`,
  law: '3',
  run: async (create) => {
    const stores = await create()
    const { request, epoch } = await givenClaimed(stores)
    const answer = await stores.requests.commit(aCommit(request, {}, { owner: secondOwner, claim, leaseMs: longLeaseMs }))
    assert.deepEqual(answer, { kind: 'committed' })
    assert.deepEqual(await renewed(stores, request.id), { requestId: request.id, epoch, version: 2, status: 'queued' })
    assert.equal((await stores.requests.commit(aCommit({ ...request, version: 2 }, {}, { epoch }))).kind, 'committed')
  },
})

const outsideProlongsNothing: ContractCase<StoresFixture> = {
  name: 'commit without epoch does not prolong the claim of another',
  law: '3',
  run: async (create) => {
    const stores = await create()
    const { request, epoch } = await givenClaimed(stores, { leaseMs: shortLeaseMs })
    await stores.requests.commit(aCommit(request, {}, { owner: secondOwner, claim: 'take', leaseMs: longLeaseMs }))
    await stores.elapse(2 * shortLeaseMs)
    assert.deepEqual(await stores.claims.claimLost({ owner: secondOwner, limit: 10, leaseMs: longLeaseMs }), [{ requestId: request.id, epoch: epoch + 1 }])
  },
}

const takeFree: ContractCase<StoresFixture> = {
  name: 'commit with take gets a free claim under a higher epoch',
  law: '3',
  run: async (create) => {
    const stores = await create()
    const { request, epoch } = await givenClaimed(stores)
    await stores.claims.release({ owner: firstOwner, requestId: request.id, epoch, wakeAt: 1 })
    const commit = aCommit(request, {}, { owner: secondOwner, claim: 'take', leaseMs: longLeaseMs })
    const answer = await stores.requests.commit(commit)
    assert.ok(answer.kind === 'committed' && answer.epoch !== undefined && answer.epoch > epoch)
    assert.deepEqual(await stores.requests.commit(aCommit(commit.after, {}, { epoch })), { kind: 'claim-lost' })
    assert.deepEqual(await stores.requests.commit(aCommit(commit.after, {}, { owner: secondOwner, epoch: answer.epoch })), { kind: 'committed', epoch: answer.epoch })
  },
}

const keepFree: ContractCase<StoresFixture> = {
  name: 'commit with keep takes no claim',
  law: '3',
  run: async (create) => {
    const stores = await create()
    const request = await givenQueued(stores)
    assert.deepEqual(await stores.requests.commit(aCommit(request, {}, { leaseMs: longLeaseMs })), { kind: 'committed' })
    assert.equal(await renewed(stores, request.id), undefined)
  },
}

const release: ContractCase<StoresFixture> = {
  name: 'commit with release frees the claim, due at its wake-at',
  law: '3, 10',
  run: async (create) => {
    const stores = await create()
    const { request, epoch } = await givenClaimed(stores)
    assert.deepEqual(await stores.requests.commit(aCommit(request, {}, { epoch, claim: 'release', wakeAt: 1 })), { kind: 'committed' })
    assert.equal(await renewed(stores, request.id), undefined)
    assert.equal(await stores.claims.nextDue(), 1)
    assert.deepEqual(await stores.claims.claimDue({ owner: secondOwner, limit: 10, leaseMs: longLeaseMs }), [{ requestId: request.id, epoch: epoch + 1 }])
  },
}

const prolongs: ContractCase<StoresFixture> = {
  name: 'commit under the claim prolongs it by its lease, and leaves it without one',
  law: '3',
  run: async (create) => {
    const stores = await create()
    const [prolonged, left] = [await givenClaimed(stores, { leaseMs: shortLeaseMs }), await givenClaimed(stores, { leaseMs: shortLeaseMs })]
    await stores.requests.commit(aCommit(prolonged.request, {}, { epoch: prolonged.epoch, leaseMs: longLeaseMs }))
    await stores.requests.commit(aCommit(left.request, {}, { epoch: left.epoch }))
    await stores.elapse(2 * shortLeaseMs)
    const lost = await stores.claims.claimLost({ owner: secondOwner, limit: 10, leaseMs: longLeaseMs })
    assert.deepEqual(lost.map(({ requestId }) => requestId), [left.request.id])
  },
}

const expiredStillHeld: ContractCase<StoresFixture> = {
  name: 'commit under a lease that ran out and that nobody took over is committed',
  law: '2',
  run: async (create) => {
    const stores = await create()
    const { request, epoch } = await givenClaimed(stores, { leaseMs: shortLeaseMs })
    await stores.elapse(2 * shortLeaseMs)
    assert.deepEqual(await stores.requests.commit(aCommit(request, {}, { epoch })), { kind: 'committed', epoch })
  },
}

const takeoverThenCommit: ContractCase<StoresFixture> = {
  name: 'takeover of a lease that ran out, then a commit of the old owner: claim-lost',
  law: '2',
  run: async (create) => {
    const stores = await create()
    const { request, epoch } = await givenClaimed(stores, { leaseMs: shortLeaseMs })
    await stores.elapse(2 * shortLeaseMs)
    const lost = await stores.claims.claimLost({ owner: secondOwner, limit: 10, leaseMs: longLeaseMs })
    assert.deepEqual(lost, [{ requestId: request.id, epoch: epoch + 1 }])
    assert.deepEqual(await stores.requests.commit(aCommit(request, {}, { epoch })), { kind: 'claim-lost' })
    assert.deepEqual((await stores.requests.load(request.id))?.request, request)
  },
}

/** Either order is right; a mixture is not. */
const takeoverDuringCommit: ContractCase<StoresFixture> = {
  name: 'takeover of a lease that ran out while the old owner commits: either the commit was first or it wrote nothing',
  law: '2',
  run: async (create) => {
    const stores = await create()
    const held = await Promise.all(Array.from({ length: 12 }, () => givenClaimed(stores, { leaseMs: shortLeaseMs })))
    await stores.elapse(2 * shortLeaseMs)
    const takeovers = Array.from({ length: 4 }, () => stores.claims.claimLost({ owner: secondOwner, limit: 3, leaseMs: longLeaseMs }))
    const answers = await Promise.all(held.map(({ request, epoch }) => stores.requests.commit(aCommit(request, {}, { epoch }))))
    const late = await stores.claims.claimLost({ owner: secondOwner, limit: 20, leaseMs: longLeaseMs })
    const taken = [...(await Promise.all(takeovers)).flat(), ...late]
    assert.deepEqual(taken.map(({ requestId }) => requestId).sort(), held.map(({ request }) => request.id).sort())
    for (const [index, { request }] of held.entries()) {
      const version = answers[index]?.kind === 'committed' ? 2 : 1
      assert.equal((await stores.requests.load(request.id))?.request.version, version)
      assert.equal((await stores.requests.history(request.id)).length, version)
    }
  },
}

export const claimChangeCases = [
  outside('keep'), outside('take'), outside('release'), outsideProlongsNothing, takeFree, keepFree, release, prolongs, expiredStillHeld,
  takeoverThenCommit, takeoverDuringCommit,
]
