import assert from 'node:assert/strict'
import { syncLimits } from '@pao/core'
import type { CatalogChange, CatalogSync, CatalogSyncs, SyncClaim } from '@pao/core/ports'
import { aDefinition } from './catalog-definitions-contract.js'
import type { Contract, ContractCase } from './contract.js'
import { firstOwner, longLeaseMs, secondOwner, shortLeaseMs } from './owners.js'
import type { StoresFixture } from './stores-fixture.js'

type SyncCase = ContractCase<StoresFixture>

const claimed = async (syncs: CatalogSyncs, owner: string = firstOwner, leaseMs: number = longLeaseMs): Promise<SyncClaim> => {
  const claim = await syncs.claim(owner, leaseMs)
  assert(claim !== undefined, 'the claim is free')
  return claim
}

const syncOf = (number: number, more: Partial<CatalogSync> = {}): CatalogSync => ({ number, revision: `revision-${number}`, at: number * 1_000, files: 2, ...more })
const changeOf = (change: Partial<CatalogChange> = {}): CatalogChange => ({ serve: [], withdraw: [], findings: [], forget: [], ...change })
const issue = (message: string) => ({ code: 'missing', message, line: 3 })

/** Records one change after another under one claim. */
const recorded = async (syncs: CatalogSyncs, changes: readonly Partial<CatalogChange>[], more: Partial<CatalogSync> = {}): Promise<SyncClaim> => {
  const claim = await claimed(syncs)
  for (const [index, change] of changes.entries()) assert.equal(await syncs.record(claim, syncOf(index + 1, more), changeOf(change)), 'recorded')
  return claim
}

const oneClaim: SyncCase = {
  name: 'one owner has the claim until it is released or its lease runs out',
  law: '1',
  run: async (create) => {
    const { syncs, elapse } = await create()
    const first = await claimed(syncs)
    assert.equal(await syncs.claim(secondOwner, longLeaseMs), undefined)
    await syncs.release({ ...first, epoch: first.epoch + 1 })
    await syncs.release({ ...first, owner: secondOwner })
    assert.equal(await syncs.claim(secondOwner, longLeaseMs), undefined)
    await syncs.release(first)
    const second = await claimed(syncs, secondOwner, shortLeaseMs)
    assert(second.epoch > first.epoch)
    await elapse(shortLeaseMs + 50)
    const third = await claimed(syncs)
    assert(third.epoch > second.epoch)
    assert.equal(await syncs.renew(second, longLeaseMs), false)
  },
}

const manyClaims: SyncCase = {
  name: 'of claims at once one is given',
  law: '1',
  run: async (create) => {
    const { syncs } = await create()
    const given = await Promise.all(Array.from({ length: 8 }, (_, index) => syncs.claim(`replica-${index}`, longLeaseMs)))
    assert.equal(given.filter((claim) => claim !== undefined).length, 1)
  },
}

const renewed: SyncCase = {
  name: 'a renewed lease lasts; a lapsed one that nobody took still counts',
  law: '1',
  run: async (create) => {
    const { syncs, elapse } = await create()
    const claim = await claimed(syncs, firstOwner, shortLeaseMs)
    assert.equal(await syncs.renew(claim, longLeaseMs), true)
    await elapse(shortLeaseMs + 50)
    assert.equal(await syncs.claim(secondOwner, longLeaseMs), undefined)
    assert.equal(await syncs.renew(claim, shortLeaseMs), true)
    await elapse(shortLeaseMs + 50)
    assert.equal(await syncs.record(claim, syncOf(1), changeOf()), 'recorded')
  },
}

