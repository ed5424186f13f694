import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { requestEdges } from '../../src/request/edges.js'
import { isFinal } from '../../src/request/is-final.js'
import { isRunning, planLimit, runningRows } from '../../src/request/step-state.js'
import { replay } from '../../src/request/replay.js'
import type { RequestEffect } from '../../src/request/request-effect.js'
import type { RequestEvent } from '../../src/request/request-event.js'
import type { ServiceRequest } from '../../src/request/service-request.js'
import type { Step } from '../../src/request/step.js'
import { transition } from '../../src/request/transition.js'
import { deepFreeze } from './deep-freeze.js'
import { dice, fittingEvents, laterThan, randomAcceptance, strayEvent, type Dice } from './walk.js'

/** One accepted event. */
interface Pace {
  readonly before: ServiceRequest | undefined
  readonly event: RequestEvent
  readonly after: ServiceRequest
  readonly effects: readonly RequestEffect[]
}

const edge = (from: string | undefined, event: string, to: string) => `${from ?? '-'} ${event} ${to}`
const reached = { states: new Set<string>(), courses: new Set<string>(), steps: new Set<string>(), edges: new Set<string>(), effects: new Set<string>(), rejections: new Set<string>() }
const allowed = new Set(requestEdges.flatMap(({ from, event, to }) => to.map((state) => edge(from, event, state))))

const choices = fc.array(fc.nat(100_000), { minLength: 30, maxLength: 90 })
const runs = { numRuns: 700, seed: 20_251 }

function note(before: ServiceRequest | undefined, event: RequestEvent, after: ServiceRequest, effects: readonly RequestEffect[]) {
  reached.states.add(after.status.state)
  if ('course' in after.status) reached.courses.add(`${after.status.state} ${after.status.course}`)
  after.steps.forEach((row) => reached.steps.add(row.state))
  effects.forEach((effect) => reached.effects.add(effect.type))
  reached.edges.add(edge(before?.status.state, event.type, after.status.state))
}

function choose(d: Dice, request: ServiceRequest | undefined, at: number): RequestEvent {
  if (request === undefined) return randomAcceptance(d)
  const fitting = fittingEvents(d, request, at)
  const [first, ...others] = fitting
  return first === undefined || d.chance(50) ? strayEvent(d, at) : d.of(first, ...others)
}

/** A walk through the machine: half the events fit the state, half are strays. Frozen at each pace. */
function walk(numbers: readonly number[], look: (pace: Pace, log: readonly RequestEvent[]) => void = () => undefined): { readonly request: ServiceRequest; readonly log: readonly RequestEvent[] } {
  const d = dice(numbers)
  const log: RequestEvent[] = []
  let request: ServiceRequest | undefined
  let at = 1_000_000
  for (let i = 0; i < numbers.length * 2; i += 1) {
    at = laterThan(d, request, at)
    const event = deepFreeze(choose(d, request, at))
    const before: ServiceRequest | undefined = request
    const answer = transition(before, event)
    if ('rejection' in answer) {
      reached.rejections.add(answer.rejection.code)
      continue
    }
    log.push(event)
    at = Math.max(at, 'cause' in event ? event.cause.at : event.at)
    request = deepFreeze(answer.request)
    note(before, event, request, answer.effects)
    look({ before, event, after: request, effects: answer.effects }, log)
  }
  if (request === undefined) throw new Error('a walk begins with an accepted request')
  return { request, log }
}

let laws = 0

/** Each law sees walks of its own; together they must reach everything. */
function law(name: string, check: (pace: Pace, log: readonly RequestEvent[]) => void) {
  laws += 1
  const seed = runs.seed + laws
  test(name, () => { fc.assert(fc.property(choices, (numbers) => void walk(numbers, check)), { ...runs, seed }) })
}

const rows = (request: ServiceRequest): readonly Step[] => [...request.superseded, ...request.steps]
const rowIn = (request: ServiceRequest, row: Step) => rows(request).find((other) => other.id === row.id && other.iteration === row.iteration)

