import type { RequestStore, StoredRequest, Viewer } from '@pao/core/ports'
import type { AdapterOptions } from './adapter-options.js'
import { schemaOf } from './adapter-options.js'
import type { Database } from './database.js'
import { attemptOver } from './database.js'
import { createRequestWriter } from './request-writer.js'
import type { StoredRow } from './row.js'
import { historyEntryOf, storedRequestOf } from './row.js'
import { runStatement } from './run-statement.js'
import { slonikOver } from './slonik-over-pool.js'
import { find, load } from './sql/load.js'
import { listRequests, readExpecting, readHistory } from './sql/read.js'
import { writeCommit, writeSubmission } from './write-requests.js'

/** No other text is the id of a request, and PostgreSQL would refuse it as a parameter. */
const isUuid = (id: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id)

const firstStored = ([row]: readonly StoredRow[]): StoredRequest | undefined => row && storedRequestOf(row)

export interface RequestStoreOptions extends AdapterOptions {
  /**
   * Whether writes of different requests that are made at the same time share statements and commits. Nobody's call returns before its own
   * commit either way. Default true over a pool; over a client it makes no difference, each write is a statement of its own.
   */
  readonly coalesce?: boolean
}

export interface PostgresRequestStore extends RequestStore {
  /** Resolves when every write that was begun has its answer. For those who end the pool afterwards. */
  idle(): Promise<void>
}

/**
 * Port RequestStore on PostgreSQL, over a pool that the caller owns and has migrated. A submission and a commit are one
 * statement, one round trip and one commit each.
 *
 * Over a single client everything runs where that client is: inside the transaction that its caller has begun, and committed with it. Nothing
 * is sent again there and an error leaves the transaction aborted, as PostgreSQL does with every failed statement: the caller rolls back.
 */
export const postgresRequestStore = (database: Database, options: RequestStoreOptions = {}): PostgresRequestStore => {
  const schema = schemaOf(options)
  const attempt = attemptOver(database)
  const writer = createRequestWriter(database, schema, options)
  return {
    submit: (commit, idempotency) => writeSubmission(writer, commit, idempotency),
    commit: (commit) => writeCommit(writer, commit),
    idle: () => writer.idle(),
    load: (id) => attempt(async () => !isUuid(id) ? undefined : firstStored(await runStatement<StoredRow>(database, load(schema), [id]))),
    find: (id, viewer: Viewer) => attempt(async () => !isUuid(id) ? undefined :
      firstStored(await runStatement<StoredRow>(database, find(schema), [id, viewer.id, viewer.teams, viewer.administrator]))),
    list: (query) => attempt(async () => {
      const rows = await (await slonikOver(database)).any(listRequests(schema, query))
      return { data: rows.slice(0, query.limit).map(storedRequestOf), hasMore: rows.length > query.limit }
    }),
    history: (id) => attempt(async () => !isUuid(id) ? [] : (await (await slonikOver(database)).any(readHistory(schema, id))).map(historyEntryOf)),
    expecting: (service, reference) => attempt(async () => {
      const row = await (await slonikOver(database)).maybeOne(readExpecting(schema, service, reference))
      return row === null ? undefined : { requestId: row.request_id, step: row.step_id }
    }),
    recall: (idempotency) => writer.recall(idempotency),
  }
}
