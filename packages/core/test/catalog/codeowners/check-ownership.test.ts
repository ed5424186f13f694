import { describe, expect, test } from 'vitest'
import { createCatalog } from '../../../src/catalog/catalog.js'
import type { CatalogFile, CatalogOptions } from '../../../src/catalog/catalog.js'
import { parseCodeowners } from '../../../src/catalog/codeowners/codeowners.js'
import { restoreCatalog } from '../../../src/catalog/restore-catalog.js'
import { edited, queue } from '../documents.js'
import { actions } from '../fake-actions.js'

const id = 'messaging-queue-basic'
const path = `messaging/${id}.yaml`
const team = /team: ([\w-]+)/.exec(queue)?.[1] ?? ''
const settings = { profile: 'compat', actions, templateEnv: ['QUEUE_API'] } as const
const ownership = (lines: string) => ({ codeowners: parseCodeowners({ path: 'CODEOWNERS', source: lines, dialect: 'github' as const }), architectureTeam: 'platform-architecture' })
const make = (files: readonly CatalogFile[], more: Partial<CatalogOptions> = {}) => createCatalog(files, { ...settings, ...more })
const told = ({ issues }: ReturnType<typeof make>) => issues.filter(({ code }) => !['informs-only', 'near-miss', 'older-dialect'].includes(code)).map(({ code, severity, file }) => `${code} ${severity} ${file}`)
const own = `* @acme/${team}\n`

test('a document whose team owns its path is served', () => {
  const catalog = make([{ path, source: queue }], { ownership: ownership(own) })
  expect([told(catalog), catalog.get(id)?.path]).toEqual([[], path])
})

test('another owner: an issue at the owner, not served, and what was served before stays', () => {
  const before = make([{ path, source: queue }], { ownership: ownership(own) })
  const changed = edited(['name: Basic Message Queue', 'name: Stolen Queue'])
  const catalog = make([{ path, source: changed }], { earlier: before, ownership: ownership('* @acme/others\n') })
  expect(told(catalog)).toEqual([`owner-not-codeowner error ${path}`, `served-last-good warning ${path}`])
  const [issue] = catalog.issues.filter(({ code }) => code === 'owner-not-codeowner')
  expect(issue?.message).toContain(`@acme/others does (line 1 of CODEOWNERS)`)
  expect(changed.split('\n')[(issue?.line ?? 0) - 1]).toContain('owner')
  expect(catalog.get(id)?.item.name).toBe('Basic Message Queue')
  expect(make([{ path, source: changed }], { ownership: ownership('* @acme/others\n') }).items.size).toBe(0)
})

test('the owners that change make what was refused served, though the file stays as it was', () => {
  const refused = make([{ path, source: queue }], { ownership: ownership('* @acme/others\n') })
  expect(make([{ path, source: queue }], { earlier: refused, ownership: ownership(own) }).get(id)).toBeDefined()
})

test('nobody owns the path', () => {
  const [issue] = make([{ path, source: queue }], { ownership: ownership(`${own}/messaging/\n`) }).issues.filter(({ code }) => code === 'owner-not-codeowner')
  expect(issue?.message).toContain('nobody does (line 2 of CODEOWNERS)')
})

test('a move into the path of another team keeps the item where it was', () => {
  const before = make([{ path, source: queue }], { ownership: ownership(own) })
  const moved = `elsewhere/${id}.yaml`
  const lines = `${own}/elsewhere/ @acme/others\n`
  const catalog = make([{ path: moved, source: queue }], { earlier: before, ownership: ownership(lines) })
  expect([told(catalog), catalog.get(id)?.path]).toEqual([[`owner-not-codeowner error ${moved}`, `served-last-good warning ${moved}`], path])
  // Also when all that is known of it comes from a store.
  const loaded = before.get(id)!
  const restored = restoreCatalog([{ itemId: id, hash: loaded.hash, path, source: queue }], settings)
  expect(make([{ path: moved, source: queue }], { earlier: restored, ownership: ownership(lines) }).get(id)?.path).toBe(path)
})

describe('the architecture team', () => {
  const storage = edited(['id: messaging-queue-basic', 'id: storage-bucket'], ['category: messaging', 'category: storage'])
  const files = [{ path, source: queue }, { path: 'storage/storage-bucket.yaml', source: storage }]

  test('must own the path of the first item of a category', () => {
    const before = make([{ path, source: queue }], { ownership: ownership(own) })
    const refused = make(files, { earlier: before, ownership: ownership(own) })
    expect([told(refused), [...refused.items.keys()]]).toEqual([['new-category-owner error storage/storage-bucket.yaml'], [id]])
    const lines = `${own}/storage/ @acme/${team} @acme/platform-architecture\n`
    const admitted = make(files, { earlier: refused, ownership: ownership(lines) })
    expect([...admitted.items.keys()]).toEqual([id, 'storage-bucket'])
    expect(told(make(files, { earlier: admitted, ownership: ownership(own) }))).toEqual([])
  })

  test('is not asked for the categories of a first catalog', () => {
    expect(told(make(files, { ownership: ownership(own) }))).toEqual([])
  })

  test('must own what lies under schemas/', () => {
    const inSchemas = [{ path: `schemas/${id}.yaml`, source: queue }]
    expect(told(make(inSchemas, { ownership: ownership(own) }))).toEqual([`schema-owner error schemas/${id}.yaml`])
    expect(told(make(inSchemas, { ownership: ownership(`* @acme/${team} @acme/platform-architecture\n`) }))).toEqual([])
  })
})

test('without a CODEOWNERS file nothing is checked, and one warning says so', () => {
  const catalog = make([{ path, source: queue }], { ownership: { architectureTeam: 'a' } })
  expect([told(catalog), catalog.items.size]).toEqual([['codeowners-missing warning CODEOWNERS'], 1])
})

test('a line that cannot be read is a warning at its place', () => {
  expect(make([], { ownership: ownership(`${own}!x @y\n`) }).issues).toEqual([expect.objectContaining({ code: 'codeowners-line', severity: 'warning', file: 'CODEOWNERS', line: 2 })])
})
