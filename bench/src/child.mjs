import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const ended = (child) => new Promise((resolve) => { child.once('exit', (code, signal) => resolve(signal ?? code)) })

/**
 * A process that does what it is asked over IPC. `ask` rejects when it fails, ends or takes longer than `timeoutMs`; `end` ends it,
 * by force when it does not go by itself.
 */
export const startChild = async (module) => {
  const env = { ...process.env, NODE_ENV: 'production' }
  const child = fork(fileURLToPath(module), [], { execArgv: ['--no-deprecation'], env, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const exit = ended(child)
  const waiting = new Map()
  let lastId = 0
  const ready = new Promise((resolve, reject) => {
    child.on('message', ({ id, value, error, ready: isReady }) => {
      if (isReady) return resolve()
      const pending = waiting.get(id)
      waiting.delete(id)
      if (error === undefined) pending?.resolve(value)
      else pending?.reject(new Error(error))
    })
    exit.then((how) => {
      const error = new Error(`the process of ${fileURLToPath(module)} ended (${how})`)
      reject(error)
      for (const pending of waiting.values()) pending.reject(error)
    })
  })
  await ready
  return {
    ask: (task, options = {}, timeoutMs = 120_000) => new Promise((resolve, reject) => {
      const id = (lastId += 1)
      const timer = setTimeout(() => { reject(new Error(`${task} took longer than ${timeoutMs} ms`)) }, timeoutMs)
      const settle = (then) => (value) => {
        clearTimeout(timer)
        then(value)
      }
      waiting.set(id, { resolve: settle(resolve), reject: settle(reject) })
      child.send({ id, task, options })
    }),
    end: async () => {
      child.disconnect()
      const timer = setTimeout(() => child.kill('SIGKILL'), 5_000)
      await exit
      clearTimeout(timer)
    },
  }
}
