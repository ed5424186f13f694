import { createCatalog } from '@pao/core'
import { describe, expect, test } from 'vitest'
import { api, catalogOf, documentOf, NOW } from './api-fixture.js'

const catalog = () => {
  const view = catalogOf()
  const current = createCatalog([
    { path: 'a.yaml', source: documentOf({ id: 'database-one', tags: ['sql', 'sql', 'fast'] }) }, { path: 'b.yaml', source: documentOf({ id: 'queue-one', category: 'messaging', tags: ['fast'] }) },
    { path: 'c.yaml', source: documentOf({ id: 'database-private', teams: ['dba'], tags: ['hidden'] }) }, { path: 'd.yaml', source: 'a: [' },
  ], view.current().options)
  return { ...view, current: () => current, report: () => ({ ...view.report(), issues: current.issues, commit: 'abc', lastSync: NOW, outcome: 'partial' as const }), validations: () => Promise.resolve([{ at: NOW, commit: 'abc', issues: [] }]), issuesOf: ({ path }: { readonly path: string }) => current.issues.filter(({ file }) => file === path) }
}
const ask = (path: string, headers: Readonly<Record<string, string>> = {}) => api({ catalog: catalog() }).call('GET', `/api/v1${path}`, { headers })
const dba = { 'x-pao-user': 'dan', 'x-pao-teams': 'dba' }
const platform = { 'x-pao-user': 'pat', 'x-pao-roles': 'platform' }

describe('what the catalog consists of', () => {
  test('categories and tags, of what the caller may see', async () => {
    expect((await ask('/catalog/categories')).json.data).toEqual([{ category: 'databases', items: 1 }, { category: 'messaging', items: 1 }])
    expect((await ask('/catalog/categories', dba)).json.data[0]).toEqual({ category: 'databases', items: 2 })
    expect((await ask('/catalog/tags')).json.data).toEqual([{ tag: 'fast', items: 2 }, { tag: 'sql', items: 1 }])
    expect((await ask('/catalog/tags', dba)).json.data).toContainEqual({ tag: 'hidden', items: 1 })
  })
  test('what was found in the file of an item', async () => {
    expect((await ask('/catalog/validation/database-one')).json).toMatchObject({ id: 'database-one', valid: true, servesLastGood: false, errors: [], warnings: [{ code: 'file-name', help: '/api/v1/issues/file-name' }], commit: 'abc', lastSync: new Date(NOW).toISOString(), history: [{ commit: 'abc', valid: true, errors: [] }] })
    expect((await ask('/catalog/validation/database-private')).status).toBe(404)
    expect((await ask('/catalog/validation/database-private', dba)).status).toBe(200)
  })
  test('files in error, for those who look after the catalog', async () => {
    expect((await ask('/catalog/validation-errors', platform)).json).toMatchObject({ commit: 'abc', outcome: 'partial' })
    expect((await ask('/catalog/validation-errors', platform)).json.data).toMatchObject([{ file: 'd.yaml', issues: [{ code: 'yaml-syntax', severity: 'error' }] }])
    expect((await ask('/catalog/validation-errors')).json.data).toEqual([])
  })
})

describe('GET /catalog/{category}', () => {
  test('is the list of that category, with the other filters', async () => {
    const { json } = await ask('/catalog/databases', dba)
    expect(json.data.map(({ id }: { readonly id: string }) => id)).toEqual(['database-one', 'database-private'])
    expect((await ask('/catalog/databases?tags=hidden', dba)).json.pagination).toEqual({ has_more: false, next_cursor: null, total_count: 1 })
    expect((await ask('/catalog/databases?category=messaging')).json.errors).toMatchObject([{ field: 'category', constraint: 'unknown' }])
  })
  test('a category that there is not, and names that are none', async () => {
    expect((await ask('/catalog/database')).json).toMatchObject({ status: 400, errors: [{ field: 'category', constraint: 'enum' }] })
    for (const name of ['diff', 'refresh']) expect((await ask(`/catalog/${name}`)).headers.get('allow')).toBe('POST, OPTIONS')
    expect((await ask('/catalog/tags')).json.pagination).toBeUndefined()
  })
})