const fenced: SyncCase = {
  name: 'a record without the claim, or out of turn, changes nothing',
  law: '2',
  run: async (create) => {
    const { syncs, elapse } = await create()
    const lost = await claimed(syncs, firstOwner, shortLeaseMs)
    await elapse(shortLeaseMs + 50)
    const claim = await claimed(syncs, secondOwner)
    const change = changeOf({ serve: [aDefinition('postgresql', '1.0.0')], findings: [{ path: 'a.yaml', issues: [issue('bad')] }] })
    assert.equal(await syncs.record(lost, syncOf(1), change), 'claim-lost')
    assert.equal(await syncs.record(claim, syncOf(2), change), 'claim-lost')
    assert.deepEqual([await syncs.state(), await syncs.served(), await syncs.findings(), await syncs.versions('postgresql', 9), await syncs.validations('a.yaml')], [{}, [], [], [], []])
    assert.equal(await syncs.checked(lost, 1_000), 'claim-lost')
    assert.deepEqual(await syncs.state(), {})
  },
}

const again: SyncCase = {
  name: 'the same record again says recorded and changes nothing',
  law: '2',
  run: async (create) => {
    const { syncs } = await create()
    const claim = await claimed(syncs)
    const change = changeOf({ serve: [aDefinition('postgresql', '1.0.0')], findings: [{ path: 'a.yaml', issues: [issue('bad')] }] })
    for (let time = 0; time < 2; time += 1) assert.equal(await syncs.record(claim, syncOf(1, { commit: 'abc' }), change), 'recorded')
    assert.deepEqual((await syncs.versions('postgresql', 9)).map(({ servedAt, withdrawnAt }) => [servedAt, withdrawnAt]), [[1_000, undefined]])
    assert.equal((await syncs.validations('a.yaml')).length, 1)
    assert.equal(await syncs.record(claim, syncOf(1, { revision: 'another' }), changeOf({ withdraw: ['postgresql'] })), 'claim-lost')
    assert.equal((await syncs.served()).length, 1)
  },
}

const serving: SyncCase = {
  name: 'served gives the last version of each item; sources gives every version that was recorded',
  law: '3',
  run: async (create) => {
    const { syncs, definitions } = await create()
    const [first, second, other] = [aDefinition('postgresql', '1.0.0'), aDefinition('postgresql', '1.1.0'), aDefinition('dns', '2.0.0')]
    const moved = { ...second, path: 'elsewhere/postgresql.yaml' }
    await recorded(syncs, [{ serve: [first, other] }, { serve: [second] }, { serve: [moved], withdraw: ['dns', 'unknown'] }])
    const { source: _source, ...told } = moved
    assert.deepEqual(await syncs.served(), [told])
    // As a replica that is behind does for a request.
    await definitions.keep([second], 9_000)
    assert.deepEqual(await syncs.served(), [told])
    const byHash = (one: { readonly hash: string }, two: { readonly hash: string }) => (one.hash < two.hash ? -1 : 1)
    assert.deepEqual((await syncs.sources([first.hash, other.hash, other.hash, 'ab'.repeat(32)])).toSorted(byHash), [first, other].toSorted(byHash))
    assert.deepEqual(await syncs.sources([]), [])
  },
}

const versions: SyncCase = {
  name: 'versions tells from when until when each one was served, the newest first',
  law: '4',
  run: async (create) => {
    const { syncs } = await create()
    const [first, second] = [aDefinition('postgresql', '1.0.0'), aDefinition('postgresql', '1.1.0')]
    const claim = await recorded(syncs, [{ serve: [first, aDefinition('dns', '1.0.0')] }, { serve: [second] }, { withdraw: ['postgresql'] }], { commit: 'abc' })
    await syncs.record(claim, syncOf(4), changeOf({ serve: [first] }))
    const told = (await syncs.versions('postgresql', 9)).map(({ hash, version, path, ...times }) => ({ hash, version, path, ...times }))
    const of = ({ hash, version, path }: typeof first) => ({ hash, version, path })
    assert.deepEqual(told, [
      { ...of(first), servedAt: 4_000 },
      { ...of(second), servedAt: 2_000, withdrawnAt: 3_000, commit: 'abc' },
      { ...of(first), servedAt: 1_000, withdrawnAt: 2_000, commit: 'abc' },
    ])
    assert.deepEqual((await syncs.versions('postgresql', 1)).length, 1)
    assert.deepEqual(await syncs.versions('unknown', 9), [])
  },
}

