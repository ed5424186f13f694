import { openEngine } from '../engines/engine-process.mjs'
import { engines, findEngine } from '../engines/engines.mjs'
import { openHttpEngine } from '../engines/http-process.mjs'

/** Requests in flight at once. */
export const levels = [16, 64, 256]

const millisecondsOf = (quick) => quick ? 700 : 3_000
const idleRequests = (quick) => quick ? 100 : 200
const backlogRequests = (quick) => quick ? 800 : 3_000

const closed = (inFlight, ms) => ({ name: String(inFlight), load: { kind: 'closedLoop', inFlight, ms } })

/** What an engine is loaded with, for the rows that are wanted. */
const loadsOf = ({ queue }, { only, quick }) => [
  ...(only.includes('in-process') ? levels.map((level) => closed(level, millisecondsOf(quick))) : []),
  ...(only.includes('in-process') && queue === true ? [{ name: 'backlog', load: { kind: 'backlog', requests: backlogRequests(quick) } }] : []),
  // What HTTP is compared with.
  ...(only.includes('http') && !only.includes('in-process') ? [closed(64, millisecondsOf(quick))] : []),
  ...(only.includes('idle') ? [{ name: 'idle', load: { kind: 'oneByOne', requests: idleRequests(quick) } }] : []),
]

const httpLoads = ({ quick }) => (quick ? [64] : levels).map((level) => closed(level, millisecondsOf(quick)))

const measureOne = async ({ watch, samples, say }, name, engine, loads) => {
  for (const { name: load, load: options } of loads) {
    await watch.before()
    const figures = await engine.measure(options)
    samples.add(name, load, figures)
    say(`  ${name} ${load}: ${figures.perSecond.toFixed(0)}/s, ${figures.commits.toFixed(3)} commits, ${figures.cpuMs.toFixed(3)} ms CPU, p50 ${figures.p50.toFixed(2)} ms, p99 ${figures.p99.toFixed(2)} ms`)
  }
  await engine.end()
}

/** Each round: every engine once, in a process and a database of its own, then the product behind HTTP. */
export const measureEngines = async (run) => {
  const { cluster, options, say, hasTime } = run
  const chosen = options.candidates === undefined ? engines : options.candidates.map(findEngine)
  for (let round = 1; hasTime(round); round += 1) {
    say(`engines, round ${round} of ${options.rounds}`)
    for (const engine of chosen) {
      const loads = loadsOf(engine, options)
      if (loads.length > 0) await measureOne(run, engine.name, await openEngine(cluster, engine, options), loads)
    }
    if (options.only.includes('http')) await measureOne(run, 'http', await openHttpEngine(cluster, options), httpLoads(options))
  }
}
