import type { CatalogDefinition } from '@pao/core/ports'
import { sql } from 'slonik'
import { z } from 'zod'

const nothing = z.object({})

const definitionRow = z.object({ hash: z.string(), kind: z.string(), item_id: z.string(), version: z.string(), path: z.string(), source: z.string() })

const definitionsTable = (schema: string) => sql.identifier([schema, 'catalog_definitions'])

const servedTable = (schema: string) => sql.identifier([schema, 'served_definitions'])

const columns = sql.fragment`encode(d.hash, 'hex') as hash, d.kind, d.item_id, d.version, d.path, d.source`

const lastBy = (definitions: readonly CatalogDefinition[], member: 'hash' | 'itemId'): readonly CatalogDefinition[] =>
  [...new Map(definitions.map((definition) => [definition[member], definition])).values()]

/** One statement, so that an item is never without its served definition. Rows are sorted: two processes lock them in one order. */
export const serveDefinitions = (schema: string, definitions: readonly CatalogDefinition[], at: number) => sql.type(nothing)`
with definitions as (
  insert into ${definitionsTable(schema)} (hash, kind, item_id, version, path, source, loaded_at)
  select decode(x.hash, 'hex'), x.kind, x."itemId", x.version, x.path, x.source, ${new Date(at).toISOString()}::timestamptz
  from jsonb_to_recordset(${JSON.stringify(lastBy(definitions, 'hash'))}::jsonb) as x(hash text, kind text, "itemId" text, version text, path text, source text)
  order by x.hash
  on conflict (hash) do update set path = excluded.path, loaded_at = excluded.loaded_at
)
insert into ${servedTable(schema)} (item_id, hash)
select x."itemId", decode(x.hash, 'hex') from jsonb_to_recordset(${JSON.stringify(lastBy(definitions, 'itemId'))}::jsonb) as x(hash text, "itemId" text)
order by x."itemId"
on conflict (item_id) do update set hash = excluded.hash`

export const withdrawDefinitions = (schema: string, itemIds: readonly string[]) => sql.type(nothing)`
delete from ${servedTable(schema)} where item_id = any(${sql.array([...itemIds], 'text')})`

export const readServed = (schema: string) => sql.type(definitionRow)`
select ${columns} from ${servedTable(schema)} s join ${definitionsTable(schema)} d on d.hash = s.hash order by d.item_id`

export const findDefinition = (schema: string, hash: string) => sql.type(definitionRow)`
select ${columns} from ${definitionsTable(schema)} d where d.hash = decode(${hash}, 'hex')`
