import assert from 'node:assert/strict'
import type { RequestQuery, Viewer } from '@pao/core/ports'
import { aCommit } from '../a-commit.js'
import { aRequest, aStep } from '../a-request.js'
import type { ContractCase } from '../contract.js'
import type { StoresFixture } from '../stores-fixture.js'
import { aWideChange, givenQueued } from './given.js'

const viewer = (id: string, teams: readonly string[] = [], administrator = false): Viewer => ({ id, teams, administrator })

const administrator = viewer('root', [], true)

const idsOf = async ({ requests }: StoresFixture, query: Partial<RequestQuery>): Promise<readonly string[]> => {
  const page = await requests.list({ viewer: administrator, scope: 'visible', limit: 200, ...query })
  return page.data.map(({ request }) => request.id)
}

const missing: ContractCase<StoresFixture> = {
  name: 'load and find answer undefined for what is not there',
  law: '6, 7',
  run: async (create) => {
    const { requests } = await create()
    for (const id of [aRequest().id, 'req-1', '']) {
      assert.equal(await requests.load(id), undefined)
      assert.equal(await requests.find(id, administrator), undefined)
      assert.deepEqual(await requests.history(id), [])
    }
    assert.equal(await requests.expecting('jira:main', 'OPS-404'), undefined)
  },
}

const visibility: ContractCase<StoresFixture> = {
  name: 'find and list show a request to its requester, its teams and administrators, and to nobody else',
  law: '7',
  run: async (create) => {
    const stores = await create()
    const { id } = await givenQueued(stores, { requesterId: 'ada', teams: ['payments', 'ops'], ownerTeam: 'databases' })
    const seeing = [viewer('ada'), viewer('grace', ['payments']), viewer('grace', ['other', 'ops']), viewer('linus', ['databases']), administrator]
    const strangers = [viewer('eve'), viewer('eve', ['other']), viewer('payments'), viewer('ADA', ['Payments']), viewer('', [''])]
    for (const one of seeing) {
      assert.deepEqual((await stores.requests.find(id, one))?.request.id, id, `${one.id} must see it`)
      assert.deepEqual(await idsOf(stores, { viewer: one }), [id])
    }
    for (const one of strangers) {
      assert.equal(await stores.requests.find(id, one), undefined, `${one.id} must not see it`)
      assert.deepEqual(await idsOf(stores, { viewer: one }), [])
    }
  },
}

const scopes: ContractCase<StoresFixture> = {
  name: 'list keeps own requests and those of the team apart',
  law: '7',
  run: async (create) => {
    const stores = await create()
    const mine = await givenQueued(stores, { requesterId: 'ada', teams: ['research'], at: 3_000 })
    const ours = await givenQueued(stores, { requesterId: 'grace', teams: ['payments'], at: 2_000 })
    const theirs = await givenQueued(stores, { requesterId: 'eve', teams: ['other'], at: 1_000 })
    const ada = viewer('ada', ['payments'])
    assert.deepEqual(await idsOf(stores, { viewer: ada, scope: 'own' }), [mine.id])
    assert.deepEqual(await idsOf(stores, { viewer: ada, scope: 'team' }), [ours.id])
    assert.deepEqual(await idsOf(stores, { viewer: ada, scope: 'visible' }), [mine.id, ours.id])
    assert.deepEqual(await idsOf(stores, { scope: 'own' }), [])
    assert.deepEqual(await idsOf(stores, { scope: 'team' }), [mine.id, ours.id, theirs.id])
  },
}

const filters: ContractCase<StoresFixture> = {
  name: 'list filters by status, item and time, newest first',
  law: '7',
  run: async (create) => {
    const stores = await create()
    const old = await givenQueued(stores, { at: 1_000, subjectId: 'dns' })
    const middle = await givenQueued(stores, { at: 2_000 })
    const recent = await givenQueued(stores, { at: 3_000 })
    await stores.requests.commit(aCommit(middle, { status: { state: 'completed', at: 2_500 } }))
    assert.deepEqual(await idsOf(stores, {}), [recent.id, middle.id, old.id])
    assert.deepEqual(await idsOf(stores, { status: ['queued'] }), [recent.id, old.id])
    assert.deepEqual(await idsOf(stores, { status: ['completed', 'failed'] }), [middle.id])
    assert.deepEqual(await idsOf(stores, { status: [] }), [])
    assert.deepEqual(await idsOf(stores, { subjectId: 'dns' }), [old.id])
    assert.deepEqual(await idsOf(stores, { from: 2_000, to: 3_000 }), [middle.id])
  },
}

