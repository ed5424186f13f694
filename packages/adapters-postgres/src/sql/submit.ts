import { lockWait } from './lock-wait.js'
import type { Statement } from './statement.js'
import { statement } from './statement.js'
import { changeColumns, doneFrom, firstRows, historyRows, logRows, signalRows } from './written-rows.js'

/**
 * The key decides: a second submission with a live key inserts nothing, in any table. One that has expired is used anew. Keys are locked in
 * one order everywhere; a statement holds each of them once.
 */
export const accepted = (schema: string, rows: string, longestWait?: string): string => `
s as (
  select s.* from jsonb_to_recordset(${rows}::jsonb) as s(id uuid, status text, status_data text, approvals text, ledger text,
    accepted text, subject_kind text, subject_id text, subject_version text, definition_hash text, requester_id text, teams text[], correlation_id text,
    priority smallint, revision int, created_at timestamptz, ended_at timestamptz, owner uuid, claim text, lease_ms int, wake_at timestamptz,
    principal text, route text, key text, body_hash text, ${changeColumns})${lockWait(longestWait)}
), keys as (
  insert into ${schema}.idempotency_keys as k (principal, route, key, body_hash, request_id, expires_at)
  select s.principal, s.route, s.key, decode(s.body_hash, 'hex'), s.id, now() + interval '24 hours' from s where s.key is not null order by s.principal, s.route, s.key
  on conflict (principal, route, key) do update set body_hash = excluded.body_hash, request_id = excluded.request_id, expires_at = excluded.expires_at
    where k.expires_at <= now()
  returning request_id
), free as (
  select s.* from s where s.key is null or s.id in (select request_id from keys)
), accepted as (
  insert into ${schema}.requests (id, version, commit_id, chain_hash, status, status_data, approvals, ledger, accepted, subject_kind, subject_id, subject_version,
    definition_hash, requester_id, teams, correlation_id, priority, revision, created_at, updated_at, ended_at, claim_owner, claim_epoch, claim_until, wake_at)
  select s.id, s.version, s.commit_id, decode(s.hash, 'hex'), s.status, s.status_data::json, s.approvals::json, s.ledger::json, s.accepted::json, s.subject_kind, s.subject_id, s.subject_version,
    decode(s.definition_hash, 'hex'), s.requester_id, s.teams, s.correlation_id, s.priority, s.revision, s.created_at, s.at, s.ended_at,
    case when s.claim = 'take' then s.owner end, (s.claim = 'take')::int,
    case when s.claim = 'take' then now() + coalesce(s.lease_ms, 30000) * interval '1 ms' end, case when s.claim = 'take' then null else s.wake_at end
  from free s
  returning id, case when claim_owner is not null then claim_epoch end as held_epoch
)`

const done = doneFrom('free')

const answer = 'select id, held_epoch as epoch from accepted'

/** $1 one submission without rows of rarer kinds. */
export const submit = (schema: string): Statement => statement(schema, 'submit', `
with ${accepted(schema, '$1')}, done as (
  ${done}
), ${firstRows(schema, 'free')}, ${historyRows(schema)}
${answer}`)

/** $1 submissions, sorted by id; $2 see `lockWait`. */
export const submissions = (schema: string): Statement => statement(schema, 'submissions', `
with ${accepted(schema, '$1', '$2')}, done as (
  ${done}
), ${firstRows(schema, 'free')}, ${historyRows(schema)}, ${signalRows(schema)}, ${logRows(schema)}
${answer}`)

/** What a key stands for. */
export const recall = (schema: string): Statement => statement(schema, 'recall', `
select request_id, body_hash = decode($4, 'hex') as same_body from ${schema}.idempotency_keys
where principal = $1 and route = $2 and key = $3 and expires_at > now()`)
