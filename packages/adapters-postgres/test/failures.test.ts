import { isPaoError } from '@pao/core'
import { createPostgresPool, createPostgresStores, postgresRequestStore } from '@pao/adapters-postgres'
import { aCommit, aRequest, aSubmission } from '@pao/testing'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import type { PostgresFixture } from './postgres-fixture.js'
import { createPostgresFixture } from './postgres-fixture.js'

const [owner, thief] = ['b52c0a3c-9d0e-4f4e-8a55-0d8a3a3f7c01', '0c1f6f0e-52a7-4a39-9a0f-6a1e0f6b2e02']

let fixture: PostgresFixture
beforeAll(async () => { fixture = await createPostgresFixture() })
afterAll(() => fixture.close())

const claimed = async () => {
  const request = aRequest()
  await fixture.stores.requests.submit(aSubmission(request, { owner, claim: 'take', leaseMs: 60_000 }))
  return request
}

/** Holds rows by a statement that is not committed, until told to commit; a test that fails before leaves nothing locked. */
const inTransaction = async (statement: string, values: readonly unknown[]) => {
  const client = await fixture.pool.connect()
  let open = true
  const end = async (how: 'commit' | 'rollback') => {
    if (!open) return
    open = false
    await client.query(how)
    client.release()
  }
  onTestFinished(() => end('rollback'))
  await client.query('begin')
  await client.query(statement, [...values])
  return { finish: () => end('commit') }
}

/** Holds the request's row as a takeover in progress does, until told to commit. */
const takeoverInProgress = (requestId: string) =>
  inTransaction('update pao.requests set claim_owner = $2, claim_epoch = claim_epoch + 1 where id = $1', [requestId, thief])

/** Holds the request's row as a commit in progress does. */
const commitInProgress = (requestId: string) => inTransaction('update pao.requests set version = 2 where id = $1', [requestId])

const whenBlocked = () => expect.poll(async () => (await fixture.pool.query<{ waiting: number }>(
  "select count(*)::int as waiting from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'")).rows[0]!.waiting, { timeout: 10_000 }).toBe(1)

