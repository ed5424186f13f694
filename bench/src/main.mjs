import { startCluster } from './cluster.mjs'
import { comparisonCells, comparisonHead } from './comparison.mjs'
import { help, readOptions } from './options.mjs'
import { createQuietWatch } from './quiet.mjs'
import { engineComparisons } from './rows/engine-comparisons.mjs'
import { measureEngines } from './rows/engines.mjs'
import { runProfile } from './run-profile.mjs'
import { createSamples } from './samples.mjs'
import { textTable } from './table.mjs'

const say = (line) => process.stdout.write(`${line}\n`)

const measure = async (cluster, options) => {
  const run = { cluster, options, say, samples: createSamples(), watch: createQuietWatch(options.quick ? 500 : 4_000) }
  await measureEngines(run)
  say(`\n${textTable(comparisonHead, engineComparisons(run.samples).map(comparisonCells))}`)
}

const run = async (options) => {
  const cluster = await startCluster()
  try {
    if (options.profile === undefined) await measure(cluster, options)
    else await runProfile(cluster, options, say)
  } finally {
    await cluster.stop()
  }
}

try {
  const options = readOptions(process.argv.slice(2))
  if (options.help) say(help)
  else await run(options)
} catch (error) {
  process.stderr.write(`The benchmark failed: ${error.stack}\n`)
  process.exitCode = 1
}
