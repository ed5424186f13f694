import { createPostgresPool, createPostgresStores, migrate } from '@pao/adapters-postgres'
import { aRequest, aSubmission } from '@pao/testing'
import type { Pool } from 'pg'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { TestDatabase } from '../../../test-support/database.js'
import { createTestDatabase } from '../../../test-support/database.js'
import type { Migration } from '../src/migrations/migration.js'
import { migrations } from '../src/migrations/migrations.js'

const first: Migration = { number: 1, name: 'first', statements: (schema) => `create table ${schema}.one (id int)` }
const second: Migration = { number: 2, name: 'second', statements: (schema) => `create table ${schema}.two (id int)` }
const broken: Migration = { number: 2, name: 'second', statements: (schema) => `create table ${schema}.two (id int); select 1 / 0` }

/** Its own record fails, as the end of the process between the two would have it. */
const unrecorded: Migration = { number: 2, name: 'second', statements: (schema) => `create table ${schema}.two (id int); alter table ${schema}.schema_migrations add check (number < 2)` }

describe('migrate', () => {
  let database: TestDatabase
  let pool: Pool
  beforeEach(async () => {
    database = await createTestDatabase()
    pool = createPostgresPool({ connectionString: database.url })
  })
  afterEach(async () => {
    await pool.end()
    await database.drop()
  })

  const tables = async (schema = 'pao'): Promise<readonly string[]> =>
    (await pool.query<{ name: string }>('select tablename as name from pg_tables where schemaname = $1 order by 1', [schema])).rows.map(({ name }) => name)

  test('applies what is missing, once', async () => {
    expect(await migrate(pool)).toEqual({ applied: migrations.map(({ name }) => name), version: migrations.length })
    expect(await migrate(pool)).toEqual({ applied: [], version: migrations.length })
  })

  test('numbers its migrations from 1 without gaps', () => {
    expect(migrations.map(({ number }) => number)).toEqual(migrations.map((_, index) => index + 1))
  })

  test('lets one of several starters do it', async () => {
    const done = await Promise.all(Array.from({ length: 6 }, () => migrate(pool)))
    expect(done.map(({ applied }) => applied.length).toSorted()).toEqual([0, 0, 0, 0, 0, migrations.length])
  })

  test('goes on where an interrupted run stopped, without half a migration', async () => {
    for (const interrupted of [broken, unrecorded]) {
      await expect(migrate(pool, { migrations: [first, interrupted] })).rejects.toMatchObject({ code: 'INVARIANT' })
      expect(await tables()).toEqual(['one', 'schema_migrations'])
    }
    expect(await migrate(pool, { migrations: [first, second] })).toEqual({ applied: ['second'], version: 2 })
    expect(await tables()).toEqual(['one', 'schema_migrations', 'two'])
  })

  test('refuses a migration that differs from the applied one', async () => {
    await migrate(pool, { migrations: [first] })
    const changed: Migration = { ...first, statements: (schema) => `create table ${schema}.one (id bigint)` }
    await expect(migrate(pool, { migrations: [changed, second] })).rejects.toMatchObject({ code: 'MIGRATION_CHECKSUM' })
    await expect(migrate(pool, { migrations: [{ ...first, name: 'renamed' }] })).rejects.toMatchObject({ code: 'MIGRATION_CHECKSUM' })
    expect(await tables()).toEqual(['one', 'schema_migrations'])
  })

  test('refuses a schema that is newer than the program', async () => {
    await migrate(pool, { migrations: [first, second] })
    await expect(migrate(pool, { migrations: [first] })).rejects.toMatchObject({ code: 'SCHEMA_TOO_NEW', message: expect.stringContaining('migration 2 (second)') as string })
  })

  test('gives up waiting for another one that migrates, and the lock of a dead session is free', async () => {
    const other = await pool.connect()
    await other.query("select pg_advisory_lock(hashtextextended('pao migrate pao', 0))")
    const from = performance.now()
    await expect(migrate(pool, { lockTimeoutMs: 60 })).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', retryable: true })
    expect(performance.now() - from).toBeLessThan(5_000)
    expect(await tables()).toEqual([])
    expect((await migrate(pool, { schema: 'elsewhere', lockTimeoutMs: 60 })).applied).toHaveLength(migrations.length)
    other.release(true)
    expect((await migrate(pool)).applied).toHaveLength(migrations.length)
  })

  test('leaves no lock behind', async () => {
    await migrate(pool)
    await expect.poll(async () => (await pool.query<{ locks: number }>(
      "select count(*)::int as locks from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())")).rows, { timeout: 10_000 }).toEqual([{ locks: 0 }])
  })

  test('refuses PostgreSQL before 14', async () => {
    const old = { connect: async () => ({ query: async () => ({ rows: [{ number: 130_012, name: '13.12' }] }), release: () => undefined }) } as unknown as Pool
    await expect(migrate(old)).rejects.toMatchObject({ code: 'CONFIGURATION', message: expect.stringContaining('PostgreSQL 13.12 is too old') as string })
  })

  test.each(['PAO', 'a-b', 'a b', '1a', 'pg_own', '', 'x"; drop schema public; --', 'a'.repeat(41)])('refuses the schema name %j', async (schema) => {
    await expect(migrate(pool, { schema })).rejects.toMatchObject({ code: 'CONFIGURATION' })
  })

  test('two schemas live in one database and on one connection string', async () => {
    const [one, two] = ['pao_one', 'pao_two'].map((schema) => createPostgresStores({ connectionString: database.url, schema, writers: 1, readers: 1 }))
    await Promise.all([one!.migrate(), two!.migrate()])
    const request = aRequest()
    await one!.requests.submit(aSubmission(request))
    expect((await one!.requests.load(request.id))?.request).toEqual(request)
    expect(await two!.requests.load(request.id)).toBeUndefined()
    expect(await tables('pao')).toEqual([])
    await Promise.all([one!.end(), two!.end()])
  })

  test('adapters of two schemas share a connection', async () => {
    const single = createPostgresPool({ connectionString: database.url, max: 1 })
    const { postgresRequestStore } = await import('@pao/adapters-postgres')
    for (const schema of ['pao_one', 'pao_two']) await migrate(single, { schema })
    for (const schema of ['pao_one', 'pao_two']) {
      const store = postgresRequestStore(single, { schema })
      const request = aRequest()
      expect(await store.submit(aSubmission(request))).toEqual({ kind: 'accepted' })
      expect((await store.load(request.id))?.request).toEqual(request)
    }
    await single.end()
  })
})
