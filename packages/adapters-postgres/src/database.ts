import type { ClientBase, Pool } from 'pg'
import { storeError } from './database-error.js'
import { withReconnect } from './with-reconnect.js'

/** Where statements go: a pool, or one client in whatever transaction its caller has begun. */
export type Database = Pool | ClientBase

/** The part of both that statements need. */
export type Queryable = Pick<Pool, 'query'>

export const isPool = (database: Database): database is Pool => 'totalCount' in database

/** How work is done that may be done twice. */
export type Attempt = <T>(work: () => Promise<T>) => Promise<T>

/** On a client that belongs to somebody else's transaction nothing is done again: what broke, broke the transaction. */
const once: Attempt = (work) => work().catch((error: unknown) => { throw storeError(error) })

export const attemptOver = (database: Database): Attempt => isPool(database) ? withReconnect : once
