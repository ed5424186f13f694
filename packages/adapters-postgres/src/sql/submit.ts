import { lockWait } from './lock-wait.js'
import type { Parameters, RowKind } from './row-statement.js'
import { rowStatement } from './row-statement.js'
import type { Statement } from './statement.js'
import { statement } from './statement.js'
import { doneFrom, firstRows, historyRows, rarerKinds, rarerRows } from './written-rows.js'

/**
 * The key decides: a second submission with a live key inserts nothing, in any table. One that has expired is used anew. Keys are locked in
 * one order everywhere; a statement holds each of them once.
 */
export const accepted = (schema: string, { rows }: Parameters, longestWait?: string): string => `
s as (
  select s.* from ${rows('submissions', 's')}${lockWait(longestWait)}
), keys as (
  insert into ${schema}.idempotency_keys as k (principal, route, key, body_hash, request_id, expires_at)
  select s.principal, s.route, s.key, s.body_hash, s.id, now() + interval '24 hours' from s where s.key is not null order by s.principal, s.route, s.key
  on conflict (principal, route, key) do update set body_hash = excluded.body_hash, request_id = excluded.request_id, expires_at = excluded.expires_at
    where k.expires_at <= now()
  returning request_id
), free as (
  select s.* from s where s.key is null or s.id in (select request_id from keys)
), accepted as (
  insert into ${schema}.requests (id, version, commit_id, chain_hash, status, status_data, approvals, ledger, accepted, subject_kind, subject_id, subject_version,
    definition_hash, requester_id, teams, correlation_id, priority, revision, created_at, updated_at, ended_at, claim_owner, claim_epoch, claim_until, wake_at)
  select s.id, s.version, s.commit_id, s.hash, s.status, s.status_data, s.approvals, s.ledger, s.accepted, s.subject_kind, s.subject_id, s.subject_version,
    s.definition_hash, s.requester_id, s.teams::text[], s.correlation_id, s.priority, s.revision, s.created_at, s.at, s.ended_at,
    case when s.claim = 'take' then s.owner end, (s.claim = 'take')::int,
    case when s.claim = 'take' then now() + coalesce(s.lease_ms, 30000) * interval '1 ms' end, case when s.claim = 'take' then null else s.wake_at end
  from free s
  returning id, case when claim_owner is not null then claim_epoch end as held_epoch
)`

const done = doneFrom('free')

const answer = 'select id, held_epoch as epoch from accepted'

const leanKinds: readonly RowKind[] = ['submissions', 'firstSteps', 'firstRevisions']

/** One submission without rows of rarer kinds. */
export const submit = rowStatement('submit', leanKinds, (schema, parameters) => `
with ${accepted(schema, parameters)}, done as (
  ${done}
), ${firstRows(schema, parameters)}, ${historyRows(schema)}
${answer}`)

/** Submissions, sorted by id; behind their rows see `lockWait`. */
export const submissions = rowStatement('submissions', [...leanKinds, ...rarerKinds], (schema, parameters) => `
with ${accepted(schema, parameters, parameters.next)}, done as (
  ${done}
), ${firstRows(schema, parameters)}, ${historyRows(schema)}, ${rarerRows(schema, parameters)}
${answer}`)

/** What a key stands for. */
export const recall = (schema: string): Statement => statement(schema, 'recall', `
select request_id, body_hash = decode($4, 'hex') as same_body from ${schema}.idempotency_keys
where principal = $1 and route = $2 and key = $3 and expires_at > now()`)
