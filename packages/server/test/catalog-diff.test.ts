import type { RequestQuery } from '@pao/core/ports'
import { describe, expect, test } from 'vitest'
import { api, catalogOf, documentOf, serviceRequest, stored } from './api-fixture.js'

const served = documentOf({ id: 'database-postgresql', tags: ['sql'] })
const narrower = served.replace('{ id: name, name: Name, type: string, required: true }', '{ id: name, name: Name, type: string, required: true, validation: { max_length: 5 } }')

const diffing = (hasMore = false) => {
  const asked: RequestQuery[] = []
  const requests = {
    list: (query: RequestQuery) => { asked.push(query); return Promise.resolve({ data: query.subjectId === 'database-postgresql' ? [stored(serviceRequest())] : [], hasMore }) },
    history: () => Promise.resolve([]),
  }
  const { call } = api({ requests, catalog: catalogOf([{ id: 'database-postgresql', tags: ['sql'] }, { id: 'database-private', teams: ['dba'] }]) })
  return { asked, diff: (body: unknown) => call('POST', '/api/v1/catalog/diff', { body }) }
}

describe('POST /catalog/diff', () => {
  test('what changed, whether it breaks, and who is under way with the version before', async () => {
    const { asked, diff } = diffing()
    const { status, json } = await diff({ source: narrower, path: 'database-postgresql.yaml' })
    expect([status, json.items]).toEqual([200, [expect.objectContaining({
      id: 'database-postgresql', change: 'changed', version: { before: '1.0.0', after: '1.0.0' }, needsMajor: true, usedBy: [],
      breaking: [{ kind: 'bounds-narrowed', field: 'name', message: 'name has a narrower maxLength: 5' }],
      affected: { total: 1, more: false, byStatus: { failed: 1 }, requests: [{ id: expect.stringMatching(/^req-/) as string, status: 'failed', version: '1.0.0' }] },
    })]])
    expect(json.items[0].fields.changed).toEqual([{ id: 'name', changes: [{ path: 'validation.maxLength', change: 'added', after: 5 }] }])
    expect(json.items[0].issues).toMatchObject([{ code: 'breaking-change', severity: 'warning' }])
    expect(asked).toMatchObject([{ scope: 'visible', subjectId: 'database-postgresql', limit: 200, viewer: { administrator: false } }])
    expect(asked[0]?.status).not.toContain('completed')
  })
  test('several at once: a new one, one in error, one that is removed, one that there is not', async () => {
    const { json } = await diffing(true).diff({ documents: [{ source: documentOf({ id: 'database-new' }) }, { source: 'a: [', path: 'bad.yaml' }], removed: ['database-postgresql', 'database-none', 'database-private'] })
    expect(json.items).toMatchObject([
      { id: 'database-new', change: 'added', fields: { added: ['name'] }, affected: { total: 0 } }, { id: null, change: 'invalid', path: 'bad.yaml', issues: [{ code: 'yaml-syntax' }] },
      { id: 'database-postgresql', change: 'removed', affected: { total: 1, more: true } }, { id: 'database-none', change: 'unknown' }, { id: 'database-private', change: 'unknown' },
    ])
  })
  test('a bundle is joined with the items that are proposed with it', async () => {
    const bundle = `
version: "2.0"
kind: CatalogBundle
metadata: { id: bundle-shop, name: Shop, description: A database and nothing else, version: 1.0.0, owner: { team: a-team, contact: a@example.org } }
components: [{ id: database, catalogItem: database-new }]
presentation: { form: { groups: [{ id: basic, name: Basics, fields: [{ id: name, name: Name, type: string, required: true }] }] } }
`
    const documents = [{ source: bundle }, { source: documentOf({ id: 'database-new' }) }]
    expect((await diffing().diff({ documents })).json.items).toMatchObject([{ id: 'bundle-shop', change: 'added', components: { added: ['database'] } }, { id: 'database-new' }])
    expect((await diffing().diff({ documents: documents.slice(0, 1) })).json.items).toMatchObject([{ change: 'invalid', kind: 'CatalogBundle', issues: expect.arrayContaining([expect.objectContaining({ code: 'unknown-item' })]) as unknown }])
  })
  test.each([
    ['nothing', {}, 'documents', 'required'], ['a document without a source', { documents: [{ path: 'a.yaml' }] }, 'documents.0.source', 'required'],
    ['what is no object', { documents: ['x'] }, 'documents.0', 'type'], ['what is no id', { removed: [1] }, 'removed', 'type'],
    ['too many', { removed: Array.from({ length: 51 }, (_, index) => `item-${index}`) }, 'documents', 'max_values'],
  ])('%s is refused', async (_name, body, field, constraint) => {
    const { status, json } = await diffing().diff(body)
    expect([status, json.errors]).toEqual([400, [expect.objectContaining({ field, constraint })]])
  })
})
