import assert from 'node:assert/strict'
import type { Commit } from '@pao/core/ports'
import { aCommit, aSubmission } from '../a-commit.js'
import { aRequest, aStep } from '../a-request.js'
import type { ContractCase } from '../contract.js'
import { firstOwner, longLeaseMs, secondOwner } from '../owners.js'
import { sha256 } from '../sha256.js'
import type { StoresFixture } from '../stores-fixture.js'
import { aWideChange, givenClaimed, givenQueued } from './given.js'
import { refusesAsInvariant } from './refuses.js'
import { storedEvidence } from './stored-evidence.js'

const wholeCommit: ContractCase<StoresFixture> = {
  name: 'commit writes request, steps, history, logs and expected signals',
  law: '1, 6',
  run: async (create) => {
    const stores = await create()
    const { request, epoch } = await givenClaimed(stores)
    const { change, traits } = aWideChange(request)
    const commit = aCommit(request, change, { ...traits, epoch })
    assert.deepEqual(await stores.requests.commit(commit), { kind: 'committed', epoch })
    const evidence = await storedEvidence(stores, request.id, ['OPS-1'])
    assert.deepEqual(evidence.stored, {
      request: commit.after, chainHash: commit.entry.hash, createdAt: request.accepted.at, updatedAt: commit.entry.at,
    })
    assert.deepEqual(evidence.history.at(-1), commit.entry)
    assert.deepEqual(evidence.logs.lines, commit.logs)
    assert.deepEqual(evidence.expecting, [{ requestId: request.id, step: 'create' }])
  },
}

/** A commit whose guard does not hold: it must be answered so, and nothing readable may have changed. */
const refusal = (name: string, expected: unknown, stale: (epoch: number) => { readonly epoch: number; readonly expectedVersion: number }): ContractCase<StoresFixture> => ({
  name,
  law: '2',
  run: async (create) => {
    const stores = await create()
    const { request, epoch } = await givenClaimed(stores)
    const { change, traits } = aWideChange(request)
    const before = await storedEvidence(stores, request.id, ['OPS-1'])
    const commit: Commit = { ...aCommit(request, { ...change, version: 3 }, traits), ...stale(epoch) }
    assert.deepEqual(await stores.requests.commit(commit), expected)
    assert.deepEqual(await storedEvidence(stores, request.id, ['OPS-1']), before)
    assert.deepEqual(await stores.claims.renew({ owner: firstOwner, requestIds: [request.id], leaseMs: longLeaseMs }),
      [{ requestId: request.id, epoch, version: 1, status: 'queued' }])
  },
})

const staleEpoch = refusal('commit with a stale epoch changes no row: claim-lost', { kind: 'claim-lost' },
  (epoch) => ({ epoch: epoch - 1, expectedVersion: 1 }))
const staleVersion = refusal('commit with a stale version changes no row: conflict, with the version', { kind: 'conflict', version: 1 },
  (epoch) => ({ epoch, expectedVersion: 2 }))
const bothStale = refusal('commit with a stale epoch and a stale version: claim-lost', { kind: 'claim-lost' },
  (epoch) => ({ epoch: epoch - 1, expectedVersion: 2 }))

const foreignOwner: ContractCase<StoresFixture> = {
  name: 'commit under the epoch of another owner: claim-lost',
  law: '2',
  run: async (create) => {
    const stores = await create()
    const { request, epoch } = await givenClaimed(stores)
    const before = await storedEvidence(stores, request.id)
    assert.deepEqual(await stores.requests.commit(aCommit(request, {}, { epoch, owner: secondOwner })), { kind: 'claim-lost' })
    assert.deepEqual(await storedEvidence(stores, request.id), before)
  },
}

const unknownRequest: ContractCase<StoresFixture> = {
  name: 'commit of a request that is not stored: conflict with version 0',
  law: '2',
  run: async (create) => {
    const { requests } = await create()
    const commit = aCommit(aRequest())
    assert.deepEqual(await requests.commit(commit), { kind: 'conflict', version: 0 })
    assert.equal(await requests.load(commit.after.id), undefined)
    assert.deepEqual(await requests.history(commit.after.id), [])
  },
}

