import type { Statement } from './statement.js'
import { statement } from './statement.js'
import { historyRows, logRows, revisionRows, signalRows, stepRows } from './written-rows.js'

/**
 * Guards and the request's row. A commit without epoch comes from outside the claim and leaves it alone; only a free claim is taken.
 * Whether the guards hold is decided by the row as it is when its lock is got, so that a takeover in progress is waited for.
 */
const commits = (schema: string): string => `
with c as (
  select * from jsonb_to_recordset($1::jsonb) as c(id uuid, expected int, epoch int, commit_id uuid, version int, first_version int, status text, status_data jsonb,
    approvals jsonb, ledger jsonb, revision int, ended_at timestamptz, wake_at timestamptz, owner uuid, claim text, lease_ms int, at timestamptz, actor text, types text[],
    events jsonb, events_hash text, hash text)
), ok as (
  update ${schema}.requests r set version = c.version, commit_id = c.commit_id, chain_hash = decode(c.hash, 'hex'), status = c.status, status_data = c.status_data,
    approvals = c.approvals, ledger = c.ledger, revision = c.revision, wake_at = c.wake_at, updated_at = c.at, ended_at = c.ended_at,
    claim_owner = case when r.claim_owner is null then case when c.claim = 'take' then c.owner end
                       when c.epoch is not null and c.claim = 'release' then null
                       else r.claim_owner end,
    claim_epoch = r.claim_epoch + (r.claim_owner is null and c.claim = 'take')::int,
    claim_until = case when r.claim_owner is null then case when c.claim = 'take' then now() + coalesce(c.lease_ms, 30000) * interval '1 ms' end
                       when c.epoch is not null and c.claim = 'release' then null
                       when c.epoch is not null and c.lease_ms is not null then now() + c.lease_ms * interval '1 ms'
                       else r.claim_until end
  from c where r.id = c.id and r.version = c.expected and (c.epoch is null or (r.claim_epoch = c.epoch and r.claim_owner = c.owner))
  returning r.id, case when r.claim_owner = c.owner then r.claim_epoch end as epoch
)`

const answer = `
select ok.id, ok.epoch from ok`

/** $1 commits, $2 steps. */
export const commit = (schema: string): Statement => statement(schema, 'commit',
  [commits(schema), stepRows(schema, '$2'), historyRows(schema, 'c')].join(',') + answer)

/** The same with rows that few commits have: $3 revisions, $4 expected signals, $5 logs. */
export const commitWide = (schema: string): Statement => statement(schema, 'commit_wide',
  [commits(schema), stepRows(schema, '$2'), historyRows(schema, 'c'), revisionRows(schema, '$3'), signalRows(schema, '$4'), logRows(schema, '$5')].join(',') + answer)

/** Why a commit wrote nothing, or that an earlier call of it did: $1 request, $2 version after it, $3 commit id. */
export const standing = (schema: string): Statement => statement(schema, 'standing', `
select r.version, r.claim_epoch, r.claim_owner,
  exists (select from ${schema}.request_history h where h.request_id = r.id and h.version = $2 and h.commit_id = $3) as written
from ${schema}.requests r where r.id = $1`)