describe('fencing under locks', () => {
  test('a commit blocked by a takeover writes nothing after it', async () => {
    const request = await claimed()
    const takeover = await takeoverInProgress(request.id)
    const log = { step: 'create', iteration: 1, execution: 1, at: 1, level: 'info', message: 'late' } as const
    const committing = fixture.stores.requests.commit(aCommit(request, {}, { owner, epoch: 1, logs: [log] }))
    await whenBlocked()
    await takeover.finish()
    expect(await committing).toEqual({ kind: 'claim-lost' })
    expect(await fixture.stores.requests.history(request.id)).toHaveLength(1)
    expect((await fixture.stores.logs.read({ requestId: request.id, limit: 10 })).lines).toEqual([])
  })

  test('a checkpoint blocked by a takeover writes nothing after it', async () => {
    const request = await claimed()
    const takeover = await takeoverInProgress(request.id)
    const scope = { requestId: request.id, step: 'create', iteration: 1, inputHash: 'ab' }
    const saving = fixture.stores.checkpoints.save(scope, 'made', { value: 1 }, { owner, epoch: 1 })
    await whenBlocked()
    await takeover.finish()
    expect(await saving).toBe('claim-lost')
    expect((await fixture.stores.checkpoints.load(scope)).size).toBe(0)
  })

  test('a renewal does not wait for rows that are being written, and does not count them as lost', async () => {
    const [written, other] = [await claimed(), await claimed()]
    const commit = await commitInProgress(written.id)
    const renewal = { owner, requestIds: [written.id, other.id], leaseMs: 60_000 }
    const held = [written, other].map(({ id }) => ({ requestId: id, epoch: 1, version: 1, status: 'queued' }))
    expect(new Set(await fixture.stores.claims.renew(renewal))).toEqual(new Set(held))
    await commit.finish()
    expect(new Set(await fixture.stores.claims.renew(renewal))).toEqual(new Set([{ ...held[0], version: 2 }, held[1]]))
  })

  test('a takeover does not wait for a row that is being written, and takes the others', async () => {
    const [written, other] = [await claimed(), await claimed()]
    await fixture.pool.query("update pao.requests set claim_until = now() - interval '1 s' where id = any($1)", [[written.id, other.id]])
    const commit = await commitInProgress(written.id)
    const taking = { owner: thief, limit: 10, leaseMs: 60_000 }
    expect(await fixture.stores.claims.claimLost(taking)).toEqual([{ requestId: other.id, epoch: 2 }])
    await commit.finish()
    expect(await fixture.stores.claims.claimLost(taking)).toEqual([{ requestId: written.id, epoch: 2 }])
  })

  test('the database itself refuses an owner without a lease, a lease without an owner, and what nobody would carry on', async () => {
    const { id } = await claimed()
    for (const [change, constraint] of [['claim_until = null', 'claim_whole'], ['claim_owner = null', 'claim_whole'], ['claim_owner = null, claim_until = null', 'never_stranded']] as const) {
      await expect(fixture.pool.query(`update pao.requests set ${change} where id = $1`, [id])).rejects.toMatchObject({ constraint })
    }
  })

  test('a repeated submission waits for the first one, whose session nobody hears any more', async () => {
    const submission = aSubmission(aRequest())
    const client = await fixture.pool.connect()
    await client.query('begin')
    const first = postgresRequestStore({ query: client.query.bind(client) } as never).submit(submission)
    expect(await first).toEqual({ kind: 'accepted' })
    const again = fixture.stores.requests.submit(submission)
    await whenBlocked()
    await client.query('commit')
    client.release()
    expect(await again).toEqual({ kind: 'accepted' })
    expect(await fixture.stores.requests.history(submission.after.id)).toHaveLength(1)
  })
})

describe('an expired Idempotency-Key', () => {
  test('is used anew, and by one only', async () => {
    const key = { principal: 'ada', route: 'POST /requests', key: 'old', bodyHash: 'ab' }
    await fixture.stores.requests.submit(aSubmission(aRequest()), key)
    await fixture.pool.query("update pao.idempotency_keys set expires_at = now() - interval '1 s'")
    expect(await fixture.stores.requests.recall(key)).toBeUndefined()
    const answers = await Promise.all([aRequest(), aRequest()].map((request) => fixture.stores.requests.submit(aSubmission(request), key)))
    expect(answers.map(({ kind }) => kind).toSorted()).toEqual(['accepted', 'replayed'])
  })
})