const wholeRows: ContractCase<StoresFixture> = {
  name: 'list and find give what load gives',
  law: '6, 7',
  run: async (create) => {
    const stores = await create()
    const request = await givenQueued(stores)
    const { change, traits } = aWideChange(request)
    await stores.requests.commit(aCommit(request, change, traits))
    const loaded = await stores.requests.load(request.id)
    assert.deepEqual(await stores.requests.find(request.id, administrator), loaded)
    assert.deepEqual(await stores.requests.list({ viewer: administrator, scope: 'visible', limit: 1 }), { data: [loaded], hasMore: false })
  },
}

/** Several requests share an instant, and each page is followed by inserts before, at and behind the reader's place. */
const paging: ContractCase<StoresFixture> = {
  name: 'list walks every row that was there exactly once, under concurrent inserts',
  law: '8',
  run: async (create) => {
    const stores = await create()
    const there: string[] = []
    for (let index = 0; index < 11; index += 1) there.push((await givenQueued(stores, { at: 10_000 + Math.floor(index / 4) })).id)
    const seen: string[] = []
    let after: RequestQuery['after']
    for (let more = true; more;) {
      const page = await stores.requests.list({ viewer: administrator, scope: 'visible', limit: 3, ...(after === undefined ? {} : { after }) })
      seen.push(...page.data.map(({ request }) => request.id))
      const last = page.data.at(-1)
      assert.ok(last)
      after = { createdAt: last.createdAt, id: last.request.id }
      more = page.hasMore
      await Promise.all([10_003, last.createdAt].map((at) => givenQueued(stores, { at })))
    }
    assert.deepEqual(seen.filter((id) => there.includes(id)).sort(), [...there].sort())
    assert.equal(new Set(seen).size, seen.length)
  },
}

const expecting: ContractCase<StoresFixture> = {
  name: 'expecting names the step that waits for a reference, until it waits no more',
  law: '9',
  run: async (create) => {
    const stores = await create()
    const request = await givenQueued(stores)
    const wide = aWideChange(request)
    const parked = aCommit(request, wide.change, wide.traits)
    await stores.requests.commit(parked)
    assert.deepEqual(await stores.requests.expecting('jira:main', 'OPS-1'), { requestId: request.id, step: 'create' })
    assert.equal(await stores.requests.expecting('jira:other', 'OPS-1'), undefined)
    const unrelated = aCommit(parked.after, { ledger: [] })
    await stores.requests.commit(unrelated)
    assert.deepEqual(await stores.requests.expecting('jira:main', 'OPS-1'), { requestId: request.id, step: 'create' })
    await stores.requests.commit(aCommit(unrelated.after, { steps: [aStep('create', { failures: 1 }), aStep('verify')] }))
    assert.equal(await stores.requests.expecting('jira:main', 'OPS-1'), undefined)
  },
}

const expectingLast: ContractCase<StoresFixture> = {
  name: 'a reference belongs to the request that was the last to expect it',
  law: '9',
  run: async (create) => {
    const stores = await create()
    const [first, second] = [await givenQueued(stores), await givenQueued(stores)]
    const [one, two] = [aWideChange(first), aWideChange(second)]
    const parked = aCommit(first, one.change, one.traits)
    await stores.requests.commit(parked)
    await stores.requests.commit(aCommit(second, two.change, two.traits))
    await stores.requests.commit(aCommit(parked.after, { steps: first.steps }))
    assert.deepEqual(await stores.requests.expecting('jira:main', 'OPS-1'), { requestId: second.id, step: 'create' })
  },
}

const expectingKept: ContractCase<StoresFixture> = {
  name: 'a refused commit takes no reference from the request that waits for it',
  law: '2, 9',
  run: async (create) => {
    const stores = await create()
    const [first, second] = [await givenQueued(stores), await givenQueued(stores)]
    const [one, two] = [aWideChange(first), aWideChange(second)]
    await stores.requests.commit(aCommit(first, one.change, one.traits))
    const refused = { ...aCommit(second, two.change, two.traits), expectedVersion: 7 }
    assert.deepEqual(await stores.requests.commit(refused), { kind: 'conflict', version: 1 })
    assert.deepEqual(await stores.requests.expecting('jira:main', 'OPS-1'), { requestId: first.id, step: 'create' })
  },
}

const immutable: ContractCase<StoresFixture> = {
  name: 'what was read does not change when the request does',
  law: '6',
  run: async (create) => {
    const stores = await create()
    const request = await givenQueued(stores)
    const [before, history] = [await stores.requests.load(request.id), await stores.requests.history(request.id)]
    const copy = structuredClone({ before, history })
    await stores.requests.commit(aCommit(request, { steps: [aStep('create', { failures: 1 }), aStep('verify')] }))
    assert.deepEqual({ before, history }, copy)
  },
}

export const readCases = [missing, visibility, scopes, filters, wholeRows, paging, expecting, expectingLast, expectingKept, immutable]
