import { fork } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { copyTree } from './mutants-copy.mjs'
import { root } from './root.mjs'

/** How long a worker may take to end by itself. */
const GRACE_MS = 15_000

/** Tests own their environment, as under `npm test`. */
const environment = () => Object.fromEntries(Object.entries(process.env).filter(([name]) =>
  !['DATABASE_URL', 'PORT', 'HOST', 'NODE_OPTIONS'].includes(name) && (!name.startsWith('PAO_') || name.startsWith('PAO_TEST_'))))

const startWorker = async (copy) => {
  const child = fork(join(root, 'scripts', 'mutants-worker.mjs'), [], { cwd: copy, env: environment(), stdio: ['ignore', 'ignore', 'inherit', 'ipc'], detached: true })
  const answer = () => new Promise((resolve) => {
    const end = (value) => {
      child.off('message', end)
      child.off('exit', onExit)
      resolve(value)
    }
    const onExit = (code) => { end({ crash: `the test process ended (${code})` }) }
    child.once('message', end)
    child.once('exit', onExit)
  })
  await answer()
  return {
    ask: (message) => {
      const answered = answer()
      child.send(message)
      return answered
    },
    stop: () => new Promise((resolve) => {
      if (child.exitCode !== null || child.signalCode !== null) { resolve(); return }
      // A mutant may run in circles: its processes are ended with the group that they share with the worker.
      const patience = setTimeout(() => process.kill(-child.pid, 'SIGKILL'), GRACE_MS)
      child.once('exit', () => {
        clearTimeout(patience)
        resolve()
      })
      child.disconnect()
    }),
  }
}

const after = (ms, value) => {
  let timer
  const promise = new Promise((resolve) => { timer = setTimeout(() => { resolve(value) }, ms) })
  return { promise, cancel: () => { clearTimeout(timer) } }
}

/** A copy of the tree, or of its last commit, with a warm vitest in it. One mutant at a time. */
export const createBench = ({ timeoutMs, committed = false }) => {
  const copy = copyTree(root, committed)
  let running
  /** Files that are not what the last run has read. */
  let changed = new Set()

  const runTests = async (tests, bail = 0) => {
    running ??= await startWorker(copy.path)
    const bound = after(timeoutMs, { crash: `no answer within ${timeoutMs / 1000} s` })
    const answer = await Promise.race([running.ask({ tests, bail, changed: [...changed] }), bound.promise])
    bound.cancel()
    changed = new Set()
    if ('crash' in answer) {
      await running.stop()
      running = undefined
    }
    return answer
  }

  return {
    /** Where the copy lies. */
    path: copy.path,
    runTests,
    /** Runs the tests of one mutant in the changed tree, and puts the tree right again. */
    tryMutant: async ({ file, find, replace, by: [testFile, testName] }) => {
      const path = join(copy.path, file)
      const original = readFileSync(path, 'utf8')
      writeFileSync(path, original.replace(find, () => replace))
      changed.add(file)
      try {
        return await runTests([{ file: testFile, names: [testName] }], 1)
      } finally {
        writeFileSync(path, original)
        changed.add(file)
      }
    },
    close: async () => {
      await running?.stop()
      copy.remove()
    },
  }
}
