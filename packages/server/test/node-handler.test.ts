import { createServer as createHttpServer, request as httpRequest } from 'node:http'
import type { IncomingMessage, RequestListener, Server as HttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync, gzipSync } from 'node:zlib'
import type { Person } from '@pao/core'
import { fieldCipher, toNodeHandler } from '@pao/server'
import { afterEach, expect, test } from 'vitest'
import { embedded } from './embedded-fixture.js'

/** Before anything here has made a handler. */
const ofHost = [globalThis.Request, globalThis.Response]

const ada: Person = { id: 'ada', teams: [], roles: ['developer'] }
const order = { catalogItemId: 'greeting-basic', fields: { name: 'Ada' } }

interface FrameworkRequest extends IncomingMessage { body?: unknown; originalUrl?: string }

const closes: (() => Promise<unknown>)[] = []
afterEach(async () => { for (const close of closes.splice(0)) await close() })

/** A host on node:http that does something with the request before it hands it on. */
const host = async (before: (request: FrameworkRequest) => Promise<void> | void = () => undefined) => {
  const { server, orchestrator } = await embedded({}, { basePath: '/pao' }, { cipher: fieldCipher(Buffer.alloc(32, 7)) })
  const handler = toNodeHandler<FrameworkRequest>(server, (request) => request.headers['x-user'] === 'ada' ? ada : undefined)
  const listener: RequestListener = (request, response) => { void Promise.resolve(before(request)).then(() => { handler(request, response) }) }
  const http: HttpServer = createHttpServer(listener)
  await new Promise<void>((resolve) => { http.listen(0, '127.0.0.1', resolve) })
  closes.push(() => new Promise((resolve) => { http.close(resolve) }), () => orchestrator.stop())
  return (path: string, { method = 'GET', body, headers = {} }: { method?: string; body?: string | Buffer; headers?: Record<string, string> } = {}): Promise<{ status: number | undefined; text: string }> =>
    new Promise((resolve, reject) => {
      const call = httpRequest({ port: (http.address() as AddressInfo).port, host: '127.0.0.1', path, method, agent: false, headers: { 'x-user': 'ada', ...(body === undefined ? {} : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) }), ...headers } }, (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk)).once('end', () => { resolve({ status: response.statusCode, text: Buffer.concat(chunks).toString() }) })
      })
      call.once('error', reject).end(body)
    })
}

const bytes = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

const wait = { prefer: 'wait=10' }

test('answers, for the caller that the host names', async () => {
  const call = await host()
  expect(await call('/pao/api/v1/requests', { method: 'POST', body: JSON.stringify(order), headers: wait })).toMatchObject({ status: 201, text: expect.stringContaining('"completed"') as string })
  expect((await call('/pao/api/v1/requests', { headers: { 'x-user': 'eve' } })).status).toBe(401)
})

test.each<readonly [string, (text: Buffer) => unknown]>([
  ['an object', (text) => JSON.parse(text.toString()) as unknown], ['text', (text) => text.toString()], ['bytes', (text) => text],
])('takes a body that a parser has read, as %s', async (_name, parse) => {
  const call = await host(async (request) => { request.body = parse(await bytes(request)) })
  expect((await call('/pao/api/v1/requests', { method: 'POST', body: JSON.stringify(order, undefined, 2), headers: wait })).status).toBe(201)
})

test('takes a body that a parser has read and unpacked', async () => {
  const call = await host(async (request) => { request.body = JSON.parse(gunzipSync(await bytes(request)).toString()) as unknown })
  expect((await call('/pao/api/v1/requests', { method: 'POST', body: gzipSync(JSON.stringify(order)), headers: { ...wait, 'content-encoding': 'gzip' } })).status).toBe(201)
})

test('a parser that left an empty object and the stream alone is not believed', async () => {
  const call = await host((request) => { request.body = {} })
  expect((await call('/pao/api/v1/requests', { method: 'POST', body: JSON.stringify(order), headers: wait })).status).toBe(201)
})

test('what a body may not hold is refused, whoever has read it', async () => {
  const call = await host(async (request) => { request.body = JSON.parse((await bytes(request)).toString()) as unknown })
  const body = '{"catalogItemId":"greeting-basic","fields":{"__proto__":{"name":"x"}}}'
  expect(await call('/pao/api/v1/requests', { method: 'POST', body })).toMatchObject({ status: 400, text: expect.stringContaining('forbidden_name') as string })
})

test('a body that the host has read and thrown away is none', async () => {
  const call = await host(async (request) => { await bytes(request) })
  const { status } = await call('/pao/api/v1/requests', { method: 'POST', body: JSON.stringify(order) })
  expect(status).toBeGreaterThanOrEqual(400)
})

test('reads the path as it was before the framework cut it, and leaves the request as it was', async () => {
  const seen: FrameworkRequest[] = []
  const call = await host((request) => {
    if (request.url !== undefined) request.originalUrl = request.url
    request.url = request.url?.slice('/pao'.length) ?? ''
    seen.push(request)
  })
  expect((await call('/pao/api/v1/catalog?limit=1')).status).toBe(200)
  expect(seen.map(({ url }) => url)).toEqual(['/api/v1/catalog?limit=1'])
})

test('the globals of the host stay its own', async () => {
  const call = await host()
  await call('/pao/livez')
  expect([globalThis.Request, globalThis.Response]).toEqual(ofHost)
})
