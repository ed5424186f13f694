import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestDatabase } from '../../../test-support/database.js'
import type { TestDatabase } from '../../../test-support/database.js'
import { startApplication } from '../src/application.js'
import type { Application } from '../src/application.js'
import { readConfig } from '../src/config.js'
import { documentOf } from './api-fixture.js'

const CANARY = 'Canary-7f3a-secret'
const fixtures = new URL('fixtures/catalog/', import.meta.url)

let database: TestDatabase
let directory: string
let application: Application
const logged: string[] = []
const said: string[] = []

const start = async (change: Record<string, string> = {}): Promise<Application> => {
  const environment = {
    PORT: '0', DATABASE_URL: database.url, PAO_DATA_DIR: join(directory, 'data'), PAO_CATALOG: join(directory, 'catalog'), PAO_PLAYGROUND_RESOLVE_SECONDS: '1',
    PAO_ENCRYPTION_KEY: 'ab'.repeat(32), PAO_SHUTDOWN_SECONDS: '2', ...change,
  }
  const answer = readConfig(environment, directory)
  if ('problems' in answer) throw new Error(answer.problems.join('\n'))
  const log = (fields: unknown, message: string) => { logged.push(`${message} ${JSON.stringify(fields, (_name, value: unknown) => (value instanceof Error ? `${value.message} ${value.stack}` : value))}`) }
  return startApplication({ config: answer.config, environment, logger: { debug: log, info: log, warn: log, error: log }, say: (line) => { said.push(line) } })
}

