import { committed } from './commit.js'
import type { Statement } from './statement.js'
import { statement } from './statement.js'
import { accepted } from './submit.js'
import { doneFrom, firstRows, historyRows, logRows, revisionRows, signalRows, stepRows } from './written-rows.js'

/** Submissions and commits together: $1 and $2, each sorted by id, no request twice; $3 see `lockWait`. */
export const write = (schema: string): Statement => statement(schema, 'write', `
with ${accepted(schema, '$1', '$3')}, ${committed(schema, '$2', '$3')}, done as (
  ${doneFrom('free')} union all ${doneFrom('committed')}
), ${firstRows(schema, 'free')}, ${stepRows(schema, 'committed')}, ${revisionRows(schema, 'committed')}, ${historyRows(schema)}, ${signalRows(schema)}, ${logRows(schema)}
select id, held_epoch as epoch from accepted union all select id, held_epoch from committed`)
