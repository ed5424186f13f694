import { spawn } from 'node:child_process'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { root } from '../pao/product.mjs'

const START_MS = 60_000

const freePort = () => new Promise((resolve, reject) => {
  const probe = createServer()
  probe.once('error', reject)
  probe.listen(0, '127.0.0.1', () => {
    const { port } = probe.address()
    probe.close(() => resolve(port))
  })
})

/** Nothing of the caller's environment decides what is started. */
const environment = (port, dataDirectory) => ({
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(PAO_|JIRA_|DATABASE_URL$|npm_)/.test(name))),
  PORT: String(port), HOST: '127.0.0.1', PAO_DATA_DIR: dataDirectory, PAO_LOG_LEVEL: 'warn',
})

const isReady = async (port) => {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/readyz`)
    await response.body?.cancel()
    return response.status === 200
  } catch {
    // The port is not open yet.
    return false
  }
}

/** From the command to the first 200 of /readyz, in milliseconds. The program is ended again. */
const startOnce = async (dataDirectory) => {
  const port = await freePort()
  const start = performance.now()
  // A group of its own, so that npm's shell does not keep the signal from the server.
  const child = spawn('npm', ['start', '--silent'], { cwd: root, env: environment(port, dataDirectory), detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => { said += chunk })
  let ended = false
  const end = new Promise((resolve) => child.once('close', () => {
    ended = true
    resolve()
  }))
  child.once('error', (error) => { said += error.message })
  while (!ended && performance.now() - start < START_MS && !(await isReady(port))) await sleep(5)
  const ms = performance.now() - start
  const ready = !ended && ms < START_MS
  if (!ended && child.pid !== undefined) process.kill(-child.pid, 'SIGTERM')
  await end
  if (!ready) throw new Error(`npm start did not come up in ${Math.round(ms)} ms: ${said}`)
  if (/Building|Installing/.test(said)) throw new Error('npm start had to build first: run the benchmark without --no-build')
  return { ms }
}

/** Starts the built program by `npm start` on a new data directory, and again on the same. */
export const measureStarts = async ({ samples, watch, say, hasTime }) => {
  for (let round = 1; hasTime(round); round += 1) {
    const directory = await mkdtemp(join(tmpdir(), 'pao-bench-start-'))
    // As root, PostgreSQL runs as another user, who has to get in.
    await chmod(directory, 0o755)
    try {
      for (const name of ['first', 'again']) {
        await watch.before()
        const figures = await startOnce(join(directory, 'data'))
        samples.add(name, 'start', figures)
        say(`  start ${name}: ${figures.ms.toFixed(0)} ms`)
      }
    } finally {
      await rm(directory, { recursive: true, force: true })
    }
  }
}

export const startComparisons = (samples) => [['first', 'new data directory', 2_000], ['again', 'again', 700]]
  .map(([name, title, aim]) => ({ figure: `ms, npm start to ready, ${title}`, digits: 0, ours: samples.of(name, 'start').map(({ ms }) => ms), aim: { oursBelow: aim } }))
  .filter(({ ours }) => ours.length > 0)
