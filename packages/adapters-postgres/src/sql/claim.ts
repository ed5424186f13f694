import { heldBy } from './held-by.js'
import type { Statement } from './statement.js'
import { statement } from './statement.js'

/** $1 owner, $2 limit, $3 lease in milliseconds. */
export const claimDue = (schema: string): Statement => statement(schema, 'claim_due', `
with due as (
  select id, priority, wake_at from ${schema}.requests where claim_owner is null and wake_at <= now() order by priority desc, wake_at limit $2 for update skip locked
), claimed as (
  update ${schema}.requests r set claim_owner = $1, claim_epoch = r.claim_epoch + 1, claim_until = now() + $3 * interval '1 ms', wake_at = null
  from due where r.id = due.id returning r.id, r.claim_epoch, due.priority, due.wake_at
) select id, claim_epoch as epoch from claimed order by priority desc, wake_at`)

/** $1 owner, $2 limit, $3 lease in milliseconds. */
export const claimLost = (schema: string): Statement => statement(schema, 'claim_lost', `
with lost as (
  select id, claim_until from ${schema}.requests where claim_owner is not null and claim_until < now() order by claim_until limit $2 for update skip locked
), claimed as (
  update ${schema}.requests r set claim_owner = $1, claim_epoch = r.claim_epoch + 1, claim_until = now() + $3 * interval '1 ms'
  from lost where r.id = lost.id returning r.id, r.claim_epoch, lost.claim_until
) select id, claim_epoch as epoch from claimed order by claim_until`)

/**
 * $1 owner, $2 requests, $3 lease in milliseconds. A row that is being written is not waited for: one that hangs would cost the
 * process all its claims. It is answered as it was before, so that it does not count as lost, and prolonged by the next renewal.
 */
export const renew = (schema: string): Statement => statement(schema, 'renew', `
with free as (
  select id from ${schema}.requests where claim_owner = $1 and id = any($2::uuid[]) for update skip locked
), renewed as (
  update ${schema}.requests r set claim_until = now() + $3 * interval '1 ms' from free where r.id = free.id returning r.id, r.claim_epoch, r.version, r.status
)
select id, claim_epoch as epoch, version, status from renewed
union all
select id, claim_epoch, version, status from ${schema}.requests where claim_owner = $1 and id = any($2::uuid[]) and id not in (select id from free)`)

/** $1 request, $2 owner, $3 epoch, $4 wake-at. What has ended is woken no more. */
export const release = (schema: string): Statement => statement(schema, 'release', `
update ${schema}.requests set claim_owner = null, claim_until = null,
  wake_at = case when status not in ('completed', 'cancelled', 'rejected', 'aborted') then $4::timestamptz end
where id = $1 and ${heldBy('$2', '$3')} returning id`)

/** One look at the index for each priority. */
export const nextDue = (schema: string): Statement => statement(schema, 'next_due', `
select min(due.wake_at) as at from unnest(array[0, 1, 2, 3]::smallint[]) as priorities(priority)
cross join lateral (
  select wake_at from ${schema}.requests r where r.claim_owner is null and r.wake_at is not null and r.priority = priorities.priority order by r.wake_at limit 1
) due`)