describe('laws of the machine, over random walks', () => {
  law('the version rises by one with each event', ({ before, after }) => {
    expect(after.version).toBe((before?.version ?? 0) + 1)
  })

  law('every change of state is in the edge table', ({ before, event, after }) => {
    expect(allowed).toContain(edge(before?.status.state, event.type, after.status.state))
  })

  law('final states are final, and leave nothing open', ({ before, after }) => {
    expect(before === undefined || !isFinal(before)).toBe(true)
    if (isFinal(after)) expect(after.steps.filter((row) => !['completed', 'failed', 'skipped', 'compensated'].includes(row.state))).toEqual([])
  })

  law('outputs come only from successes and found effects', ({ before, event, after }) => {
    const gained = rows(after).filter((row) => row.state === 'completed' && before !== undefined && rowIn(before, row)?.state !== 'completed')
    for (const row of gained) {
      const undone = before !== undefined && row.state === 'completed' && row.undo !== undefined
      expect(undone || ['step-succeeded', 'step-reconciled', 'retry-requested'].includes(event.type)).toBe(true)
    }
  })

  law('at most plan.limit steps are in progress', ({ after }) => {
    expect(after.steps.filter((row) => row.state === 'in_progress').length).toBeLessThanOrEqual(planLimit(after))
    expect(runningRows(after).filter((row) => row.state === 'compensating').length).toBeLessThanOrEqual(1)
  })

  law('no request is stranded: it runs, has a next step, is timed, or waits for people', ({ after, effects }) => {
    const wake = effects.filter((effect) => effect.type === 'wake-at')
    expect(wake).toHaveLength(1)
    const timed = wake[0]?.at !== undefined
    const runs = runningRows(after).length > 0
    const carried = ['queued', 'in_progress', 'cancelling'].includes(after.status.state)
    expect(carried ? runs || timed : !timed).toBe(true)
    expect(effects.some((effect) => effect.type === 'release-claim')).toBe(!runs && effects.every((effect) => effect.type !== 'prepare-step'))
    if (effects.some((effect) => effect.type === 'prepare-step')) expect(timed).toBe(true)
  })

  law('what runs is what execute-step said, and each execution is begun once', ({ before, after, effects }) => {
    const begun = effects.filter((effect) => effect.type === 'execute-step')
    const running = runningRows(after).filter((row) => before === undefined || !runningRows(before).some((old) => old.id === row.id && old.iteration === row.iteration && old.execution === row.execution))
    expect(begun.map(({ step, iteration, execution }) => [step, iteration, execution])).toEqual(running.map((row) => [row.id, row.iteration, row.execution]))
  })

  law('executions and iterations only rise, and a running execution is the last one counted', ({ before, after }) => {
    for (const row of rows(after)) if (isRunning(row)) expect(row.execution).toBe(row.executions)
    for (const row of before === undefined ? [] : rows(before)) {
      const now = rowIn(after, row)
      expect(now === undefined ? row.executions : now.executions).toBeGreaterThanOrEqual(row.executions)
    }
    for (const row of before?.steps ?? []) {
      const now = after.steps.find((other) => other.id === row.id)
      if (now !== undefined) expect(now.iteration).toBeGreaterThanOrEqual(row.iteration)
    }
  })

  law('the ledger only grows, without repetition, and is undone last made first', ({ before, after, effects }) => {
    expect(after.ledger.slice(0, before?.ledger.length ?? 0)).toEqual(before?.ledger ?? [])
    expect(new Set(after.ledger.map((entry) => `${entry.step}:${entry.iteration}`)).size).toBe(after.ledger.length)
    for (const effect of effects) {
      if (effect.type !== 'execute-step' || effect.mode !== 'compensate') continue
      const place = after.ledger.findIndex((entry) => entry.step === effect.step && entry.iteration === effect.iteration)
      expect(place).toBeGreaterThanOrEqual(0)
      const later = after.ledger.slice(place + 1).filter((entry) => after.revision.plan.steps.find((step) => step.id === entry.step)?.compensable === true)
      const open = later.filter((entry) => !['compensated', 'skipped'].includes(rows(after).find((row) => row.id === entry.step && row.iteration === entry.iteration)?.state ?? 'skipped'))
      expect(open).toEqual([])
    }
  })

  law('an effect that nobody knows is never repeated and never tolerated', ({ before, after, effects }) => {
    for (const row of after.steps) {
      const made = ['create', 'by-config'].includes(after.revision.plan.steps.find((step) => step.id === row.id)?.effect ?? '')
      if (row.state === 'failed' && row.failure.kind === 'unknown' && made) expect(row.tolerated).toBe(false)
      const old = before?.steps.find((other) => other.id === row.id && other.iteration === row.iteration)
      const blind = made && old?.state === 'retrying' && old.mode === 'reconcile' && effects.some((effect) => effect.type === 'execute-step' && effect.step === row.id && effect.mode === 'run')
      expect(blind).toBe(false)
    }
  })

  test('replaying the log, also from its JSON, gives the stored request', () => {
    fc.assert(fc.property(choices, (numbers) => {
      const { request, log } = walk(numbers)
      expect(replay(log)).toEqual(request)
      expect(replay(JSON.parse(JSON.stringify(log)) as readonly RequestEvent[])).toEqual(JSON.parse(JSON.stringify(request)))
    }), { ...runs, numRuns: 800 })
  })

  test('any typed event gets an answer in any reached state, and a rejection is all that it changes', () => {
    fc.assert(fc.property(choices, choices, (numbers, strays) => {
      const { request } = walk(numbers)
      const before = JSON.stringify(request)
      const d = dice(strays)
      for (let i = 0; i < 30; i += 1) {
        const answer = transition(i % 7 === 0 ? undefined : request, deepFreeze(strayEvent(d, 1_000_000 + d.below(100_000))))
        if ('rejection' in answer) expect(answer.rejection.message).not.toBe('')
        expect(JSON.stringify(request)).toBe(before)
      }
    }), { ...runs, numRuns: 500 })
  })

  afterAll(() => {
    expect([...reached.states].sort()).toEqual(['aborted', 'cancelled', 'cancelling', 'completed', 'escalated', 'failed', 'in_progress', 'pending_approval', 'queued', 'rejected'])
    expect([...reached.courses].sort()).toEqual(['cancelling backward', 'cancelling settling', 'in_progress backward', 'in_progress forward', 'in_progress settling'])
    expect([...reached.steps].sort()).toEqual(['compensated', 'compensating', 'completed', 'failed', 'in_progress', 'pending', 'retrying', 'skipped', 'waiting'])
    expect([...reached.rejections].sort()).toEqual(['ALREADY_DECIDED', 'NOT_AN_APPROVER', 'NOT_IN_THIS_STATE', 'STALE_EXECUTION', 'STALE_PLAN', 'UNKNOWN_STEP', 'UNRESOLVED_EFFECT'])
    expect(reached.effects.size).toBe(14)
    expect([...allowed].filter((one) => !reached.edges.has(one))).toEqual([])
  })
})
