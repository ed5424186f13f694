import type { Logger } from '@pao/core/ports'
import type { ClientBase } from 'pg'
import { Pool } from 'pg'

export interface PoolOptions {
  readonly connectionString: string
  /** Most connections at once. Default 10. */
  readonly max?: number
  /** Shown in pg_stat_activity. Default `pao`. */
  readonly applicationName?: string
  /** The server cancels a statement after this many milliseconds. Default 15,000. */
  readonly statementTimeoutMs?: number
  /** `by-key` suits the adapters' named statements, `any` a pool for lists and reports only. Default `by-key`. */
  readonly plans?: 'by-key' | 'any'
  /** Told about idle connections that break; the pool replaces them. */
  readonly log?: Logger
}

const connectTimeoutMs = 5_000

/**
 * Every statement of the hot path finds its rows by a key: generic plans save planning, and they must not be ones that were
 * right while the tables were empty.
 */
const plansByKey = `
set plan_cache_mode = force_generic_plan;
set enable_seqscan = off;
set enable_hashjoin = off;
set enable_mergejoin = off;`

/** The check for vanished clients is not there on every system. */
const sessionSettings = (statementTimeoutMs: number): string => `
set statement_timeout = ${statementTimeoutMs};
set idle_in_transaction_session_timeout = ${2 * statementTimeoutMs};
set jit = off;
do $$ begin
  perform set_config('client_connection_check_interval', '5s', false);
exception when invalid_parameter_value then
  raise debug 'client_connection_check_interval is not supported here';
end $$`

/**
 * A pool as the adapters want it: bounded waiting everywhere, keepalive, settings of the session. The caller ends it.
 * An answer that does not come within the statement's timeout and a second more counts as a broken connection.
 */
export const createPostgresPool = ({ connectionString, max = 10, applicationName = 'pao', statementTimeoutMs = 15_000, plans = 'by-key', log }: PoolOptions): Pool => {
  const settings = `${sessionSettings(statementTimeoutMs)};${plans === 'by-key' ? plansByKey : ''}`
  const pool = new Pool({
    connectionString,
    max,
    application_name: applicationName,
    connectionTimeoutMillis: connectTimeoutMs,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    query_timeout: statementTimeoutMs + 1_000,
    onConnect: (client: ClientBase) => client.query(settings) as unknown as undefined,
  })
  pool.on('error', (error) => log?.warn({ error: error.message }, 'an idle database connection broke'))
  return pool
}
