import { startChild } from '../child.mjs'
import { checkRows, perRequest } from '../cluster.mjs'
import { profiled, warmUp } from './engine-process.mjs'
import { checks } from './pao.mjs'

const cpuMs = (before, after) => (after.user - before.user + after.system - before.system) / 1000

/** The product behind its REST API: server and load generator in a process each. As `openEngine`; the CPU is the server's. */
export const openHttpEngine = async (cluster, { quick }) => {
  const database = await cluster.makeDatabase()
  const server = await startChild(new URL('../http/serve-pao.mjs', import.meta.url))
  const generator = await startChild(new URL('../http/load.mjs', import.meta.url))
  const url = await server.ask('open', { url: database.url })
  const { inFlight, ...limits } = warmUp(quick)
  await generator.ask('submit', { url, connections: inFlight, ...limits })
  return {
    measure: async ({ inFlight, ms }) => {
      const read = await cluster.startMeter()
      const before = await server.ask('cpu')
      const figures = await generator.ask('submit', { url, connections: inFlight, ms })
      const after = await server.ask('cpu')
      return perRequest({ ...figures, cpuMs: cpuMs(before, after) / figures.requests }, await read())
    },
    profiled: profiled(server),
    end: async () => {
      const submitted = await generator.ask('submitted')
      await generator.end()
      await server.ask('close')
      await server.end()
      await checkRows(database.url, 'pao over HTTP', checks, submitted)
      await database.drop()
    },
  }
}
