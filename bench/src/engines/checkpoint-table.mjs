import pg from 'pg'

import { STEPS, outputOf } from '../work.mjs'

/** Where the step outputs of a queue's job are kept: queues know jobs, not steps. */
export const openCheckpoints = async (url) => {
  const pool = new pg.Pool({ connectionString: url, max: 10 })
  // graphile-worker asks for both.
  const fail = (error) => { throw error }
  pool.on('error', fail)
  pool.on('connect', (client) => client.on('error', fail))
  await pool.query('create table checkpoints (request bigint, step int, output jsonb, at timestamptz default now(), primary key (request, step))')
  return {
    pool,
    /** The three steps of a job, one after the other, each kept before the next. */
    runSteps: async (request) => {
      for (let step = 0; step < STEPS; step += 1) {
        await pool.query({ name: 'checkpoint', text: 'insert into checkpoints (request, step, output) values ($1, $2, $3)', values: [request, step, outputOf(step)] })
      }
    },
    close: () => pool.end(),
  }
}

export const checkpointChecks = [
  { what: 'step outputs', sql: 'select count(*)::int as n from checkpoints', each: 3 },
]
