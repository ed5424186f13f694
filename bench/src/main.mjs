import { startCluster } from './cluster.mjs'
import { help, readOptions } from './options.mjs'
import { runProfile } from './run-profile.mjs'

const say = (line) => process.stdout.write(`${line}\n`)

const run = async (options) => {
  const cluster = await startCluster()
  try {
    if (options.profile !== undefined) await runProfile(cluster, options, say)
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
