import { createOrchestrator } from '@pao/core'
import type { Option, OptionsAnswer, OptionsCommand } from '@pao/core'
import { memoryOptionSource, memoryPorts, memorySecrets } from '@pao/core/memory'
import { describe, expect, test } from 'vitest'
import { api, catalogOf, NOW, orchestrator } from './api-fixture.js'

const field = { id: 'subnet', name: 'Subnet', type: 'select' as const, required: true, readonly: false, hidden: false, validation: {}, conditions: [], dependsOn: ['vpc'], dataSource: { type: 'reference' as const, list: 'teams' as const } }
const many: readonly Option[] = Array.from({ length: 120 }, (_, index) => ({ value: `s-${index}`, label: `Subnet ${index}${index % 10 === 0 ? ' public' : ''}` }))
const path = '/api/v1/catalog/items/database-postgresql/fields/subnet/options'

const answering = (answer: OptionsAnswer) => {
  const commands: OptionsCommand[] = []
  const { call } = api({ orchestrator: orchestrator({ options: (command) => { commands.push(command); return Promise.resolve(answer) } }) })
  return { commands, call }
}

const current = (options: readonly Option[] = many): OptionsAnswer => ({ kind: 'options', field, state: 'current', options, complete: true, asOf: NOW })

describe('GET and POST /catalog/items/{id}/fields/{fieldId}/options', () => {
  test('the values of other fields go along, by query as texts and by body as they are', async () => {
    const { commands, call } = answering(current([{ value: 'a', label: 'A' }]))
    const answers = [await call('GET', `${path}?fields.vpc=v-1&fields.size=5`), await call('POST', path, { body: { fields: { vpc: 'v-1', size: 5 } } }), await call('POST', path)]
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
    expect(answers[0]?.json).toEqual({
      field: 'subnet', source: 'reference', dependsOn: ['vpc'], state: 'current', reason: null, missing: [], complete: true, asOf: '2026-11-23T12:00:00.000Z',
      data: [{ value: 'a', label: 'A' }], pagination: { has_more: false, next_cursor: null, total_count: 1 },
    })
    expect(commands.map(({ itemId, fieldId, fields }) => [itemId, fieldId, fields])).toEqual([
      ['database-postgresql', 'subnet', { vpc: 'v-1', size: '5' }], ['database-postgresql', 'subnet', { vpc: 'v-1', size: 5 }], ['database-postgresql', 'subnet', {}],
    ])
  })
  test('a search and pages walk through all of them once', async () => {
    const { call } = answering(current())
    const seen: string[] = []
    let next: string | null = null
    do {
      const { json, headers } = await call('GET', `${path}?limit=50${next === null ? '' : `&cursor=${next}`}`) as { json: { data: Option[]; pagination: { next_cursor: string | null } }; headers: Headers }
      seen.push(...json.data.map(({ value }) => String(value)))
      next = json.pagination.next_cursor
      expect(headers.has('link')).toBe(next !== null)
    } while (next !== null)
    expect(seen).toEqual(many.map(({ value }) => value))
    expect((await call('POST', path, { body: { q: 'PUBLIC subnet', limit: 5 } })).json).toMatchObject({ data: { length: 5 }, pagination: { has_more: true, total_count: 12 } })
  })
  test('a source that does not answer is a state', async () => {
    const { call } = answering({ kind: 'options', field, state: 'unavailable', options: [], complete: false, reason: 'it answered 500' })
    expect(await call('GET', path)).toMatchObject({ status: 200, json: { state: 'unavailable', reason: 'it answered 500', data: [], complete: false, asOf: null } })
    const waiting = answering({ kind: 'options', field, state: 'incomplete', options: [], complete: true, missing: ['vpc'] })
    expect((await waiting.call('GET', path)).json).toMatchObject({ state: 'incomplete', missing: ['vpc'] })
  })
  test('what cannot be answered', async () => {
    expect((await answering({ kind: 'not-found', what: 'item' }).call('GET', path)).json).toMatchObject({ status: 404, code: 'CATALOG_ITEM_NOT_FOUND' })
    expect((await answering({ kind: 'not-found', what: 'field' }).call('GET', path)).json).toMatchObject({ status: 404, code: 'NOT_FOUND' })
    const refused = answering({ kind: 'refused', problems: [{ field: 'vpc', constraint: 'enum', message: 'VPC must be one of: a' }] })
    expect((await refused.call('POST', path, { body: { fields: { vpc: 'x' } } })).json).toMatchObject({ status: 400, errors: [{ field: 'vpc', pointer: '/fields/vpc' }] })
    const { call, commands } = answering(current())
    for (const wrong of [{ limit: 0 }, { limit: '5' }, { cursor: 'x!' }, { colour: 'red' }, { fields: [] }, { cursor: Buffer.from('[1,-5]').toString('base64url') }]) expect((await call('POST', path, { body: wrong })).status).toBe(400)
    for (const wrong of ['limit=x', 'cursor=x!', 'colour=red']) expect((await call('GET', `${path}?${wrong}`)).status).toBe(400)
    expect(commands).toEqual([])
    expect((await call('DELETE', path)).headers.get('allow')).toBe('GET, HEAD, POST, OPTIONS')
  })
})

