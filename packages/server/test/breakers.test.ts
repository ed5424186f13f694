import { PaoError } from '@pao/core'
import { httpClient } from '@pao/adapters-http'
import type { HttpClient, HttpRequest } from '@pao/core/ports'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, test } from 'vitest'
import { serviceBreakers } from '../src/breakers.js'
import { catalogOf } from './api-fixture.js'

const loaded = catalogOf([{ id: 'database-postgresql' }]).current().get('database-postgresql')!
const by = { action: 'jira-ticket', item: 'database-postgresql', step: 'ticket' }
const call: HttpRequest = { url: 'https://jira.example:8443/rest', method: 'GET', by }

/** Breakers over a client that ends each call as the test says. */
const watching = (answer: (request: HttpRequest) => number | Error) => {
  let now = 1_000_000
  const breakers = serviceBreakers({ now: () => now, env: {} })
  const http: HttpClient = { request: (request) => {
    const end = answer(request)
    return end instanceof Error ? Promise.reject(end) : Promise.resolve({ status: end, headers: {}, body: '', json: () => null })
  } }
  const watched = breakers.watched(http)
  const times = async (count: number, request: HttpRequest = call): Promise<void> => { for (let index = 0; index < count; index += 1) await watched.request(request).catch(() => undefined) }
  return { breakers, times, pass: (ms: number) => { now += ms }, at: () => now, state: () => breakers.impairments(loaded).map(({ state, reason }) => `${state}: ${reason}`) }
}

describe('breakers of services', () => {
  test('an item whose essential step calls a service that fails is unavailable, since when, then tried again, then well', async () => {
    let status = 503
    const { breakers, times, pass, at, state } = watching(() => status)
    await times(4)
    expect(state()).toEqual([])
    await times(1)
    expect(breakers.impairments(loaded)).toEqual([{ state: 'unavailable', since: at(), reason: 'what step ticket (jira-ticket) calls does not work: it answered 503' }])
    pass(30_000)
    expect(state()).toEqual(['degraded: what step ticket (jira-ticket) calls did not work until now and is tried again: it answered 503'])
    status = 200
    await times(1)
    expect(state()).toEqual([])
  })
  test.each<readonly [what: string, end: number | Error, request: Partial<HttpRequest>, opens: boolean]>([
    ['an overload', 429, {}, true],
    ['no connection', new PaoError('HTTP_CONNECTION', 'no'), {}, true],
    ['silence', new PaoError('HTTP_DEADLINE', 'no'), {}, true],
    ['a refusal of the request', 404, {}, false],
    ['our own policy', new PaoError('EGRESS_REFUSED', 'no'), {}, false],
    ['an answer that is too large', new PaoError('HTTP_BODY_TOO_LARGE', 'no'), {}, false],
    ['what was given up', new PaoError('HTTP_CONNECTION', 'given up'), { signal: AbortSignal.abort('shutdown') }, false],
    ['the deadline of a step', new PaoError('HTTP_DEADLINE', 'ended'), { signal: AbortSignal.abort('deadline') }, true],
  ])('%s', async (_, end, request, opens) => {
    const { times, state } = watching(() => end)
    await times(6, { ...call, ...request })
    expect(state().length > 0).toBe(opens)
  })
  test('another host, and another item, are another matter', async () => {
    const { times, state } = watching(() => 500)
    await times(6, { ...call, by: { ...by, item: 'another-item' } })
    expect(state()).toEqual([])
    await times(1)
    expect(state()).toHaveLength(1)
  })
  test('calls go through whatever the breaker says, and their ends are not changed', async () => {
    const { breakers } = watching(() => 500)
    let calls = 0
    const failure = new PaoError('HTTP_CONNECTION', 'no')
    const watched = breakers.watched({ request: () => { calls += 1; return Promise.reject(failure) } })
    for (let index = 0; index < 10; index += 1) await expect(watched.request(call)).rejects.toBe(failure)
    await expect(watched.request({ url: 'no url', method: 'GET' })).rejects.toBe(failure)
    expect(calls).toBe(11)
  })
  test('over real HTTP: a port that nobody listens on any more', async () => {
    const server = createServer((_, response) => { response.writeHead(500).end() })
    await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
    const { port } = server.address() as AddressInfo
    const client = httpClient({ egress: [{ host: '127.0.0.1', port }] })
    const breakers = serviceBreakers({ now: () => 5, env: {} })
    const watched = breakers.watched(client)
    const request: HttpRequest = { url: `http://127.0.0.1:${port}/`, method: 'GET', by }
    for (let index = 0; index < 4; index += 1) expect((await watched.request(request)).status).toBe(500)
    server.closeAllConnections()
    await new Promise((resolve) => { server.close(resolve) })
    await expect(watched.request(request)).rejects.toMatchObject({ code: 'HTTP_CONNECTION' })
    expect(breakers.impairments(loaded)).toMatchObject([{ state: 'unavailable', since: 5, reason: expect.stringContaining('it could not be reached') as string }])
    await client.close()
  })
})
