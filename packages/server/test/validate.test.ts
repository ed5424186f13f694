import { describe, expect, test } from 'vitest'
import { api, catalogOf, documentOf } from './api-fixture.js'

const good = documentOf({ id: 'database-mysql' })
const bundleOf = (item: string): string => `
version: "2.0"
kind: CatalogBundle
metadata:
  id: bundle-shop
  name: Shop
  description: A database and nothing else, which is enough to sell a few things for a start.
  version: 1.0.0
  owner: { team: platform-database-team, contact: team@example.com }
components: [{ id: database, catalogItem: ${item} }]
presentation: { form: { groups: [{ id: basic, name: Basics, fields: [{ id: name, name: Name, type: string, required: true }] }] } }
`
const yaml = (source: string, headers: Readonly<Record<string, string>> = {}) => ({ raw: source, headers: { 'content-type': 'text/yaml', ...headers } })

describe('POST /validate/catalog-item', () => {
  test('a good document as YAML', async () => {
    const { status, json } = await api().call('POST', '/api/v1/validate/catalog-item', yaml(good))
    expect([status, json]).toEqual([200, { valid: true, dialect: 'v2', kind: 'CatalogItem', id: 'database-mysql', version: '1.0.0', orderable: true, issues: [] }])
  })
  test('the same in JSON, as its text and as its value', async () => {
    for (const body of [{ source: good }, { source: good, path: 'databases/mysql.yaml', profile: 'strict' }]) {
      expect((await api().call('POST', '/api/v1/validate/catalog-item', { body })).json).toMatchObject({ valid: true, issues: [] })
    }
    const document = { version: '2.0', kind: 'CatalogItem', metadata: { id: 'X' } }
    const { json } = await api().call('POST', '/api/v1/validate/catalog-item', { body: { document, path: 'x.yaml' } })
    expect(json).toMatchObject({ valid: false, dialect: 'v2', kind: 'CatalogItem', id: null })
    expect(json.issues).toContainEqual(expect.objectContaining({ code: 'wrong-format', path: 'metadata.id', file: 'x.yaml', line: 5, column: 11 }))
  })
  test('the profile of the query: an unknown key is an error in strict and a warning in compat', async () => {
    const source = good.replace('mode: manual', 'mode: manual, colour: red')
    for (const [profile, valid] of [['strict', false], ['compat', true]] as const) {
      const { json } = await api().call('POST', `/api/v1/validate/catalog-item?profile=${profile}`, yaml(source))
      expect([json.valid, json.issues]).toEqual([valid, [expect.objectContaining({ code: 'unknown-key', severity: valid ? 'warning' : 'error', line: 23, help: '/api/v1/issues/unknown-key' })]])
    }
  })
  test('a bundle is joined with the served items, but not with those that the caller may not see', async () => {
    const catalog = catalogOf([{ id: 'database-postgresql' }, { id: 'database-private', teams: ['dba'] }])
    const check = async (item: string, user = 'ada') => (await api({ catalog }).call('POST', '/api/v1/validate/catalog-item', yaml(bundleOf(item), { 'x-pao-user': user, 'x-pao-teams': user === 'dan' ? 'dba' : 'payments' }))).json
    expect(await check('database-postgresql')).toMatchObject({ valid: true, kind: 'CatalogBundle', orderable: true })
    expect(await check('database-postgresq')).toMatchObject({ valid: false, issues: [{ code: 'unknown-item', suggestion: 'database-postgresql' }] })
    expect(await check('database-private')).toMatchObject({ valid: false, issues: [{ code: 'unknown-item' }] })
    expect(await check('database-private', 'dan')).toMatchObject({ valid: true })
  })
  test.each([
    ['no document', {}, 'source', 'required'],
    ['two documents', { source: good, document: {} }, 'document', 'conflict'],
    ['another profile', { source: good, profile: 'lax' }, 'profile', 'enum'],
    ['an unknown member', { sourc: good }, 'sourc', 'unknown'],
    ['a value that is no object', { document: [] }, 'document', 'type'],
  ])('%s is refused', async (_name, body, field, constraint) => {
    const { status, json } = await api().call('POST', '/api/v1/validate/catalog-item', { body })
    expect([status, json.errors]).toEqual([400, [expect.objectContaining({ field, constraint })]])
  })
  test('what is no document is an answer, not a refusal; what is no text is refused', async () => {
    expect((await api().call('POST', '/api/v1/validate/catalog-item', yaml('a: ['))).json).toMatchObject({ valid: false, dialect: null, issues: [{ code: 'yaml-syntax', line: 1 }] })
    expect((await api().call('POST', '/api/v1/validate/catalog-item', { raw: new Uint8Array([0xff, 0xfe]), headers: { 'content-type': 'application/yaml' } })).json.errors).toMatchObject([{ constraint: 'text' }])
  })
  test('no other call takes YAML, and no web form may send a document', async () => {
    for (const path of ['/requests', '/catalog/refresh']) expect((await api().call('POST', `/api/v1${path}`, yaml(good))).status).toBe(415)
    expect((await api().call('POST', '/api/v1/validate/catalog-item', { raw: good, headers: { 'content-type': 'text/plain' } })).status).toBe(415)
  })
})

describe('GET /issues', () => {
  test('every code has its page', async () => {
    const { json } = await api().call('GET', '/api/v1/issues')
    expect(json.data.length).toBeGreaterThan(100)
    for (const { code } of json.data) expect((await api().call('GET', `/api/v1/issues/${String(code)}`)).json).toMatchObject({ code, good: expect.any(String) as string })
  })
  test('a code that there is not', async () => {
    const { status, json } = await api().call('GET', '/api/v1/issues/unknown-kye')
    expect([status, json.detail]).toEqual([404, 'There is no issue code "unknown-kye". Did you mean "unknown-key"?'])
  })
})

describe('the installed actions', () => {
  test('are listed with what they declare', async () => {
    const { json } = await api().call('GET', '/api/v1/actions')
    expect(json.data).toMatchObject([{ type: 'jira-ticket', effect: 'create', waits: true, compensable: false }, { type: 'rest-api', effect: 'by-config', schema: '/api/v1/schema/actions/rest-api' }])
  })
  test('each has its schemas and examples', async () => {
    const { json } = await api().call('GET', '/api/v1/schema/actions/rest-api')
    expect(json).toMatchObject({ type: 'rest-api', config: { required: ['endpoint'] }, output: { properties: { status_code: {} } } })
    expect(json.examples.length).toBeGreaterThan(0)
    expect((await api().call('GET', '/api/v1/schema/actions/rest-apo')).json.detail).toContain('Did you mean "rest-api"?')
  })
})
