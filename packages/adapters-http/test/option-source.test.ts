import { memorySecrets } from '@pao/core/memory'
import { PaoError } from '@pao/core/action'
import type { ApiSource } from '@pao/core'
import type { SecretSource } from '@pao/core/ports'
import { optionSourceContract, runContract } from '@pao/testing'
import type { RequestListener } from 'node:http'
import { describe, expect, test } from 'vitest'
import { httpOptionSource } from '../src/index.js'
import { client, serve } from './server.js'

const names = (headers: NodeJS.Dict<string | string[]>): Record<string, string> => Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))

runContract(optionSourceContract, {
  test,
  create: async () => ({
    at: async ({ secrets, answer }) => {
      const server = await serve((request, response) => {
        const found = answer({ url: `${server.url}${request.url ?? ''}`, method: 'GET', headers: names(request.headers) })
        response.writeHead(found === undefined ? 500 : 200).end(JSON.stringify(found ?? { error: 'down' }))
      })
      return { address: server.url, source: httpOptionSource({ http: client([server]), secrets: memorySecrets(secrets) }) }
    },
  }),
})

const api = (endpoint: string, change: Partial<ApiSource> = {}): ApiSource => ({ type: 'api', endpoint, method: 'GET', headers: {}, cacheMs: 0, timeoutMs: 500, limit: 100, pages: 1, ...change })

const asking = async (listener: RequestListener, change: Partial<ApiSource> = {}, { allowed = true, endpoint, secrets = memorySecrets({}) }: { readonly allowed?: boolean; readonly endpoint?: (url: string) => string; readonly secrets?: SecretSource } = {}) => {
  const server = await serve(listener)
  const source = httpOptionSource({ http: client(allowed ? [server] : []), secrets })
  const answer = await source.ask({ source: api((endpoint ?? ((url) => `${url}/list`))(server.url), change), variables: { fields: {}, metadata: {}, env: {} }, at: 0 })
  return { answer, server }
}

describe('what an outside can do wrong', () => {
  test.each<readonly [what: string, listener: RequestListener, reason: string]>([
    ['is silent', () => undefined, 'it did not answer in time'],
    ['drips', (_, response) => { response.writeHead(200); const timer = setInterval(() => response.write(' '), 50); response.on('close', () => { clearInterval(timer) }) }, 'it did not answer in time'],
    ['answers 500', (_, response) => { response.writeHead(500).end('[]') }, 'it answered 500'],
    ['answers 404', (_, response) => { response.writeHead(404).end('[]') }, 'it answered 404'],
    ['sends HTML', (_, response) => { response.writeHead(200).end('<html></html>') }, 'its answer is not JSON'],
    ['sends too much', (_, response) => { response.writeHead(200).end(`["${'x'.repeat(1_100_000)}"]`) }, 'its answer is too large'],
    ['hangs up', (request) => { request.socket.destroy() }, 'it cannot be reached'],
    ['sends numbers for a list', (_, response) => { response.writeHead(200).end('42') }, 'the answer is no list, and has none under items, data, results, values or options: set items'],
    ['redirects to another host', (_, response) => { response.writeHead(302, { location: 'http://169.254.169.254/latest' }).end() }, 'it answered 302'],
  ])('%s: unavailable', async (_what, listener, reason) => {
    expect((await asking(listener)).answer).toMatchObject({ kind: 'unavailable', reason })
  })

  test('an address that the egress policy refuses is not connected to; the cure is for the operator', async () => {
    const { answer, server } = await asking((_, response) => { response.end('[]') }, {}, { allowed: false })
    expect(answer).toMatchObject({ kind: 'unavailable', reason: 'this server may not call its address', detail: expect.stringContaining('PAO_EGRESS_ALLOW') as string })
    expect(server.connections()).toBe(0)
  })

  test('a store of secrets that is away is unavailable, and nothing is called', async () => {
    const secrets: SecretSource = { get: () => Promise.reject(new PaoError('SECRET_UNAVAILABLE', 'the vault does not answer')) }
    const { answer, server } = await asking((_, response) => { response.end('[]') }, { headers: { authorization: 'Bearer {{secrets.TOKEN}}' } }, { secrets })
    expect(answer).toMatchObject({ kind: 'unavailable', reason: 'the secrets that it needs cannot be read' })
    expect(server.seen).toEqual([])
  })
})

