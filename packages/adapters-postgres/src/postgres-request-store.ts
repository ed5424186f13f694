import type { RequestStore, StoredRequest, Viewer } from '@pao/core/ports'
import type { Pool } from 'pg'
import type { AdapterOptions } from './adapter-options.js'
import { schemaOf } from './adapter-options.js'
import type { StoredRow } from './row.js'
import { historyEntryOf, storedRequestOf } from './row.js'
import { runStatement } from './run-statement.js'
import { slonikOver } from './slonik-over-pool.js'
import { find, load } from './sql/load.js'
import { listRequests, readExpecting, readHistory } from './sql/read.js'
import { withReconnect } from './with-reconnect.js'
import { recallKey, writeCommit, writeSubmission } from './write-requests.js'

/** No other text is the id of a request, and PostgreSQL would refuse it as a parameter. */
const isUuid = (id: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id)

const firstStored = ([row]: readonly StoredRow[]): StoredRequest | undefined => row && storedRequestOf(row)

/**
 * Port RequestStore on PostgreSQL, over a pool that the caller owns and has migrated. A submission and a commit are one
 * statement, one round trip and one commit each.
 */
export const postgresRequestStore = (pool: Pool, options: AdapterOptions = {}): RequestStore => {
  const schema = schemaOf(options)
  return {
    submit: (commit, idempotency) => writeSubmission(pool, schema, commit, idempotency),
    commit: (commit) => writeCommit(pool, schema, commit),
    load: (id) => withReconnect(async () => !isUuid(id) ? undefined : firstStored(await runStatement<StoredRow>(pool, load(schema), [id]))),
    find: (id, viewer: Viewer) => withReconnect(async () => !isUuid(id) ? undefined :
      firstStored(await runStatement<StoredRow>(pool, find(schema), [id, viewer.id, viewer.teams, viewer.administrator]))),
    list: (query) => withReconnect(async () => {
      const rows = await (await slonikOver(pool)).any(listRequests(schema, query))
      return { data: rows.slice(0, query.limit).map(storedRequestOf), hasMore: rows.length > query.limit }
    }),
    history: (id) => withReconnect(async () => !isUuid(id) ? [] : (await (await slonikOver(pool)).any(readHistory(schema, id))).map(historyEntryOf)),
    expecting: (service, reference) => withReconnect(async () => {
      const row = await (await slonikOver(pool)).maybeOne(readExpecting(schema, service, reference))
      return row === null ? undefined : { requestId: row.request_id, step: row.step_id }
    }),
    recall: (idempotency) => withReconnect(() => recallKey(pool, schema, idempotency)),
  }
}
