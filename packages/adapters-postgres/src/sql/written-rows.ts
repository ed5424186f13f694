/**
 * Common table expressions that submit and commit share. Each writes rows of a jsonb array, and only those whose request is in
 * `ok`: what a guard refuses writes no row in any table. `$n` is the array.
 */
export const stepRows = (schema: string, parameter: string): string => `
steps as (
  insert into ${schema}.request_steps as t (request_id, step_id, iteration, position, superseded, action_type, state, executions, data, output, started_at, ended_at)
  select x.request_id, x.step_id, x.iteration, x.position, x.superseded, x.action_type, x.state, x.executions, x.data, x.output, x.started_at, x.ended_at
  from jsonb_to_recordset(${parameter}::jsonb) as x(request_id uuid, step_id text, iteration int, position int, superseded boolean, action_type text, state text,
    executions int, data jsonb, output jsonb, started_at timestamptz, ended_at timestamptz) join ok on ok.id = x.request_id
  on conflict (request_id, step_id, iteration) do update set position = excluded.position, superseded = excluded.superseded, state = excluded.state,
    executions = excluded.executions, data = excluded.data, output = excluded.output, started_at = coalesce(t.started_at, excluded.started_at), ended_at = excluded.ended_at
)`

/** The history row of each commit; `source` is the expression that holds the commits. */
export const historyRows = (schema: string, source: string): string => `
history as (
  insert into ${schema}.request_history (request_id, version, first_version, commit_id, at, actor, types, events, events_hash, hash)
  select x.id, x.version, x.first_version, x.commit_id, x.at, x.actor, x.types, x.events, decode(x.events_hash, 'hex'), decode(x.hash, 'hex')
  from ${source} x join ok on ok.id = x.id
)`

export const revisionRows = (schema: string, parameter: string): string => `
revisions as (
  insert into ${schema}.request_revisions as t (request_id, number, input, variables, plan, plan_digest, deadline, timeout_ms, sealed)
  select x.request_id, x.number, coalesce(x.input, 'null'), coalesce(x.variables, 'null'), x.plan, x.plan_digest, x.deadline, x.timeout_ms, x.sealed
  from jsonb_to_recordset(${parameter}::jsonb) as x(request_id uuid, number int, input jsonb, variables jsonb, plan jsonb, plan_digest text, deadline timestamptz, timeout_ms bigint, sealed jsonb)
  join ok on ok.id = x.request_id
  on conflict (request_id, number) do update set input = excluded.input, variables = excluded.variables, plan = excluded.plan,
    plan_digest = excluded.plan_digest, deadline = excluded.deadline, timeout_ms = excluded.timeout_ms, sealed = excluded.sealed
)`

/** A reference belongs to the step that was the last to expect it. */
export const signalRows = (schema: string, parameter: string): string => `
signals as (
  insert into ${schema}.expected_signals (service, reference, request_id, step_id, iteration)
  select x.service, x.reference, x.request_id, x.step_id, x.iteration
  from jsonb_to_recordset(${parameter}::jsonb) as x(service text, reference text, request_id uuid, step_id text, iteration int) join ok on ok.id = x.request_id
  on conflict (service, reference) do update set request_id = excluded.request_id, step_id = excluded.step_id, iteration = excluded.iteration
)`

export const logRows = (schema: string, parameter: string): string => `
logs as (
  insert into ${schema}.step_logs (request_id, step_id, iteration, execution, lines)
  select x.request_id, x.step_id, x.iteration, x.execution, x.lines
  from rows from (jsonb_to_recordset(${parameter}::jsonb) as (request_id uuid, step_id text, iteration int, execution int, lines jsonb)) with ordinality
    as x(request_id, step_id, iteration, execution, lines, place) join ok on ok.id = x.request_id
  order by x.place
)`
