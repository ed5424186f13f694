import { describe, expect, test } from 'vitest'
import { createActionRegistry, createCatalog, createOrchestrator } from '@pao/core'
import { memoryPorts } from '@pao/core/memory'
import { jiraTicketAction } from '@pao/action-jira'
import { api, catalogOf, documentOf } from './api-fixture.js'

const documents = {
  'database-postgresql': documentOf({ id: 'database-postgresql', environments: ['production'] }),
  'database-private': documentOf({ id: 'database-private', teams: ['dba'] }),
  'database-gone': documentOf({ id: 'database-gone' }).replace('fulfillment:\n', 'lifecycle: { deprecation: { deprecated: true, sunset_date: "2020-01-01" } }\nfulfillment:\n'),
  'database-secret': documentOf({ id: 'database-secret', fields: '          - { id: pin, name: Pin, type: password }' }),
}

/** The API over a real orchestrator, whose store counts what is written. */
const served = () => {
  const written: string[] = []
  const actions = [jiraTicketAction({ connections: [{ name: 'main', baseUrl: 'https://jira.example', email: 'a@b.c', tokenSecret: 'T' }] })]
  const catalog = createCatalog(Object.entries(documents).map(([id, source]) => ({ path: `${id}.yaml`, source })), { profile: 'compat', actions: createActionRegistry(actions), templateEnv: [] })
  const ports = memoryPorts()
  const counted = <Port extends object>(port: Port, writes: readonly string[]): Port => new Proxy(port, {
    get: (target, name) => {
      if (writes.includes(String(name))) written.push(String(name))
      return Reflect.get(target, name) as unknown
    },
  })
  const orchestrator = createOrchestrator({ catalog, actions, ports: {
    ...ports, requests: counted(ports.requests, ['submit', 'commit']), definitions: counted(ports.definitions, ['keep', 'serve', 'withdraw']),
    logs: counted(ports.logs, ['append']), checkpoints: counted(ports.checkpoints, ['save']),
  } })
  const view = { ...catalogOf([]), current: () => catalog }
  return { written, call: (body: unknown, headers: Readonly<Record<string, string>> = {}, path = 'validate/request') => api({ orchestrator, catalog: view }).call('POST', `/api/v1/${path}`, { body, headers }) }
}

describe('POST /validate/request', () => {
  test('an order that would be accepted', async () => {
    const { call, written } = served()
    const { status, json } = await call({ catalogItemId: 'database-postgresql', environment: 'production', fields: { name: 'orders' } })
    expect([status, json]).toEqual([200, { valid: true, problems: [], canOrder: { allowed: true, reasons: [] }, warnings: [] }])
    expect(written).toEqual([])
  })
  test('everything that is wrong with the input, where it stands, as an order would tell it', async () => {
    const { call, written } = served()
    const body = { catalogItemId: 'database-postgresql', environment: 'production', fields: { name: 7, size: 'large' } }
    const { status, json } = await call(body)
    expect([status, json.valid, json.canOrder]).toEqual([200, false, { allowed: true, reasons: [] }])
    expect(json.problems).toMatchObject([{ field: 'size', constraint: 'unknown', pointer: '/fields/size' }, { field: 'name', constraint: 'type', pointer: '/fields/name' }])
    expect((await call(body, {}, 'requests')).json.errors).toEqual(json.problems)
    expect(written).toEqual([])
  })
  test('values by group are pointed at by group', async () => {
    expect((await served().call({ catalogItemId: 'database-postgresql', environment: 'production', input: { basic: { name: 7 } } })).json.problems).toMatchObject([{ field: 'name', pointer: '/input/basic/name' }])
  })
  test('an item that nobody can order: why, and what is wrong with the input too', async () => {
    const { status, json } = await served().call({ bundleId: 'database-gone', fields: {} })
    expect([status, json.valid, json.canOrder.allowed, json.problems]).toEqual([200, false, false, [expect.objectContaining({ field: 'name', constraint: 'required' })]])
    expect(json.canOrder.reasons).toEqual([expect.stringContaining('not offered any more')])
  })
  test('an environment, a version or a key that there is not', async () => {
    const { call } = served()
    expect((await call({ catalogItemId: 'database-postgresql', environment: 'moon', fields: { name: 'a' } })).json).toMatchObject({ valid: false, canOrder: { allowed: false, reasons: [expect.stringContaining('not offered in moon')] } })
    expect((await call({ catalogItemId: 'database-postgresql', environment: 'production', version: '9.0.0', fields: { name: 'a' } })).json).toMatchObject({ valid: false, canOrder: { allowed: false, reasons: [expect.stringContaining('9.0.0')] } })
    expect((await call({ catalogItemId: 'database-secret', fields: { name: 'a' } })).json).toMatchObject({ valid: false, canOrder: { allowed: false, reasons: [expect.stringContaining('PAO_ENCRYPTION_KEY')] } })
  })
  test('an item that there is not, or that the caller may not see, is not found', async () => {
    const { call } = served()
    for (const catalogItemId of ['database-none', 'database-private']) expect((await call({ catalogItemId, fields: {} })).json.code).toBe('CATALOG_ITEM_NOT_FOUND')
    expect((await call({ catalogItemId: 'database-private', fields: { name: 'a' } }, { 'x-pao-user': 'dan', 'x-pao-teams': 'dba' })).json.valid).toBe(true)
  })
  test('a body that is no order is refused as an order is', async () => {
    expect((await served().call({ fields: {} })).json.errors).toMatchObject([{ field: 'catalogItemId', constraint: 'required' }])
  })
  test('a form says where its values are checked', async () => {
    expect((await served().call({ itemId: 'database-postgresql' }, {}, 'preview/form')).json.validation).toEqual({ endpoint: '/api/v1/validate/request', method: 'POST' })
  })
})
