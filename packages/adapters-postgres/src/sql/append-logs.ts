import { heldBy } from './held-by.js'
import type { Statement } from './statement.js'
import { statement } from './statement.js'
import { logRows } from './written-rows.js'

/** Takes the row's lock as a commit does, so that lines are numbered in the order of writing. $1 request, $2 owner, $3 epoch, $4 logs. */
export const appendLogs = (schema: string): Statement => statement(schema, 'append_logs', `
with ok as (
  select id from ${schema}.requests where id = $1 and ${heldBy('$2', '$3')} for no key update
), ${logRows(schema, '$4')} select id from ok`)
