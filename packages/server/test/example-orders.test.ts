import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestDatabase } from '../../../test-support/database.js'
import type { TestDatabase } from '../../../test-support/database.js'
import { startApplication } from '../src/application.js'
import type { Application } from '../src/application.js'
import { readConfig } from '../src/config.js'

/** The bundle as people carry it out: each component a ticket. What it reads of outputs is not there then. */
const byHand = (bundle: string): string => bundle.replaceAll('bundle-web-service', 'bundle-web-service-by-hand')
  .replace('mode: automatic', 'mode: manual').replace('linkType: Blocks', 'linkType: Blocks, parentTicket: { project: SHOP, summary_template: "The shop {{fields.name}}" }').replace(/target: .*/, 'target: ingress.example.org').replace(/, whose database is .*\./, ', made by hand.')

let database: TestDatabase
let directory: string
let application: Application

beforeAll(async () => {
  database = await createTestDatabase()
  directory = await mkdtemp(join(tmpdir(), 'pao-examples-'))
  const catalog = join(directory, 'catalog')
  await cp(fileURLToPath(new URL('../../../examples/catalog', import.meta.url)), catalog, { recursive: true })
  await writeFile(join(catalog, 'bundle-web-service-by-hand.yaml'), byHand(await readFile(join(catalog, 'bundle-web-service.yaml'), 'utf8')))
  const environment = {
    PORT: '0', DATABASE_URL: database.url, PAO_DATA_DIR: directory, PAO_CATALOG: catalog,
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
  ['bundle-web-service', { name: 'shop', image: 'registry.example.org/shop/web:1.4.0' }],
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

describe('a bundle', () => {
  const fields = { name: 'flaky-shop', image: 'registry.example.org/shop/web:1.4.0', zone: 'example.com', environment: 'production', storage_gb: 100 }
  const states = (answer: { readonly components: readonly { readonly id: string; readonly state: string }[] }) => answer.components.map(({ id, state }) => `${id} ${state}`)

  test('stops at the component that fails and goes on from there when it is retried; each item got its values', async () => {
    const order = await call('POST', '/requests', { bundleId: 'bundle-web-service', fields })
    const id = order.json.id as string
    expect(await ended(id)).toBe('failed')
    const failed = (await call('GET', `/requests/${id}`)).json
    expect(states(failed)).toEqual(['database completed', 'application failed', 'address pending'])
    expect(failed).toMatchObject({ allowedActions: ['retry', 'abort'], failure: { failedActions: [{ step: 'application.deploy', code: 'HTTP_503' }] } })
    await call('POST', `/requests/${id}/retry`, { reason: 'there is room now' })
    expect(await ended(id)).toBe('completed')
    const { components, steps } = (await call('GET', `/requests/${id}`)).json
    expect(states({ components })).toEqual(['database completed', 'application completed', 'address completed'])
    expect(steps.slice(0, 5).map((step: { executions: number }) => step.executions)).toEqual([1, 1, 1, 2, 1])
    const [data, application, address] = components
    expect(data).toMatchObject({ itemId: 'database-postgresql-standard', outputs: { 'register-name': { fqdn: 'db-db-flaky-shop.db.example.internal' } }, tickets: [] })
    expect(application.outputs.deploy.url).toBe('https://flaky-shop.apps.playground.internal')
    const [{ key, url }] = address.tickets
    const ticket = (await (await fetch(url as string, { headers: { connection: 'close' } })).json()) as { readonly key: string; readonly fields: { readonly summary: string; readonly description: unknown } }
    expect([ticket.key, ticket.fields.summary]).toEqual([key, 'DNS: CNAME flaky-shop.example.com'])
    expect(JSON.stringify(ticket.fields.description)).toContain('CNAME flaky-shop.apps.playground.internal')
    expect(JSON.stringify(ticket.fields.description)).toContain('whose database is db-db-flaky-shop.db.example.internal.')
  })

  test('says before it is ordered what every component would do, and what does not fit an item', async () => {
    const dryRun = await call('POST', '/requests?dryRun=true', { catalogItemId: 'bundle-web-service', input: { service: { name: 'shop', image: 'registry.example.org/shop/web:1.4.0' }, data: { storage_gb: 60 } } })
    expect(dryRun.json.steps[0]).toMatchObject({ id: 'database.create-database', would: 'run', config: { body: { content_template: expect.stringContaining('"storage_gb": 60') as string } } })
    const wrong = await call('POST', '/requests', { bundleId: 'bundle-web-service', input: { service: { name: 'shop', image: 'no-tag' }, dta: {} } })
    expect(wrong.status).toBe(400)
    expect(wrong.json.errors).toMatchObject([{ constraint: 'unknown', pointer: '/input/dta' }, { field: 'image', pointer: '/input/service/image', message: expect.stringContaining('(application)') as string }])
  })

  test('in manual mode makes one ticket a component, each linked with those that it waits for, and all of them under one', async () => {
    const order = await call('POST', '/requests', { catalogItemId: 'bundle-web-service-by-hand', fields: { ...fields, name: 'shop' } })
    expect(order.json.errors ?? []).toEqual([])
    expect(await ended(order.json.id as string)).toBe('completed')
    const { components, mode, parentTicket } = (await call('GET', `/requests/${order.json.id as string}`)).json
    expect(mode).toBe('manual')
    const tickets = (components as readonly { readonly tickets: readonly { readonly key: string; readonly url: string }[] }[]).map((component) => component.tickets)
    expect(tickets.map(({ length }) => length)).toEqual([1, 1, 1])
    const links = await Promise.all(tickets.flat().map(async ({ url }) => {
      const shown = await (await fetch(url, { headers: { connection: 'close' } })).json() as { readonly links: readonly { readonly type: { readonly name: string }; readonly inwardIssue?: { readonly key: string }; readonly outwardIssue?: { readonly key: string } }[] }
      return shown.links.map(({ type, inwardIssue, outwardIssue }) => [type.name, inwardIssue?.key, outwardIssue?.key])
    }))
    const [data, application, address] = tickets.flat().map(({ key }) => key)
    expect(parentTicket).toMatchObject({ step: 'parent', key: expect.stringMatching(/^SHOP-\d+$/) as string })
    for (const { url } of tickets.flat()) expect(await (await fetch(url, { headers: { connection: 'close' } })).json()).toMatchObject({ fields: { parent: { key: parentTicket.key } } })
    expect(await (await fetch(parentTicket.url as string, { headers: { connection: 'close' } })).json()).toMatchObject({ fields: { issuetype: { name: 'Epic' }, summary: 'The shop shop' }, links: [] })
    expect(links).toEqual([[['Blocks', undefined, application]], [['Blocks', data, undefined], ['Blocks', undefined, address]], [['Blocks', application, undefined]]])
  })
})
