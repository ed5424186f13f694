import type { PostgresStores } from '@pao/adapters-postgres'
import { createPostgresPool, createPostgresStores } from '@pao/adapters-postgres'
import type { StoresFixture } from '@pao/testing'
import type { Pool } from 'pg'
import { createTestDatabase } from '../../../test-support/database.js'
import type { LossyProxy } from './lossy-proxy.js'
import { createLossyProxy } from './lossy-proxy.js'

const tables = [
  'requests', 'request_revisions', 'request_steps', 'request_history', 'expected_signals', 'idempotency_keys', 'step_checkpoints', 'step_logs',
  'catalog_sync', 'catalog_findings', 'catalog_validations', 'webhook_deliveries', 'served_versions', 'served_definitions', 'catalog_definitions',
]

export interface PostgresFixture {
  /** Empty stores, through the proxy. */
  readonly create: () => Promise<StoresFixture & { readonly loseNextReply: () => void }>
  readonly stores: PostgresStores
  readonly proxy: LossyProxy
  /** Straight to the database. */
  readonly pool: Pool
  readonly url: string
  close(): Promise<void>
}

export const createPostgresFixture = async (): Promise<PostgresFixture> => {
  const database = await createTestDatabase()
  const pool = createPostgresPool({ connectionString: database.url })
  const proxy = await createLossyProxy(database.url)
  const stores = createPostgresStores({ connectionString: proxy.url })
  await stores.migrate()
  return {
    stores, proxy, pool, url: database.url,
    create: async () => {
      // Faster than truncate for a few rows.
      await pool.query(tables.map((table) => `delete from pao.${table}`).join(';'))
      return {
        ...stores,
        now: async () => (await pool.query<{ now: Date }>('select now()')).rows[0]!.now.getTime(),
        elapse: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
        loseNextReply: () => proxy.loseNextReply(),
      }
    },
    close: async () => {
      await stores.end()
      await pool.end()
      await proxy.close()
      await database.drop()
    },
  }
}
