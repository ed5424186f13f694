/**
 * Common table expressions that submissions and commits share. Each writes what hangs on changes whose request's row was written: what a guard
 * refuses writes no row in any table. Nested arrays keep this linear: no join between what is sent and what was done.
 */

/** What a change carries for the tables behind the request's own; the same for a submission and a commit. */
export const changeColumns = `version int, first_version int, commit_id uuid, at timestamptz, actor text, types text[], events text, events_hash text, hash text,
    steps jsonb, revisions jsonb, signals jsonb, logs jsonb`

const doneNames = ['version', 'first_version', 'commit_id', 'at', 'actor', 'types', 'events', 'events_hash', 'hash', 'signals', 'logs']

const namesOf = (relation: string, names: readonly string[]): string => names.map((name) => `${relation}.${name}`).join(', ')

/** What an update gives back of its changes. */
export const changeNames = (relation: string): string => namesOf(relation, [...doneNames, 'steps', 'revisions'])

/** What `done` consists of. */
export const doneFrom = (relation: string): string => `select ${relation}.id, ${namesOf(relation, doneNames)} from ${relation}`

export const historyRows = (schema: string): string => `
history as (
  insert into ${schema}.request_history (request_id, version, first_version, commit_id, at, actor, types, events, events_hash, hash)
  select d.id, d.version, d.first_version, d.commit_id, d.at, d.actor, d.types, d.events::json, decode(d.events_hash, 'hex'), decode(d.hash, 'hex') from done d
)`

const revisionColumns = 'number int, input text, variables text, plan text, plan_digest text, deadline timestamptz, timeout_ms bigint, sealed text'

const stepColumns = '(request_id, step_id, iteration, position, superseded, action_type, state, executions, data, output, started_at, ended_at)'

const stepSource = (source: string): string => `
  select d.id, x.step_id, x.iteration, x.position, x.superseded, x.action_type, x.state, x.executions, x.data::json, x.output::json, x.started_at, x.ended_at
  from ${source} d, jsonb_to_recordset(d.steps) as x(step_id text, iteration int, position int, superseded boolean, action_type text, state text,
    executions int, data text, output text, started_at timestamptz, ended_at timestamptz)`

/** Steps and revision of a request that is new: nothing can be there before. */
export const firstRows = (schema: string, source: string): string => `
first_steps as (
  insert into ${schema}.request_steps ${stepColumns} ${stepSource(source)}
), first_revisions as (
  insert into ${schema}.request_revisions (request_id, number, input, variables, plan, plan_digest, deadline, timeout_ms, sealed)
  select d.id, x.number, x.input::json, x.variables::json, x.plan::json, x.plan_digest, x.deadline, x.timeout_ms, x.sealed::json
  from ${source} d, jsonb_to_recordset(d.revisions) as x(${revisionColumns})
)`

/** Steps of a request that is stored. */
export const stepRows = (schema: string, source: string): string => `
steps as (
  insert into ${schema}.request_steps as t ${stepColumns} ${stepSource(source)}
  on conflict (request_id, step_id, iteration) do update set position = excluded.position, superseded = excluded.superseded, state = excluded.state,
    executions = excluded.executions, data = excluded.data, output = excluded.output, started_at = coalesce(t.started_at, excluded.started_at), ended_at = excluded.ended_at
)`

/** Its revision, when it has changed. */
export const revisionRows = (schema: string, source: string): string => `
revisions as (
  insert into ${schema}.request_revisions as t (request_id, number, input, variables, plan, plan_digest, deadline, timeout_ms, sealed)
  select d.id, x.number, x.input::json, x.variables::json, x.plan::json, x.plan_digest, x.deadline, x.timeout_ms, x.sealed::json
  from ${source} d, jsonb_to_recordset(d.revisions) as x(${revisionColumns})
  on conflict (request_id, number) do update set input = excluded.input, variables = excluded.variables, plan = excluded.plan,
    plan_digest = excluded.plan_digest, deadline = excluded.deadline, timeout_ms = excluded.timeout_ms, sealed = excluded.sealed
)`

/** A reference belongs to the step that was the last to expect it. Two requests may expect the same one: locked in one order everywhere, and once in a statement. */
export const signalRows = (schema: string): string => `
signals as (
  insert into ${schema}.expected_signals (service, reference, request_id, step_id, iteration)
  select distinct on (x.service, x.reference) x.service, x.reference, d.id, x.step_id, x.iteration
  from done d, rows from (jsonb_to_recordset(d.signals) as (service text, reference text, step_id text, iteration int)) with ordinality as x(service, reference, step_id, iteration, place)
  order by x.service, x.reference, d.id desc, x.place desc
  on conflict (service, reference) do update set request_id = excluded.request_id, step_id = excluded.step_id, iteration = excluded.iteration
)`

/** Columns of a run of log lines, as `jsonb_to_recordset` reads them. */
export const logColumns = 'step_id text, iteration int, execution int, lines jsonb'

export const logRows = (schema: string): string => `
logs as (
  insert into ${schema}.step_logs (request_id, step_id, iteration, execution, lines)
  select d.id, x.step_id, x.iteration, x.execution, x.lines
  from done d, rows from (jsonb_to_recordset(d.logs) as (${logColumns})) with ordinality as x(step_id, iteration, execution, lines, place)
  order by d.id, x.place
)`
