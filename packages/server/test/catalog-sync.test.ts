import { createHash } from 'node:crypto'
import { jiraTicketAction } from '@pao/action-jira'
import { memoryCatalogSource, memoryStores, silentLogger } from '@pao/core/memory'
import type { CatalogSnapshot, CatalogSource, CatalogSyncs, CatalogVerdict } from '@pao/core/ports'
import { PaoError } from '@pao/core'
import { virtualClock } from '@pao/testing'
import { describe, expect, test } from 'vitest'
import { createCatalogSync } from '../src/catalog-sync.js'
import { createServedCatalog } from '../src/served-catalog.js'
import type { ServedCatalog, ServedCatalogOptions } from '../src/served-catalog.js'
import { documentOf } from './api-fixture.js'

const one = documentOf({ id: 'item-one' })
const two = documentOf({ id: 'item-two' })
const newer = one.replace('version: 1.0.0', 'version: 1.1.0')

/** A repository in memory, whose reads are counted; `out` makes it fail. */
const repository = (documents: Readonly<Record<string, string>>, { codeowners }: { readonly codeowners?: string } = {}) => {
  const held = memoryCatalogSource(documents)
  const state = { reads: 0, out: false, commit: 'c1', verdicts: [] as CatalogVerdict[], codeowners }
  const read = async (signal: AbortSignal): Promise<CatalogSnapshot> => {
    state.reads += 1
    if (state.out) throw new PaoError('CATALOG_UNAVAILABLE', 'the repository is out', { retryable: true })
    const snapshot = await held.read(signal)
    return { ...snapshot, commit: state.commit, ...(state.codeowners === undefined ? {} : { codeowners: { path: 'CODEOWNERS', source: state.codeowners, dialect: 'github' as const } }), revision: `${snapshot.revision} ${state.codeowners ?? ''}` }
  }
  const commit = (id: string, changes: Readonly<Record<string, string | undefined>>): void => {
    state.commit = id
    held.change(changes)
  }
  const source: CatalogSource = { description: 'a repository', read, publish: async (verdict) => { state.verdicts.push(verdict) } }
  return { state, commit, source }
}

const world = (change: { readonly syncs?: (syncs: CatalogSyncs) => CatalogSyncs } = {}) => {
  const clock = virtualClock()
  const { syncs } = memoryStores(clock)
  const replica = (owner: string, source: CatalogSource, more: Partial<ServedCatalogOptions> = {}): ServedCatalog => createServedCatalog({
    source, owner, syncs: change.syncs?.(syncs) ?? syncs, profile: 'compat', templateEnv: [], actions: [jiraTicketAction({ connections: [{ name: 'main', baseUrl: 'https://jira.example', email: 'a@b.c', tokenSecret: 'T' }] })], architectureTeam: 'platform-architecture', sealing: true, clock, logger: silentLogger(), ...more,
  })
  return { clock, syncs, replica }
}

const ids = (catalog: ServedCatalog) => [...catalog.current().items.keys()]
const versionOf = (catalog: ServedCatalog, id: string) => catalog.current().get(id)?.item.version

