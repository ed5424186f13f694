import { describe, expect, test } from 'vitest'
import { encodeCursor } from '../src/cursor.js'
import { api, catalogOf } from './api-fixture.js'
import { expectProblem } from './problem-expectation.js'

describe('addresses', () => {
  test('an unknown one is 404, a known one with another method 405 with Allow', async () => {
    const { call } = api()
    for (const path of ['/', '/api', '/api/v1', '/api/v1/nowhere', '/api/v2/catalog', '/api/v1/catalog/', '/api/v1/catalog/items/%E0%A4%A/x']) expectProblem(await call('GET', path), 404, 'NOT_FOUND')
    const post = await call('POST', '/api/v1/catalog')
    expectProblem(post, 405, 'METHOD_NOT_ALLOWED')
    expect(post.headers.get('allow')).toBe('GET, HEAD, OPTIONS')
    const remove = await call('DELETE', '/api/v1/requests')
    expectProblem(remove, 405, 'METHOD_NOT_ALLOWED')
    expect(remove.headers.get('allow')).toBe('GET, HEAD, POST, OPTIONS')
    const options = await call('OPTIONS', '/api/v1/requests')
    expect([options.status, options.headers.get('allow')]).toEqual([204, 'GET, HEAD, POST, OPTIONS'])
    expect((await call('HEAD', '/api/v1/catalog')).status).toBe(200)
  })

  test('a base path stands in front of everything', async () => {
    const { call } = api({}, { basePath: '/pao' })
    expect((await call('GET', '/pao/api/v1/catalog')).status).toBe(200)
    expect((await call('GET', '/pao/health')).status).toBe(200)
    expectProblem(await call('GET', '/api/v1/catalog'), 404, 'NOT_FOUND')
  })

  test('the content type of a refusal follows Accept', async () => {
    const type = async (accept?: string) => (await api().call('GET', '/nowhere', { headers: accept === undefined ? {} : { accept } })).headers.get('content-type')
    expect(await type()).toBe('application/problem+json')
    expect(await type('*/*')).toBe('application/problem+json')
    expect(await type('application/json')).toBe('application/json')
    expect(await type('application/json, application/problem+json')).toBe('application/problem+json')
  })

  test('every answer echoes the correlation id, but never a malformed one', async () => {
    const echoed = async (id: string) => (await api().call('GET', '/health', { headers: { 'X-Correlation-Id': id } })).headers.get('x-correlation-id')
    expect(await echoed('abc.DEF:1')).toBe('abc.DEF:1')
    expect(await echoed('a b')).toMatch(/^corr-/)
    expect(await echoed('x'.repeat(129))).toMatch(/^corr-/)
  })

  test('no answer is kept by a cache, or taken for another type than its own', async () => {
    for (const path of ['/health', '/nowhere', '/api/v1/requests']) {
      const { headers } = await api().call('GET', path)
      expect([headers.get('cache-control'), headers.get('x-content-type-options')]).toEqual(['no-store', 'nosniff'])
    }
  })
})

describe('health', () => {
  const failing = { components: () => ({ database: { status: 'failing' as const, message: 'no answer' }, worker: { status: 'ok' as const } }), accepting: () => true }

  test('live whatever happens, ready only with everything, health says which', async () => {
    const { call } = api({ health: failing })
    for (const path of ['/healthz', '/livez']) expect((await call('GET', path)).status).toBe(200)
    for (const path of ['/health', '/api/v1/health']) expect((await call('GET', path)).json).toMatchObject({ status: 'degraded', components: { database: { status: 'failing' } } })
    for (const path of ['/readyz', '/health/ready', '/api/v1/health/ready']) {
      const answer = await call('GET', path)
      expectProblem(answer, 503, 'SERVICE_UNAVAILABLE')
      expect(answer.headers.get('retry-after')).toMatch(/^\d+$/)
    }
    for (const path of ['/readyz', '/health/ready', '/api/v1/health/ready']) expect((await api().call('GET', path)).json).toMatchObject({ status: 'ok' })
  })

  test('not ready any more while it stops', async () => {
    expectProblem(await api({ health: { components: () => ({}), accepting: () => false } }).call('GET', '/readyz'), 503, 'SERVICE_UNAVAILABLE')
  })

  test('the version names no fakes where there are none', async () => {
    expect((await api().call('GET', '/api/v1/version')).json).toEqual({ name: 'pao', version: '0.0.0', apiVersion: 'v1', node: process.version, auth: 'dev', playground: null })
  })
})

