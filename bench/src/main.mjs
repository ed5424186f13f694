import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { startCluster } from './cluster.mjs'
import { comparisonCells, comparisonHead, isMissed } from './comparison.mjs'
import { detailHead, detailRows } from './engine-details.mjs'
import { describeMachine } from './machine.mjs'
import { readOptions } from './options.mjs'
import { root } from './pao/product.mjs'
import { createQuietWatch } from './quiet.mjs'
import { referencePage } from './reference-page.mjs'
import { rows } from './rows/rows.mjs'
import { runProfile, takeProfile } from './run-profile.mjs'
import { createSamples } from './samples.mjs'
import { textTable } from './table.mjs'

const say = (line) => process.stdout.write(`${line}\n`)

/** On a slow machine there are fewer rounds: a further one begins only this soon. */
const budgetMs = ({ quick }) => quick ? 90_000 : 18 * 60_000

const hasTimeFor = (options) => {
  const start = performance.now()
  return (round) => round === 1 || (round <= options.rounds && performance.now() - start < budgetMs(options))
}

const measure = async (cluster, options) => {
  const run = {
    cluster, options, say, samples: createSamples(), hasTime: hasTimeFor(options),
    watch: createQuietWatch(options.quick ? 500 : 5_000),
  }
  const chosen = rows.filter(({ names }) => names.some((name) => options.only.includes(name)))
  for (const { measure: take } of chosen) await take(run)
  const comparisons = chosen.flatMap(({ compare }) => compare(run.samples))
  return { comparisons, samples: run.samples, machine: describeMachine(await cluster.version()), quiet: run.watch.describe() }
}

const report = ({ comparisons, samples, machine, quiet }) => {
  const details = detailRows(samples)
  say(`\n${machine.join('\n')}\n${quiet}\n`)
  if (details.length > 0) say(`${textTable(detailHead, details)}\n`)
  say(textTable(comparisonHead, comparisons.map(comparisonCells)))
}

/** Where a mark is missed, the profile that says why. */
const profilesOf = async (cluster, comparisons, options) => {
  const missed = comparisons.filter(isMissed)
  const names = [...(missed.length > 0 ? ['pao'] : []), ...(missed.some(({ figure }) => figure.includes('HTTP')) ? ['http'] : [])]
  const profiles = []
  for (const name of names) profiles.push({ name, text: await takeProfile(cluster, name, options) })
  return profiles
}

const write = (measured, { quick }) => {
  const file = join(root, 'docs', 'reference', 'benchmarks.md')
  const command = `npm run bench -- ${quick ? '--quick ' : ''}--write`
  writeFileSync(file, referencePage({ ...measured, command, date: new Date().toISOString().slice(0, 10) }))
  say(`\nWritten to docs/reference/benchmarks.md`)
}

/** PostgreSQL runs on its own: whoever interrupts the benchmark must not leave it behind. */
const stopWhenInterrupted = (cluster) => {
  for (const [signal, code] of [['SIGINT', 130], ['SIGTERM', 143]]) {
    process.once(signal, () => {
      cluster.stop().finally(() => process.exit(code))
    })
  }
}

const run = async (options) => {
  const cluster = await startCluster()
  stopWhenInterrupted(cluster)
  try {
    if (options.profile !== undefined) return await runProfile(cluster, options, say)
    const measured = await measure(cluster, options)
    report(measured)
    if (options.write) write({ ...measured, profiles: await profilesOf(cluster, measured.comparisons, options) }, options)
  } finally {
    await cluster.stop()
  }
}

try {
  await run(readOptions(process.argv.slice(2)))
} catch (error) {
  process.stderr.write(`The benchmark failed: ${error.stack}\n`)
  process.exitCode = 1
}
// Processes of a sample that failed end with this one.
process.exit()
