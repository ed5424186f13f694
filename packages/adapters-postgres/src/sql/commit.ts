import { lockWait } from './lock-wait.js'
import type { Parameters, RowKind } from './row-statement.js'
import { rowStatement } from './row-statement.js'
import type { Statement } from './statement.js'
import { statement } from './statement.js'
import { changeNames, doneFrom, historyRows, rarerKinds, rarerRows, revisionRows, stepRows } from './written-rows.js'

/**
 * Guards and the request's row. A commit without epoch comes from outside the claim and leaves it alone; only a free claim is taken.
 * While a request is claimed nobody looks for it, so it has no wake-at: the column is indexed, and would make each update touch every index.
 * Whether the guards hold is decided by the row as it is when its lock is got, so that a takeover in progress is waited for.
 */
export const committed = (schema: string, { rows }: Parameters, longestWait?: string): string => `
committed as (
  update ${schema}.requests r set version = c.version, commit_id = c.commit_id, chain_hash = c.hash, status = c.status, status_data = c.status_data,
    approvals = c.approvals, ledger = c.ledger, revision = c.revision, updated_at = c.at, ended_at = c.ended_at,
    claim_owner = case when r.claim_owner is null then case when c.claim = 'take' then c.owner end
                       when c.epoch is not null and c.claim = 'release' then null
                       else r.claim_owner end,
    claim_epoch = r.claim_epoch + (r.claim_owner is null and c.claim = 'take')::int,
    claim_until = case when r.claim_owner is null then case when c.claim = 'take' then now() + coalesce(c.lease_ms, 30000) * interval '1 ms' end
                       when c.epoch is not null and c.claim = 'release' then null
                       when c.epoch is not null and c.lease_ms is not null then now() + c.lease_ms * interval '1 ms'
                       else r.claim_until end,
    wake_at = case when r.claim_owner is null then case when c.claim = 'take' then null else c.wake_at end
                   when c.epoch is not null and c.claim = 'release' then c.wake_at end
  from ${rows('commits', 'c')}${lockWait(longestWait)}
  where r.id = c.id and r.version = c.expected and (c.epoch is null or (r.claim_epoch = c.epoch and r.claim_owner = c.owner))
  returning r.id, case when r.claim_owner = c.owner then r.claim_epoch end as held_epoch, ${changeNames('c')}
)`

const done = doneFrom('committed')

const answer = 'select id, held_epoch as epoch from committed'

const leanKinds: readonly RowKind[] = ['commits', 'knownSteps', 'otherSteps']

/** One commit without rows of rarer kinds: most commits of a process that has little to do, and each of them waits for this. */
export const commit = rowStatement('commit', leanKinds, (schema, parameters) => `
with ${committed(schema, parameters)}, done as (
  ${done}
), ${stepRows(schema, parameters)}, ${historyRows(schema)}
${answer}`)

/** Commits, sorted by id and one of each request; behind their rows see `lockWait`. */
export const commits = rowStatement('commits', [...leanKinds, 'revisions', ...rarerKinds], (schema, parameters) => `
with ${committed(schema, parameters, parameters.next)}, done as (
  ${done}
), ${stepRows(schema, parameters)}, ${revisionRows(schema, parameters)}, ${historyRows(schema)}, ${rarerRows(schema, parameters)}
${answer}`)

/**
 * Why commits wrote nothing, or that an earlier sending of them did: $1 requests, $2 the versions after them, $3 their commit ids. None for
 * a request that is not stored.
 */
export const standing = (schema: string): Statement => statement(schema, 'standing', `
select r.id, r.version, r.claim_epoch, r.claim_owner, h.version is not null as written
from unnest($1::uuid[], $2::int[], $3::uuid[]) as x(id, version, commit_id) join ${schema}.requests r on r.id = x.id
left join ${schema}.request_history h on h.request_id = x.id and h.version = x.version and h.commit_id = x.commit_id`)
