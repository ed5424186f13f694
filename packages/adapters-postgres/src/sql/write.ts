import { committed } from './commit.js'
import { rowKinds, rowStatement } from './row-statement.js'
import type { RowKind } from './row-statement.js'
import { accepted } from './submit.js'
import { doneFrom, firstRows, historyRows, rarerRows, revisionRows, stepRows } from './written-rows.js'

/** Submissions and commits together, each sorted by id, no request twice; behind their rows see `lockWait`. */
export const write = rowStatement('write', Object.keys(rowKinds) as RowKind[], (schema, parameters) => `
with ${accepted(schema, parameters, parameters.next)}, ${committed(schema, parameters, parameters.next)}, done as (
  ${doneFrom('free')} union all ${doneFrom('committed')}
), ${firstRows(schema, parameters)}, ${stepRows(schema, parameters)}, ${revisionRows(schema, parameters)}, ${historyRows(schema)}, ${rarerRows(schema, parameters)}
select id, held_epoch as epoch from accepted union all select id, held_epoch from committed`)
