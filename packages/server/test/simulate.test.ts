import { describe, expect, test } from 'vitest'
import type { HistoryEntry } from '@pao/core'
import { ID, api, catalogOf, documentOf, serviceRequest, stored } from './api-fixture.js'

const examples = [{ id: 'database-postgresql', environments: ['production'] }, { id: 'database-private', teams: ['dba'] }, { id: 'database-secret', fields: '          - { id: pin, name: Pin, type: password }' }]

const call = (body: unknown, headers: Readonly<Record<string, string>> = {}, change: Parameters<typeof api>[0] = {}) =>
  api({ catalog: catalogOf(examples), ...change }).call('POST', '/api/v1/simulate/fulfillment', { body, headers })

const automatic = (id: string): string => documentOf({ id }).replace('mode: manual', 'mode: automatic').replace(/ {2}manual:[^]*$/, `  automatic:
    actions:
      - id: create
        type: rest-api
        retry: { attempts: 1, delay: 1 }
        config:
          endpoint: { url: "https://api.example/databases", method: POST }
          body: { type: json, content_template: '{"name": {{json(fields.name)}}}' }
          parsing: { extract: [{ path: $.id, name: database_id, required: true }] }
      - id: announce
        type: rest-api
        conditions: [{ field: output.create.database_id, operator: eq, value: db-1 }]
        config:
          endpoint: { url: "https://api.example/announcements/{{output.create.database_id}}", method: PUT }
`)

describe('POST /simulate/fulfillment', () => {
  test('of a served item', async () => {
    const { status, json } = await call({ catalogItemId: 'database-postgresql', environment: 'production', fields: { name: 'orders' } })
    expect([status, json.valid, json.problems, json.canOrder, json.ends, json.mode]).toEqual([200, true, [], { allowed: true, reasons: [] }, 'completed', 'manual'])
    expect(json.steps).toMatchObject([{ id: 'ticket', action: 'jira-ticket', would: 'runs', config: { ticket: { summary_template: 'Database orders' } }, plan: { changes: [{ kind: 'create' }] }, mayWait: true }])
    expect(json.waits).toMatchObject([{ step: 'ticket' }])
    expect(json.timing).toEqual({ ms: 3_600_000, source: 'document' })
    expect(json).not.toHaveProperty('outcomes')
  })
  test('of a document that nobody serves, as a text, with every way in which it can go', async () => {
    const { status, json } = await call({ document: automatic('database-new'), fields: { name: 'orders' }, failures: 'each-step' })
    expect([status, json.valid], JSON.stringify(json)).toEqual([200, true])
    expect(json.steps).toMatchObject([
      { id: 'create', would: 'runs', output: { database_id: { unknown: 'output.create.database_id' } } },
      { id: 'announce', would: 'may-run', config: { endpoint: { url: 'https://api.example/announcements/⟦output.create.database_id⟧' } }, effect: 'idempotent' },
    ])
    expect(json.outcomes.situations.every(({ kind }: { readonly kind: string }) => kind !== 'stuck')).toBe(true)
    expect(json.outcomes.ends).toContainEqual(expect.objectContaining({ state: 'completed' }))
    expect(json.outcomes).not.toHaveProperty('truncated')
  })
  test('what is assumed decides', async () => {
    const { json } = await call({ source: automatic('database-new'), fields: { name: 'orders' }, assume: { create: { database_id: 'db-2' } } })
    expect(json.steps[1]).toMatchObject({ would: 'skipped', conditions: [{ read: 'db-2', holds: false }] })
  })
  test('an order that would be refused is simulated all the same, and says why it would be', async () => {
    const { status, json } = await call({ itemId: 'database-postgresql', fields: {} })
    expect([status, json.valid, json.problems]).toEqual([200, false, [expect.objectContaining({ field: 'environment' }), expect.objectContaining({ field: 'name', constraint: 'required', pointer: '/fields/name' })]])
    expect((await call({ itemId: 'database-secret', fields: { name: 'a', pin: 'canary-5512' } })).text).not.toContain('canary-5512')
  })
  test('an item that the caller may not see is none, nor is anything told of its past', async () => {
    expect((await call({ bundleId: 'database-private' })).json.code).toBe('CATALOG_ITEM_NOT_FOUND')
    expect((await call({ bundleId: 'database-private', fields: { name: 'a' } }, { 'x-pao-user': 'dan', 'x-pao-teams': 'dba' })).status).toBe(200)
  })
  test('timing comes from past requests that the caller may see', async () => {
    const asked: unknown[] = []
    const entry = (events: HistoryEntry['events']): HistoryEntry => ({ version: 1, firstVersion: 1, commitId: 'c', at: 0, types: [], events, eventsHash: '', hash: '' })
    const history: readonly HistoryEntry[] = [entry([
      { type: 'step-started', at: 0, step: 'ticket', execution: 1, mode: 'run', inputHash: '', deadline: 0 }, { type: 'step-succeeded', at: 4_000, step: 'ticket', execution: 2, output: null },
    ])]
    const requests = {
      list: (query: unknown) => {
        asked.push(query)
        return Promise.resolve({ data: Array.from({ length: 3 }, () => stored(serviceRequest({ id: ID }))), hasMore: false })
      },
      history: () => Promise.resolve(history),
    }
    const { json } = await call({ itemId: 'database-postgresql', environment: 'production', fields: { name: 'a' } }, { 'x-pao-user': 'ada', 'x-pao-teams': 'payments' }, { requests })
    expect(json.timing).toEqual({ ms: 4_000, source: 'past-runs', runs: 3 })
    expect(asked).toEqual([expect.objectContaining({ viewer: { id: 'ada', teams: ['payments'], administrator: false }, scope: 'visible', status: ['completed'], subjectId: 'database-postgresql' })])
  })
  test.each([
    ['nothing to simulate', {}, 'catalogItemId', 'required'],
    ['two names for one thing', { itemId: 'database-postgresql', bundleId: 'database-postgresql' }, 'bundleId', 'conflict'],
    ['an item and a document', { itemId: 'database-postgresql', document: 'x' }, 'itemId', 'conflict'],
    ['values in two ways', { itemId: 'database-postgresql', fields: {}, input: {} }, 'input', 'conflict'],
    ['a mode that there is not', { itemId: 'database-postgresql', mode: 'auto' }, 'mode', 'enum'],
    ['a mode that is no text', { itemId: 'database-postgresql', mode: 3 }, 'mode', 'type'],
    ['failures that there are not', { itemId: 'database-postgresql', failures: 'all' }, 'failures', 'enum'],
    ['an output of no step', { itemId: 'database-postgresql', assume: { tickett: {} } }, 'assume.tickett', 'enum'],
    ['a mode without actions', { itemId: 'database-postgresql', mode: 'automatic' }, 'mode', 'enum'],
    ['a name that is not known', { itemId: 'database-postgresql', failure: 'none' }, 'failure', 'unknown'],
  ])('%s is refused', async (_name, body, field, constraint) => {
    const { status, json } = await call(body)
    expect([status, json.errors]).toEqual([400, expect.arrayContaining([expect.objectContaining({ field, constraint })])])
  })
  test('a document in error is refused with its issues', async () => {
    const { status, json } = await call({ document: 'a: [' })
    expect([status, json.error.details.issues]).toEqual([400, [expect.objectContaining({ code: 'yaml-syntax' })]])
  })
})
