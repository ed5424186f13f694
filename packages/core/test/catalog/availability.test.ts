import { describe, expect, test } from 'vitest'
import { availabilityOf } from '../../src/catalog/availability.js'
import { healthChecks } from '../../src/catalog/health-checks.js'
import { stepServices } from '../../src/catalog/step-services.js'
import { edited, load, queue } from './documents.js'

/** A Monday, 12:30 UTC. */
const NOON = Date.UTC(2026, 10, 23, 12, 30)
const HOUR = 3_600_000
const item = (window: string) => load(edited(['fulfillment:\n', `lifecycle: { maintenance: { windows: [${window}] } }\nfulfillment:\n`])).item!
const state = (window: string, now = NOON): string => availabilityOf(item(window), [], now).state

describe('maintenance windows', () => {
  test.each<[string, string, number, string]>([
    ['now', '{ day: monday, start_time: "12:00", end_time: "13:00" }', NOON, 'maintenance'],
    ['on another day', '{ day: sunday, start_time: "12:00", end_time: "13:00" }', NOON, 'available'],
    ['at its end', '{ day: Mon, start_time: "12:00", end_time: "12:30" }', NOON, 'available'],
    ['at its beginning', '{ day: Mon, start_time: "12:30", end_time: "13:00" }', NOON, 'maintenance'],
    ['every day', '{ start_time: "12:00", end_time: "13:00" }', NOON, 'maintenance'],
    ['in another time zone', '{ day: monday, start_time: "13:00", end_time: "14:00", timezone: Europe/Berlin }', NOON, 'maintenance'],
    ['over midnight, before', '{ day: monday, start_time: "22:00", end_time: "02:00" }', NOON + 10 * HOUR, 'maintenance'],
    ['over midnight, behind', '{ day: monday, start_time: "22:00", end_time: "02:00" }', NOON + 13 * HOUR, 'maintenance'],
    ['over midnight, a day early', '{ day: monday, start_time: "22:00", end_time: "02:00" }', NOON - 12 * HOUR, 'available'],
    ['of a time zone that there is not', '{ day: monday, start_time: "12:00", end_time: "13:00", timezone: Mars/Base }', NOON, 'available'],
    ['of a time that there is not', '{ day: monday, start_time: noon, end_time: "13:00" }', NOON, 'available'],
  ])('%s', (_name, window, now, expected) => {
    expect(state(window, now)).toBe(expected)
  })
})

test('what cannot be ordered is unavailable; what people do in place of the machine is degraded', () => {
  expect(availabilityOf(item('{ start_time: "12:00", end_time: "13:00" }'), ['it is a draft'], NOON)).toEqual({ state: 'unavailable', reason: 'it is a draft' })
  expect(availabilityOf(item('{ start_time: "12:00", end_time: "13:00" }'), [], NOON)).toEqual({ state: 'maintenance', reason: 'maintenance until 13:00 UTC' })
  const manual = load(edited(['      - id: announce\n        type: rest-api', '      - id: announce\n        type: terraform'])).item!
  expect(availabilityOf(manual, [], NOON)).toEqual({ state: 'degraded', reason: manual.item.fulfillment.modeReason })
  expect(manual.item.fulfillment.modeReason).toBeDefined()
})

describe('what was seen outside', () => {
  const good = () => load(queue).item!
  const degraded = { state: 'degraded' as const, reason: 'a health check fails', since: NOON - 5 }
  const open = { state: 'unavailable' as const, reason: 'the breaker is open', since: NOON }
  test('the worst is told, with its since; of equal ones the one that has lasted longest', () => {
    expect(availabilityOf(good(), [], NOON, [])).toEqual({ state: 'available' })
    expect(availabilityOf(good(), [], NOON, [degraded])).toEqual(degraded)
    expect(availabilityOf(good(), [], NOON, [degraded, open])).toEqual(open)
    expect(availabilityOf(good(), [], NOON, [{ ...open, since: NOON + 1 }, open])).toEqual(open)
  })
  test('what nobody can order, and an open window, come before it', () => {
    expect(availabilityOf(good(), ['it is a draft'], NOON, [open])).toEqual({ state: 'unavailable', reason: 'it is a draft' })
    expect(availabilityOf(item('{ start_time: "12:00", end_time: "13:00" }'), [], NOON, [open]).state).toBe('maintenance')
  })
})

