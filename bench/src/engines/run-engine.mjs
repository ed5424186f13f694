// A process of its own for one engine: it does what its parent asks, one thing after the other, and answers with figures.
import { backlog, closedLoop, createTracker, oneByOne } from './load.mjs'
import { startProfiler } from './profiler.mjs'

const tracker = createTracker()
const loads = { closedLoop, backlog, oneByOne }
let engine
let lastKey = 0
let stopProfiler

const tasks = {
  open: async ({ module, url }) => {
    const { open } = await import(module)
    engine = await open({ url, completed: tracker.completed })
  },
  load: ({ kind, ...options }) => loads[kind](engine, tracker, () => (lastKey += 1), options),
  submitted: () => lastKey,
  startProfile: async () => { stopProfiler = await startProfiler() },
  stopProfile: ({ file }) => stopProfiler(file),
  close: () => engine.close(),
}

process.on('message', ({ id, task, options }) => {
  Promise.resolve().then(() => tasks[task](options)).then(
    (value) => process.send({ id, value }),
    (error) => process.send({ id, error: error.stack }),
  )
})
process.on('disconnect', () => process.exit(0))
process.send({ ready: true })
