import { describe, expect, test } from 'vitest'
import { isLoopbackHost } from '../src/dev-authenticator.js'
import { api, orchestrator, view } from './api-fixture.js'
import { expectProblem } from './problem-expectation.js'

const callers = () => {
  const seen: unknown[] = []
  const fixture = api({ requests: { list: ({ viewer, scope }) => { seen.push({ viewer, scope }); return Promise.resolve({ data: [], hasMore: false }) }, history: () => Promise.resolve([]) } })
  return { ...fixture, seen }
}

describe('who calls', () => {
  test.each([
    [{}, { id: 'dev@localhost', teams: ['developers'], administrator: false }],
    [{ 'X-PAO-User': 'ada' }, { id: 'ada', teams: [], administrator: false }],
    [{ 'X-PAO-User': 'ada', 'X-PAO-Teams': 'payments, core ,payments' }, { id: 'ada', teams: ['payments', 'core'], administrator: false }],
    [{ 'X-PAO-Roles': 'developer,admin' }, { id: 'dev@localhost', teams: ['developers'], administrator: true }],
  ])('%j', async (headers, viewer) => {
    const { call, seen } = callers()
    expect((await call('GET', '/api/v1/requests', { headers: headers as Record<string, string> })).status).toBe(200)
    expect(seen).toEqual([{ viewer, scope: 'own' }])
  })

  test.each([
    ['X-PAO-User', 'a b'], ['X-PAO-User', ''], ['X-PAO-User', 'a'.repeat(129)], ['X-PAO-User', '-ada'], ['X-PAO-User', 'ada,eve'],
    ['X-PAO-Teams', 'a b'], ['X-PAO-Teams', 'x'.repeat(65)], ['X-PAO-Teams', Array.from({ length: 51 }, (_, i) => `t${i}`).join(',')],
    ['X-PAO-Roles', 'admin;x'],
  ])('%s: %s is refused', async (name, value) => {
    const { call, seen } = callers()
    expectProblem(await call('GET', '/api/v1/requests', { headers: { [name]: value } }), 400, 'VALIDATION_ERROR')
    expect(seen).toEqual([])
  })
})

describe('what comes from elsewhere', () => {
  test.each(['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example', '10.0.0.1:8080', '0.0.0.0', 'localhost:8080@evil', '[::2]'])('Host %s is refused everywhere', async (host) => {
    const { call } = api()
    for (const path of ['/api/v1/catalog', '/health', '/nowhere']) expectProblem(await call('GET', path, { headers: { host } }), 403, 'FORBIDDEN')
  })

  test.each(['127.0.0.1', 'localhost:8080', '[::1]:8080', '127.8.9.10:1', 'LOCALHOST'])('Host %s is answered', async (host) => {
    expect(isLoopbackHost(host)).toBe(true)
    expect((await api().call('GET', '/health', { headers: { host } })).status).toBe(200)
  })

  test.each(['https://evil.example', 'null', 'http://127.0.0.1:8081', 'http://localhost:8080', 'http://127.0.0.1:8080.evil.example'])('Origin %s is refused', async (origin) => {
    expectProblem(await api().call('POST', '/api/v1/requests', { body: { catalogItemId: 'x' }, headers: { origin } }), 403, 'FORBIDDEN')
    expectProblem(await api().call('GET', '/api/v1/catalog', { headers: { origin } }), 403, 'FORBIDDEN')
  })

  test('its own origin is answered', async () => {
    expect((await api().call('GET', '/api/v1/catalog', { headers: { origin: 'http://127.0.0.1:8080' } })).status).toBe(200)
  })

  test.each(['text/plain', 'text/plain;charset=UTF-8', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/jsonp', 'application/json-seq'])(
    'a body of type %s is refused, as a form would send it', async (type) => {
      for (const path of ['/api/v1/requests', '/api/v1/catalog/refresh', '/nowhere']) {
        expectProblem(await api().call('POST', path, { raw: '{"catalogItemId":"x"}', headers: { 'content-type': type } }), 415, 'UNSUPPORTED_MEDIA_TYPE')
        expectProblem(await api().call('POST', path, { headers: { 'content-type': type } }), 415, 'UNSUPPORTED_MEDIA_TYPE')
      }
    })

  test('a body without a content type is refused, announced or not', async () => {
    const bytes = new TextEncoder().encode('{"catalogItemId":"x"}')
    expectProblem(await api().call('POST', '/api/v1/requests', { raw: bytes }), 415, 'UNSUPPORTED_MEDIA_TYPE')
    expectProblem(await api().call('POST', '/api/v1/requests', { raw: bytes, headers: { 'content-length': '0' } }), 415, 'UNSUPPORTED_MEDIA_TYPE')
  })

  test('JSON under its other names is read', async () => {
    const { call } = api({ orchestrator: orchestrator({ submit: () => Promise.resolve({ kind: 'accepted', request: view() }) }) })
    for (const type of ['application/json', 'application/json; charset=utf-8', 'application/merge-patch+json']) {
      expect((await call('POST', '/api/v1/requests', { raw: '{"catalogItemId":"database-postgresql"}', headers: { 'content-type': type } })).status).toBe(202)
    }
  })
})
