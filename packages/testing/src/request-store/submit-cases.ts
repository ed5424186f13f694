import assert from 'node:assert/strict'
import type { IdempotencyKey } from '@pao/core/ports'
import { aSubmission } from '../a-commit.js'
import { aRequest, aStep } from '../a-request.js'
import type { ContractCase } from '../contract.js'
import { firstOwner, longLeaseMs, secondOwner } from '../owners.js'
import { sha256 } from '../sha256.js'
import type { StoresFixture } from '../stores-fixture.js'
import { aWideChange, givenQueued } from './given.js'
import { refusesAsInvariant } from './refuses.js'

const aKey = (overrides: Partial<IdempotencyKey> = {}): IdempotencyKey =>
  ({ principal: 'ada', route: 'POST /requests', key: 'key-1', bodyHash: sha256('body'), ...overrides })

const wholeSubmission: ContractCase<StoresFixture> = {
  name: 'submit writes request, steps, history, logs and expected signals',
  law: '1, 6',
  run: async (create) => {
    const { requests, logs } = await create()
    const { change, traits } = aWideChange(aRequest())
    const request = aRequest({ ownerTeam: 'databases' }, change)
    const submission = aSubmission(request, traits)
    assert.deepEqual(await requests.submit(submission), { kind: 'accepted' })
    assert.deepEqual(await requests.load(request.id), {
      request, chainHash: submission.entry.hash, createdAt: request.accepted.at, updatedAt: submission.entry.at,
    })
    assert.deepEqual(await requests.history(request.id), [submission.entry])
    assert.deepEqual((await logs.read({ requestId: request.id, limit: 10 })).lines, submission.logs)
    assert.deepEqual(await requests.expecting('jira:main', 'OPS-1'), { requestId: request.id, step: 'create' })
  },
}

const claimedSubmission: ContractCase<StoresFixture> = {
  name: 'submit with take holds the claim from the first moment',
  law: '3',
  run: async (create) => {
    const { requests, claims } = await create()
    const request = aRequest()
    const submitted = await requests.submit(aSubmission(request, { claim: 'take', leaseMs: longLeaseMs }))
    assert.ok(submitted.kind === 'accepted' && submitted.epoch !== undefined && submitted.epoch > 0)
    assert.deepEqual(await claims.claimDue({ owner: secondOwner, limit: 10, leaseMs: longLeaseMs }), [])
    assert.deepEqual(await claims.renew({ owner: firstOwner, requestIds: [request.id], leaseMs: longLeaseMs }),
      [{ requestId: request.id, epoch: submitted.epoch, version: 1, status: 'queued' }])
  },
}

const replay: ContractCase<StoresFixture> = {
  name: 'submit with a known key writes nothing and names the first request (one after the other)',
  law: '4',
  run: async (create) => {
    const { requests } = await create()
    const [first, second] = [aRequest(), aRequest()]
    assert.equal((await requests.submit(aSubmission(first), aKey())).kind, 'accepted')
    assert.deepEqual(await requests.submit(aSubmission(second), aKey()), { kind: 'replayed', requestId: first.id, sameBody: true })
    assert.equal(await requests.load(second.id), undefined)
    assert.deepEqual(await requests.history(second.id), [])
  },
}

const replayOtherBody: ContractCase<StoresFixture> = {
  name: 'submit with a known key and another body says so',
  law: '4',
  run: async (create) => {
    const { requests } = await create()
    const [first, second] = [aRequest(), aRequest()]
    await requests.submit(aSubmission(first), aKey())
    const other = aKey({ bodyHash: sha256('other') })
    assert.deepEqual(await requests.submit(aSubmission(second), other), { kind: 'replayed', requestId: first.id, sameBody: false })
    assert.equal(await requests.load(second.id), undefined)
    assert.deepEqual(await requests.recall(other), { requestId: first.id, sameBody: false })
    assert.deepEqual(await requests.recall(aKey()), { requestId: first.id, sameBody: true })
  },
}

const scopedKeys: ContractCase<StoresFixture> = {
  name: 'the same key of another principal or route is another key',
  law: '4',
  run: async (create) => {
    const { requests } = await create()
    const keys = [aKey(), aKey({ principal: 'grace' }), aKey({ route: 'POST /bundles' })]
    for (const key of keys) {
      assert.equal(await requests.recall(key), undefined)
      assert.equal((await requests.submit(aSubmission(aRequest()), key)).kind, 'accepted')
    }
  },
}