const call = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
  const response = await fetch(`${application.url}${path}`, {
    method, headers: { connection: 'close', ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers }, ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests read answers freely
  return { status: response.status, headers: response.headers, text, json: (text === '' ? undefined : JSON.parse(text)) as any }
}

const order = (catalogItemId: string, fields: Record<string, unknown>, headers: Record<string, string> = {}) =>
  call('POST', '/api/v1/requests', { catalogItemId, fields }, { prefer: 'wait=15', ...headers })

const until = async (id: string, states: readonly string[], query = ''): Promise<Awaited<ReturnType<typeof call>>> => {
  for (let round = 0; round < 150; round += 1) {
    const answer = await call('GET', `/api/v1/requests/${id}${query}`)
    if (states.includes(answer.json.status)) return answer
    await sleep(100)
  }
  throw new Error(`request ${id} did not come to ${states.join()}`)
}

const provisioned = async (collection: string): Promise<readonly { readonly name: string }[]> =>
  ((await (await fetch(`${application.playground?.provisioningUrl}/v1/${collection}`, { headers: { connection: 'close' } })).json()) as { items: { name: string }[] }).items

beforeAll(async () => {
  database = await createTestDatabase()
  directory = await mkdtemp(join(tmpdir(), 'pao-e2e-'))
  await cp(fixtures, join(directory, 'catalog'), { recursive: true })
  application = await start()
})

afterAll(async () => {
  await application.stop()
  await database.drop()
  await rm(directory, { recursive: true, force: true })
})

describe('an order', () => {
  test('is carried out in three steps, each with the outputs of those before', async () => {
    const answer = await order('database-three-steps', { name: 'orders', admin_password: CANARY }, { 'X-Correlation-Id': 'trace-1' })
    expect([answer.status, answer.json.status, answer.json.correlationId]).toEqual([201, 'completed', 'trace-1'])
    expect(answer.json).toMatchObject({
      playground: true, progress: { completedActions: 3, totalActions: 3, percentComplete: 100 },
      outputs: { database: { endpoint: 'orders.db.playground.internal:5432' } }, input: { name: 'orders', admin_password: '••••••' },
    })
    expect(await provisioned('databases')).toEqual([expect.objectContaining({ name: 'orders', backups: 'https://backups-orders.objects.playground.internal' })])
    const whole = await call('GET', answer.headers.get('location') ?? '')
    expect(whole.json.timeline.map(({ type }: { type: string }) => type).filter((type: string) => type !== 'request-started')).toEqual(['submitted', ...Array.from({ length: 3 }, () => ['step-started', 'step-succeeded']).flat()])
    expect((await call('GET', `${answer.headers.get('location')}/logs`)).json.data.every(({ message }: { message: string }) => typeof message === 'string')).toBe(true)
  })

  test('that fails is retried and completes, with one effect a step', async () => {
    const failed = await order('database-three-steps', { name: 'flaky-db', admin_password: CANARY })
    expect([failed.status, failed.json.status, failed.json.allowedActions]).toEqual([201, 'failed', ['retry', 'abort']])
    expect(failed.json.failure).toMatchObject({ failedActions: [{ step: 'database', code: 'HTTP_503' }], needsPerson: [], partialResources: [{ step: 'bucket' }] })
    expect(failed.json.currentAction).toMatchObject({ id: 'database', status: 'failed' })
    const stale = await call('POST', `/api/v1/requests/${failed.json.id}/retry`, {}, { 'if-match': '"1"' })
    expect([stale.status, stale.json.code]).toEqual([412, 'PRECONDITION_FAILED'])
    const retried = await call('POST', `/api/v1/requests/${failed.json.id}/retry`, { reason: 'there is room again' }, { 'if-match': failed.headers.get('etag') ?? '' })
    expect(retried.status).toBe(202)
    expect((await until(failed.json.id, ['completed', 'failed'])).json.status).toBe('completed')
    const made = async (collection: string) => (await provisioned(collection)).filter(({ name }) => name.endsWith('flaky-db')).length
    expect([await made('buckets'), await made('databases'), await made('queues')]).toEqual([1, 1, 1])
    const again = await call('POST', `/api/v1/requests/${failed.json.id}/retry`)
    expect([again.status, again.json.code]).toEqual([409, 'INVALID_STATE_TRANSITION'])
  })

  test('that is refused can be retried with edited input, or aborted', async () => {
    const failed = await order('database-three-steps', { name: 'refused-db', admin_password: CANARY })
    expect(failed.json.failure.failedActions).toMatchObject([{ step: 'database', code: 'HTTP_422' }])
    const wrong = await call('POST', `/api/v1/requests/${failed.json.id}/retry`, { fields: { name: 'X', admin_password: CANARY } })
    expect([wrong.status, wrong.json.errors[0].field]).toEqual([400, 'name'])
    const edited = await call('POST', `/api/v1/requests/${failed.json.id}/retry`, { fields: { name: 'accepted-db', admin_password: CANARY }, redo: ['bucket'] })
    expect(edited.status).toBe(202)
    expect((await until(failed.json.id, ['completed', 'failed'])).json).toMatchObject({ status: 'completed', input: { name: 'accepted-db' }, revision: 2 })
    const other = await order('database-three-steps', { name: 'refused-too', admin_password: CANARY })
    expect((await call('POST', `/api/v1/requests/${other.json.id}/abort`, { reason: 'not needed any more' })).json).toMatchObject({ status: 'aborted', allowedActions: [] })
  })

  test('with the same Idempotency-Key is one order', async () => {
    const key = { 'Idempotency-Key': 'e2e-1' }
    const answers = await Promise.all(Array.from({ length: 8 }, () => order('database-three-steps', { name: 'once', admin_password: CANARY }, key)))
    expect(new Set(answers.map(({ json }) => json.id)).size).toBe(1)
    expect(answers.filter(({ headers }) => headers.get('idempotency-replayed') === 'true')).toHaveLength(7)
    expect((await order('database-three-steps', { name: 'twice', admin_password: CANARY }, key)).json.code).toBe('IDEMPOTENCY_CONFLICT')
  })

  test('is validated: every problem at once, an unknown field refused, a dry run writes nothing', async () => {
    const wrong = await order('database-three-steps', { name: 'X', surprise: 1 })
    expect(wrong.status).toBe(400)
    expect(wrong.json.errors.map(({ field, constraint }: Record<string, string>) => `${field}:${constraint}`).sort()).toEqual(['admin_password:required', 'name:pattern', 'surprise:unknown'])
    const before = (await call('GET', '/api/v1/requests?limit=200')).json.data.length
    const dry = await call('POST', '/api/v1/requests', { catalogItemId: 'database-three-steps', fields: { name: 'dry', admin_password: CANARY }, dryRun: true })
    expect(dry.json).toMatchObject({ kind: 'dry-run', mode: 'automatic', steps: [{ id: 'bucket', would: 'run' }, { id: 'database', would: 'unknown' }, { id: 'queue', would: 'run' }] })
    expect((await call('GET', '/api/v1/requests?limit=200')).json.data).toHaveLength(before)
  })
})

describe('a manual order', () => {
  test('of a document whose actions are not installed waits for its ticket, which resolves by itself', async () => {
    const item = await call('GET', '/api/v1/catalog/items/database-postgresql-standard')
    expect(item.json).toMatchObject({ mode: 'manual', orderable: true, modeReason: expect.stringContaining('terraform') })
    const answer = await order('database-postgresql-standard', { instance_name: 'orders-db', instance_class: 'db.t3.micro', storage_size: 20 })
    expect([answer.status, answer.json.status, answer.json.currentAction.status]).toEqual([202, 'in_progress', 'waiting'])
    expect(answer.json.references).toEqual([{ step: expect.any(String), service: 'jira:playground', id: 'DBA-1', url: `${application.playground?.jira.url}/browse/DBA-1` }])
    expect((await call('GET', `/api/v1/requests/${answer.json.id}?live=true`)).json.externalStatus).toMatchObject({ reference: 'DBA-1', asOf: expect.any(String) })
    expect((await until(answer.json.id, ['completed', 'failed'])).json).toMatchObject({ status: 'completed', externalStatus: { status: 'Done' } })
  })

  test('is carried on by a live read that shows the end, and fails when the ticket is refused', async () => {
    const fields = { instance_name: 'live-db', instance_class: 'db.t3.micro', storage_size: 20 }
    const first = await order('database-postgresql-standard', fields)
    const ticket = first.json.references[0].id
    expect((await call('POST', `/playground/tickets/${ticket}/resolve`, { status: "Won't Do" })).json).toEqual({ key: ticket, status: "Won't Do" })
    expect((await until(first.json.id, ['failed', 'completed'], '?live=true')).json).toMatchObject({ status: 'failed', failure: { failedActions: [{ code: 'TICKET_REJECTED', message: expect.stringContaining("Won't Do") }] } })
    const { json: { data: lines } } = await call('GET', `/api/v1/requests/${first.json.id}/logs`)
    expect(lines[0].message).toBe(`ticket ${ticket} was created in Jira (playground)`)
    expect((await call('POST', `/playground/tickets/${ticket}/resolve`, { status: 'Done' })).json).toEqual({ key: ticket, status: 'Done' })
    expect((await call('POST', `/api/v1/requests/${first.json.id}/retry`, { reason: 'done after all' })).status).toBe(202)
    expect((await until(first.json.id, ['failed', 'completed'])).json).toMatchObject({ status: 'completed', references: [{ id: ticket }] })
  })
})

describe('who may see', () => {
  test('only the requester, the owners and administrators', async () => {
    const { json: { id } } = await order('database-three-steps', { name: 'mine', admin_password: CANARY }, { 'X-PAO-User': 'ada', 'X-PAO-Teams': 'payments' })
    const seen = async (headers: Record<string, string>) => Promise.all([`/${id}`, `/${id}/status`, `/${id}/logs`].map(async (path) => (await call('GET', `/api/v1/requests${path}`, undefined, headers)).status))
    expect(await seen({ 'X-PAO-User': 'ada' })).toEqual([200, 200, 200])
    expect(await seen({ 'X-PAO-User': 'bob', 'X-PAO-Teams': 'payments' })).toEqual([200, 200, 200])
    expect(await seen({ 'X-PAO-User': 'dba', 'X-PAO-Teams': 'platform-database-team' })).toEqual([200, 200, 200])
    expect(await seen({ 'X-PAO-User': 'root', 'X-PAO-Roles': 'admin' })).toEqual([200, 200, 200])
    expect(await seen({ 'X-PAO-User': 'eve', 'X-PAO-Teams': 'other' })).toEqual([404, 404, 404])
    for (const decision of ['retry', 'abort']) expect((await call('POST', `/api/v1/requests/${id}/${decision}`, { reason: 'x' }, { 'X-PAO-User': 'eve' })).status).toBe(404)
    const mine = async (scope: string, headers: Record<string, string>) => (await call('GET', `/api/v1/requests?scope=${scope}`, undefined, headers)).json.data.some((row: { id: string }) => row.id === id)
    expect([await mine('own', { 'X-PAO-User': 'ada' }), await mine('own', { 'X-PAO-User': 'bob', 'X-PAO-Teams': 'payments' }), await mine('team', { 'X-PAO-User': 'bob', 'X-PAO-Teams': 'payments' }), await mine('team', { 'X-PAO-User': 'eve', 'X-PAO-Teams': 'other' })]).toEqual([true, false, true, false])
  })

  test('lists walk every page once', async () => {
    const all = (await call('GET', '/api/v1/requests?limit=200')).json.data.map(({ id }: { id: string }) => id)
    const walked: string[] = []
    for (let cursor = ''; ;) {
      const { json } = await call('GET', `/api/v1/requests?limit=3${cursor}`)
      walked.push(...json.data.map(({ id }: { id: string }) => id))
      if (!json.pagination.has_more) break
      cursor = `&cursor=${json.pagination.next_cursor}`
    }
    expect(walked).toEqual(all)
    expect((await call('GET', '/api/v1/requests?status=failed,aborted&item=database-three-steps')).json.data.map(({ status }: { status: string }) => status)).toEqual(['aborted'])
  })
})

describe('the catalog', () => {
  const admin = { 'X-PAO-Roles': 'admin' }
  const path = () => join(directory, 'catalog', 'database-three-steps.yaml')

  test('keeps the last good version of a broken file, also over a restart; a removed file goes', async () => {
    const good = await readFile(path(), 'utf8')
    await writeFile(path(), 'version: [')
    const refreshed = await call('POST', '/api/v1/catalog/refresh', undefined, admin)
    expect(refreshed.json.issues).toContainEqual(expect.objectContaining({ severity: 'error', file: 'database-three-steps.yaml', line: expect.any(Number), column: expect.any(Number) }))
    expect((await call('GET', '/api/v1/catalog/items/database-three-steps')).status).toBe(200)
    await application.stop()
    application = await start()
    expect((await call('GET', '/api/v1/catalog/items/database-three-steps')).json).toMatchObject({ orderable: true })
    expect((await order('database-three-steps', { name: 'still', admin_password: CANARY })).json.status).toBe('completed')
    await rm(path())
    await call('POST', '/api/v1/catalog/refresh', undefined, admin)
    expect((await call('GET', '/api/v1/catalog/items/database-three-steps')).status).toBe(404)
    await writeFile(path(), good)
    await call('POST', '/api/v1/catalog/refresh', undefined, admin)
    expect((await call('GET', '/api/v1/catalog?q=three')).json.data).toHaveLength(1)
  })

  test('follows its folder while the server runs', async () => {
    const served = async () => (await call('GET', '/api/v1/catalog/items/database-three-steps')).json.version
    const good = await readFile(path(), 'utf8')
    const become = async (version: string) => {
      for (let round = 0; round < 100 && await served() !== version; round += 1) await sleep(50)
      expect(await served()).toBe(version)
    }
    const before = await served()
    await writeFile(path(), good.replace(/^( +version:) .*$/m, '$1 9.9.9'))
    await become('9.9.9')
    await writeFile(path(), good)
    await become(before)
    const { json } = await call('GET', '/api/v1/catalog/items/database-three-steps/versions')
    expect(json.data.slice(0, 2)).toMatchObject([{ version: before, current: true }, { version: '9.9.9', current: false }])
  })

  test('offers an item in its environments and to its teams only', async () => {
    await writeFile(join(directory, 'catalog', 'limited-item.yaml'), documentOf({ id: 'limited-item', environments: ['production'], teams: ['payments'] }))
    await call('POST', '/api/v1/catalog/refresh', undefined, admin)
    const body = { catalogItemId: 'limited-item', fields: { name: 'x' } }
    const ordered = async (more: object, headers: Record<string, string>) => { const { status, json } = await call('POST', '/api/v1/requests', { ...body, ...more }, headers); return [status, json.code ?? json.environment, json.errors?.[0]?.field] }
    const member = { 'X-PAO-User': 'ada', 'X-PAO-Teams': 'payments' }
    expect(await ordered({}, member)).toEqual([400, 'VALIDATION_ERROR', 'environment'])
    expect(await ordered({ environment: 'staging' }, member)).toEqual([409, 'ITEM_NOT_ORDERABLE', undefined])
    expect(await ordered({ environment: 'production' }, { 'X-PAO-User': 'eve' })).toEqual([404, 'CATALOG_ITEM_NOT_FOUND', undefined])
    expect(await ordered({ environment: 'production', version: '9.9.9' }, member)).toEqual([409, 'ITEM_NOT_ORDERABLE', undefined])
    expect(await ordered({ environment: 'production' }, member)).toEqual([202, 'production', undefined])
    expect((await call('GET', '/api/v1/catalog/items/limited-item', undefined, { 'X-PAO-User': 'eve' })).status).toBe(404)
  })

  test('gives the form as a JSON Schema', async () => {
    expect((await call('GET', '/api/v1/catalog/items/database-three-steps/schema')).json).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema', properties: { admin_password: { writeOnly: true } }, required: ['name', 'admin_password'],
    })
  })

  test('refuses items with passwords where there is no key for a database elsewhere', async () => {
    await application.stop()
    application = await start({ PAO_ENCRYPTION_KEY: '' })
    expect((await call('GET', '/api/v1/catalog/items/database-three-steps')).json).toMatchObject({ orderable: false, notOrderableBecause: [expect.stringContaining('PAO_ENCRYPTION_KEY')] })
    expect((await order('database-three-steps', { name: 'nokey', admin_password: CANARY })).json.code).toBe('ITEM_NOT_ORDERABLE')
    await application.stop()
    application = await start()
  })
})