const concurrentCommits: ContractCase<StoresFixture> = {
  name: 'of concurrent commits on one version exactly one is committed',
  law: '2',
  run: async (create) => {
    const stores = await create()
    const request = await givenQueued(stores)
    const commits = Array.from({ length: 6 }, () => aCommit(request))
    const answers = await Promise.all(commits.map((commit) => stores.requests.commit(commit)))
    assert.equal(answers.filter(({ kind }) => kind === 'committed').length, 1)
    for (const answer of answers) if (answer.kind !== 'committed') assert.deepEqual(answer, { kind: 'conflict', version: 2 })
    assert.equal((await stores.requests.history(request.id)).length, 2)
  },
}

const sequentialCommits: ContractCase<StoresFixture> = {
  name: 'of two commits on one version, one after the other, the second is a conflict',
  law: '2',
  run: async (create) => {
    const { requests, ...stores } = await create()
    const request = await givenQueued({ requests, ...stores })
    const first = aCommit(request)
    assert.equal((await requests.commit(first)).kind, 'committed')
    assert.deepEqual(await requests.commit(aCommit(request)), { kind: 'conflict', version: 2 })
    assert.deepEqual((await requests.load(request.id))?.chainHash, first.entry.hash)
  },
}

const repeatedCommit: ContractCase<StoresFixture> = {
  name: 'commit called again with the same id is applied once, also behind a later one',
  law: '5',
  run: async (create) => {
    const stores = await create()
    const { request, epoch } = await givenClaimed(stores)
    const { change, traits } = aWideChange(request)
    const commit = aCommit(request, change, { ...traits, epoch })
    const first = await stores.requests.commit(commit)
    assert.deepEqual(await stores.requests.commit(commit), first)
    const later = aCommit(commit.after)
    assert.equal((await stores.requests.commit(later)).kind, 'committed')
    assert.deepEqual(await stores.requests.commit(commit), first)
    const evidence = await storedEvidence(stores, request.id)
    assert.deepEqual(evidence.stored?.request, later.after)
    assert.equal(evidence.history.length, 3)
    assert.equal(evidence.logs.lines.length, 1)
  },
}

const lostCommitReply: ContractCase<StoresFixture> = {
  name: 'a commit whose reply is lost is settled and applied once',
  law: '5',
  run: async (create) => {
    const stores = await create()
    assert.ok(stores.loseNextReply, 'the fixture cannot lose a reply: skip this case and say why')
    const { request, epoch } = await givenClaimed(stores)
    const { change, traits } = aWideChange(request)
    const commit = aCommit(request, change, { ...traits, epoch })
    stores.loseNextReply()
    assert.deepEqual(await stores.requests.commit(commit), { kind: 'committed', epoch })
    const evidence = await storedEvidence(stores, request.id)
    assert.deepEqual(evidence.stored?.request, commit.after)
    assert.equal(evidence.history.length, 2)
    assert.equal(evidence.logs.lines.length, 1)
  },
}

const lostSubmitReply: ContractCase<StoresFixture> = {
  name: 'a submission whose reply is lost is settled and accepted once',
  law: '5',
  run: async (create) => {
    const { requests, loseNextReply } = await create()
    assert.ok(loseNextReply, 'the fixture cannot lose a reply: skip this case and say why')
    const key = { principal: 'ada', route: 'POST /requests', key: 'key-1', bodyHash: sha256('body') }
    const submission = aSubmission(aRequest(), { claim: 'take', leaseMs: longLeaseMs })
    loseNextReply()
    assert.equal((await requests.submit(submission, key)).kind, 'accepted')
    assert.equal((await requests.history(submission.after.id)).length, 1)
    assert.deepEqual(await requests.recall(key), { requestId: submission.after.id, sameBody: true })
  },
}

