import { percentile } from '../statistics.mjs'

/** Longest time that a request may take before the run counts as broken. */
const STUCK_MS = 30_000

/** Requests under way by key, and what ends their waiting. */
export const createTracker = () => {
  const waiting = new Map()
  return {
    completed: (key) => {
      const resolve = waiting.get(String(key))
      waiting.delete(String(key))
      resolve?.()
    },
    track: (key) => new Promise((resolve) => { waiting.set(String(key), resolve) }),
    pending: () => waiting.size,
  }
}

const within = (promise, ms, tracker) => {
  let timer
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => { reject(new Error(`no end in ${ms} ms; ${tracker.pending()} requests are under way`)) }, ms)
  })
  return Promise.race([promise, late]).finally(() => clearTimeout(timer))
}

const figuresOf = (latencies, startedAt, cpuBefore) => {
  const seconds = (performance.now() - startedAt) / 1000
  const { user, system } = process.cpuUsage(cpuBefore)
  return {
    requests: latencies.length,
    perSecond: latencies.length / seconds,
    cpuMs: (user + system) / 1000 / latencies.length,
    p50: percentile(latencies, 50),
    p99: percentile(latencies, 99),
  }
}

/** Submits one request and waits for its end, whose commit is durable. Answers the milliseconds from call to end. */
const carry = async (engine, tracker, key) => {
  const start = performance.now()
  const end = tracker.track(key)
  await engine.submit(key)
  await end
  return performance.now() - start
}

/**
 * So many in flight at every moment, for so long or until so many were submitted; then waits for the last. The figures count all of them
 * and all of the time.
 */
export const closedLoop = async (engine, tracker, nextKey, { inFlight, ms, requests = Infinity }) => {
  const latencies = []
  const [start, cpu] = [performance.now(), process.cpuUsage()]
  let submitted = 0
  const client = async () => {
    while (submitted < requests && performance.now() - start < ms) {
      submitted += 1
      latencies.push(await carry(engine, tracker, nextKey()))
    }
  }
  await within(Promise.all(Array.from({ length: inFlight }, client)), ms + STUCK_MS, tracker)
  return figuresOf(latencies, start, cpu)
}

/** All are handed in, 16 at a time, as fast as they are accepted; ends with the last. What a queue is at its best with. */
export const backlog = async (engine, tracker, nextKey, { requests }) => {
  const [latencies, ends] = [[], []]
  const [start, cpu] = [performance.now(), process.cpuUsage()]
  let left = requests
  const submitter = async () => {
    while (left > 0) {
      left -= 1
      const key = nextKey()
      const submitted = performance.now()
      ends.push(tracker.track(key).then(() => { latencies.push(performance.now() - submitted) }))
      await engine.submit(key)
    }
  }
  await within(Promise.all(Array.from({ length: 16 }, submitter)).then(() => Promise.all(ends)), STUCK_MS * 2, tracker)
  return figuresOf(latencies, start, cpu)
}

/** One after the other on an idle engine. */
export const oneByOne = async (engine, tracker, nextKey, { requests }) => {
  const latencies = []
  const [start, cpu] = [performance.now(), process.cpuUsage()]
  for (let count = 0; count < requests; count += 1) latencies.push(await within(carry(engine, tracker, nextKey()), STUCK_MS, tracker))
  return figuresOf(latencies, start, cpu)
}