test('an endpoint that is a path stands below the base address, and nowhere without one', async () => {
  const server = await serve((_, response) => { response.end('["a"]') })
  const ask = (baseUrl: string | undefined, endpoint: string) => httpOptionSource({ http: client([server]), secrets: memorySecrets({}), ...(baseUrl === undefined ? {} : { baseUrl }) })
    .ask({ source: api(endpoint), variables: { fields: { vpc: '../x' }, metadata: {}, env: {} }, at: 0 })
  expect(await ask(undefined, '/api/v1/subnets')).toMatchObject({ kind: 'unavailable', reason: 'this server has no base address for options' })
  expect(await ask(`${server.url}/inventory/`, '/api/v1/{{fields.vpc}}/subnets')).toMatchObject({ kind: 'options' })
  expect(server.seen.map(({ path }) => path)).toEqual(['/inventory/api/v1/..%2Fx/subnets'])
})

test('a POST sends its body as JSON, with the values in their places', async () => {
  const { server } = await (async () => {
    const place = await serve((_, response) => { response.end('["a"]') })
    await httpOptionSource({ http: client([place]), secrets: memorySecrets({ KEY: 'k-123456' }) }).ask({
      source: api(`${place.url}/search`, { method: 'POST', body: '{"name": {{json(fields.name)}}}', headers: { 'X-Api-Key': '{{secrets.KEY}}' } }), variables: { fields: { name: 'a"b' }, metadata: {}, env: {} }, at: 0,
    })
    return { server: place }
  })()
  expect(server.seen[0]).toMatchObject({ method: 'POST', path: '/search', body: '{"name": "a\\"b"}', headers: { 'content-type': 'application/json', 'x-api-key': 'k-123456' } })
})

describe('lists in parts', () => {
  const parts = (links: readonly (string | undefined)[]): RequestListener => (request, response) => {
    const page = Number(new URL(request.url ?? '', 'http://x').searchParams.get('page') ?? 0)
    const link = links[page]
    response.writeHead(200, link === undefined ? {} : { link: `<${link}>; rel="next"` }).end(JSON.stringify([`of page ${page}`]))
  }
  test('are followed as far as the source says, with the same headers', async () => {
    const { answer, server } = await asking(parts(['/list?page=1', '/list?page=2', undefined]), { pages: 5, headers: { 'x-key': '{{secrets.KEY}}' } }, { secrets: memorySecrets({ KEY: 'k-123456' }) })
    expect(answer).toMatchObject({ kind: 'options', complete: true, options: [{ value: 'of page 0' }, { value: 'of page 1' }, { value: 'of page 2' }] })
    expect(server.seen.map(({ headers }) => headers['x-key'])).toEqual(['k-123456', 'k-123456', 'k-123456'])
  })
  test('that go on are not complete', async () => {
    expect((await asking(parts(['/list?page=1', '/list?page=2']), { pages: 2 })).answer).toMatchObject({ kind: 'options', complete: false, options: [{ value: 'of page 0' }, { value: 'of page 1' }] })
  })
  test('that go on at another origin are not followed', async () => {
    const other = await serve((_, response) => { response.end('["stolen"]') })
    const { answer } = await asking(parts([`${other.url}/list?page=1`]), { pages: 3 })
    expect(answer).toMatchObject({ kind: 'options', complete: false, options: [{ value: 'of page 0' }] })
    expect(other.connections()).toBe(0)
  })
})
