import type { CatalogDefinition } from '@pao/core/ports'
import { sql } from 'slonik'
import { z } from 'zod'

const nothing = z.object({})

const definitionRow = z.object({ hash: z.string(), kind: z.string(), item_id: z.string(), version: z.string(), path: z.string(), source: z.string() })

export const definitionsTable = (schema: string) => sql.identifier([schema, 'catalog_definitions'])

const columns = sql.fragment`encode(d.hash, 'hex') as hash, d.kind, d.item_id, d.version, d.path, d.source`

/** Definitions by their content: of two of one hash the last counts. */
const lastByHash = (definitions: readonly CatalogDefinition[]): readonly CatalogDefinition[] =>
  [...new Map(definitions.map((definition) => [definition.hash, definition])).values()]

/** Rows are sorted: two processes lock them in one order. */
export const keepDefinitions = (schema: string, definitions: readonly CatalogDefinition[], at: number) => sql.type(nothing)`
insert into ${definitionsTable(schema)} (hash, kind, item_id, version, path, source, loaded_at)
select decode(x.hash, 'hex'), x.kind, x."itemId", x.version, x.path, x.source, ${new Date(at).toISOString()}::timestamptz
from jsonb_to_recordset(${JSON.stringify(lastByHash(definitions))}::jsonb) as x(hash text, kind text, "itemId" text, version text, path text, source text)
order by x.hash
on conflict (hash) do update set path = excluded.path, loaded_at = excluded.loaded_at`

export const findDefinitions = (schema: string, hashes: readonly string[]) => sql.type(definitionRow)`
select ${columns} from ${definitionsTable(schema)} d
where d.hash in (select decode(h, 'hex') from unnest(${sql.array([...hashes], 'text')}) as h) order by d.hash`
