import { httpClient, parseEgressAllow, tcpProbe } from '@pao/adapters-http'
import { jiraTicketAction } from '@pao/action-jira'
import { createActionRegistry, createCatalog, PaoError } from '@pao/core'
import type { Catalog } from '@pao/core'
import type { HttpClient } from '@pao/core/ports'
import { virtualClock } from '@pao/testing'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, test } from 'vitest'
import { createHealthChecks } from '../src/health-checks.js'
import type { HealthChecksOptions } from '../src/health-checks.js'
import { itemHealth } from '../src/item-health.js'
import { serviceBreakers } from '../src/breakers.js'
import { api, catalogOf, documentOf } from './api-fixture.js'

const documentWith = (checks: string, id = 'database-postgresql'): string => `${documentOf({ id })}monitoring:\n  health_checks: [${checks}]\n`
const actions = createActionRegistry([jiraTicketAction({ connections: [{ name: 'main', baseUrl: 'https://jira.example', email: 'a@b.c', tokenSecret: 'T' }] })])
const catalogWith = (...sources: readonly string[]): Catalog =>
  createCatalog(sources.map((source, index) => ({ path: `item-${index}.yaml`, source })), { profile: 'compat', actions, templateEnv: ['API'] })
const httpCheck = '{ name: api, type: http, config: { url: "{{env.API}}/health" }, interval: 60 }'

const watching = (change: Partial<HealthChecksOptions> & { readonly answer?: () => number | Error } = {}, checks = httpCheck) => {
  const clock = virtualClock()
  const calls: string[] = []
  const lines: string[] = []
  const http: HttpClient = { request: ({ url }) => {
    calls.push(url)
    const end = change.answer?.() ?? 200
    return end instanceof Error ? Promise.reject(end) : Promise.resolve({ status: end, headers: {}, body: '', json: () => null })
  } }
  let catalog = catalogWith(documentWith(checks))
  const log = (_: object, message: string) => { lines.push(message) }
  const checked = createHealthChecks({
    catalog: () => catalog, http, tcp: () => Promise.resolve(), env: { API: 'https://api.example.org' }, clock, fraction: () => 0.5, logger: { debug: log, info: log, warn: log, error: log }, ...change,
  })
  return { clock, calls, lines, checked, item: () => catalog.get('database-postgresql')!, serve: (next: Catalog) => { catalog = next } }
}