const strandedCommit: ContractCase<StoresFixture> = {
  name: 'commit that would strand the request is refused whole',
  law: '1, 10',
  run: async (create) => {
    const stores = await create()
    const { request, epoch } = await givenClaimed(stores)
    const { change, traits } = aWideChange(request)
    const before = await storedEvidence(stores, request.id, ['OPS-1'])
    const { wakeAt, ...commit } = aCommit(request, change, { ...traits, epoch, claim: 'release' })
    await refusesAsInvariant(stores.requests.commit(commit))
    assert.deepEqual(await storedEvidence(stores, request.id, ['OPS-1']), before)
    assert.equal((await stores.requests.commit({ ...commit, claim: 'keep' })).kind, 'committed')
  },
}

const finalCommit: ContractCase<StoresFixture> = {
  name: 'a final state may have neither claim nor wake-at, and ends the request',
  law: '10',
  run: async (create) => {
    const stores = await create()
    const { request, epoch } = await givenClaimed(stores)
    const { wakeAt, ...commit } = aCommit(request, { status: { state: 'completed', at: 7 } }, { epoch, claim: 'release' })
    assert.deepEqual(await stores.requests.commit(commit), { kind: 'committed' })
    assert.equal((await stores.requests.load(request.id))?.endedAt, commit.entry.at)
  },
}

const everythingOfARequest: ContractCase<StoresFixture> = {
  name: 'load gives a retried request back with its new revision, iterations, approvals and ledger',
  law: '6',
  run: async (create) => {
    const { requests, ...stores } = await create()
    const request = await givenQueued({ requests, ...stores })
    const by = { id: 'ada', teams: [], roles: ['admin'] }
    const commit = aCommit(request, {
      version: 4,
      revision: { ...request.revision, number: 2, input: { name: 'orders', more: { deep: [1.5, -2e-7, 'é', '\u2028'] } }, planDigest: sha256('two'), deadline: 9, timeoutMs: 10 },
      steps: [aStep('create', { iteration: 2 }), aStep('verify', { state: 'skipped', why: 'condition' } as never)],
      superseded: [aStep('create', { state: 'completed', endedAt: 5, output: null, adopted: false } as never)],
      approvals: [{ stage: 1, planDigest: sha256('one'), need: 1, approvers: [{ kind: 'group', name: 'security' }], onTimeout: 'reject', state: 'approved',
        decisions: [{ verdict: 'approve', cause: { by, reason: 'fine', at: 3 } }] }],
      ledger: [{ step: 'create', iteration: 1 }],
    })
    assert.equal((await requests.commit(commit)).kind, 'committed')
    assert.deepEqual((await requests.load(request.id))?.request, commit.after)
    const steps = [...commit.after.steps.slice(0, 1), aStep('verify')]
    const deadline = aCommit(commit.after, { revision: { ...commit.after.revision, deadline: 12 }, steps })
    assert.equal((await requests.commit(deadline)).kind, 'committed')
    assert.deepEqual((await requests.load(request.id))?.request, deadline.after)
  },
}

const withoutBefore: ContractCase<StoresFixture> = {
  name: 'commit that does not say what was before is written as a whole',
  law: '6',
  run: async (create) => {
    const { requests, ...stores } = await create()
    const request = await givenQueued({ requests, ...stores })
    const { before, ...commit } = aCommit(request, { steps: [aStep('create', { failures: 2 }), aStep('verify')] })
    assert.equal((await requests.commit(commit)).kind, 'committed')
    assert.deepEqual((await requests.load(request.id))?.request, commit.after)
  },
}

export const commitCases = [
  wholeCommit, staleEpoch, staleVersion, bothStale, foreignOwner, unknownRequest, concurrentCommits, sequentialCommits, repeatedCommit,
  lostCommitReply, lostSubmitReply, strandedCommit, finalCommit, everythingOfARequest, withoutBefore,
]