describe('GET /catalog/items/{id}', () => {
  test('says whether the item is available and whether the caller may order it', async () => {
    expect((await ask('/catalog/items/database-one')).json).toMatchObject({ availability: { state: 'available' }, canOrder: { allowed: true, reasons: [] } })
    const blocked = { ...catalog(), unavailability: () => ['it is a draft'] }
    expect((await api({ catalog: blocked }).call('GET', '/api/v1/catalog/items/database-one')).json).toMatchObject({ availability: { state: 'unavailable', reason: 'it is a draft' }, canOrder: { allowed: false, reasons: ['it is a draft'] } })
  })
  test('an environment that must be named keeps nobody from ordering', async () => {
    const { call } = api({ catalog: catalogOf([{ id: 'database-two', environments: ['production'] }]) })
    expect((await call('GET', '/api/v1/catalog/items/database-two')).json.canOrder).toEqual({ allowed: true, reasons: [] })
  })
})

describe('GET /catalog/bundles', () => {
  const bundle = `version: "2.0"
kind: CatalogBundle
metadata:
  id: bundle-data
  name: Data for a service
  description: A database and a queue that are asked for together, by one form, as most services need both.
  version: 1.0.0
  owner: { team: platform-team, contact: team@example.com }
  tags: [pair]
presentation: { form: { groups: [{ id: basic, name: Basics, fields: [{ id: name, name: Name, type: string, required: true }] }] } }
components:
  - { id: queue, catalogItem: queue-one, dependsOn: [database] }
  - { id: database, catalogItem: database-one }
fulfillment: { strategy: { mode: manual }, orchestration: { mode: sequential } }
`
  const asked = (path: string, headers: Readonly<Record<string, string>> = {}, teams = '') => {
    const view = catalogOf()
    const current = createCatalog([
      { path: 'a.yaml', source: documentOf({ id: 'database-one' }) }, { path: 'b.yaml', source: documentOf({ id: 'queue-one', category: 'messaging' }) },
      { path: 'c.yaml', source: bundle.replace('tags: [pair]', `tags: [pair]\n  visibility: { teams: [${teams}] }`) },
    ], view.current().options)
    return api({ catalog: { ...view, current: () => current, issuesOf: () => [] } }).call('GET', `/api/v1${path}`, { headers })
  }
  test('are the bundles alone, with the filters of the catalog', async () => {
    expect((await asked('/catalog/bundles')).json).toMatchObject({ data: [{ id: 'bundle-data', kind: 'CatalogBundle', orderable: true }], pagination: { total_count: 1 } })
    expect((await asked('/catalog/bundles?tags=other')).json.data).toEqual([])
    expect((await asked('/catalog/bundles?colour=red')).json.errors).toMatchObject([{ field: 'colour', constraint: 'unknown' }])
    expect((await asked('/catalog')).json.pagination.total_count).toBe(3)
  })
  test('are shown to those who may see them', async () => {
    expect((await asked('/catalog/bundles', {}, 'dba')).json.data).toEqual([])
    expect((await asked('/catalog/bundles/bundle-data', {}, 'dba')).status).toBe(404)
    expect((await asked('/catalog/bundles/bundle-data', dba, 'dba')).status).toBe(200)
  })
  test('each with its components in the order in which they are carried out', async () => {
    const { json, headers } = await asked('/catalog/bundles/bundle-data')
    expect(json).toMatchObject({ id: 'bundle-data', dialect: 'v2', canOrder: { allowed: true }, components: [{ id: 'database', itemId: 'database-one', version: '1.0.0', mode: 'manual', dependsOn: [] }, { id: 'queue', dependsOn: ['database'] }] })
    expect(headers.get('etag')).toMatch(/^"/)
  })
  test('a single item is no bundle, and neither is nothing', async () => {
    expect((await asked('/catalog/bundles/queue-one')).json).toMatchObject({ status: 404, detail: expect.stringContaining('/catalog/items/queue-one') as string })
    expect((await asked('/catalog/bundles/bundle-none')).json).toMatchObject({ status: 404, detail: 'There is no bundle "bundle-none".' })
  })
})
