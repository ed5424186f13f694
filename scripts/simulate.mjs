// `npm run simulate -- --runs N [--seed S]`: the engine in N worlds that go wrong, each checked by the invariants of reliability.
// `PAO_SEED=S npm run simulate` shows one of them with its trace.
import './require-node.mjs'

import { fork } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

const { ensureInstalled } = await import('./install.mjs')
await ensureInstalled()
const { root } = await import('./root.mjs')
const { build } = await import('tsup')

/** Inside of the package, so that its dependencies are found. */
const directory = join(root, 'packages/core/node_modules/.cache/simulation')
const CHUNK = 250

const { values } = parseArgs({ options: { runs: { type: 'string', default: '10000' }, seed: { type: 'string', default: '1' }, workers: { type: 'string', default: String(availableParallelism()) } } })
const [runs, first, width] = [values.runs, values.seed, values.workers].map(Number)
if (![runs, first, width].every((number) => Number.isSafeInteger(number) && number > 0)) {
  process.stderr.write('--runs, --seed and --workers take whole numbers from 1\n')
  process.exit(2)
}

await build({
  entry: { main: join(root, 'packages/core/test/execution/simulation/main.ts') }, outDir: directory, format: 'esm', target: 'node20', outExtension: () => ({ js: '.mjs' }),
  config: false, silent: true, clean: true, sourcemap: 'inline', dts: false, splitting: false, skipNodeModulesBundle: true,
  // The kit and the core that it imports as they are now, not as they were built last.
  noExternal: [/^@pao\//], esbuildOptions: (options) => { options.conditions = ['source'] },
})
const program = join(directory, 'main.mjs')
/** Each world is garbage after its run: with much young space, little of it is copied before. */
const execArgv = ['--enable-source-maps', '--min-semi-space-size=32', '--max-semi-space-size=32']
const start = (env = {}) => fork(program, [], { cwd: root, execArgv, env: { ...process.env, ...env } })

if (process.env.PAO_SEED !== undefined) start().once('exit', (code) => { process.exitCode = code ?? 1 })
else {
  const began = performance.now()
  const end = first + runs
  let [next, done, failed] = [first, 0, false]
  const rate = () => Math.round((done / (performance.now() - began)) * 1000)
  const progress = setInterval(() => process.stdout.write(`${done} of ${runs} runs, ${rate()} a second\n`), 10_000)

  /** One process works until all seeds are given out, or somebody has found a violation. */
  const work = () => new Promise((resolve) => {
    const child = start()
    const give = () => {
      if (failed || next >= end) return child.disconnect()
      const to = Math.min(next + CHUNK, end)
      child.send({ from: next, to })
      next = to
    }
    child.on('message', (message) => {
      if (message.report !== undefined) {
        failed = true
        process.stdout.write(`${message.report}\n`)
      } else done += message.done
      give()
    })
    child.once('exit', (code) => {
      if (code !== 0) failed = true
      resolve()
    })
    give()
  })

  await Promise.all(Array.from({ length: Math.min(width, Math.ceil(runs / CHUNK)) }, work))
  clearInterval(progress)
  process.stdout.write(failed ? 'FAILED\n' : `${done} runs, seeds ${first} to ${end - 1}, ${rate()} a second: all invariants hold\n`)
  process.exitCode = failed ? 1 : 0
}
