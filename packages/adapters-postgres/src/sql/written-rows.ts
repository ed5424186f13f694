import type { Parameters, RowKind } from './row-statement.js'

/**
 * Common table expressions that submissions and commits share. Each writes what hangs on changes whose request's row was written: what a guard
 * refuses writes no row in any table.
 */

/** What the history holds of a change. */
const historyNames = ['version', 'first_version', 'commit_id', 'at', 'actor', 'types', 'events', 'events_hash', 'hash']

const namesOf = (relation: string): string => historyNames.map((name) => `${relation}.${name}`).join(', ')

/** What an update gives back of its changes. */
export const changeNames = namesOf

/** What `done` consists of. */
export const doneFrom = (relation: string): string => `select ${relation}.id, ${namesOf(relation)} from ${relation}`

/** Whether a row's request was written. Not a plain `in`, which becomes a join: this is looked up in a hash table. */
const isIn = (relation: string): string => `(x.request_id in (select id from ${relation})) is true`

export const historyRows = (schema: string): string => `
history as (
  insert into ${schema}.request_history (request_id, version, first_version, commit_id, at, actor, types, events, events_hash, hash)
  select d.id, d.version, d.first_version, d.commit_id, d.at, d.actor, d.types::text[], d.events, d.events_hash, d.hash from done d
)`

const stepNames = 'request_id, step_id, iteration, position, superseded, action_type, state, executions, data, output, started_at, ended_at'

const revisionNames = 'request_id, number, input, variables, plan, plan_digest, deadline, timeout_ms, sealed'

const insertInto = (table: string, names: string, source: string, relation: string): string => `
  insert into ${table} as t (${names}) select ${names} from ${source} where ${isIn(relation)}`

/** Steps and revision of a request that is new: nothing can be there before. */
export const firstRows = (schema: string, { rows }: Parameters): string => `
first_steps as (${insertInto(`${schema}.request_steps`, stepNames, rows('firstSteps', 'x'), 'free')}
), first_revisions as (${insertInto(`${schema}.request_revisions`, revisionNames, rows('firstRevisions', 'x'), 'free')}
)`

/** Steps of a request that is stored: those that have a row, and those that may have one. */
export const stepRows = (schema: string, { rows }: Parameters): string => `
known_steps as (
  update ${schema}.request_steps t set position = x.position, superseded = x.superseded, state = x.state, executions = x.executions, data = x.data, output = x.output,
    started_at = coalesce(t.started_at, x.started_at), ended_at = x.ended_at
  from ${rows('knownSteps', 'x')}
  where t.request_id = x.request_id and t.step_id = x.step_id and t.iteration = x.iteration and ${isIn('committed')}
), other_steps as (${insertInto(`${schema}.request_steps`, stepNames, rows('otherSteps', 'x'), 'committed')}
  on conflict (request_id, step_id, iteration) do update set position = excluded.position, superseded = excluded.superseded, state = excluded.state,
    executions = excluded.executions, data = excluded.data, output = excluded.output, started_at = coalesce(t.started_at, excluded.started_at), ended_at = excluded.ended_at
)`

/** Its revision, when it has changed. */
export const revisionRows = (schema: string, { rows }: Parameters): string => `
revisions as (${insertInto(`${schema}.request_revisions`, revisionNames, rows('revisions', 'x'), 'committed')}
  on conflict (request_id, number) do update set input = excluded.input, variables = excluded.variables, plan = excluded.plan,
    plan_digest = excluded.plan_digest, deadline = excluded.deadline, timeout_ms = excluded.timeout_ms, sealed = excluded.sealed
)`

/** A reference belongs to the step that was the last to expect it. Two requests may expect the same one: locked in one order everywhere, and once in a statement. */
const signalRows = (schema: string, { rows }: Parameters): string => `
signals as (
  insert into ${schema}.expected_signals (service, reference, request_id, step_id, iteration)
  select distinct on (x.service, x.reference) x.service, x.reference, x.request_id, x.step_id, x.iteration
  from ${rows('signals', 'x', true)} where ${isIn('done')}
  order by x.service, x.reference, x.place desc
  on conflict (service, reference) do update set request_id = excluded.request_id, step_id = excluded.step_id, iteration = excluded.iteration
)`

/** Numbered in the order in which they are given. */
const logRows = (schema: string, { rows }: Parameters): string => `
logs as (
  insert into ${schema}.step_logs (request_id, step_id, iteration, execution, lines)
  select x.request_id, x.step_id, x.iteration, x.execution, x.lines::jsonb from ${rows('logs', 'x')} where ${isIn('done')}
)`

/** Kinds that a lone write has seldom. */
export const rarerKinds: readonly RowKind[] = ['signals', 'logs']

export const rarerRows = (schema: string, parameters: Parameters): string => `${signalRows(schema, parameters)}, ${logRows(schema, parameters)}`