describe('health checks in the background', () => {
  test('fail from the second failure in a row on, with since and reason, and pass with the first success', async () => {
    let status = 200
    const { clock, calls, lines, checked, item } = watching({ answer: () => status })
    expect(checked.states(item())).toEqual([{ name: 'api', health: { state: 'unknown' } }])
    checked.start()
    await clock.advance(5_000)
    expect(calls).toEqual(['https://api.example.org/health'])
    expect(checked.states(item())[0]?.health).toMatchObject({ state: 'passing' })
    status = 503
    await clock.advance(60_000)
    const failedFirst = clock.now()
    expect(checked.impairments(item())).toEqual([])
    await clock.advance(60_000)
    expect(checked.impairments(item())).toEqual([{ state: 'degraded', reason: 'the health check api fails: it answered 503', since: failedFirst }])
    status = 204
    await clock.advance(60_000)
    expect(checked.impairments(item())).toEqual([])
    expect(lines).toEqual(['a health check fails', 'a health check passes again'])
    await checked.stop()
    await clock.advance(600_000)
    expect(calls).toHaveLength(4)
    expect(clock.pending()).toBe(0)
  })
  test('begin at different moments, and at most eight at once', async () => {
    let underWay = 0
    let most = 0
    const ends: (() => void)[] = []
    const http: HttpClient = { request: () => new Promise((resolve) => {
      underWay += 1
      most = Math.max(most, underWay)
      ends.push(() => { underWay -= 1; resolve({ status: 200, headers: {}, body: '', json: () => null }) })
    }) }
    let seed = 0
    const many = Array.from({ length: 30 }, (_, index) => `{ name: c-${index}, type: http, config: { url: "https://x.example/${index}" } }`).join(', ')
    const { clock, checked } = watching({ http, fraction: () => { seed = (seed + 0.37) % 1; return seed } }, many)
    checked.start()
    await clock.advance(1_000)
    expect(underWay).toBeGreaterThan(0)
    expect(underWay).toBeLessThan(8)
    await clock.advance(20_000)
    expect(most).toBe(8)
    for (let round = 0; round < 5; round += 1) {
      for (const end of ends.splice(0)) end()
      await clock.advance(1_000)
    }
    expect(most).toBe(8)
    for (const end of ends.splice(0)) end()
    await checked.stop()
  })
  test('keep what is known when the catalog changes elsewhere, and follow it', async () => {
    const { clock, calls, checked, item, serve } = watching()
    checked.start()
    await clock.advance(6_000)
    serve(catalogWith(documentWith(httpCheck), documentWith('{ name: other, type: http, config: { url: "https://other.example/" } }', 'database-other')))
    await clock.advance(1_000)
    expect(checked.states(item())[0]?.health.state).toBe('passing')
    await clock.advance(6_000)
    expect(calls).toEqual(['https://api.example.org/health', 'https://other.example/'])
    serve(catalogWith(documentWith('')))
    await clock.advance(120_000)
    expect(calls).toHaveLength(2)
    expect(checked.states(item())).toEqual([])
    await checked.stop()
  })
  test('that cannot be carried out are told in words that name no host', async () => {
    for (const [code, reason] of [['EGRESS_REFUSED', 'this server may not call its address'], ['HTTP_DEADLINE', 'it did not answer in time'], ['HTTP_CONNECTION', 'it cannot be reached']] as const) {
      const { clock, checked, item } = watching({ answer: () => new PaoError(code, 'api.example.org') })
      checked.start()
      await clock.advance(90_000)
      expect(checked.impairments(item())).toMatchObject([{ reason: `the health check api fails: ${reason}` }])
      await checked.stop()
    }
    const { clock, lines, checked, item } = watching({ answer: () => new TypeError('a bug') })
    checked.start()
    await clock.advance(90_000)
    expect(checked.impairments(item())).toMatchObject([{ reason: 'the health check api fails: it could not be looked at' }])
    expect(lines).toContain('a health check could not be carried out')
    await checked.stop()
  })
  test('over real HTTP and TCP, under the egress policy', async () => {
    const server = createServer((request, response) => { response.writeHead(request.url === '/health' ? 200 : 500).end('ok') })
    await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
    const { port } = server.address() as AddressInfo
    const egress = parseEgressAllow(`127.0.0.1:${port}`)
    const http = httpClient({ egress })
    const settle = () => new Promise<void>((resolve) => { setTimeout(resolve, 20) })
    const clock = virtualClock({ settle })
    const { checked, item } = watching({ clock, http, tcp: tcpProbe({ egress }) }, [
      `{ name: well, type: http, config: { url: "http://127.0.0.1:${port}/health" } }`, `{ name: ill, type: http, config: { url: "http://127.0.0.1:${port}/ill" } }`,
      `{ name: open, type: tcp, config: { host: 127.0.0.1, port: ${port} } }`, '{ name: private, type: tcp, config: { host: 10.0.0.1, port: 5432 } }',
    ].join(', '))
    checked.start()
    await clock.advance(75_000)
    await settle()
    expect(checked.states(item()).map(({ name, health }) => [name, health.state, 'lastError' in health ? health.lastError : ''])).toEqual([
      ['well', 'passing', ''], ['ill', 'failing', 'it answered 500'], ['open', 'passing', ''], ['private', 'failing', 'this server may not call its address'],
    ])
    await checked.stop()
    await http.close()
    server.closeAllConnections()
    await new Promise((resolve) => { server.close(resolve) })
  })
})

test('an item answers with what was seen, and /health is as it was', async () => {
  const { clock, checked, item } = watching({ answer: () => 500 })
  checked.start()
  await clock.advance(75_000)
  const current = catalogWith(documentWith(httpCheck))
  const { call } = api({ catalog: { ...catalogOf(), current: () => current }, itemHealth: itemHealth(serviceBreakers({ now: () => clock.now(), env: {} }), checked) })
  const { json } = await call('GET', '/api/v1/catalog/items/database-postgresql')
  expect(json).toMatchObject({
    availability: { state: 'degraded', reason: 'the health check api fails: it answered 500', since: expect.stringMatching(/^2026-/) as string }, canOrder: { allowed: true },
    healthChecks: [{ name: 'api', state: 'failing', lastError: 'it answered 500' }],
  })
  expect(item().item.id).toBe('database-postgresql')
  expect((await call('GET', '/health')).json).toMatchObject({ status: 'ok' })
  await checked.stop()
})
