import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import { findEngine } from './engines/engines.mjs'
import { openEngine } from './engines/engine-process.mjs'
import { openHttpEngine } from './engines/http-process.mjs'
import { describeProfile, summarise } from './profile-summary.mjs'

const figure = (value, digits = 2) => value.toFixed(digits)

/** Profiles one engine under load and says where its time goes. */
export const runProfile = async (cluster, options, say) => {
  const { profile: name, inFlight, quick, rounds } = options
  const engine = name === 'http' ? await openHttpEngine(cluster, options) : await openEngine(cluster, findEngine(name), options)
  const load = { kind: 'closedLoop', inFlight, ms: quick ? 2_000 : 4_000 }
  const samples = []
  for (let round = 0; round < rounds; round += 1) samples.push(await engine.measure(load))
  for (const { perSecond, commits, walKb, cpuMs, databaseCpuMs, p50, p99 } of samples) {
    say(`${name} at ${inFlight}: ${figure(perSecond, 0)} requests/s, ${figure(commits, 3)} commits, ${figure(walKb, 1)} KB of WAL, ${figure(cpuMs, 3)} ms of CPU (and ${figure(databaseCpuMs, 3)} of PostgreSQL) each, p50 ${figure(p50)} ms, p99 ${figure(p99)} ms`)
  }
  const file = fileURLToPath(new URL(`../${name}.cpuprofile`, import.meta.url))
  const { requests } = await engine.profiled(file, () => engine.measure(load))
  const idle = await engine.measure(name === 'http' ? { inFlight: 1, ms: 1_000 } : { kind: 'oneByOne', requests: 200 })
  say(`${name} idle: p50 ${figure(idle.p50)} ms, p99 ${figure(idle.p99)} ms, ${figure(idle.commits)} commits, ${figure(idle.cpuMs, 3)} ms of CPU each`)
  await engine.end()
  say(`\n${describeProfile(summarise(JSON.parse(readFileSync(file, 'utf8'))), requests)}\n\nThe whole profile: ${file}`)
}
