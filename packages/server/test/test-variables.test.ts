import { describe, expect, test } from 'vitest'
import { api, catalogOf, documentOf } from './api-fixture.js'

const call = async (path: string, body: unknown, headers: Readonly<Record<string, string>> = {}) => api({ catalog: catalogOf([{ id: 'database-postgresql' }, { id: 'database-private', teams: ['dba'] }]) }).call('POST', `/api/v1${path}`, { body, headers })

describe('POST /test/variables', () => {
  test('of a served item', async () => {
    const { status, json } = await call('/test/variables', { itemId: 'database-postgresql', fields: { name: 'orders' } })
    expect([status, json.fieldProblems]).toEqual([200, []])
    expect(json.configs).toMatchObject([{ step: 'ticket', action: 'jira-ticket', rendered: { ticket: { summary_template: 'Database orders' } }, templates: [{ path: 'ticket.summary_template', expressions: [{ source: 'fields.name', value: 'orders' }] }] }])
  })
  test('of a document that nobody serves, of a template and of a config of an action', async () => {
    expect((await call('/test/variables', { source: documentOf({ id: 'database-new' }), step: 'ticket' })).json).toMatchObject({ configs: [{ step: 'ticket', templates: [{ missing: [{ path: 'fields.name' }] }] }] })
    expect((await call('/test/variables', { template: '{"a": {{json(fields.a)}}}', target: 'json', fields: { a: [1] } })).json.configs[0].rendered).toBe('{"a": [1]}')
    const config = { endpoint: { url: 'https://example.org/{{fields.name}}', method: 'POST' }, body: { content_template: '{"n": "{{fields.name}}"}' } }
    expect((await call('/test/variables', { config, action: 'rest-api', fields: { name: 'a "b" c' } })).json.configs[0].rendered).toMatchObject({ endpoint: { url: 'https://example.org/a%20%22b%22%20c' }, body: { content_template: '{"n": "a \\"b\\" c"}' } })
  })
  test('an item that the caller may not see is none', async () => {
    expect((await call('/test/variables', { itemId: 'database-private' })).json.code).toBe('CATALOG_ITEM_NOT_FOUND')
    expect((await call('/test/variables', { itemId: 'database-private' }, { 'x-pao-user': 'dan', 'x-pao-teams': 'dba' })).status).toBe(200)
  })
  test.each([
    ['nothing to test', {}, 'itemId', 'required'],
    ['a step that there is not', { itemId: 'database-postgresql', step: 'tickett' }, 'step', 'enum'],
    ['a step and a template', { itemId: 'database-postgresql', step: 'ticket', template: 'x' }, 'step', 'conflict'],
    ['a target that there is not', { template: 'x', target: 'html' }, 'target', 'enum'],
    ['an action that there is not', { config: {}, action: 'terraform' }, 'action', 'enum'],
    ['an item and a document', { itemId: 'database-postgresql', source: 'x' }, 'itemId', 'conflict'],
  ])('%s is refused', async (_name, body, field, constraint) => {
    const { status, json } = await call('/test/variables', body)
    expect([status, json.errors[0]]).toEqual([400, expect.objectContaining({ field, constraint })])
  })
  test('a document in error is refused with its issues', async () => {
    const { status, json } = await call('/test/variables', { source: 'a: [' })
    expect([status, json.error.details.issues]).toEqual([400, [expect.objectContaining({ code: 'yaml-syntax', help: '/api/v1/issues/yaml-syntax' })]])
  })
})

describe('POST /preview/form', () => {
  test('of a served item and of a document', async () => {
    expect((await call('/preview/form', { itemId: 'database-postgresql' })).json).toMatchObject({ itemId: 'database-postgresql', layout: 'single-page', groups: [{ id: 'basic', fields: [{ id: 'name', label: 'Name', widget: 'text-input' }] }] })
    const source = documentOf({ id: 'database-new' }).replace('presentation:\n', 'presentation:\n  display: { color: "#ffff00" }\n')
    expect((await call('/preview/form', { source })).json.accessibility).toMatchObject([{ about: 'display.color' }])
  })
  test('without an item it is refused, and so is one that may not be seen', async () => {
    expect((await call('/preview/form', {})).json.errors).toMatchObject([{ field: 'itemId', constraint: 'required' }])
    expect((await call('/preview/form', { itemId: 'database-private' })).status).toBe(404)
  })
})
