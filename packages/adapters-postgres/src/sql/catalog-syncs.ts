import type { CatalogChange, CatalogSync, SyncClaim } from '@pao/core/ports'
import { sql } from 'slonik'
import { z } from 'zod'
import { definitionsTable } from './definitions.js'

const nothing = z.object({})
const instant = z.number()

const syncTable = (schema: string) => sql.identifier([schema, 'catalog_sync'])
const servedTable = (schema: string) => sql.identifier([schema, 'served_definitions'])
const versionsTable = (schema: string) => sql.identifier([schema, 'served_versions'])
const findingsTable = (schema: string) => sql.identifier([schema, 'catalog_findings'])
const validationsTable = (schema: string) => sql.identifier([schema, 'catalog_validations'])
const deliveriesTable = (schema: string) => sql.identifier([schema, 'webhook_deliveries'])

const timeOf = (at: number) => sql.fragment`${new Date(at).toISOString()}::timestamptz`
const until = (leaseMs: number) => sql.fragment`clock_timestamp() + ${leaseMs}::float8 * interval '1 millisecond'`
const held = ({ owner, epoch }: SyncClaim) => sql.fragment`one and owner = ${owner} and epoch = ${epoch}::int`
const msOf = (column: 'synced_at' | 'checked_at' | 'served_at' | 'withdrawn_at' | 'at') => sql.fragment`(extract(epoch from ${sql.identifier([column])}) * 1000)::float8`
const list = (texts: readonly string[]) => sql.array([...texts], 'text')

/** Whoever asks first has the row; the same owner again has it under a new epoch, as after an answer that was lost. */
export const claimSync = (schema: string, owner: string, leaseMs: number) => sql.type(z.object({ epoch: z.number() }))`
insert into ${syncTable(schema)} as s (one, owner, epoch, lease_until) values (true, ${owner}, 1, ${until(leaseMs)})
on conflict (one) do update set owner = excluded.owner, epoch = s.epoch + 1, lease_until = excluded.lease_until
where s.owner is null or s.owner = excluded.owner or s.lease_until <= clock_timestamp()
returning epoch`

export const renewSync = (schema: string, claim: SyncClaim, leaseMs: number) => sql.type(z.object({ epoch: z.number() }))`
update ${syncTable(schema)} set lease_until = ${until(leaseMs)} where ${held(claim)} returning epoch`

export const releaseSync = (schema: string, claim: SyncClaim) => sql.type(nothing)`
update ${syncTable(schema)} set owner = null, lease_until = null where ${held(claim)}`

const stateRow = z.object({
  number: z.number(), revision: z.string().nullable(), commit_id: z.string().nullable(), synced_at: instant.nullable(), files: z.number().nullable(),
  checked_at: instant.nullable(), problem: z.string().nullable(),
})
export type SyncStateRow = z.infer<typeof stateRow>

export const readSync = (schema: string) => sql.type(stateRow)`
select number, revision, commit_id, ${msOf('synced_at')} as synced_at, files, ${msOf('checked_at')} as checked_at, problem from ${syncTable(schema)}`

/**
 * One statement, so that all of it is seen at once or nothing. Whatever it does hangs on the row of the claim: without it nothing changes. What was found is
 * never taken apart, since a message may quote characters that no text of the database holds.
 */
export const recordSync = (schema: string, claim: SyncClaim, sync: CatalogSync, { serve, withdraw, findings, forget }: CatalogChange, keepValidations: number) => sql.type(z.object({ number: z.number() }))`
with own as (
  update ${syncTable(schema)}
  set number = ${sync.number}::int, revision = ${sync.revision}, commit_id = ${sync.commit ?? null}, synced_at = ${timeOf(sync.at)}, files = ${sync.files}::int, checked_at = ${timeOf(sync.at)}, problem = null
  where ${held(claim)} and number = ${sync.number - 1}::int returning number
), given as (
  select decode(x.hash, 'hex') as hash, x.kind, x."itemId" as item_id, x.version, x.path, x.source
  from own, jsonb_to_recordset(${JSON.stringify(serve)}::jsonb) as x(hash text, kind text, "itemId" text, version text, path text, source text)
), kept as (
  insert into ${definitionsTable(schema)} (hash, kind, item_id, version, path, source, loaded_at)
  select distinct on (hash) hash, kind, item_id, version, path, source, ${timeOf(sync.at)} from given order by hash
  on conflict (hash) do update set path = excluded.path, loaded_at = excluded.loaded_at
), ended as (
  update ${versionsTable(schema)} v set withdrawn_at = ${timeOf(sync.at)} from own
  where v.withdrawn_at is null and v.item_id = any(${list([...withdraw, ...serve.map(({ itemId }) => itemId)])})
), begun as (
  insert into ${versionsTable(schema)} (item_id, hash, version, path, commit_id, served_at)
  select item_id, hash, version, path, ${sync.commit ?? null}::text, ${timeOf(sync.at)} from given order by item_id
), gone as (
  delete from ${servedTable(schema)} s using own where s.item_id = any(${list(withdraw)})
), pointed as (
  insert into ${servedTable(schema)} (item_id, hash) select item_id, hash from given order by item_id
  on conflict (item_id) do update set hash = excluded.hash
), told as (
  select x.path, x.issues::json as issues from own, unnest(${list(findings.map(({ path }) => path))}, ${list(findings.map(({ issues }) => JSON.stringify(issues)))}) as x(path, issues)
), found as (
  insert into ${findingsTable(schema)} (path, issues) select path, issues from told order by path
  on conflict (path) do update set issues = excluded.issues
), forgotten as (
  delete from ${findingsTable(schema)} f using own where f.path = any(${list(forget)})
), validated as (
  insert into ${validationsTable(schema)} (path, at, commit_id, issues)
  select path, ${timeOf(sync.at)}, ${sync.commit ?? null}::text, issues from told
  where issues::text is distinct from (select v.issues::text from ${validationsTable(schema)} v where v.path = told.path order by v.id desc limit 1)
  order by path
), pruned as (
  delete from ${validationsTable(schema)} v using (
    select id, row_number() over (partition by path order by id desc) as place from ${validationsTable(schema)} where path in (select path from told)
  ) old where v.id = old.id and old.place > ${keepValidations}::int
)
select number from own`

