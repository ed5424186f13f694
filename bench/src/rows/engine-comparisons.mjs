import { engines } from '../engines/engines.mjs'
import { ratios } from '../samples.mjs'
import { levels } from './engines.mjs'

const values = (samples, name, load, figure) => samples.of(name, load).map((sample) => sample[figure])

/** A queue's best: under the same load, or emptying a backlog. */
const bestRate = (samples, name) => {
  const [closed, backlog] = [values(samples, name, '64', 'perSecond'), values(samples, name, 'backlog', 'perSecond')]
  return closed.map((value, round) => Math.max(value, backlog[round] ?? 0))
}

/** The marks at 64 in flight: at least so many times the peer. */
const goals = {
  'dbos': { mark: { atLeast: 12 } }, 'pg-boss': { mark: { atLeast: 3 } }, 'graphile-worker': { mark: { atLeast: 5 } }, 'floor-coalesced': { aim: { atLeast: 0.7 } },
}
const httpMarks = { dbos: 8, 'pg-boss': 2 }

const others = engines.filter(({ name }) => name !== 'pao')

const ratesAt = (samples, level) => others.map(({ name, title }) => {
  const theirs = level === 64 ? bestRate(samples, name) : values(samples, name, String(level), 'perSecond')
  return {
    figure: `requests/s, ${level} in flight, in process`, digits: 0, ours: values(samples, 'pao', String(level), 'perSecond'), peer: title, theirs,
    ...(level === 64 ? goals[name] : {}),
  }
})

const cpu = (samples) => others.map(({ name, title }) => ({
  figure: 'ms of CPU each, 64 in flight', digits: 3, ours: values(samples, 'pao', '64', 'cpuMs'), peer: title, theirs: values(samples, name, '64', 'cpuMs'),
}))

const http = (samples) => others.filter(({ name }) => httpMarks[name] !== undefined).map(({ name, title }) => ({
  figure: 'requests/s, 64 in flight, over HTTP', digits: 0, ours: values(samples, 'http', '64', 'perSecond'), peer: `${title}, in process`, theirs: bestRate(samples, name),
  mark: { atLeast: httpMarks[name] },
}))

/** Commits that belong to no request: all claims are renewed every few seconds, the database vacuums. Among 200 requests there are a few. */
const OF_NO_REQUEST = 0.02

const commitGoals = { 16: { aim: { oursAtMost: 0.35 } }, 64: { mark: { oursAtMost: 0.2 } } }

const commits = (samples) => [
  ...levels.map((level) => ({
    figure: `commits each, ${level} in flight`, digits: 3, ours: values(samples, 'pao', String(level), 'commits'),
    ...commitGoals[level],
  })),
  { figure: 'commits each, idle', digits: 2, ours: values(samples, 'pao', 'idle', 'commits'), mark: { oursAtMost: 4, give: OF_NO_REQUEST } },
]

const idleGoals = { 'dbos p50': { mark: { atMost: 0.35 } }, 'floor-lean p50': { aim: { atMost: 1.3 } }, 'dbos p99': { aim: { atMost: 0.5 } } }

const idle = (samples) => ['p50', 'p99'].flatMap((rank) => others.map(({ name, title }) => ({
  figure: `idle, submit to completed, ${rank} ms`, digits: 2, ours: values(samples, 'pao', 'idle', rank), peer: title, theirs: values(samples, name, 'idle', rank),
  ...idleGoals[`${name} ${rank}`],
})))

const spreadUnderLoad = (samples) => [{
  figure: 'p99 against p50, 64 in flight', digits: 2, ours: values(samples, 'pao', '64', 'p99'), peer: 'its own p50', theirs: values(samples, 'pao', '64', 'p50'), aim: { atMost: 2 },
}]

/** What the engines' samples say, each with the ratio to a peer. Those without samples are left out. */
export const engineComparisons = (samples) =>
  [...levels.flatMap((level) => ratesAt(samples, level)), ...http(samples), ...commits(samples), ...cpu(samples), ...idle(samples), ...spreadUnderLoad(samples)]
    .filter(({ ours, theirs }) => ours.length > 0 && (theirs === undefined || theirs.length > 0))
    .map((comparison) => ({ ...comparison, ratio: comparison.theirs === undefined ? undefined : ratios(comparison.ours, comparison.theirs) }))
