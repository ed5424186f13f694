import type { CatalogDefinitions, CatalogSyncs, Claims, Logger, RequestStore, StepCheckpoints, StepLogs } from '@pao/core/ports'
import type { Pool } from 'pg'
import { createPostgresPool } from './create-pool.js'
import type { Migrated } from './migrate.js'
import { migrate } from './migrate.js'
import { postgresCatalogDefinitions } from './postgres-catalog-definitions.js'
import { postgresCatalogSyncs } from './postgres-catalog-syncs.js'
import { postgresClaims } from './postgres-claims.js'
import type { PostgresRequestStore } from './postgres-request-store.js'
import { postgresRequestStore } from './postgres-request-store.js'
import { postgresStepCheckpoints } from './postgres-step-checkpoints.js'
import { postgresStepLogs } from './postgres-step-logs.js'
import { withReconnect } from './with-reconnect.js'

export interface PostgresStoresOptions {
  readonly connectionString: string
  /** Default `pao`. */
  readonly schema?: string
  /** Most connections for what workers write. Default 10. */
  readonly writers?: number
  /** Most connections for what people read; of their own, so that neither waits for the other. Default 5. */
  readonly readers?: number
  /** Default 15,000. */
  readonly statementTimeoutMs?: number
  readonly log?: Logger
}

/** The ports that keep requests, over one database. */
export interface PostgresStores {
  readonly requests: RequestStore
  readonly claims: Claims
  readonly checkpoints: StepCheckpoints
  readonly logs: StepLogs
  readonly definitions: CatalogDefinitions
  readonly syncs: CatalogSyncs
  /** See `migrate`. */
  migrate(): Promise<Migrated>
  /** Throws STORE_UNAVAILABLE when the database does not answer. */
  ping(): Promise<void>
  /** Closes the connections when what is being written has been. */
  end(): Promise<void>
}

/** People read over one pool, the engine reads and writes over the other. */
const divided = (write: PostgresRequestStore, read: RequestStore): PostgresRequestStore => ({ ...write, find: read.find, list: read.list, history: read.history })

const adaptersOver = (writers: Pool, readers: Pool, options: { readonly schema?: string }) => ({
  requests: divided(postgresRequestStore(writers, options), postgresRequestStore(readers, options)),
  claims: postgresClaims(writers, options),
  checkpoints: postgresStepCheckpoints(writers, options),
  logs: { append: postgresStepLogs(writers, options).append, read: postgresStepLogs(readers, options).read },
  definitions: postgresCatalogDefinitions(readers, options),
  syncs: postgresCatalogSyncs(readers, options),
})

/** All adapters of this package with connections of their own. Connects when first asked; `migrate` comes first. */
export const createPostgresStores = ({ connectionString, schema, writers = 10, readers = 5, statementTimeoutMs, log }: PostgresStoresOptions): PostgresStores => {
  const common = { connectionString, ...(statementTimeoutMs === undefined ? {} : { statementTimeoutMs }), ...(log === undefined ? {} : { log }) }
  const pools = [createPostgresPool({ ...common, max: writers }), createPostgresPool({ ...common, max: readers, applicationName: 'pao-read', plans: 'any' })] as const
  const options = schema === undefined ? {} : { schema }
  const adapters = adaptersOver(...pools, options)
  return {
    ...adapters,
    migrate: () => migrate(pools[0], options),
    ping: () => withReconnect(async () => { await pools[1].query('select 1') }),
    end: async () => {
      await adapters.requests.idle()
      await Promise.all(pools.map((pool) => pool.end()))
    },
  }
}
