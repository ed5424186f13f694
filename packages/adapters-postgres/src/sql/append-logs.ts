import { heldBy } from './held-by.js'
import type { Statement } from './statement.js'
import { statement } from './statement.js'
import { logColumns } from './written-rows.js'

/** Takes the row's lock as a commit does, so that lines are numbered in the order of writing. $1 request, $2 owner, $3 epoch, $4 logs. */
export const appendLogs = (schema: string): Statement => statement(schema, 'append_logs', `
with ok as (
  select id from ${schema}.requests where id = $1 and ${heldBy('$2', '$3')} for no key update
), logs as (
  insert into ${schema}.step_logs (request_id, step_id, iteration, execution, lines)
  select ok.id, x.step_id, x.iteration, x.execution, x.lines
  from ok, rows from (jsonb_to_recordset($4::jsonb) as (${logColumns})) with ordinality as x(step_id, iteration, execution, lines, place)
  order by x.place
) select id from ok`)
