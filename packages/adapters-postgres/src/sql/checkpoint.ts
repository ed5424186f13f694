import { heldBy } from './held-by.js'
import type { Statement } from './statement.js'
import { statement } from './statement.js'

/** `for share` waits for a takeover in progress, and then finds no row. $1 request, $2 owner, $3 epoch, $4… the checkpoint. */
export const saveCheckpoint = (schema: string): Statement => statement(schema, 'save_checkpoint', `
with own as (
  select id from ${schema}.requests where id = $1 and ${heldBy('$2', '$3')} for share
), saved as (
  insert into ${schema}.step_checkpoints (request_id, step_id, iteration, input_hash, name, value, absent)
  select own.id, $4, $5, $6, $7, $8::jsonb, $9 from own on conflict do nothing
) select id from own`)

export const loadCheckpoints = (schema: string): Statement => statement(schema, 'load_checkpoints', `
select name, value, absent from ${schema}.step_checkpoints where request_id = $1 and step_id = $2 and iteration = $3 and input_hash = $4`)
