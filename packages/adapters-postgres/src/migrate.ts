import { createHash } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { PaoError } from '@pao/core'
import type { Pool, PoolClient } from 'pg'
import { storeError } from './database-error.js'
import type { Migration } from './migrations/migration.js'
import { migrations as builtIn } from './migrations/migrations.js'
import { schemaName } from './schema-name.js'

export interface MigrateOptions {
  /** Where the tables are. Default `pao`; made when absent. */
  readonly schema?: string
  /** How long to wait for another process that migrates. Default 60,000. */
  readonly lockTimeoutMs?: number
  /** For tests of migrating itself. Default: those of this package. */
  readonly migrations?: readonly Migration[]
}

/** What was done: names of the migrations applied now, and the number that the schema has. */
export interface Migrated {
  readonly applied: readonly string[]
  readonly version: number
}

const oldestServer = 140_000

interface AppliedRow { readonly number: number; readonly name: string; readonly checksum: string }

/** Over the statements with a fixed schema name, so that one migration has one checksum everywhere. */
const checksumOf = ({ statements }: Migration): string => createHash('sha256').update(statements('pao')).digest('hex')

const refuseOldServer = async (client: PoolClient): Promise<void> => {
  const { rows } = await client.query<{ number: number; name: string }>(
    "select current_setting('server_version_num')::int as number, current_setting('server_version') as name")
  const [server] = rows
  if (server === undefined || server.number < oldestServer) {
    throw new PaoError('CONFIGURATION', `PostgreSQL ${server?.name ?? ''} is too old: PAO needs version 14 or later`)
  }
}

/** A session lock: the server lets it go when the session ends, however it ends. */
const lock = async (client: PoolClient, schema: string, timeoutMs: number): Promise<void> => {
  const until = performance.now() + timeoutMs
  for (;;) {
    const { rows } = await client.query<{ locked: boolean }>("select pg_try_advisory_lock(hashtextextended($1, 0)) as locked", [`pao migrate ${schema}`])
    if (rows[0]?.locked === true) return
    if (performance.now() >= until) {
      throw new PaoError('STORE_UNAVAILABLE', `Another process has been migrating schema ${schema} for more than ${timeoutMs} ms: wait for it, or end its session`, { retryable: true })
    }
    await delay(Math.min(50, timeoutMs))
  }
}

const appliedTo = async (client: PoolClient, schema: string): Promise<readonly AppliedRow[]> => {
  // Creating asks for a right that is not needed where the schema is there already.
  const { rows } = await client.query<{ there: boolean }>('select to_regnamespace($1) is not null as there', [schema])
  if (rows[0]?.there !== true) await client.query(`create schema ${schema}`)
  await client.query(`create table if not exists ${schema}.schema_migrations (number int primary key, name text not null, checksum text not null, applied_at timestamptz not null default now())`)
  return (await client.query<AppliedRow>(`select number, name, checksum from ${schema}.schema_migrations order by number`)).rows
}

const refuseForeignHistory = (schema: string, applied: readonly AppliedRow[], known: readonly Migration[]): void => {
  const latest = known.at(-1)?.number ?? 0
  const newer = applied.find(({ number }) => number > latest)
  if (newer !== undefined) {
    throw new PaoError('SCHEMA_TOO_NEW', `Schema ${schema} has migration ${newer.number} (${newer.name}), and this program knows ${latest} only: start a version of PAO that is at least as new as the one that migrated it`)
  }
  for (const { number, name, checksum } of applied) {
    const migration = known.find((one) => one.number === number)
    if (migration === undefined || migration.name !== name || checksumOf(migration) !== checksum) {
      throw new PaoError('MIGRATION_CHECKSUM', `Migration ${number} (${name}) was applied to schema ${schema} with another text than this program has: restore the program's migration, or the database`)
    }
  }
}

const apply = async (client: PoolClient, schema: string, migration: Migration): Promise<void> => {
  await client.query('begin')
  try {
    await client.query('set local statement_timeout = 0')
    await client.query(migration.statements(schema))
    await client.query(`insert into ${schema}.schema_migrations (number, name, checksum) values ($1, $2, $3)`, [migration.number, migration.name, checksumOf(migration)])
    await client.query('commit')
  } catch (error) {
    // The session may be gone; then the server has rolled back by itself.
    await client.query('rollback').catch(() => undefined)
    throw error
  }
}

const migrateSession = async (client: PoolClient, schema: string, { lockTimeoutMs = 60_000, migrations = builtIn }: MigrateOptions): Promise<Migrated> => {
  await refuseOldServer(client)
  await lock(client, schema, lockTimeoutMs)
  const applied = await appliedTo(client, schema)
  refuseForeignHistory(schema, applied, migrations)
  const missing = migrations.filter(({ number }) => !applied.some((one) => one.number === number))
  for (const migration of missing) await apply(client, schema, migration)
  return { applied: missing.map(({ name }) => name), version: migrations.at(-1)?.number ?? 0 }
}

/**
 * Brings the schema up to this program. One process does it while others wait; each migration is one transaction, so an
 * interrupted run goes on where it stopped. Nothing to do costs a few milliseconds.
 * Throws MIGRATION_CHECKSUM, SCHEMA_TOO_NEW, CONFIGURATION (PostgreSQL before 14, schema name) and STORE_UNAVAILABLE.
 */
export const migrate = async (pool: Pool, options: MigrateOptions = {}): Promise<Migrated> => {
  const schema = schemaName(options.schema)
  const client = await pool.connect().catch((error: unknown) => { throw storeError(error) })
  try {
    return await migrateSession(client, schema, options)
  } catch (error) {
    throw storeError(error)
  } finally {
    // Ending the session frees the lock, whatever became of it.
    client.release(true)
  }
}
