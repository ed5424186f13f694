import { randomBytes } from 'node:crypto'
import type { Person } from '@pao/core'
import { createServer, devAuthenticator, fieldCipher, problem } from '@pao/server'
import type { Authenticator, HostFacts } from '@pao/server'
import { afterEach, expect, test } from 'vitest'
import { embedded } from './embedded-fixture.js'

const ada: Person = { id: 'ada', teams: ['payments'], roles: ['developer'] }

const stops: (() => Promise<void>)[] = []
afterEach(async () => { for (const stop of stops.splice(0)) await stop() })

const program = async (...parts: Parameters<typeof embedded>) => {
  const { server, orchestrator } = await embedded(...parts)
  stops.push(() => orchestrator.stop())
  return async (method: string, path: string, { body, host, headers }: { body?: unknown; host?: HostFacts; headers?: Record<string, string> } = {}) => {
    const response = await server.fetch(new Request(`http://shop.example${path}`, {
      method, headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers }, ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }), host)
    // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests read answers freely
    return { status: response.status, headers: response.headers, json: await response.json() as any }
  }
}

test('a host that names the caller orders an item below its base path, and reads it back', async () => {
  const call = await program({}, undefined, { cipher: fieldCipher(randomBytes(32)) })
  const host = { caller: ada }
  const ordered = await call('POST', '/pao/api/v1/requests', { host, body: { catalogItemId: 'greeting-basic', fields: { name: 'Ada' } }, headers: { prefer: 'wait=10' } })
  expect([ordered.status, ordered.json.status, ordered.headers.get('location')]).toEqual([201, 'completed', `/pao/api/v1/requests/${ordered.json.id}`])
  const [list, catalog] = [await call('GET', '/pao/api/v1/requests', { host }), await call('GET', '/pao/api/v1/catalog', { host })]
  expect(list.json.data.map(({ id }: { id: string }) => id)).toEqual([ordered.json.id])
  expect(catalog.json.data).toMatchObject([{ id: 'greeting-basic', orderable: true }])
  expect((await call('GET', '/pao/api/v1/requests', { host: { caller: { ...ada, id: 'eve', teams: [] } } })).json.data).toEqual([])
})

test('whom neither the host nor the authenticator names is refused, also when the call says who it is', async () => {
  const call = await program()
  expect((await call('GET', '/pao/api/v1/requests', { headers: { 'x-pao-user': 'ada' } })).json).toMatchObject({ status: 401, code: 'UNAUTHORIZED' })
  expect((await call('GET', '/pao/api/v1/requests', { host: { caller: undefined } })).status).toBe(401)
})

test('an authenticator of one\'s own is asked where the host names nobody', async () => {
  const authenticator: Authenticator = {
    name: 'token', admit: () => undefined,
    identify: (request) => request.headers.get('authorization') === 'Bearer t' ? ada : problem('UNAUTHORIZED', 'No token.'),
  }
  const call = await program({ authenticator })
  expect((await call('GET', '/pao/api/v1/requests', { headers: { authorization: 'Bearer t' } })).status).toBe(200)
  expect((await call('GET', '/pao/api/v1/requests')).json).toMatchObject({ status: 401, detail: 'No token.' })
  expect((await call('GET', '/pao/api/v1/requests', { host: { caller: ada } })).status).toBe(200)
  expect((await call('GET', '/pao/version', {})).json.auth).toBe('token')
})

test('an authenticator that throws is a fault of the host, and answered as one', async () => {
  const broken = (): never => { throw new Error('a secret detail') }
  for (const authenticator of [{ name: 'broken', admit: broken, identify: () => ada }, { name: 'broken', admit: () => undefined, identify: broken }]) {
    const call = await program({ authenticator })
    const { status, json } = await call('GET', '/pao/api/v1/requests')
    expect([status, json.code, JSON.stringify(json).includes('secret')]).toEqual([500, 'INTERNAL_ERROR', false])
  }
})

test('a caller who is no person is a fault of the host, never a match of parts of a name', async () => {
  const call = await program()
  for (const caller of [{ id: 'ada' }, { id: 'ada', teams: 'payments', roles: [] }, { id: '', teams: [], roles: [] }, { id: 'ada', teams: [1], roles: [] }]) {
    expect((await call('GET', '/pao/api/v1/requests', { host: { caller: caller as unknown as Person } })).status).toBe(500)
  }
})

test('only what lies below the base path is there', async () => {
  const call = await program()
  expect((await call('GET', '/api/v1/catalog', { host: { caller: ada } })).json).toMatchObject({ status: 404, detail: expect.stringContaining('/pao/api/v1') as string })
  expect((await call('POST', '/pao/api/v1/catalog/refresh', { host: { caller: { ...ada, roles: ['admin'] } } })).status).toBe(404)
  const slash = await program({}, { basePath: '/a/b/' })
  expect((await slash('GET', '/a/b/livez')).status).toBe(200)
})

test.each(['pao', '/pa o', '//pao', '/:pao', '/pao/*'])('the base path %j is refused', async (basePath) => {
  await expect(embedded({}, { basePath }).then(({ orchestrator }) => orchestrator.stop())).rejects.toMatchObject({ code: 'CONFIGURATION' })
})

test('without a cipher an item with a password is shown as one that cannot be ordered', async () => {
  const call = await program()
  expect((await call('GET', '/pao/api/v1/catalog', { host: { caller: ada } })).json.data).toMatchObject([{ orderable: false, notOrderableBecause: [expect.stringContaining('password')] }])
})

test('a catalog may be a function, and health one of the host\'s own', async () => {
  const { server } = await (async () => {
    const { orchestrator } = await embedded()
    stops.push(() => orchestrator.stop())
    return { server: createServer({
      orchestrator, catalog: () => { throw new Error('asked') }, ports: { requests: {} as never, clock: { now: () => 0, schedule: () => () => undefined }, logger: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined } },
      authenticator: devAuthenticator(), health: { components: () => ({ queue: { status: 'failing', message: 'full' } }), accepting: () => true },
    }) }
  })()
  expect((await server.fetch(new Request('http://localhost/readyz'))).status).toBe(503)
  expect((await server.fetch(new Request('http://localhost/api/v1/catalog'))).status).toBe(500)
})

test('ready is as the orchestrator\'s loop', async () => {
  const { server, orchestrator } = await embedded()
  const ready = async () => (await server.fetch(new Request('http://shop.example/pao/readyz'))).status
  expect(await ready()).toBe(200)
  await orchestrator.stop()
  expect(await ready()).toBe(503)
})

test('a key of another length is refused', () => {
  expect(() => fieldCipher(randomBytes(16))).toThrow(/32 bytes/)
})
