import { DBOS } from '@dbos-inc/dbos-sdk'

import { STEPS, inputOf, outputOf } from '../work.mjs'

export const name = 'dbos'

export const checks = [
  { what: 'workflows that succeeded', sql: "select count(*)::int as n from dbos.workflow_status where status = 'SUCCESS'", each: 1 },
  { what: 'step outputs', sql: 'select count(*)::int as n from dbos.operation_outputs where output is not null', each: 3 },
]

/** A workflow of three steps, started in this process: its shortest path, without a queue. */
export const open = async ({ url, completed }) => {
  DBOS.setConfig({ name: 'bench', systemDatabaseUrl: url, systemDatabasePoolSize: 10, logLevel: 'error', enableOTLP: false })
  const workflow = DBOS.registerWorkflow(async (input) => {
    for (let step = 0; step < STEPS; step += 1) await DBOS.runStep(async () => outputOf(step), { name: `step${step}` })
    return input.i
  }, { name: 'three-steps' })
  await DBOS.launch()
  return {
    submit: async (key) => {
      const handle = await DBOS.startWorkflow(workflow)(inputOf(key))
      handle.getResult().then(() => completed(key))
    },
    close: () => DBOS.shutdown(),
  }
}
