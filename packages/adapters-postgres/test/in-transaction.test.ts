import { createPostgresPool, migrate, postgresRequestStore } from '@pao/adapters-postgres'
import type { SubmitAnswer } from '@pao/core'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { TestDatabase } from '../../../test-support/database.js'
import { createTestDatabase } from '../../../test-support/database.js'
import type { PostgresEngine } from './engine-fixture.js'
import { postgresEngine, root } from './engine-fixture.js'

const schema = 'pao'
const hour = 3_600_000
const idOf = (answer: SubmitAnswer): string => {
  if (answer.kind === 'refused') throw new Error(answer.message)
  return answer.request.request.id
}

describe('a submission in the caller\'s transaction', () => {
  let database: TestDatabase
  let pool: pg.Pool
  let engine: PostgresEngine
  const clients: pg.Client[] = []

  beforeAll(async () => {
    database = await createTestDatabase()
    pool = createPostgresPool({ connectionString: database.url, max: 4 })
    await migrate(pool, { schema })
    await pool.query('create table orders (name text primary key)')
  })
  afterAll(async () => {
    await pool.end()
    await database.drop()
  })
  // Its own looks are an hour apart: what it finds it was woken for.
  beforeEach(async () => {
    engine = postgresEngine(pool, { schema, pollMs: hour })
    await engine.orchestrator.start()
  })
  afterEach(async () => {
    await engine.orchestrator.stop()
    for (const client of clients.splice(0)) await client.end()
  })

  /** A connection of the caller's own, in a transaction. */
  const begin = async (mode = ''): Promise<pg.Client> => {
    const client = new pg.Client({ connectionString: database.url })
    // A connection that the server ends tells so by an event as well.
    client.on('error', () => undefined)
    await client.connect()
    clients.push(client)
    await client.query(`begin ${mode}`)
    return client
  }
  const submit = (client: pg.Client, name: string, key?: string) =>
    engine.orchestrator.submit(engine.command(name, key), { requests: postgresRequestStore(client, { schema }) })
  const state = async (id: string) => (await engine.orchestrator.find(id, root))?.request.status.state
  const count = async (): Promise<Record<string, number>> => (await pool.query<Record<string, number>>(`select ${
    ['requests', 'request_steps', 'request_history', 'request_revisions', 'idempotency_keys', 'step_logs'].map((table) => `(select count(*)::int from ${schema}.${table}) as ${table}`).join(', ')}`)).rows[0]!

  test.each(['', 'isolation level repeatable read', 'isolation level serializable'])('is there with the commit, unclaimed and due, and carried out (%s)', async (mode) => {
    const client = await begin(mode)
    const id = idOf(await submit(client, `after ${mode}`))
    await client.query('insert into orders (name) values ($1)', [mode])
    expect((await client.query(`select status, claim_owner, claim_epoch, wake_at <= now() + interval '1 second' as due from ${schema}.requests where id = $1`, [id])).rows)
      .toEqual([{ status: 'queued', claim_owner: null, claim_epoch: 0, due: true }])
    engine.orchestrator.wake()
    expect([await state(id), engine.greeted]).toEqual([undefined, []])
    await client.query('commit')
    engine.orchestrator.wake()
    expect((await engine.orchestrator.wait(id, root, 10_000))?.request.status.state).toBe('completed')
    expect(engine.greeted).toEqual([`after ${mode}`])
  })

  test('is found by the slow poll where nobody wakes', async () => {
    const other = postgresEngine(pool, { schema, pollMs: 50 })
    await other.orchestrator.start()
    const client = await begin()
    const id = idOf(await submit(client, 'polled'))
    await client.query('commit')
    expect((await engine.orchestrator.wait(id, root, 10_000))?.request.status.state).toBe('completed')
    expect([engine.greeted, other.greeted]).toEqual([[], ['polled']])
    await other.orchestrator.stop()
  })

  test('is gone with the rollback, in every table, and its key is free', async () => {
    const before = await count()
    const client = await begin()
    const id = idOf(await submit(client, 'undone', 'free-key'))
    await client.query('rollback')
    engine.orchestrator.wake()
    expect([await count(), await state(id)]).toEqual([before, undefined])
    const again = await engine.orchestrator.submit(engine.command('undone', 'free-key'))
    expect(again).toMatchObject({ kind: 'accepted' })
    expect((await engine.orchestrator.wait(idOf(again), root, 10_000))?.request.status.state).toBe('completed')
    expect(engine.greeted).toEqual(['undone'])
  })

  test('is gone when the connection dies before the commit, and nothing of it is sent again', async () => {
    const before = await count()
    const client = await begin()
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
    await submit(client, 'lost', 'lost-key')
    await pool.query('select pg_terminate_backend($1)', [rows[0]?.pid])
    await expect(client.query('commit')).rejects.toThrow()
    await expect(submit(client, 'lost', 'lost-key')).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' })
    engine.orchestrator.wake()
    expect([await count(), engine.greeted]).toEqual([before, []])
  })

  test('a savepoint takes back what was submitted behind it', async () => {
    const client = await begin()
    const kept = idOf(await submit(client, 'kept'))
    await client.query('savepoint later')
    const undone = idOf(await submit(client, 'taken back'))
    await client.query('rollback to savepoint later')
    await client.query('commit')
    engine.orchestrator.wake()
    expect((await engine.orchestrator.wait(kept, root, 10_000))?.request.status.state).toBe('completed')
    expect([await state(undone), engine.greeted]).toEqual([undefined, ['kept']])
  })

  test('a transaction that has failed already takes nothing more, and is told so at once', async () => {
    const client = await begin()
    await expect(client.query('select 1 / 0')).rejects.toThrow()
    await expect(submit(client, 'too late')).rejects.toMatchObject({ code: 'INVARIANT', message: expect.stringContaining('25P02') as string })
    await client.query('rollback')
  })

  test('a key answers within its transaction, after it, and to one that waits for it', async () => {
    const first = await begin()
    const id = idOf(await submit(first, 'keyed', 'k1'))
    expect(await submit(first, 'keyed', 'k1')).toMatchObject({ kind: 'replayed', request: { request: { id } } })
    expect(await submit(first, 'another body', 'k1')).toMatchObject({ kind: 'refused', code: 'IDEMPOTENCY_CONFLICT' })
    const second = await begin()
    const waiting = submit(second, 'keyed', 'k1')
    await first.query('commit')
    expect(await waiting).toMatchObject({ kind: 'replayed', request: { request: { id } } })
    await second.query('commit')
    expect(await engine.orchestrator.submit(engine.command('keyed', 'k1'))).toMatchObject({ kind: 'replayed', request: { request: { id } } })
    engine.orchestrator.wake()
    await engine.orchestrator.wait(id, root, 10_000)
    expect(engine.greeted).toEqual(['keyed'])
  })

  test('a key whose transaction is rolled back goes to the one that waited for it', async () => {
    const [first, second] = [await begin(), await begin()]
    const undone = idOf(await submit(first, 'keyed', 'k2'))
    const waiting = submit(second, 'keyed', 'k2')
    await first.query('rollback')
    const answer = await waiting
    expect(answer.kind).toBe('accepted')
    await second.query('commit')
    expect([await state(undone), await state(idOf(answer))]).toEqual([undefined, 'queued'])
  })

  test('nothing is claimed in it, whatever is free here', async () => {
    const client = await begin()
    await submit(client, 'unclaimed')
    expect(engine.orchestrator.health().carried).toBe(0)
    await client.query('rollback')
    expect((await engine.orchestrator.submit(engine.command('beside'))).kind).toBe('accepted')
  })
})