describe('what is thrown', () => {
  test('a row that PostgreSQL refuses: INVARIANT, naming the constraint and quoting no value', async () => {
    const { wakeAt, ...stranded } = aSubmission(aRequest({ requesterId: 'hidden-value' }))
    const refused: unknown = await fixture.stores.requests.submit(stranded).catch((thrown: unknown) => thrown)
    expect(refused).toMatchObject({ code: 'INVARIANT', message: expect.stringContaining('never_stranded') as string })
    expect(String(refused)).not.toContain('hidden')
    const nul = aSubmission(aRequest({ requesterId: 'hidden\u0000value' }))
    const error: unknown = await fixture.stores.requests.submit(nul).catch((thrown: unknown) => thrown)
    expect(isPaoError(error, 'INVARIANT')).toBe(true)
    expect(JSON.stringify([(error as Error).message, (error as Error).cause ?? null])).not.toContain('hidden')
  })

  test('no database: STORE_UNAVAILABLE, retryable, after a bounded time, and it goes on when the database is back', async () => {
    const request = await claimed()
    fixture.proxy.setDown(true)
    const from = performance.now()
    const { requests, ping } = fixture.stores
    const calls = [requests.load(request.id), requests.commit(aCommit(request, {}, { epoch: 1 })), requests.find(request.id, { id: 'ada', teams: [], administrator: false }), ping()]
    await Promise.all(calls.map((call) => expect(call).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', retryable: true })))
    expect(performance.now() - from).toBeLessThan(6_000)
    fixture.proxy.setDown(false)
    expect((await fixture.stores.requests.load(request.id))?.request).toEqual(request)
  })

  test('a connection that breaks is replaced within the call', async () => {
    const request = await claimed()
    fixture.proxy.setDown(true)
    const loading = fixture.stores.requests.load(request.id)
    setTimeout(() => fixture.proxy.setDown(false), 150)
    expect((await loading)?.request).toEqual(request)
  })

  test('backends that an administrator ends are replaced within the call', async () => {
    const request = await claimed()
    const loads = Array.from({ length: 20 }, () => fixture.stores.requests.load(request.id))
    await fixture.pool.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()')
    for (const stored of await Promise.all(loads)) expect(stored?.request).toEqual(request)
  })

  test('an idle connection that breaks is told, replaced, and ends nothing', async () => {
    const told: string[] = []
    const tell = (_fields: object, message: string): void => { told.push(message) }
    const pool = createPostgresPool({ connectionString: fixture.url, max: 1, log: { debug: tell, info: tell, warn: tell, error: tell } })
    onTestFinished(() => pool.end())
    const { rows } = await pool.query<{ pid: number }>('select pg_backend_pid() as pid')
    await fixture.pool.query('select pg_terminate_backend($1)', [rows[0]?.pid])
    await vi.waitFor(() => { expect(told).toEqual(['an idle database connection broke']) })
    expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }])
  })

  test('a lock held for longer than a statement may take: STORE_UNAVAILABLE, nothing written', async () => {
    const hasty = createPostgresStores({ connectionString: fixture.url, statementTimeoutMs: 200 })
    const request = await claimed()
    const takeover = await takeoverInProgress(request.id)
    await expect(hasty.requests.commit(aCommit(request, {}, { epoch: 1 }))).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', retryable: true })
    await takeover.finish()
    await hasty.end()
    expect(await fixture.stores.requests.history(request.id)).toHaveLength(1)
  })

  test('after the end: STORE_UNAVAILABLE, not to be tried again', async () => {
    const ended = createPostgresStores({ connectionString: fixture.url })
    await ended.end()
    const calls = [ended.requests.load(aRequest().id), ended.requests.list({ viewer: { id: 'ada', teams: [], administrator: false }, scope: 'own', limit: 1 })]
    await Promise.all(calls.map((call) => expect(call).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', retryable: false })))
  })

  test('a schema that was never migrated: no statement is mistaken for an outage', async () => {
    const elsewhere = createPostgresStores({ connectionString: fixture.url, schema: 'nowhere' })
    await expect(elsewhere.requests.load(aRequest().id)).rejects.toMatchObject({ code: 'INVARIANT', retryable: false })
    await elsewhere.end()
  })
})

test('an answer that never comes: the connection counts as broken after the timeout of a statement and a second', async () => {
  const pool = createPostgresPool({ connectionString: fixture.url, statementTimeoutMs: 200 })
  onTestFinished(() => pool.end())
  const from = performance.now()
  // The session's own timeout is put out of the way: the server stays silent as one behind a dead network does.
  await expect(pool.query('set statement_timeout = 0; select pg_sleep(5)')).rejects.toThrow('timeout')
  expect(performance.now() - from).toBeLessThan(4_000)
})

test('sessions have timeouts, and plans by key', async () => {
  const pool = createPostgresPool({ connectionString: fixture.url, statementTimeoutMs: 4_000 })
  const { rows } = await pool.query(
    "select current_setting('statement_timeout') as statement, current_setting('idle_in_transaction_session_timeout') as idle, current_setting('plan_cache_mode') as plans, current_setting('application_name') as name")
  expect(rows).toEqual([{ statement: '4s', idle: '8s', plans: 'force_generic_plan', name: 'pao' }])
  await pool.end()
})
