import { startChild } from '../child.mjs'
import { checkRows, perRequest } from '../cluster.mjs'

/** Before anything is measured: code is compiled, statements are planned, connections are open. So many requests, or so long. */
export const warmUp = (quick) => ({ inFlight: 32, ...(quick ? { requests: 1_000, ms: 3_000 } : { requests: 5_000, ms: 6_000 }) })

/** Does some work while the process takes a profile of itself into a file. */
export const profiled = (child) => async (file, work) => {
  await child.ask('startProfile')
  const answer = await work()
  await child.ask('stopProfile', { file })
  return answer
}

/**
 * One engine in a process and a database of its own, warmed up. `measure` answers the figures of one load, with what it wrote; `end`
 * checks the database's rows.
 */
export const openEngine = async (cluster, { name, module }, { quick }) => {
  const { checks } = await import(module)
  const database = await cluster.makeDatabase()
  const child = await startChild(new URL('run-engine.mjs', import.meta.url))
  await child.ask('open', { module, url: database.url })
  await child.ask('load', { kind: 'closedLoop', ...warmUp(quick) })
  return {
    measure: async (load) => {
      const read = await cluster.startMeter()
      const figures = await child.ask('load', load)
      return perRequest(figures, await read())
    },
    profiled: profiled(child),
    end: async () => {
      const submitted = await child.ask('submitted')
      await child.ask('close')
      await child.end()
      await checkRows(database.url, name, checks, submitted)
      await database.drop()
    },
  }
}