const concurrentKeys: ContractCase<StoresFixture> = {
  name: 'of concurrent submissions with one key exactly one is accepted',
  law: '4',
  run: async (create) => {
    const { requests } = await create()
    const candidates = Array.from({ length: 8 }, () => aRequest())
    const answers = await Promise.all(candidates.map((request) => requests.submit(aSubmission(request), aKey())))
    const accepted = candidates.filter((_, index) => answers[index]?.kind === 'accepted')
    assert.equal(accepted.length, 1)
    for (const answer of answers) {
      if (answer.kind === 'replayed') assert.deepEqual(answer, { kind: 'replayed', requestId: accepted[0]?.id, sameBody: true })
    }
    const stored = await Promise.all(candidates.map(({ id }) => requests.load(id)))
    assert.equal(stored.filter((one) => one !== undefined).length, 1)
  },
}

const repeatedSubmission: ContractCase<StoresFixture> = {
  name: 'submit called again with the same commit is accepted once',
  law: '5',
  run: async (create) => {
    const { requests } = await create()
    const submission = aSubmission(aRequest(), { claim: 'take', leaseMs: longLeaseMs })
    const first = await requests.submit(submission, aKey())
    assert.deepEqual(await requests.submit(submission, aKey()), first)
    assert.equal((await requests.history(submission.after.id)).length, 1)
  },
}

const takenId: ContractCase<StoresFixture> = {
  name: 'submit of another request under an id that is stored is refused',
  law: '1',
  run: async (create) => {
    const stores = await create()
    const request = await givenQueued(stores)
    const before = await stores.requests.load(request.id)
    await refusesAsInvariant(stores.requests.submit(aSubmission(aRequest({ requesterId: 'grace' }, { id: request.id })), aKey()))
    assert.deepEqual(await stores.requests.load(request.id), before)
    assert.equal(await stores.requests.recall(aKey()), undefined)
  },
}

const strandedSubmission: ContractCase<StoresFixture> = {
  name: 'submit of a request that nobody would carry is refused whole',
  law: '1, 10',
  run: async (create) => {
    const { requests } = await create()
    const { wakeAt, ...submission } = aSubmission(aRequest())
    await refusesAsInvariant(requests.submit(submission, aKey()))
    assert.equal(await requests.load(submission.after.id), undefined)
    assert.equal(await requests.recall(aKey()), undefined)
  },
}

const stepsElsewhere: ContractCase<StoresFixture> = {
  name: 'a step that stands elsewhere than in the plan is read where it stood, with all that it knows',
  law: '6',
  run: async (create) => {
    const { requests } = await create()
    const after = { kind: 'fatal', phase: 'run', code: 'NO_ROOM', message: 'no room' } as const
    for (const steps of [[aStep('verify'), aStep('create')], [aStep('create', { state: 'pending', after }), aStep('verify')]]) {
      const submission = aSubmission(aRequest({}, { steps }))
      assert.equal((await requests.submit(submission)).kind, 'accepted')
      assert.deepEqual((await requests.load(submission.after.id))?.request, submission.after)
    }
  },
}

const otherFirstEvent: ContractCase<StoresFixture> = {
  name: 'a first event that says something else than the request is read as it was written',
  law: '6',
  run: async (create) => {
    const { requests } = await create()
    const request = aRequest()
    const submission = aSubmission(request)
    const { entry, entry: { events: [first, ...others] } } = submission
    assert.ok(first?.type === 'request-accepted')
    const written = { ...entry, events: [{ ...first, accepted: { ...first.accepted, priority: 'critical' as const }, revision: { ...first.revision, input: { name: 'before' } } }, ...others] }
    assert.equal((await requests.submit({ ...submission, entry: written })).kind, 'accepted')
    assert.deepEqual(await requests.history(request.id), [written])
  },
}

export const submitCases = [
  wholeSubmission, claimedSubmission, replay, replayOtherBody, scopedKeys, concurrentKeys, repeatedSubmission, takenId, strandedSubmission,
  stepsElsewhere, otherFirstEvent,
]
