import type { Statement } from './statement.js'
import { statement } from './statement.js'

/** Columns of a stored request; `r` is its row, `v` its current revision. What `StoredRow` in row.ts reads. */
export const storedColumns = (schema: string): string => `
  r.id, r.version, r.accepted, r.status_data, r.approvals, r.ledger, encode(r.chain_hash, 'hex') as chain_hash, r.created_at, r.updated_at, r.ended_at,
  v.number, v.input, v.variables, v.plan, v.plan_digest, v.deadline, v.timeout_ms, v.sealed,
  (select coalesce(json_agg(json_build_object('data', s.data, 'output', s.output, 'position', s.position, 'superseded', s.superseded) order by s.position), '[]')
   from ${schema}.request_steps s where s.request_id = r.id) as steps`

export const storedTables = (schema: string): string =>
  `${schema}.requests r join ${schema}.request_revisions v on v.request_id = r.id and v.number = r.revision`

export const load = (schema: string): Statement => statement(schema, 'load', `
select ${storedColumns(schema)} from ${storedTables(schema)} where r.id = $1`)

/** $2 reader, $3 their teams, $4 whether they are an administrator. */
export const find = (schema: string): Statement => statement(schema, 'find', `
select ${storedColumns(schema)} from ${storedTables(schema)} where r.id = $1 and (r.requester_id = $2 or r.teams && $3::text[] or $4::boolean)`)