describe('several replicas', () => {
  test('read a source once: the others take up what was recorded', async () => {
    const { replica } = world()
    const { source, state, commit } = repository({ 'item-one.yaml': one, 'broken.yaml': 'version: [' })
    const [first, second] = [replica('first', source, { actions: [] }), replica('second', source, { actions: [] })]
    await first.refresh({ rebuild: true })
    expect([await second.follow(), state.reads, ids(second)]).toEqual([true, 1, ['item-one']])
    expect(second.report()).toMatchObject({ items: 1, files: 2, commit: 'c1', outcome: 'partial' })
    expect(second.report().issues).toEqual(first.report().issues)
    commit('c2', { 'item-one.yaml': newer, 'item-two.yaml': two })
    await first.refresh()
    const before = second.current()
    expect([await second.follow(), await second.follow(), ids(second), versionOf(second, 'item-one')]).toEqual([true, false, ['item-one', 'item-two'], '1.1.0'])
    expect([before.get('item-one')?.item.version, before.items.size]).toEqual(['1.0.0', 1])
    commit('c3', { 'item-two.yaml': undefined })
    await second.refresh()
    expect([await first.follow(), ids(first), second.report().commit, first.report().commit]).toEqual([true, ['item-one'], 'c3', 'c3'])
  })

  test('that are asked at once do not read at once, and all end with the same', async () => {
    const { clock, replica } = world()
    let [under, most] = [0, 0]
    const { source } = repository({ 'item-one.yaml': one })
    const slow: CatalogSource = { ...source, read: async (signal) => {
      under += 1
      most = Math.max(most, under)
      for (let turn = 0; turn < 20; turn += 1) await Promise.resolve()
      under -= 1
      return source.read(signal)
    } }
    const replicas = ['a', 'b', 'c'].map((owner) => replica(owner, slow))
    const reading = Promise.all(replicas.map((one) => one.refresh({ rebuild: true })))
    await clock.advance(5_000)
    await reading
    expect(most).toBe(1)
    for (const one of replicas) { await one.follow(); expect(ids(one)).toEqual(['item-one']) }
  })

  test('one that lost its claim while it read changes nothing', async () => {
    const { clock, replica, syncs } = world()
    const { source, commit } = repository({ 'item-one.yaml': one })
    const second = replica('second', source)
    const stolen: CatalogSource = { ...source, read: async (signal) => {
      const snapshot = await source.read(signal)
      // As after a pause of the whole process: nothing was renewed, and another one has taken over.
      await syncs.release({ owner: 'first', epoch: 1 })
      commit('c2', { 'item-one.yaml': newer })
      await second.refresh({ rebuild: true })
      return snapshot
    } }
    const first = replica('first', stolen)
    const [answer] = await Promise.allSettled([first.refresh({ rebuild: true }), clock.advance(1_000)])
    expect(answer).toMatchObject({ status: 'rejected', reason: { code: 'CATALOG_UNAVAILABLE', retryable: true } })
    expect(ids(first)).toEqual([])
    await first.follow()
    expect(versionOf(first, 'item-one')).toBe('1.1.0')
  })

  test('the claim of one that died is waited out', async () => {
    const { clock, replica, syncs } = world()
    const { source } = repository({ 'item-one.yaml': one })
    await syncs.claim('dead', 15_000)
    const alive = replica('alive', source)
    const reading = alive.refresh({ rebuild: true })
    await clock.advance(14_000)
    expect(ids(alive)).toEqual([])
    await clock.advance(2_000)
    await reading
    expect(ids(alive)).toEqual(['item-one'])
    await syncs.claim('other', 60_000)
    await expect(Promise.all([alive.refresh({ patienceMs: 1_000 }), clock.advance(3_000)])).rejects.toMatchObject({ code: 'CATALOG_UNAVAILABLE' })
  })

  test('with folders of their own do not undo each other at each poll', async () => {
    const { replica } = world()
    const [older, newerImage] = [replica('old', memoryCatalogSource({ 'item-one.yaml': one })), replica('new', memoryCatalogSource({ 'item-one.yaml': newer }))]
    await older.refresh({ rebuild: true })
    await newerImage.refresh({ rebuild: true })
    await older.follow()
    await older.refresh()
    expect([versionOf(older, 'item-one'), versionOf(newerImage, 'item-one')]).toEqual(['1.1.0', '1.1.0'])
  })
})

describe('over a restart', () => {
  test('what was served is served while the source is out, and says so', async () => {
    const { replica } = world()
    const { source, state } = repository({ 'item-one.yaml': one })
    await replica('first', source).refresh({ rebuild: true })
    state.out = true
    const restarted = replica('second', source)
    await restarted.follow()
    await expect(restarted.refresh({ rebuild: true })).rejects.toThrow('the repository is out')
    expect(ids(restarted)).toEqual(['item-one'])
    expect(restarted.report()).toMatchObject({ outcome: 'failed', problem: 'the repository is out', commit: 'c1', items: 1 })
    state.out = false
    expect(await restarted.refresh()).toMatchObject({ outcome: 'succeeded' })
  })

  test('what an earlier version has served is taken up, though it recorded no sync', async () => {
    const { replica, syncs } = world({ syncs: (shared) => ({ ...shared, state: async () => ({}) }) })
    const { source } = repository({ 'item-one.yaml': one })
    const claim = (await syncs.claim('earlier', 1_000))!
    const hash = createHash('sha256').update(one).digest('hex')
    await syncs.record(claim, { number: 1, revision: 'r', at: 1, files: 1 }, { serve: [{ hash, kind: 'CatalogItem', itemId: 'item-one', version: '1.0.0', path: 'item-one.yaml', source: one }], withdraw: [], findings: [], forget: [] })
    const catalog = replica('first', source)
    expect([await catalog.follow(), await catalog.follow(), ids(catalog)]).toEqual([true, false, ['item-one']])
  })

  test('an empty store gives nothing', async () => {
    const { replica } = world()
    const catalog = replica('first', repository({}).source)
    expect([await catalog.follow(), catalog.report().loadedAt]).toEqual([false, 0])
  })

  test('nothing new is recorded where nothing changed', async () => {
    const { replica, syncs } = world()
    const { source, state } = repository({ 'item-one.yaml': one, 'item-two.yaml': two })
    await replica('first', source).refresh({ rebuild: true })
    const restarted = replica('second', source)
    await restarted.follow()
    await restarted.refresh({ rebuild: true })
    await restarted.refresh()
    expect([(await syncs.state()).latest?.number, state.verdicts.length]).toEqual([1, 1])
  })
})