/** Whether this very record was made already, and only its answer was lost. */
export const wasRecorded = (schema: string, claim: SyncClaim, { number, revision }: CatalogSync) => sql.type(z.object({ number: z.number() }))`
select number from ${syncTable(schema)} where ${held(claim)} and number = ${number}::int and revision = ${revision}`

export const noteCheck = (schema: string, claim: SyncClaim, at: number, problem: string | undefined) => sql.type(z.object({ number: z.number() }))`
update ${syncTable(schema)} set checked_at = ${problem === undefined ? timeOf(at) : sql.fragment`checked_at`}, problem = ${problem ?? null} where ${held(claim)} returning number`

const servedRow = z.object({ hash: z.string(), kind: z.string(), item_id: z.string(), version: z.string(), path: z.string() })
export type ServedRow = z.infer<typeof servedRow>

export const readServed = (schema: string) => sql.type(servedRow)`
select encode(d.hash, 'hex') as hash, d.kind, d.item_id, d.version, v.path
from ${servedTable(schema)} s
join ${definitionsTable(schema)} d on d.hash = s.hash
join ${versionsTable(schema)} v on v.item_id = s.item_id and v.withdrawn_at is null
order by d.item_id`

const versionRow = z.object({ hash: z.string(), version: z.string(), path: z.string(), commit_id: z.string().nullable(), served_at: instant, withdrawn_at: instant.nullable() })
export type VersionRow = z.infer<typeof versionRow>

export const readVersions = (schema: string, itemId: string, limit: number) => sql.type(versionRow)`
select encode(hash, 'hex') as hash, version, path, commit_id, ${msOf('served_at')} as served_at, ${msOf('withdrawn_at')} as withdrawn_at
from ${versionsTable(schema)} where item_id = ${itemId} order by id desc limit ${limit}::int`

const issues = z.array(z.record(z.string(), z.unknown()))
const findingRow = z.object({ path: z.string(), issues })
export type FindingRow = z.infer<typeof findingRow>

export const readFindings = (schema: string) => sql.type(findingRow)`
select path, issues from ${findingsTable(schema)} where issues::text <> '[]' order by path`

const validationRow = z.object({ at: instant, commit_id: z.string().nullable(), issues })
export type ValidationRow = z.infer<typeof validationRow>

export const readValidations = (schema: string, path: string, limit: number) => sql.type(validationRow)`
select ${msOf('at')} as at, commit_id, issues from ${validationsTable(schema)} where path = ${path} order by id desc limit ${limit}::int`

/** A row that is too old counts as none. `token` is the call's own, so that a call whose answer was lost finds its own row. */
export const seeDelivery = (schema: string, host: string, deliveryId: string, token: string, at: number, rememberMs: number) => sql.type(z.object({ delivery_id: z.string() }))`
insert into ${deliveriesTable(schema)} as d (host, delivery_id, token, seen_at) values (${host}, ${deliveryId}, ${token}::uuid, ${timeOf(at)})
on conflict (host, delivery_id) do update set token = excluded.token, seen_at = excluded.seen_at
where d.token = excluded.token or d.seen_at < ${timeOf(at - rememberMs)}
returning delivery_id`

export const forgetDeliveries = (schema: string, at: number, rememberMs: number) => sql.type(nothing)`
delete from ${deliveriesTable(schema)} where seen_at < ${timeOf(at - rememberMs)}`