test('a password is nowhere: not in the database, the logs or the playground', async () => {
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  const { rows: tables } = await client.query<{ schema: string; name: string }>("select table_schema as schema, table_name as name from information_schema.tables where table_schema not in ('pg_catalog', 'information_schema')")
  expect(tables.length).toBeGreaterThan(5)
  for (const { schema, name } of tables) {
    const { rows } = await client.query(`select count(*)::int as found from "${schema}"."${name}" t where t::text like '%${CANARY}%'`)
    expect([name, rows[0]]).toEqual([name, { found: 0 }])
  }
  await client.end()
  expect(logged.join('\n')).not.toContain(CANARY)
  expect(said.join('\n')).not.toContain(CANARY)
  for (const file of ['jira.jsonl', 'provisioning.jsonl']) expect(await readFile(join(directory, 'data', 'playground', file), 'utf8')).not.toContain(CANARY)
})

describe('while it runs', () => {
  test('it says that it is ready, and with what', async () => {
    for (const path of ['/health', '/health/ready', '/healthz', '/livez', '/readyz', '/api/v1/health', '/api/v1/health/ready']) expect((await call('GET', path)).json.status).toBe('ok')
    expect((await call('GET', '/api/v1/version')).json).toMatchObject({ name: 'pao', playground: { jira: application.playground?.jira.url } })
  })

  test('without its database it answers 503, lives on, and recovers', async () => {
    const admin = new pg.Client({ connectionString: database.url.replace(/\/[^/]+$/, '/postgres') })
    await admin.connect()
    const name = new URL(database.url).pathname.slice(1)
    await admin.query(`alter database ${name} allow_connections false`)
    await admin.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name])
    const lost = await call('GET', '/api/v1/requests')
    expect([lost.status, lost.json.code, lost.headers.get('retry-after')]).toEqual([503, 'SERVICE_UNAVAILABLE', '2'])
    expect((await call('GET', '/livez')).status).toBe(200)
    expect((await call('GET', '/api/v1/catalog')).status).toBe(200)
    let ready = 200
    for (let round = 0; round < 80 && ready === 200; round += 1) { await sleep(100); ready = (await call('GET', '/readyz')).status }
    expect(ready).toBe(503)
    await admin.query(`alter database ${name} allow_connections true`)
    await admin.end()
    for (let round = 0; round < 80 && ready !== 200; round += 1) { await sleep(100); ready = (await call('GET', '/readyz')).status }
    expect(ready).toBe(200)
    expect((await order('database-three-steps', { name: 'after', admin_password: CANARY })).json.status).toBe('completed')
  })
})
