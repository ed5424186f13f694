import { readFile } from 'node:fs/promises'
import type { Server as HttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import pg from 'pg'
import type { Orchestrator } from '@pao/core'
import type { Server } from '@pao/server'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestDatabase } from '../../../test-support/database.js'
import type { TestDatabase } from '../../../test-support/database.js'

interface Platform { readonly orchestrator: Orchestrator; readonly server: Server }

interface Host {
  createApp(platform: Platform): unknown
  listen(app: unknown, port: number): Promise<HttpServer>
}

const file = (name: string): URL => new URL(`../${name}`, import.meta.url)
const load = async <T>(name: string): Promise<T> => await import(file(name).href) as T

let database: TestDatabase
let pool: pg.Pool
let platform: Platform

beforeAll(async () => {
  database = await createTestDatabase()
  pool = new pg.Pool({ connectionString: database.url })
  const { createPlatform } = await load<{ createPlatform(pool: pg.Pool): Promise<Platform> }>('platform.js')
  platform = await createPlatform(pool)
  await platform.orchestrator.start()
})

afterAll(async () => {
  await platform.orchestrator.stop()
  await pool.end()
  await database.drop()
})

test.each(['express.js', 'fastify.js', 'hono.js', 'platform.js', 'sell.js'])('%s is under 30 lines', async (name) => {
  expect((await readFile(file(name), 'utf8')).trim().split('\n').length).toBeLessThan(30)
})

describe.each(['express', 'fastify', 'hono'])('in %s', (framework) => {
  let http: HttpServer
  let url: string

  beforeAll(async () => {
    const host = await load<Host>(`${framework}.js`)
    http = await host.listen(host.createApp(platform), 0)
    url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`
  })
  afterAll(async () => {
    await new Promise((resolve) => {
      http.close(resolve)
      http.closeAllConnections()
    })
  })

  const call = async (path: string, { token = 'ada', body, headers = {} }: { token?: string; body?: string; headers?: Record<string, string> } = {}) => {
    const response = await fetch(`${url}${path}`, {
      headers: { connection: 'close', authorization: `Bearer token-of-${token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { method: 'POST', body }),
    })
    const text = await response.text()
    // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests read answers freely
    return { status: response.status, headers: response.headers, text, json: () => JSON.parse(text) as any }
  }
  const order = (headers: Record<string, string> = {}, token = 'ada') =>
    call('/pao/api/v1/requests', { token, headers: { prefer: 'wait=10', ...headers }, body: JSON.stringify({ catalogItemId: 'shop-storefront', fields: { name: `of-${framework}` } }) })

  test('the host answers its own routes', async () => {
    expect((await call('/')).text).toBe('the shop')
    expect((await call('/nothing')).status).toBe(404)
    expect((await call('/api/v1/catalog')).status).toBe(404)
  })

  test('an item is ordered below the base path, and completed', async () => {
    const ordered = await order()
    const { id, status, steps } = ordered.json()
    expect([ordered.status, status, steps[0].output]).toEqual([201, 'completed', { address: `/shops/of-${framework}` }])
    expect(ordered.headers.get('location')).toBe(`/pao/api/v1/requests/${id}`)
    expect((await call(`/pao/api/v1/requests/${id}/status`)).json().status).toBe('completed')
    expect((await call('/pao/api/v1/catalog?limit=1')).json().data).toMatchObject([{ id: 'shop-storefront', orderable: true }])
  })

  test('an Idempotency-Key holds, and what is wrong is told as by any PAO', async () => {
    const [first, second] = [await order({ 'idempotency-key': framework }), await order({ 'idempotency-key': framework })]
    expect([second.json().id, second.headers.get('idempotency-replayed')]).toEqual([first.json().id, 'true'])
    expect((await call('/pao/api/v1/requests', { body: '{"catalogItemId":"shop-storefront","fields":{}}' })).json()).toMatchObject({ status: 400, code: 'VALIDATION_ERROR' })
    expect((await call('/pao/api/v1/nothing')).json()).toMatchObject({ status: 404, code: 'NOT_FOUND' })
  })

  test('the host says who calls: others see nothing of it, and nobody gets nothing', async () => {
    const { id } = (await order()).json()
    expect((await call(`/pao/api/v1/requests/${id}`, { token: 'eve' })).status).toBe(404)
    expect((await order({}, 'mallory')).json()).toMatchObject({ status: 401, code: 'UNAUTHORIZED' })
  })
})

describe('in a transaction of the host', () => {
  const ada = { id: 'ada', teams: ['sellers'], roles: [] }
  type Sell = (pool: pg.Pool, platform: { orchestrator: Orchestrator }, caller: typeof ada, name: string) => Promise<string>
  let sell: Sell

  beforeAll(async () => {
    ({ sell } = await load<{ sell: Sell }>('sell.js'))
    await pool.query('create table sellers (name text primary key)')
  })

  test('a seller and their order are written together, and the order is carried out', async () => {
    const id = await sell(pool, platform, ada, 'books')
    const viewer = { id: 'ada', teams: [], administrator: false }
    expect((await platform.orchestrator.wait(id, viewer, 10_000))?.request.status.state).toBe('completed')
  })

  test('a refused order leaves no seller behind, and a refused seller no order', async () => {
    await expect(sell(pool, platform, ada, 'x'.repeat(41))).rejects.toThrow()
    await expect(sell(pool, platform, ada, 'books')).rejects.toThrow(/sellers_pkey/)
    expect((await pool.query('select name from sellers')).rows).toEqual([{ name: 'books' }])
    expect((await pool.query("select count(*)::int as n from pao.requests where requester_id = 'ada' and id in (select request_id from pao.request_revisions where input->>'name' = 'books')")).rows).toEqual([{ n: 1 }])
  })
})
