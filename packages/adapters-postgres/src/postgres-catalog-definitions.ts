import type { CatalogDefinitions } from '@pao/core/ports'
import type { Pool } from 'pg'
import type { AdapterOptions } from './adapter-options.js'
import { schemaOf } from './adapter-options.js'
import { definitionOf } from './row.js'
import { slonikOver } from './slonik-over-pool.js'
import { findDefinitions, keepDefinitions } from './sql/definitions.js'
import { withReconnect } from './with-reconnect.js'

/** Port CatalogDefinitions on PostgreSQL. */
export const postgresCatalogDefinitions = (pool: Pool, options: AdapterOptions = {}): CatalogDefinitions => {
  const schema = schemaOf(options)
  return {
    keep: (definitions, at) => withReconnect(async () => { await (await slonikOver(pool)).query(keepDefinitions(schema, definitions, at)) }),
    find: (hash) => withReconnect(async () => {
      const [row] = await (await slonikOver(pool)).any(findDefinitions(schema, [hash]))
      return row === undefined ? undefined : definitionOf(row)
    }),
  }
}