describe('over the real engine', () => {
  const fields = '- { id: vpc, name: VPC, type: select, required: true, datasource: { type: api, config: { endpoint: "https://inventory.example.org/vpcs" } } }'
  const serving = (answer: () => string[] | undefined) => {
    const catalog = catalogOf([{ id: 'database-postgresql', fields: `          ${fields}` }])
    const ports = memoryPorts({ options: memoryOptionSource(answer, memorySecrets({})) })
    return api({ orchestrator: createOrchestrator({ catalog: catalog.current, actions: [], ports }), requests: ports.requests, catalog }).call
  }
  const order = { catalogItemId: 'database-postgresql', fields: { name: 'orders', vpc: 'v-1' } }

  test('schema and preview say where the options are, and that address has them', async () => {
    const call = serving(() => ['v-1', 'v-2'])
    const { json } = await call('GET', '/api/v1/catalog/items/database-postgresql/schema')
    const link = (json as { properties: { vpc: { 'x-options': { href: string } } } }).properties.vpc['x-options']
    expect(link).toEqual({ source: 'api', href: 'fields/vpc/options', dependsOn: [] })
    const address = new URL(link.href, 'http://x/api/v1/catalog/items/database-postgresql/schema').pathname
    expect((await call('GET', address)).json).toMatchObject({ state: 'current', data: [{ value: 'v-1' }, { value: 'v-2' }] })
    expect((await call('POST', '/api/v1/preview/form', { body: { itemId: 'database-postgresql' } })).json).toMatchObject({ groups: [{ fields: [{ id: 'name' }, { id: 'vpc', options: link }] }] })
  })
  test('what is not offered is refused; what nobody could check is accepted, and the warning stays with the request', async () => {
    let list: string[] | undefined = ['v-2']
    const call = serving(() => list)
    expect((await call('POST', '/api/v1/requests', { body: order })).json).toMatchObject({ status: 400, errors: [{ field: 'vpc', constraint: 'enum', pointer: '/fields/vpc', expected: ['v-2'] }] })
    list = undefined
    const away = serving(() => list)
    const warnings = [{ field: 'vpc', code: 'OPTIONS_NOT_CHECKED', message: 'VPC was not checked: its options cannot be had (it does not answer)' }]
    const accepted = await away('POST', '/api/v1/requests', { body: order })
    expect(accepted).toMatchObject({ status: 202, json: { warnings } })
    const { json } = await away('GET', `/api/v1/requests/${(accepted.json as { id: string }).id}`)
    expect(json).toMatchObject({ warnings, timeline: [{ type: 'submitted', warnings }] })
  })
})