describe('what the steps of an item call', () => {
  test('is told by URLs that are written out, and by env values', () => {
    expect(stepServices(load(queue).item!, { QUEUE_API: 'https://queues.example.org:8443/base' })).toEqual([
      { step: 'create-queue', action: 'rest-api', hosts: ['queues.example.org:8443'], essential: true }, { step: 'announce', action: 'rest-api', hosts: ['queues.example.org:8443'], essential: true },
    ])
    const written = load(edited(['url: "{{env.QUEUE_API}}/queues"', 'url: "https://Other.example.org/{{fields.stage}}"'])).item!
    expect(stepServices(written, {}).map(({ hosts }) => hosts)).toEqual([['other.example.org'], []])
  })
  test('a step that a condition may skip, or that something replaces, is not essential', () => {
    const conditional = load(edited(['order: 1', 'order: 1\n        conditions: [{ field: stage, operator: eq, value: prod }]'])).item!
    expect(stepServices(conditional, {}).map(({ essential }) => essential)).toEqual([false, true])
    const replaced = load(edited(['order: 1', 'order: 1\n        error_handling: { strategy: fallback, fallback_action: announce }'])).item!
    expect(stepServices(replaced, {}).map(({ essential }) => essential)).toEqual([false, false])
  })
})

describe('health checks of documents', () => {
  const checks = (entries: string) => edited(['fulfillment:\n', `monitoring: { health_checks: [${entries}] }\nfulfillment:\n`])
  const read = (entries: string, env = {}) => healthChecks(load(checks(entries)).item!.item.document, { env, metadata: { port: 5432 } })
  test('http and tcp, with env values and metadata', () => {
    expect(read('{ name: api, type: http, config: { url: "{{env.QUEUE_API}}/health", expected_status: [200, 204], timeout: 2 }, interval: 30 }', { QUEUE_API: 'https://queues.example.org/' })).toEqual([
      { name: 'api', intervalMs: 30_000, timeoutMs: 2_000, target: { type: 'http', url: 'https://queues.example.org/health', method: 'GET', expectedStatus: [200, 204] } },
    ])
    expect(read('{ name: db, type: tcp, config: { host: db.example.org, port: "{{metadata.port}}" }, interval: 1 }')).toEqual([
      { name: 'db', intervalMs: 10_000, timeoutMs: 5_000, target: { type: 'tcp', host: 'db.example.org', port: 5432 } },
    ])
  })
  test.each([
    ['{ name: a, type: tcp, config: { host: "{{output.create.endpoint}}", port: 1 } }', 'warning informs-only: the health check a is kept and not carried out: it reads output, which there is only when something was made'],
    ['{ name: a, type: sql, config: { query: SELECT 1 } }', 'warning informs-only: the health check a is kept and not carried out: checks of type sql are not carried out; http and tcp are'],
    ['{ name: a, type: http, config: { url: "ftp://x" } }', 'error health-check: the health check a cannot be carried out: config.url must be an http or https URL'],
    ['{ name: a, type: tcp, config: { host: x, port: 70000 } }', 'error health-check: the health check a cannot be carried out: a check of type tcp needs config.port, 1 to 65535'],
    ['{ name: a, type: http, config: { url: "https://x.example" } }, { name: a, type: http, config: { url: "https://x.example" } }', 'error duplicate-id: the health check a stands twice'],
  ])('%s is told and not carried out', (entries, issue) => {
    const found = load(checks(entries), 'strict').issues.map(({ severity, code, message }) => `${severity} ${code}: ${message}`)
    expect(found).toContain(issue)
  })
  test('one that reads an env value is not judged before the value is known', () => {
    expect(load(checks('{ name: a, type: tcp, config: { host: "{{env.QUEUE_API}}", port: "{{env.QUEUE_API}}" } }')).issues).toEqual([])
    expect(read('{ name: a, type: tcp, config: { host: "{{env.QUEUE_API}}", port: "{{env.PORT}}" } }', { QUEUE_API: 'x', PORT: 'none' })).toEqual([])
  })
})
