import { Logger, makeWorkerUtils, run } from 'graphile-worker'

import { inputOf } from '../work.mjs'
import { checkpointChecks, openCheckpoints } from './checkpoint-table.mjs'

export const name = 'graphile-worker'

export const checks = [
  ...checkpointChecks,
  { what: 'jobs that are left', sql: 'select count(*)::int as n from graphile_worker._private_jobs', each: 0 },
]

/** Its fastest settings: a local queue, and jobs completed in batches. */
const preset = (connectionString) => ({
  worker: { connectionString, maxPoolSize: 10, concurrentJobs: 32, pollInterval: 2_000, localQueue: { size: 64 }, completeJobBatchDelay: 0 },
})

/** One job a request, which keeps the outputs of its steps. */
export const open = async ({ url, completed }) => {
  const checkpoints = await openCheckpoints(url)
  const logger = new Logger(() => () => undefined)
  const runner = await run({ preset: preset(url), logger, noHandleSignals: true, taskList: { work: ({ i }) => checkpoints.runSteps(i) } })
  runner.events.on('job:complete', ({ job, error }) => { if (!error) completed(job.payload.i) })
  const utils = await makeWorkerUtils({ pgPool: checkpoints.pool })
  return {
    submit: async (key) => { await utils.addJob('work', inputOf(key)) },
    close: async () => {
      await runner.stop()
      await utils.release()
      await checkpoints.close()
    },
  }
}