describe('catalog', () => {
  const many = Array.from({ length: 5 }, (_, index) => ({ id: `item-${index}`, name: `Item ${index}`, tags: index % 2 === 0 ? ['even', 'all'] : ['all'], owner: index < 2 ? 'a' : 'b', category: index < 3 ? 'databases' : 'storage', environments: index === 4 ? [] : ['production'] }))
  const ids = async (search: string, headers: Record<string, string> = {}) =>
    (await api({ catalog: catalogOf(many) }).call('GET', `/api/v1/catalog${search}`, { headers })).json.data.map(({ id }: { id: string }) => id)

  test('filters', async () => {
    expect(await ids('')).toHaveLength(5)
    expect(await ids('?category=storage')).toEqual(['item-3', 'item-4'])
    expect(await ids('?owner=a')).toEqual(['item-0', 'item-1'])
    expect(await ids('?tags=even,all')).toEqual(['item-0', 'item-2', 'item-4'])
    expect(await ids('?environment=staging')).toEqual(['item-4'])
    expect(await ids('?q=item%203')).toEqual(['item-3'])
    for (const search of ['?category=nothing', '?catgory=storage', '?limit=0', '?cursor=zzz']) expectProblem(await api({ catalog: catalogOf(many) }).call('GET', `/api/v1/catalog${search}`), 400, 'VALIDATION_ERROR')
  })

  test('a cursor of another list is refused', async () => {
    for (const parts of [['item-1'], ['item-1', -1], ['item-1', 1.5], [1, 'item-1'], ['item-1', 1, 1]]) {
      expectProblem(await api({ catalog: catalogOf(many) }).call('GET', `/api/v1/catalog?cursor=${encodeCursor(parts)}`), 400, 'VALIDATION_ERROR')
    }
  })

  test('walks all pages, also when the row of the cursor is gone', async () => {
    const seen: string[] = []
    let path = '/api/v1/catalog?limit=2'
    for (let pages = 0; path !== '' && pages < 9; pages += 1) {
      const answer = await api({ catalog: catalogOf(pages === 1 ? many.filter(({ id }) => id !== 'item-1') : many) }).call('GET', path)
      seen.push(...answer.json.data.map(({ id }: { id: string }) => id))
      path = /<([^>]+)>; rel="next"/.exec(answer.headers.get('link') ?? '')?.[1] ?? ''
    }
    expect(seen).toEqual(['item-0', 'item-1', 'item-3', 'item-4'])
  })

  test('items for other teams are not there', async () => {
    const catalog = catalogOf([{ id: 'secret-item', teams: ['payments'], owner: 'dba' }])
    const status = async (path: string, headers: Record<string, string>) => (await api({ catalog }).call('GET', path, { headers })).status
    for (const path of ['/api/v1/catalog/items/secret-item', '/api/v1/catalog/items/secret-item/schema']) {
      expect(await status(path, { 'X-PAO-User': 'eve' })).toBe(404)
      expect(await status(path, { 'X-PAO-User': 'eve', 'X-PAO-Teams': 'payments' })).toBe(200)
      expect(await status(path, { 'X-PAO-User': 'eve', 'X-PAO-Teams': 'dba' })).toBe(200)
      expect(await status(path, { 'X-PAO-User': 'eve', 'X-PAO-Roles': 'admin' })).toBe(200)
    }
    expect((await api({ catalog }).call('GET', '/api/v1/catalog', { headers: { 'X-PAO-User': 'eve' } })).json.pagination.total_count).toBe(0)
    expectProblem(await api({ catalog }).call('GET', '/api/v1/catalog/items/secret-item', { headers: { 'X-PAO-User': 'eve' } }), 404, 'CATALOG_ITEM_NOT_FOUND')
  })

  test('an unchanged page answers 304', async () => {
    const { call } = api()
    for (const path of ['/api/v1/catalog', '/api/v1/catalog/items/database-postgresql', '/api/v1/catalog/items/database-postgresql/schema']) {
      const tag = (await call('GET', path)).headers.get('etag') ?? ''
      expect(tag).toMatch(/^"[^"]+"$/)
      expect((await call('GET', path, { headers: { 'if-none-match': `"other", ${tag}` } })).status).toBe(304)
    }
  })

  test('only some roles may refresh', async () => {
    expectProblem(await api().call('POST', '/api/v1/catalog/refresh'), 403, 'FORBIDDEN')
    for (const role of ['admin', 'platform']) expect((await api().call('POST', '/api/v1/catalog/refresh', { headers: { 'X-PAO-Roles': role } })).json).toMatchObject({ items: 1, orderable: 1, files: 1 })
  })
})

describe('playground', () => {
  const playground = (answer: 'moved' | 'unknown-ticket' | 'unknown-status') => api({ playground: { jiraUrl: '', provisioningUrl: '', resolve: () => answer } })

  test('a ticket is moved by a call; without a playground there is no such address', async () => {
    expect((await playground('moved').call('POST', '/playground/tickets/DBA-1/resolve')).json).toEqual({ key: 'DBA-1', status: 'Done' })
    expectProblem(await playground('unknown-ticket').call('POST', '/playground/tickets/DBA-1/resolve'), 404, 'NOT_FOUND')
    expectProblem(await playground('unknown-status').call('POST', '/playground/tickets/DBA-1/resolve', { body: { status: 'x' } }), 400, 'VALIDATION_ERROR')
    expectProblem(await playground('moved').call('POST', '/playground/tickets/DBA-1/resolve', { body: { state: 'x' } }), 400, 'VALIDATION_ERROR')
    expectProblem(await api().call('POST', '/playground/tickets/DBA-1/resolve'), 404, 'NOT_FOUND')
  })
})
