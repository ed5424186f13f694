// A process of its own for one engine: it does what its parent asks, one thing after the other, and answers with figures.
import { answerTasks } from '../tasks.mjs'
import { backlog, closedLoop, createTracker, oneByOne } from './load.mjs'
import { startProfiler } from './profiler.mjs'

const tracker = createTracker()
const loads = { closedLoop, backlog, oneByOne }
let engine
let lastKey = 0
let stopProfiler

answerTasks({
  open: async ({ module, url }) => {
    const { open } = await import(module)
    engine = await open({ url, completed: tracker.completed })
  },
  load: ({ kind, ...options }) => loads[kind](engine, tracker, () => (lastKey += 1), options),
  submitted: () => lastKey,
  startProfile: async () => { stopProfiler = await startProfiler() },
  stopProfile: ({ file }) => stopProfiler(file),
  close: () => engine.close(),
})
