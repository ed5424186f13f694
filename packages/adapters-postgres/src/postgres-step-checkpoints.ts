import type { StepCheckpoints } from '@pao/core/ports'
import type { Pool } from 'pg'
import type { AdapterOptions } from './adapter-options.js'
import { schemaOf } from './adapter-options.js'
import type { CheckpointRow } from './row.js'
import { checkpointOf } from './row.js'
import { runStatement } from './run-statement.js'
import { loadCheckpoints, saveCheckpoint } from './sql/checkpoint.js'
import { withReconnect } from './with-reconnect.js'

/** Port StepCheckpoints on PostgreSQL. */
export const postgresStepCheckpoints = (pool: Pool, options: AdapterOptions = {}): StepCheckpoints => {
  const schema = schemaOf(options)
  return {
    load: ({ requestId, step, iteration, inputHash }) => withReconnect(async () => {
      const rows = await runStatement<CheckpointRow>(pool, loadCheckpoints(schema), [requestId, step, iteration, inputHash])
      return new Map(rows.map((row) => [row.name, checkpointOf(row)]))
    }),
    save: ({ requestId, step, iteration, inputHash }, name, value, { owner, epoch }) => withReconnect(async () => {
      const [kept, absent] = 'absent' in value ? [null, true] : [JSON.stringify(value.value), false]
      const own = await runStatement(pool, saveCheckpoint(schema), [requestId, owner, epoch, step, iteration, inputHash, name, kept, absent])
      return own.length === 1 ? 'saved' : 'claim-lost'
    }),
  }
}
