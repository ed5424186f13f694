import { createCatalog } from '@pao/core'
import { describe, expect, test } from 'vitest'
import { api, catalogOf, documentOf, NOW, orchestrator, serviceRequest, view } from './api-fixture.js'

const lifecycle = 'lifecycle: { deprecation: { deprecated: true, since: "2026-11-01", sunset_date: "2027-01-31", replacement_service: database-next, migration_path: "https://docs.example/next" } }\n'

const served = (text: string, teams: readonly string[] = []) => {
  const view = catalogOf()
  const files = [
    { path: 'database-postgresql.yaml', source: `${documentOf({ id: 'database-postgresql' })}${text}` }, { path: 'database-next.yaml', source: documentOf({ id: 'database-next', teams }) },
  ]
  const catalog = createCatalog(files, view.current().options)
  return { ...view, current: () => catalog }
}

const item = (text: string, teams?: readonly string[]) => api({ catalog: served(text, teams) }).call('GET', '/api/v1/catalog/items/database-postgresql')
const headersOf = ({ headers }: { readonly headers: Headers }) => ['deprecation', 'sunset', 'link'].map((name) => headers.get(name))

describe('GET /catalog/items/{id} of an item that goes', () => {
  test('says since when, until when, and what to take instead', async () => {
    const answer = await item(lifecycle)
    expect(headersOf(answer)).toEqual(['@1793491200', 'Mon, 01 Feb 2027 00:00:00 GMT', '</api/v1/catalog/items/database-next>; rel="successor-version", <https://docs.example/next>; rel="deprecation"'])
    expect(answer.json).toMatchObject({
      deprecated: true, stage: 'ga',
      going: { deprecatedSince: '2026-11-01T00:00:00.000Z', orderableUntil: '2027-02-01T00:00:00.000Z', migrationPath: 'https://docs.example/next', replacement: { id: 'database-next', version: '1.0.0' } },
    })
  })
  test('without a day since when, the notice period before the sunset counts; with neither, no date is made up', async () => {
    expect(headersOf(await item(lifecycle.replace('since: "2026-11-01", ', '')))[0]).toBe(`@${Date.UTC(2027, 1, 1) / 1000 - 90 * 86_400}`)
    expect(headersOf(await item('lifecycle: { deprecation: { deprecated: true, migration_path: "Ask us." } }\n'))).toEqual([null, null, null])
  })
  test('a sunset alone is no deprecation', async () => {
    expect(headersOf(await item('lifecycle: { deprecation: { sunset_date: "2027-01-31" } }\n'))).toEqual([null, 'Mon, 01 Feb 2027 00:00:00 GMT', null])
  })
  test('a replacement that the caller may not see is not named', async () => {
    const answer = await item(lifecycle, ['dba'])
    expect([headersOf(answer)[2], answer.json.going.replacement]).toEqual(['<https://docs.example/next>; rel="deprecation"', null])
  })
  test('an address that would break the header stays out of it', async () => {
    expect(headersOf(await item('lifecycle: { deprecation: { deprecated: true, migration_path: "https://docs.example/>; rel=x, <y" } }\n'))[2]).toBeNull()
  })
  test('an item that stays has none of it', async () => {
    const answer = await item('')
    expect([...headersOf(answer), answer.json.going]).toEqual([null, null, null, null])
  })
})

test('an accepted order says it too', async () => {
  const submit = () => Promise.resolve({ kind: 'accepted' as const, request: view(serviceRequest({ status: { state: 'queued', since: NOW } })) })
  const answer = await api({ catalog: served(lifecycle), orchestrator: orchestrator({ submit }) }).call('POST', '/api/v1/requests', { body: { catalogItemId: 'database-postgresql', fields: { name: 'orders' } } })
  expect([answer.status, ...headersOf(answer)]).toEqual([202, '@1793491200', 'Mon, 01 Feb 2027 00:00:00 GMT', expect.stringContaining('/api/v1/catalog/items/database-next')])
})

test('a draft is there for its owners alone', async () => {
  const draft = catalogOf()
  const catalog = createCatalog([{ path: 'database-draft.yaml', source: documentOf({ id: 'database-draft' }).replace('  tags:', '  stage: draft\n  tags:') }], draft.current().options)
  const { call } = api({ catalog: { ...draft, current: () => catalog } })
  expect((await call('GET', '/api/v1/catalog/items/database-draft')).status).toBe(404)
  expect((await call('GET', '/api/v1/catalog')).json.data).toEqual([])
  const own = await call('GET', '/api/v1/catalog/items/database-draft', { headers: { 'x-pao-user': 'dan', 'x-pao-teams': 'platform-database-team' } })
  expect([own.status, own.json.stage]).toEqual([200, 'draft'])
})

test('a document that breaks with what is served is told so before it is served', async () => {
  const source = documentOf({ id: 'database-postgresql' }).replace('{ id: name, name: Name, type: string, required: true }', '{ id: name, name: Name, type: string, required: true, validation: { max_length: 5 } }')
  const check = async (profile: string) => (await api().call('POST', `/api/v1/validate/catalog-item?profile=${profile}`, { raw: source, headers: { 'content-type': 'text/yaml' } })).json
  expect(await check('compat')).toMatchObject({ valid: true, issues: [{ code: 'breaking-change', severity: 'warning', path: 'metadata.version', suggestion: '2.0.0' }] })
  expect(await check('strict')).toMatchObject({ valid: false, issues: [{ code: 'breaking-change', severity: 'error' }] })
})
