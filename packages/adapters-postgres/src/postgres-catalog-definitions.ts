import type { CatalogDefinitions } from '@pao/core/ports'
import type { Pool } from 'pg'
import type { AdapterOptions } from './adapter-options.js'
import { schemaOf } from './adapter-options.js'
import { definitionOf } from './row.js'
import { slonikOver } from './slonik-over-pool.js'
import { findDefinition, readServed, serveDefinitions, withdrawDefinitions } from './sql/definitions.js'
import { withReconnect } from './with-reconnect.js'

/** Port CatalogDefinitions on PostgreSQL. */
export const postgresCatalogDefinitions = (pool: Pool, options: AdapterOptions = {}): CatalogDefinitions => {
  const schema = schemaOf(options)
  return {
    serve: (definitions, at) => withReconnect(async () => { await (await slonikOver(pool)).query(serveDefinitions(schema, definitions, at)) }),
    withdraw: (itemIds) => withReconnect(async () => { await (await slonikOver(pool)).query(withdrawDefinitions(schema, itemIds)) }),
    served: () => withReconnect(async () => (await (await slonikOver(pool)).any(readServed(schema))).map(definitionOf)),
    find: (hash) => withReconnect(async () => {
      const row = await (await slonikOver(pool)).maybeOne(findDefinition(schema, hash))
      return row === null ? undefined : definitionOf(row)
    }),
  }
}
