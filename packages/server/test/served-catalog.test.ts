import { mkdtemp, rm, unlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { jiraTicketAction } from '@pao/action-jira'
import { silentLogger, systemClock, memoryStores } from '@pao/core/memory'
import type { CatalogSnapshot } from '@pao/core/ports'
import { expect, onTestFinished, test } from 'vitest'
import { folderCatalogSource } from '../src/folder-catalog-source.js'
import { createServedCatalog } from '../src/served-catalog.js'
import type { ServedCatalog, ServedCatalogOptions } from '../src/served-catalog.js'
import { documentOf, serviceRequest } from './api-fixture.js'

const serving = async (files: Readonly<Record<string, string>>, change: Partial<ServedCatalogOptions> = {}) => {
  const directory = await mkdtemp(join(tmpdir(), 'pao-served-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  const { syncs } = memoryStores()
  const write = (path: string, source: string) => writeFile(join(directory, path), source)
  for (const [path, source] of Object.entries(files)) await write(path, source)
  const open = () => createServedCatalog({
    source: folderCatalogSource(directory), profile: 'compat', templateEnv: [], syncs, owner: 'replica', architectureTeam: 'architecture', sealing: true, clock: systemClock(), logger: silentLogger(),
    actions: [jiraTicketAction({ connections: [{ name: 'main', baseUrl: 'https://jira.example', email: 'a@b.c', tokenSecret: 'T' }] })], ...change,
  })
  return { catalog: open(), open, write, directory, syncs }
}

/** As the program does. */
const start = async (catalog: ServedCatalog) => {
  await catalog.follow()
  return catalog.refresh({ rebuild: true })
}

const ids = (catalog: { current(): { readonly items: ReadonlyMap<string, unknown> } }) => [...catalog.current().items.keys()]
const one = documentOf({ id: 'item-one' })
const two = documentOf({ id: 'item-two' })

test('serves nothing before it was read, then everything that is good', async () => {
  const { catalog } = await serving({ 'item-one.yaml': one, 'item-two.yaml': two, 'broken.yaml': 'version: [' })
  expect([ids(catalog), catalog.report().loadedAt]).toEqual([[], 0])
  expect(await catalog.refresh()).toMatchObject({ items: 2, orderable: 2, files: 3, issues: [expect.objectContaining({ severity: 'error', file: 'broken.yaml', line: 1 })] })
  expect(ids(catalog)).toEqual(['item-one', 'item-two'])
})

test('a file in error keeps its last good version: over a refresh, and over a restart', async () => {
  const { catalog, open, write, directory } = await serving({ 'item-one.yaml': one, 'item-two.yaml': two })
  await catalog.refresh()
  await write('item-one.yaml', one.replace('kind: CatalogItem', 'kind: Nothing'))
  await unlink(join(directory, 'item-two.yaml'))
  const refreshed = await catalog.refresh()
  expect(ids(catalog)).toEqual(['item-one'])
  expect(refreshed.issues).toContainEqual(expect.objectContaining({ code: 'served-last-good', file: 'item-one.yaml' }))
  const restarted = open()
  await start(restarted)
  expect(ids(restarted)).toEqual(['item-one'])
  for (const served of [catalog, restarted]) {
    const item = served.current().get('item-one')
    expect(item && served.issuesOf(item).map(({ code }) => code)).toEqual(['wrong-value', 'served-last-good'])
  }
  await unlink(join(directory, 'item-one.yaml'))
  await start(restarted)
  const later = open()
  await start(later)
  expect([ids(restarted), ids(later)]).toEqual([[], []])
})

test('a file that cannot be read any more counts as one in error, and says why', async () => {
  const { catalog, write } = await serving({ 'item-one.yaml': one })
  await catalog.refresh()
  await write('item-one.yaml', 'x'.repeat(1024 * 1024 + 1))
  const { issues } = await catalog.refresh()
  expect(ids(catalog)).toEqual(['item-one'])
  expect(issues).toContainEqual(expect.objectContaining({ code: 'file-unreadable', file: 'item-one.yaml', severity: 'error' }))
})

test('of two files of one item the one that was served stays, also over a restart', async () => {
  const { catalog, open, write } = await serving({ 'z.yaml': one })
  await catalog.refresh()
  await write('a.yaml', one.replace('version: 1.0.0', 'version: 9.0.0'))
  const restarted = open()
  await start(restarted)
  expect(restarted.current().get('item-one')?.path).toBe('z.yaml')
})

test('a folder that is gone leaves everything as it was', async () => {
  const { catalog, directory } = await serving({ 'item-one.yaml': one })
  await catalog.refresh()
  await rm(directory, { recursive: true })
  await expect(catalog.refresh()).rejects.toThrow('PAO_CATALOG')
  expect(ids(catalog)).toEqual(['item-one'])
})

test.each<[string, unknown, string]>([
  ['without a revision', { files: [] }, 'no revision'],
  ['without files', { revision: 'r' }, 'no list of files'],
  ['with a path that leads out', { revision: 'r', files: [{ path: '../item-one.yaml', source: one }] }, '../item-one.yaml'],
  ['with a path from the root', { revision: 'r', files: [{ path: '/etc/item-one.yaml', source: one }] }, '/etc/item-one.yaml'],
  ['with a path of another system', { revision: 'r', files: [{ path: 'a\\b.yaml', source: one }] }, 'relative'],
  ['with one path twice', { revision: 'r', files: [{ path: 'a.yaml', source: one }, { path: 'a.yaml', source: two }] }, 'twice'],
  ['with a file that is neither text nor unreadable', { revision: 'r', files: [{ path: 'a.yaml', source: new Uint8Array(1) }] }, 'neither'],
  ['with more files than are read', { revision: 'r', files: Array.from({ length: 10_001 }, (_, index) => ({ path: `${index}.yaml`, source: '' })) }, '10001'],
])('a snapshot %s changes nothing', async (_, snapshot, message) => {
  let given: unknown = { revision: 'r', files: [{ path: 'item-one.yaml', source: one }] }
  const { catalog } = await serving({}, { source: { description: 'a plugin', read: () => Promise.resolve(given as CatalogSnapshot) } })
  await catalog.refresh()
  given = snapshot
  await expect(catalog.refresh()).rejects.toThrow(message)
  expect(ids(catalog)).toEqual(['item-one'])
})

test('a source that never answers, or fails by an error of its own, keeps no later refresh waiting', async () => {
  const answers: (() => Promise<CatalogSnapshot>)[] = [
    () => new Promise(() => undefined), () => Promise.reject(new TypeError('a mistake of its author')), () => Promise.resolve({ revision: 'r', files: [{ path: 'item-one.yaml', source: one }] }),
  ]
  const { catalog } = await serving({}, { readMs: 20, source: { description: 'a plugin', read: () => answers.shift()!() } })
  await expect(catalog.refresh()).rejects.toMatchObject({ code: 'CATALOG_UNAVAILABLE', message: expect.stringContaining('not read within') })
  await expect(catalog.refresh()).rejects.toMatchObject({ code: 'CATALOG_UNAVAILABLE', message: expect.stringContaining('a mistake of its author') })
  await catalog.refresh()
  expect(ids(catalog)).toEqual(['item-one'])
})

test('what cannot be stored is not served', async () => {
  const { catalog } = await serving({ 'item-one.yaml': one }, { syncs: { ...memoryStores().syncs, record: () => Promise.reject(new Error('down')) } })
  await expect(catalog.refresh()).rejects.toThrow('down')
  expect(ids(catalog)).toEqual([])
})

test('password fields need a key', async () => {
  const secret = documentOf({ id: 'item-one', fields: '          - { id: password, name: Password, type: password, required: true }' })
  const { catalog } = await serving({ 'item-one.yaml': secret }, { sealing: false })
  expect(await catalog.refresh()).toMatchObject({ items: 1, orderable: 0 })
  const loaded = catalog.current().get('item-one')
  expect(loaded === undefined ? [] : catalog.unavailability(loaded)).toEqual([expect.stringContaining('PAO_ENCRYPTION_KEY')])
})

test('refreshes at the same time come one after the other', async () => {
  const { catalog, write } = await serving({ 'item-one.yaml': one })
  const [, second] = await Promise.all([catalog.refresh(), write('item-two.yaml', two).then(() => catalog.refresh()), catalog.refresh()])
  expect(second.items).toBe(2)
  expect(ids(catalog)).toEqual(['item-one', 'item-two'])
})

test('what was promised to a request stays, also when its item promises something else now', async () => {
  const { catalog, write } = await serving({ 'item-one.yaml': one })
  await catalog.refresh()
  const { accepted, revision } = serviceRequest()
  const promised = (definitionHash: string) => catalog.estimatedSeconds({ accepted: { ...accepted, subject: { ...accepted.subject, id: 'item-one', definitionHash } }, revision })
  const hash = catalog.current().get('item-one')?.hash ?? ''
  expect(promised(hash)).toBe(3600)
  await write('item-one.yaml', one.replace('provisioning_time: 1h', 'provisioning_time: 2h'))
  await catalog.refresh()
  expect([promised(hash), promised('unknown')]).toEqual([3600, 7200])
  const { subject } = accepted
  expect(catalog.estimatedSeconds({ accepted: { ...accepted, subject: { ...subject, id: 'item-gone' } }, revision })).toBeUndefined()
})

test('a form that broke while the server was down is told at the start; in profile strict what was served stays', async () => {
  const broken = one.replace('{ id: name, name: Name, type: string, required: true }', '{ id: name, name: Name, type: string, required: true, validation: { max_length: 5 } }')
  for (const profile of ['compat', 'strict'] as const) {
    const { catalog, open, write } = await serving({ 'item-one.yaml': one, 'item-two.yaml': two }, { profile })
    await catalog.refresh()
    await write('item-one.yaml', broken)
    const restarted = open()
    const { issues } = await start(restarted)
    expect(issues).toEqual([expect.objectContaining({ code: 'breaking-change', severity: profile === 'strict' ? 'error' : 'warning', file: 'item-one.yaml' })])
    expect(restarted.current().get('item-one')?.source).toBe(profile === 'strict' ? one : broken)
    expect(ids(restarted)).toEqual(['item-one', 'item-two'])
  }
})
