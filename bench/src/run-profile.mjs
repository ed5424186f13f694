import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import { findEngine } from './engines/engines.mjs'
import { openEngine } from './engines/engine-process.mjs'
import { openHttpEngine } from './engines/http-process.mjs'
import { describeProfile, summarise } from './profile-summary.mjs'

const figure = (value, digits = 2) => value.toFixed(digits)

const open = (cluster, name, options) => name === 'http' ? openHttpEngine(cluster, options) : openEngine(cluster, findEngine(name), options)

const loadOf = ({ inFlight, quick }) => ({ kind: 'closedLoop', inFlight, ms: quick ? 2_000 : 4_000 })

/** Takes a profile of an open engine under load. Answers where its time went, as text, and where the whole profile lies. */
const profileOf = async (engine, name, options) => {
  const file = fileURLToPath(new URL(`../${name}.cpuprofile`, import.meta.url))
  const { requests } = await engine.profiled(file, () => engine.measure(loadOf(options)))
  return { file, text: describeProfile(summarise(JSON.parse(readFileSync(file, 'utf8'))), requests) }
}

/** Where an engine's time goes, as text. */
export const takeProfile = async (cluster, name, options) => {
  const engine = await open(cluster, name, options)
  // Code is compiled for good under the load that is profiled.
  await engine.measure(loadOf(options))
  const { text } = await profileOf(engine, name, options)
  await engine.end()
  return text
}

/** Measures one engine under load and idle, profiles it, and says where its time goes. */
export const runProfile = async (cluster, options, say) => {
  const { profile: name, inFlight, rounds } = options
  const engine = await open(cluster, name, options)
  for (let round = 0; round < rounds; round += 1) {
    const { perSecond, commits, walKb, cpuMs, databaseCpuMs, p50, p99 } = await engine.measure(loadOf(options))
    say(`${name} at ${inFlight}: ${figure(perSecond, 0)} requests/s, ${figure(commits, 3)} commits, ${figure(walKb, 1)} KB of WAL, ${figure(cpuMs, 3)} ms of CPU (and ${figure(databaseCpuMs, 3)} of PostgreSQL) each, p50 ${figure(p50)} ms, p99 ${figure(p99)} ms`)
  }
  const { file, text } = await profileOf(engine, name, options)
  const idle = await engine.measure(name === 'http' ? { inFlight: 1, ms: 1_000 } : { kind: 'oneByOne', requests: 200 })
  say(`${name} idle: p50 ${figure(idle.p50)} ms, p99 ${figure(idle.p99)} ms, ${figure(idle.commits)} commits, ${figure(idle.cpuMs, 3)} ms of CPU each`)
  await engine.end()
  say(`\n${text}\n\nThe whole profile: ${file}`)
}
