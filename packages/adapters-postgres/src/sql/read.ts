import type { LogQuery, RequestQuery, Viewer } from '@pao/core/ports'
import type { FragmentSqlToken } from 'slonik'
import { sql } from 'slonik'
import { z } from 'zod'
import { storedColumns, storedTables } from './load.js'

/** A piece of text of our own as a fragment: no value of a caller ever comes this way. */
const raw = (text: string): FragmentSqlToken => ({ ...sql.fragment``, sql: text })

const texts = (values: readonly string[]) => sql.array([...values], 'text')

const timestamp = (at: number) => sql.fragment`${new Date(at).toISOString()}::timestamptz`

const all = (conditions: readonly FragmentSqlToken[]) => sql.join([...conditions], sql.fragment` and `)

const stepColumns = z.object({ data: z.record(z.unknown()), output: z.unknown(), position: z.number(), superseded: z.boolean() })

const storedRow = z.object({
  id: z.string(), version: z.number(), accepted: z.unknown(), status_data: z.unknown(), approvals: z.unknown(), ledger: z.unknown(), chain_hash: z.string(),
  created_at: z.date(), updated_at: z.date(), ended_at: z.date().nullable(),
  number: z.number(), input: z.unknown(), variables: z.unknown(), plan: z.unknown(), plan_digest: z.string(), deadline: z.date().nullable(), timeout_ms: z.string().nullable(), sealed: z.array(z.string()).nullable(),
  steps: z.array(stepColumns),
})

const isOwn = ({ id }: Viewer) => sql.fragment`r.requester_id = ${id}`

const isOfTeam = ({ teams, administrator }: Viewer) => administrator ? sql.fragment`true` : sql.fragment`r.teams && ${texts(teams)}`

const withinScope = (viewer: Viewer, scope: RequestQuery['scope']): FragmentSqlToken => {
  switch (scope) {
    case 'own': return isOwn(viewer)
    case 'team': return isOfTeam(viewer)
    case 'visible': return sql.fragment`(${isOwn(viewer)} or ${isOfTeam(viewer)})`
  }
}

/** One row more than asked for tells whether there are more. */
export const listRequests = (schema: string, { viewer, scope, status, subjectId, from, to, limit, after }: RequestQuery) => sql.type(storedRow)`
select ${raw(storedColumns(schema))} from ${raw(storedTables(schema))}
where ${all([
  withinScope(viewer, scope),
  ...(status === undefined ? [] : [sql.fragment`r.status = any(${texts(status)})`]),
  ...(subjectId === undefined ? [] : [sql.fragment`r.subject_id = ${subjectId}`]),
  ...(from === undefined ? [] : [sql.fragment`r.created_at >= ${timestamp(from)}`]),
  ...(to === undefined ? [] : [sql.fragment`r.created_at < ${timestamp(to)}`]),
  ...(after === undefined ? [] : [sql.fragment`(r.created_at, r.id) < (${timestamp(after.createdAt)}, ${after.id}::uuid)`]),
])}
order by r.created_at desc, r.id desc limit ${limit + 1}`

const historyRow = z.object({
  version: z.number(), first_version: z.number(), commit_id: z.string(), at: z.date(), actor: z.string().nullable(), types: z.array(z.string()),
  events: z.unknown(), events_hash: z.string(), hash: z.string(), accepted: z.unknown(), input: z.unknown(), variables: z.unknown(), plan: z.unknown(),
})

export const readHistory = (schema: string, id: string) => sql.type(historyRow)`
select h.version, h.first_version, h.commit_id, h.at, h.actor, h.types, h.events, encode(h.events_hash, 'hex') as events_hash, encode(h.hash, 'hex') as hash,
  r.accepted, v.input, v.variables, v.plan
from ${sql.identifier([schema, 'request_history'])} h
left join ${sql.identifier([schema, 'requests'])} r on r.id = h.request_id and h.first_version = 1
left join ${sql.identifier([schema, 'request_revisions'])} v on v.request_id = h.request_id and v.number = 1 and h.first_version = 1
where h.request_id = ${id} order by h.version`

/** The row of a reference stays when its step goes on; what counts is that the step still waits for it. Only a waiting step has a `waitFor`. */
export const readExpecting = (schema: string, service: string, reference: string) => sql.type(z.object({ request_id: z.string(), step_id: z.string() }))`
select e.request_id, e.step_id from ${sql.identifier([schema, 'expected_signals'])} e
join ${sql.identifier([schema, 'request_steps'])} s on s.request_id = e.request_id and s.step_id = e.step_id and s.iteration = e.iteration
where e.service = ${service} and e.reference = ${reference} and not s.superseded
  and s.data #>> '{waitFor,reference,service}' = e.service and s.data #>> '{waitFor,reference,id}' = e.reference`

const logRow = z.object({ number: z.string(), place: z.string(), step_id: z.string(), iteration: z.number(), execution: z.number(), line: z.unknown() })

const levels = ['debug', 'info', 'warn', 'error']

/** The position of a line is `number.place`: that of its row, and its own in it. */
export const readLogs = (schema: string, { requestId, step, level = 'debug', limit, after }: LogQuery) => {
  const [, number = '0', place = '0'] = /^(\d{1,18})\.(\d{1,9})$/.exec(after ?? '') ?? []
  return sql.type(logRow)`
select l.number, x.place, l.step_id, l.iteration, l.execution, x.line
from ${sql.identifier([schema, 'step_logs'])} l cross join lateral jsonb_array_elements(l.lines) with ordinality as x(line, place)
where ${all([
    sql.fragment`l.request_id = ${requestId} and l.number >= ${number}::bigint and (l.number, x.place) > (${number}::bigint, ${place}::bigint)`,
    sql.fragment`x.line ->> 'level' = any(${texts(levels.slice(levels.indexOf(level)))})`,
    ...(step === undefined ? [] : [sql.fragment`l.step_id = ${step}`]),
  ])}
order by l.number, x.place limit ${limit + 1}`
}