describe('what stays readable', () => {
  test('the versions of an item, also when it is gone', async () => {
    const { clock, replica } = world()
    const { source, commit } = repository({ 'item-one.yaml': one })
    const catalog = replica('first', source)
    await catalog.refresh({ rebuild: true })
    await clock.advance(1_000)
    commit('c2', { 'item-one.yaml': newer })
    await catalog.refresh()
    await clock.advance(1_000)
    commit('c3', { 'item-one.yaml': undefined })
    await catalog.refresh()
    const { newest, versions } = await catalog.versions('item-one')
    expect([ids(catalog), newest?.item.version]).toEqual([[], '1.1.0'])
    expect(versions).toMatchObject([{ version: '1.1.0', commit: 'c2', withdrawnAt: clock.now() }, { version: '1.0.0', commit: 'c1', withdrawnAt: clock.now() - 1_000 }])
    expect(await catalog.versions('unknown')).toEqual({ newest: undefined, versions: [] })
  })

  test('what was found in a file, commit by commit', async () => {
    const { replica } = world()
    const { source, commit } = repository({ 'item-one.yaml': one })
    const catalog = replica('first', source)
    await catalog.refresh({ rebuild: true })
    const loaded = catalog.current().get('item-one')!
    commit('c2', { 'item-one.yaml': 'version: [' })
    await catalog.refresh()
    commit('c3', { 'item-one.yaml': newer })
    await catalog.refresh()
    expect((await catalog.validations(loaded)).map((entry) => [entry.commit, entry.issues.some(({ severity }) => severity === 'error')])).toEqual([['c3', false], ['c2', true], ['c1', false]])
  })
})

describe('owners', () => {
  test('a change by another team is not served, and the commit says so', async () => {
    const { replica } = world()
    const { source, state, commit } = repository({ 'item-one.yaml': one }, { codeowners: '* @acme/platform-database-team\n' })
    const catalog = replica('first', source)
    await catalog.refresh({ rebuild: true })
    await catalog.settled()
    state.codeowners = '* @acme/others\n'
    commit('c2', { 'item-one.yaml': newer })
    await catalog.refresh()
    await catalog.settled()
    expect(versionOf(catalog, 'item-one')).toBe('1.0.0')
    expect(state.verdicts).toMatchObject([
      { commit: 'c1', state: 'success', annotations: [] },
      { commit: 'c2', state: 'failure', annotations: [{ path: 'item-one.yaml', code: 'served-last-good', line: 1 }, { path: 'item-one.yaml', severity: 'error', code: 'owner-not-codeowner' }] },
    ])
  })

  test('a repository without the file is told once, a folder never', async () => {
    const { replica } = world()
    const { source } = repository({ 'item-one.yaml': one })
    expect((await replica('first', source).refresh({ rebuild: true })).issues.map(({ code }) => code)).toEqual(['codeowners-missing'])
    expect((await world().replica('first', memoryCatalogSource({ 'item-one.yaml': one })).refresh({ rebuild: true })).issues).toEqual([])
  })

  test('a verdict that cannot be shown keeps nothing from being served', async () => {
    const { replica } = world()
    const { source } = repository({ 'item-one.yaml': one })
    const catalog = replica('first', { ...source, publish: () => Promise.reject(new Error('no right to write')) })
    await catalog.refresh({ rebuild: true })
    await catalog.settled()
    expect(ids(catalog)).toEqual(['item-one'])
  })
})

