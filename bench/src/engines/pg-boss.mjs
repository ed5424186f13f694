import PgBoss from 'pg-boss'

import { inputOf } from '../work.mjs'
import { checkpointChecks, openCheckpoints } from './checkpoint-table.mjs'

export const name = 'pg-boss'

export const checks = [
  ...checkpointChecks,
  { what: 'completed jobs', sql: "select count(*)::int as n from pgboss.job where state = 'completed' and name = 'work'", each: 1 },
]

const WORKERS = 4
const BATCH = 25

/**
 * One job a request, which keeps the outputs of its steps. Jobs are taken in batches. It polls; what is sent in this process is told
 * to a worker, so that it does not lie until the next poll. The end is counted when the last output is kept, before the job's row says so.
 */
export const open = async ({ url, completed }) => {
  const checkpoints = await openCheckpoints(url)
  const boss = new PgBoss({ connectionString: url, max: 10 })
  boss.on('error', (error) => { throw error })
  await boss.start()
  await boss.createQueue('work')
  const workers = []
  let turn = 0
  const wake = () => boss.notifyWorker(workers[(turn += 1) % workers.length])
  const carry = async ({ data }) => {
    await checkpoints.runSteps(data.i)
    completed(data.i)
  }
  const work = async (jobs) => {
    await Promise.all(jobs.map(carry))
    if (jobs.length === BATCH) for (const worker of workers) boss.notifyWorker(worker)
  }
  for (let count = 0; count < WORKERS; count += 1) workers.push(await boss.work('work', { batchSize: BATCH, pollingIntervalSeconds: 0.5 }, work))
  return {
    submit: async (key) => {
      await boss.send('work', inputOf(key))
      wake()
    },
    close: async () => {
      await boss.stop({ graceful: true, wait: true, timeout: 5_000 })
      await checkpoints.close()
    },
  }
}
