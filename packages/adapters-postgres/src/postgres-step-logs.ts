import type { StepLogs } from '@pao/core/ports'
import type { Pool } from 'pg'
import type { AdapterOptions } from './adapter-options.js'
import { schemaOf } from './adapter-options.js'
import { logColumns, logRows } from './commit-rows.js'
import { storeError } from './database-error.js'
import { logLineOf } from './row.js'
import { runStatement } from './run-statement.js'
import { slonikOver } from './slonik-over-pool.js'
import { appendLogs } from './sql/append-logs.js'
import { readLogs } from './sql/read.js'
import { withParameters } from './wire/columns.js'
import { withReconnect } from './with-reconnect.js'

/** Port StepLogs on PostgreSQL. */
export const postgresStepLogs = (pool: Pool, options: AdapterOptions = {}): StepLogs => {
  const schema = schemaOf(options)
  return {
    /** Not sent again after a broken connection: lines carry no identity by which a second writing could be known. */
    append: async (requestId, lines, { owner, epoch }) => {
      try {
        await withParameters([{ columns: logColumns, rows: logRows(requestId, lines) }], (rows) => runStatement(pool, appendLogs(schema), [...rows, owner, epoch, requestId]))
      } catch (error) {
        throw storeError(error)
      }
    },
    read: (query) => withReconnect(async () => {
      const rows = await (await slonikOver(pool)).any(readLogs(schema, query))
      const page = rows.slice(0, query.limit)
      const last = page.at(-1)
      return { lines: page.map(logLineOf), ...(rows.length > query.limit && last !== undefined ? { next: `${last.number}.${last.place}` } : {}) }
    }),
  }
}