describe('while the program runs', () => {
  const running = async (change: Partial<Parameters<typeof createCatalogSync>[0]> = {}) => {
    const { clock, replica } = world()
    const { source, state, commit } = repository({ 'item-one.yaml': one })
    const catalog = replica('first', source)
    await catalog.refresh({ rebuild: true })
    const sync = createCatalogSync({ catalog, source, clock, logger: silentLogger(), pollMs: 300_000, random: () => 0.5, ...change })
    return { clock, catalog, sync, state, commit, replica, source }
  }

  test('the source is read every five minutes, and not after the stop', async () => {
    const { clock, catalog, sync, state, commit } = await running()
    sync.start()
    await clock.advance(299_000)
    expect(state.reads).toBe(1)
    commit('c2', { 'item-two.yaml': two })
    await clock.advance(2_000)
    expect([state.reads, ids(catalog)]).toEqual([2, ['item-one', 'item-two']])
    await sync.stop()
    expect(clock.pending()).toBe(0)
    await clock.advance(3_000_000)
    expect(state.reads).toBe(2)
  })

  test('the polls of several replicas are one', async () => {
    const { clock, catalog, sync, state, replica, source } = await running()
    const other = replica('second', source)
    await other.follow()
    const second = createCatalogSync({ catalog: other, source, clock, logger: silentLogger(), pollMs: 300_000, random: () => 0.9 })
    sync.start()
    second.start()
    await clock.advance(3_000_000)
    expect(state.reads).toBeGreaterThanOrEqual(10)
    expect(state.reads).toBeLessThanOrEqual(12)
    expect(catalog.report().lastSync).toBeGreaterThan(clock.now() - 400_000)
    await Promise.all([sync.stop(), second.stop()])
  })

  test('what another replica recorded is taken up within seconds', async () => {
    const { clock, catalog, sync, commit, replica, source } = await running()
    sync.start()
    commit('c2', { 'item-one.yaml': newer })
    await replica('second', source).refresh()
    await clock.advance(3_000)
    expect(versionOf(catalog, 'item-one')).toBe('1.1.0')
    await sync.stop()
  })

  test('a source that is out is read again soon, then more and more seldom', async () => {
    const { clock, catalog, sync, state } = await running()
    state.out = true
    sync.start({ failed: true })
    await clock.advance(60_000)
    expect([state.reads, catalog.report().outcome, catalog.report().lastSync]).toEqual([4, 'failed', clock.now() - 60_000])
    state.out = false
    await clock.advance(60_000)
    expect([state.reads, catalog.report().outcome]).toEqual([5, 'succeeded'])
    await sync.stop()
  })

  test('a push is looked for again where its host does not show it yet', async () => {
    const { clock, catalog, sync, state, commit } = await running()
    sync.start()
    sync.pushed('c2')
    await clock.advance(500)
    expect(state.reads).toBe(2)
    commit('c2', { 'item-one.yaml': newer })
    await clock.advance(1_000)
    expect([state.reads, versionOf(catalog, 'item-one')]).toEqual([3, '1.1.0'])
    await clock.advance(60_000)
    expect(state.reads).toBe(3)
    await sync.stop()
  })

  test('one read runs and one waits, however many changes are told', async () => {
    const { clock, sync, state, commit } = await running()
    sync.start()
    commit('c2', { 'item-one.yaml': newer })
    for (let time = 0; time < 50; time += 1) sync.pushed('c2')
    await clock.advance(100)
    expect(state.reads).toBeLessThanOrEqual(3)
    await sync.stop()
  })

  test('a read that does not end keeps no stop waiting', async () => {
    const { clock, replica } = world()
    const { source } = repository({ 'item-one.yaml': one })
    const catalog = replica('first', { ...source, read: () => new Promise(() => undefined) })
    const sync = createCatalogSync({ catalog, source, clock, logger: silentLogger(), pollMs: 300_000 })
    sync.start()
    sync.pushed('c2')
    await clock.advance(100)
    await sync.stop()
    expect(clock.pending()).toBe(0)
  })

  test('a database that is out ends nothing', async () => {
    let isOut = false
    const { clock, replica } = world({ syncs: (syncs) => ({ ...syncs, state: () => (isOut ? Promise.reject(new Error('out')) : syncs.state()) }) })
    const { source, commit } = repository({ 'item-one.yaml': one })
    const catalog = replica('first', source)
    await catalog.refresh({ rebuild: true })
    const sync = createCatalogSync({ catalog, source, clock, logger: silentLogger(), pollMs: 300_000, random: () => 0.5 })
    sync.start()
    isOut = true
    await clock.advance(20_000)
    isOut = false
    commit('c2', { 'item-one.yaml': newer })
    await replica('second', source).refresh()
    await clock.advance(3_000)
    expect(versionOf(catalog, 'item-one')).toBe('1.1.0')
    await sync.stop()
  })
})