const findings: SyncCase = {
  name: 'findings gives what is wrong now; validations what was found, each change once',
  law: '5',
  run: async (create) => {
    const { syncs } = await create()
    // No text of a database holds the first two characters; a message may quote them.
    const odd = issue('a \u0000 and half of a pair \ud800, “é”')
    await recorded(syncs, [
      { findings: [{ path: 'a.yaml', issues: [odd] }, { path: 'b.yaml', issues: [issue('b')] }, { path: 'c.yaml', issues: [] }] },
      { findings: [{ path: 'a.yaml', issues: [odd] }] }, { findings: [{ path: 'a.yaml', issues: [] }], forget: ['b.yaml'] },
    ], { commit: 'abc' })
    assert.deepEqual(await syncs.findings(), [])
    assert.deepEqual(await syncs.validations('a.yaml'), [{ at: 3_000, commit: 'abc', issues: [] }, { at: 1_000, commit: 'abc', issues: [odd] }])
    assert.equal((await syncs.validations('b.yaml')).length, 1)
    assert.deepEqual(await syncs.validations('unknown.yaml'), [])
  },
}

const keptFindings: SyncCase = {
  name: 'what no sync names stays found, and a file keeps its last validations alone',
  law: '5',
  run: async (create) => {
    const { syncs } = await create()
    const rounds = syncLimits.validations + 5
    await recorded(syncs, Array.from({ length: rounds }, (_, index) => ({ findings: [{ path: 'a.yaml', issues: [issue(`${index}`)] }, ...(index === 0 ? [{ path: 'b.yaml', issues: [issue('b')] }] : [])] })))
    assert.deepEqual((await syncs.findings()).toSorted((one, two) => (one.path < two.path ? -1 : 1)), [{ path: 'a.yaml', issues: [issue(`${rounds - 1}`)] }, { path: 'b.yaml', issues: [issue('b')] }])
    const told = (await syncs.validations('a.yaml')).map(({ at }) => at / 1_000)
    assert.deepEqual(told, Array.from({ length: syncLimits.validations }, (_, index) => rounds - index))
  },
}

const checks: SyncCase = {
  name: 'checked notes when the source was read, or why it was not; a record ends the problem',
  law: '6',
  run: async (create) => {
    const { syncs } = await create()
    assert.deepEqual(await syncs.state(), {})
    const claim = await claimed(syncs)
    assert.equal(await syncs.checked(claim, 500, 'it is out'), 'noted')
    assert.deepEqual(await syncs.state(), { problem: 'it is out' })
    const sync = syncOf(1, { commit: 'abc' })
    await syncs.record(claim, sync, changeOf())
    assert.deepEqual(await syncs.state(), { latest: sync, checkedAt: 1_000 })
    await syncs.checked(claim, 2_000, 'it is out again')
    assert.deepEqual(await syncs.state(), { latest: sync, checkedAt: 1_000, problem: 'it is out again' })
    await syncs.checked(claim, 3_000)
    assert.deepEqual(await syncs.state(), { latest: sync, checkedAt: 3_000 })
  },
}

const deliveries: SyncCase = {
  name: 'a delivery is new once, also when many ask at once, and again when it was forgotten',
  law: '7',
  run: async (create) => {
    const { syncs } = await create()
    const at = Date.UTC(2026, 0, 1)
    const answers = await Promise.all(Array.from({ length: 20 }, () => syncs.firstSeen('github', 'delivery-1', at)))
    assert.equal(answers.filter((first) => first).length, 1)
    assert.equal(await syncs.firstSeen('gitlab', 'delivery-1', at), true)
    assert.equal(await syncs.firstSeen('github', 'delivery-2', at), true)
    assert.equal(await syncs.firstSeen('github', 'delivery-1', at + syncLimits.deliveryMs), false)
    assert.equal(await syncs.firstSeen('github', 'delivery-1', at + syncLimits.deliveryMs + 1), true)
  },
}

/** The laws of port CatalogSyncs. */
export const catalogSyncsContract: Contract<StoresFixture> = {
  port: 'CatalogSyncs', cases: [oneClaim, manyClaims, renewed, fenced, again, serving, versions, findings, keptFindings, checks, deliveries],
}
