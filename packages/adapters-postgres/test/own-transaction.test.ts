import { postgresRequestStore } from '@pao/adapters-postgres'
import { aCommit, aRequest, aSubmission } from '@pao/testing'
import type { PoolClient } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { PostgresFixture } from './postgres-fixture.js'
import { createPostgresFixture } from './postgres-fixture.js'

let fixture: PostgresFixture
beforeAll(async () => { fixture = await createPostgresFixture() })
afterAll(() => fixture.close())

const inTransaction = async <T>(end: 'commit' | 'rollback', work: (client: PoolClient) => Promise<T>): Promise<T> => {
  const client = await fixture.pool.connect()
  try {
    await client.query('begin')
    const result = await work(client)
    await client.query(end)
    return result
  } finally {
    client.release(true)
  }
}

describe("a store over the client of the caller's own transaction", () => {
  test('writes and reads there, and is committed with it', async () => {
    const request = aRequest()
    const commit = aCommit(request)
    await inTransaction('commit', async (client) => {
      const requests = postgresRequestStore(client)
      expect(await requests.submit(aSubmission(request))).toEqual({ kind: 'accepted' })
      expect((await requests.commit(commit)).kind).toBe('committed')
      expect(await requests.history(request.id)).toHaveLength(2)
      expect(await fixture.stores.requests.load(request.id)).toBeUndefined()
    })
    expect((await fixture.stores.requests.load(request.id))?.request).toEqual(commit.after)
  })

  test('is rolled back with it', async () => {
    const request = aRequest()
    await inTransaction('rollback', (client) => postgresRequestStore(client).submit(aSubmission(request)))
    expect(await fixture.stores.requests.load(request.id)).toBeUndefined()
  })

  test('answers a known Idempotency-Key without spoiling the transaction', async () => {
    const key = { principal: 'ada', route: 'POST /requests', key: 'own-1', bodyHash: 'ab' }
    const first = aRequest()
    await fixture.stores.requests.submit(aSubmission(first), key)
    const other = aRequest()
    await inTransaction('commit', async (client) => {
      const requests = postgresRequestStore(client)
      expect(await requests.submit(aSubmission(aRequest()), key)).toEqual({ kind: 'replayed', requestId: first.id, sameBody: true })
      await requests.submit(aSubmission(other))
    })
    expect(await fixture.stores.requests.history(other.id)).toHaveLength(1)
  })

  test('sends nothing again: a refused row and a broken connection are told at once', async () => {
    const submission = aSubmission(aRequest())
    await fixture.stores.requests.submit(submission)
    await inTransaction('rollback', async (client) => {
      const sent: unknown[] = []
      const counting = new Proxy(client, { get: (target, name) => name !== 'query' ? Reflect.get(target, name) as unknown : (...parts: readonly unknown[]) => {
        sent.push(parts)
        return (target.query as (...all: readonly unknown[]) => unknown).apply(target, [...parts])
      } })
      await expect(postgresRequestStore(counting).submit(submission)).rejects.toMatchObject({ code: 'INVARIANT', message: expect.stringContaining('requests_pkey') as string })
      expect(sent).toHaveLength(1)
    })
    const calls: unknown[] = []
    const broken = { query: async () => { calls.push('sent'); throw new Error('Connection terminated unexpectedly') } } as never
    await expect(postgresRequestStore(broken).commit(aCommit(aRequest()))).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' })
    expect(calls).toHaveLength(1)
  })
})
