import { expect, test } from 'vitest'
import { requestEdges } from '../../../src/request/edges.js'
import { coverageOf, edgeName } from './coverage.js'
import { violationsOf } from './invariants.js'
import { reportOf, traceOf } from './report.js'
import { runScenario } from './run.js'
import { behaviours, faultPoints, scenarioOf } from './scenario.js'

/** `npm run simulate` makes any number; this is the share of every test run. PAO_TEST_RUNS: another share. */
const wanted = process.env['PAO_TEST_RUNS']
const RUNS = Number(wanted ?? 1_200)
const BOUND_MS = wanted === undefined ? 10_000 : Infinity
/** So many runs go through everything below, with much to spare. */
const ENOUGH = 1_000

/** Nobody delegates or opens tickets in these worlds, and their stages have no deadline. */
const notPlayed: ReadonlySet<string> = new Set(['approval-delegated', 'approval-deadline-passed', 'escalation-opened'])

/** Edges that the share of a test run need not go, and why. */
const seldom: ReadonlyMap<string, string> = new Map([
  ['edge queued timer-fired', 'who claims a queued request starts it'],
  ['edge pending_approval signal-received', 'a plan that is edited has no new approvals yet'],
  ['edge pending_approval external-status-changed', 'a plan that is edited has no new approvals yet'],
  ['edge queued cancel-requested', 'a request is queued for a moment only'],
  ['edge queued signal-received', 'a retried request is queued for a moment only'],
  ['edge queued external-status-changed', 'a retried request is queued for a moment only'],
  ['edge cancelling step-parked', 'the cancel must come while the call that parks is under way'],
  ['edge cancelling external-status-changed', 'news must come in the moment between cancel and end'],
  ['edge escalated external-status-changed', 'a ticket must be told of between the end of the wait and its resolution'],
  ['edge failed external-status-changed', 'news must come before the retry'],
  ['edge escalated signal-received', 'a second step must wait while the first escalates'],
  ['edge failed signal-received', 'a second step must wait while the first fails'],
])

const edges = requestEdges.filter(({ event }) => !notPlayed.has(event)).map(({ from, event }) => edgeName(from, event)).filter((edge) => !seldom.has(edge))

const must: readonly string[] = [
  ...behaviours, ...edges,
  'throw-before', 'throw-after', 'twice', 'die-before', 'die-after', 'late-before', 'late-after', 'freeze-before', 'freeze-after',
  ...faultPoints, ...['requests.submit', 'requests.commit', 'requests.load', 'http.request', 'claims.claimDue', 'claims.claimLost'].flatMap((method) => [`${method} before`, `${method} after`]),
  'takeover', 'committed', 'conflict', 'claim-lost', 'replayed', 'stop', 'kill', 'reconcile',
  'mode run', 'mode resume', 'mode reconcile', 'mode compensate', 'plan manual', 'plan automatic', 'plan automatic at once',
  'retry done', 'retry rejected', 'retry-edited done', 'retry-redo done', 'abort done', 'cancel done', 'cancel-and-undo done', 'escalate done', 'resolve done', 'signal done', 'approve done', 'reject done',
]

test('whatever goes wrong, the invariants hold', async () => {
  const reached = new Map<string, number>()
  const until = performance.now() + BOUND_MS
  let made = 0
  for (let seed = 1; seed <= RUNS && (made < 100 || performance.now() < until); seed += 1) {
    const evidence = await runScenario(scenarioOf(seed))
    const violations = violationsOf(evidence)
    if (violations.length > 0) expect.fail(await reportOf(seed, violations))
    for (const what of coverageOf(evidence)) reached.set(what, (reached.get(what) ?? 0) + 1)
    made += 1
  }
  // A machine too slow for enough runs has shown less, not something wrong.
  if (made >= ENOUGH) expect(must.filter((what) => !reached.has(what)), `${made} runs reached ${JSON.stringify([...reached])}`).toEqual([])
}, 60_000 + 50 * RUNS)

test('the same seed is the same run, another is another', async () => {
  for (const seed of [3, 16, 48]) {
    const [one, again, other] = [await traceOf(seed), await traceOf(seed), await traceOf(seed + 1)]
    expect(again.lines).toEqual(one.lines)
    expect(again.hash).toBe(one.hash)
    expect(other.hash).not.toBe(one.hash)
    expect(one.lines.length).toBeGreaterThan(20)
  }
})
