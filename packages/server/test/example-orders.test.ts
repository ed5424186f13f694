import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase } from '../../../test-support/database.js'
import type { TestDatabase } from '../../../test-support/database.js'
import { startApplication } from '../src/application.js'
import type { Application } from '../src/application.js'
import { readConfig } from '../src/config.js'

let database: TestDatabase
let directory: string
let application: Application

beforeAll(async () => {
  database = await createTestDatabase()
  directory = await mkdtemp(join(tmpdir(), 'pao-examples-'))
  const environment = {
    PORT: '0', DATABASE_URL: database.url, PAO_DATA_DIR: directory, PAO_CATALOG: fileURLToPath(new URL('../../../examples/catalog', import.meta.url)),
    PAO_ENCRYPTION_KEY: 'cd'.repeat(32), PAO_PLAYGROUND_RESOLVE_SECONDS: '1', PAO_SHUTDOWN_SECONDS: '2', PAO_CATALOG_PROFILE: 'strict',
  }
  const answer = readConfig(environment, directory)
  if ('problems' in answer) throw new Error(answer.problems.join('\n'))
  const quiet = () => undefined
  application = await startApplication({ config: answer.config, environment, logger: { debug: quiet, info: quiet, warn: quiet, error: quiet }, say: quiet })
})

afterAll(async () => {
  await application.stop()
  await database.drop()
  await rm(directory, { recursive: true, force: true })
})

const call = async (method: string, path: string, body?: unknown) => {
  const response = await fetch(`${application.url}/api/v1${path}`, {
    method, headers: { connection: 'close', prefer: 'wait=10', 'content-type': 'application/json' }, ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests read answers freely
  return { status: response.status, json: await response.json() as any }
}

const ended = async (id: string): Promise<string> => {
  for (let round = 0; round < 150; round += 1) {
    const { status } = (await call('GET', `/requests/${id}`)).json
    if (status === 'completed' || status === 'failed') return status as string
    await sleep(100)
  }
  return 'never'
}

const orders: readonly (readonly [string, Record<string, unknown>, string?])[] = [
  ['database-postgresql-standard', { name: 'orders-db', environment: 'production', high_availability: true }],
  ['database-postgresql-standard', { name: 'small-db' }],
  ['compute-container-app', { name: 'shop', image: 'registry.example.org/shop/web:1.4.0', cpu: 0.3, public: true, allowed_paths: ['/', '/api'] }],
  ['compute-container-app', { name: 'inner', image: 'registry.example.org/shop/worker:1.4.0' }],
  ['storage-object-store', { name: 'invoices', classification: 'confidential', contact: 'data@example.org' }, 'production'],
  ['networking-dns-record', { zone: 'example.org', host: 'shop', target: '192.0.2.10', reason: 'The shop needs a name.' }],
  ['messaging-queue-standard', { name: 'order-events' }],
  ['messaging-queue-standard', { name: 'plain-events', dead_letters: false }],
  ['security-secret', { name: 'payment-token', value: 'canary "with" \\ everything' }],
]

test.each(orders)('%s with %j is carried out', async (catalogItemId, fields, environment) => {
  const order = await call('POST', '/requests', { catalogItemId, fields, ...(environment === undefined ? {} : { environment }) })
  expect(order.json.errors ?? []).toEqual([])
  expect(await ended(order.json.id as string)).toBe('completed')
})

test('a queue that fails the first time completes when it is retried; one that is refused says why', async () => {
  const flaky = await call('POST', '/requests', { catalogItemId: 'messaging-queue-standard', fields: { name: 'flaky-events' } })
  expect(flaky.json).toMatchObject({ status: 'failed', allowedActions: ['retry', 'abort'] })
  await call('POST', `/requests/${flaky.json.id as string}/retry`, {})
  expect(await ended(flaky.json.id as string)).toBe('completed')
  const refused = await call('POST', '/requests', { catalogItemId: 'database-postgresql-standard', fields: { name: 'refused-db' } })
  expect(refused.json).toMatchObject({ status: 'failed', failure: { failedActions: [{ code: 'HTTP_422' }] } })
})
