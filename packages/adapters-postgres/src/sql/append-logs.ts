import { heldBy } from './held-by.js'
import { rowStatement } from './row-statement.js'

/** Takes the row's lock as a commit does, so that lines are numbered in the order of writing. Behind the logs: owner, epoch, request. */
export const appendLogs = rowStatement('append_logs', ['logs'], (schema, { rows }) => `
with ok as (
  select id from ${schema}.requests where id = $8::uuid and ${heldBy('$6', '$7')} for no key update
), logs as (
  insert into ${schema}.step_logs (request_id, step_id, iteration, execution, lines)
  select ok.id, x.step_id, x.iteration, x.execution, x.lines::jsonb from ok, ${rows('logs', 'x', true)} order by x.place
) select id from ok`)
