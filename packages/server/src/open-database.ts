import { createPostgresStores } from '@pao/adapters-postgres'
import type { PostgresStores } from '@pao/adapters-postgres'
import { isPaoError, PaoError } from '@pao/core'
import type { Logger } from '@pao/core/ports'
import type { Config } from './config.js'
import { startEmbeddedDatabase } from './embedded-database/start-embedded-database.js'

/** The stores over a migrated database, and how to let go of both. */
export interface Database {
  readonly stores: PostgresStores
  /** For people: which database it is, without a password. */
  readonly description: string
  stop(): Promise<void>
}

const shown = (url: string): string => {
  const { hostname, port, pathname } = new URL(url)
  return `${hostname === '' ? 'local socket' : hostname}${port === '' ? '' : `:${port}`}${pathname}`
}

/** Why PostgreSQL refused, in its own words where there are any; never the connection string. */
const cause = (error: unknown): string => {
  const { cause: inner } = error as { readonly cause?: unknown }
  const { code, message } = (inner ?? error) as NodeJS.ErrnoException
  return [code, message].filter((part) => part !== undefined && part !== '').join(': ')
}

const reach = async (stores: PostgresStores, url: string): Promise<void> => {
  try {
    await stores.ping()
  } catch (error) {
    throw new PaoError('STORE_UNAVAILABLE', `The database at ${shown(url)} cannot be reached (${cause(error)}). Check DATABASE_URL and that PostgreSQL runs, or unset DATABASE_URL to use the embedded one.`, { cause: error })
  }
}

const migrate = async (stores: PostgresStores, log: Logger): Promise<void> => {
  try {
    const { applied, version } = await stores.migrate()
    if (applied.length > 0) log.info({ applied, version }, 'database schema migrated')
  } catch (error) {
    if (isPaoError(error)) throw error
    throw new PaoError('STORE_UNAVAILABLE', `The database schema cannot be migrated (${cause(error)}).`, { cause: error })
  }
}

/** Opens the database of the configuration, the embedded one where it names none, and brings its schema up to date. */
export const openDatabase = async (config: Config, log: Logger): Promise<Database> => {
  const embedded = config.databaseUrl === undefined ? await startEmbeddedDatabase({ dataDirectory: config.dataDirectory, log }) : undefined
  const url = config.databaseUrl ?? embedded?.url ?? ''
  const stores = createPostgresStores({ connectionString: url, writers: Math.max(4, Math.min(config.workers, 20)), log })
  const stop = async (): Promise<void> => {
    await stores.end()
    await embedded?.stop()
  }
  try {
    await reach(stores, url)
    await migrate(stores, log)
  } catch (error) {
    await stop()
    throw error
  }
  const description = embedded === undefined
    ? `PostgreSQL at ${shown(url)}`
    : `embedded PostgreSQL in ${embedded.where.dataDirectory} (programs in ${embedded.where.binaries}, as user ${embedded.where.user})`
  return { stores, description, stop }
}
