import { virtualClock } from '@pao/testing'
import { fatal, retryable, unknownOutcome } from '../../../src/action/action-failure.js'
import { type Park, parked, succeeded } from '../../../src/action/outcome.js'
import type { Json, JsonObject } from '../../../src/json.js'
import type { Happening } from '../../../src/execution/simulation/branches.js'
import type { Orchestrator } from '../../../src/execution/orchestrator-api.js'
import { memoryPorts, memoryStores } from '../../../src/memory/index.js'
import { createOrchestrator } from '../../../src/orchestrator.js'
import type { OrchestratorPorts } from '../../../src/ports/orchestrator-ports.js'
import type { ServiceRequest } from '../../../src/request/service-request.js'
import { countedIds } from '../counted-ids.js'
import { ada } from '../engine-fixture.js'
import { type Answering, type Context, REQUEST_MS, STEP_MS, type TestItem, actionsOf } from './items.js'
import type { WayStep } from './ways.js'

/** What the engine and a way through the tree do not agree about. */
class Disagreement extends Error {}

const LEASE_MS = 20_000
const DAY_MS = 86_400_000

const forever = (): Promise<never> => new Promise(() => undefined)

/** The ports of a process that can die: from then on nothing answers it, and no timer of its rings. */
const mortal = (ports: OrchestratorPorts, isDead: () => boolean): OrchestratorPorts => {
  const guarded = <Port extends object>(port: Port): Port => new Proxy(port, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name)
      return typeof member === 'function' ? (...given: unknown[]) => isDead() ? forever() : Reflect.apply(member, target, given) as unknown : member
    },
  })
  const { clock } = ports
  return {
    ...ports, requests: guarded(ports.requests), claims: guarded(ports.claims), checkpoints: guarded(ports.checkpoints), logs: guarded(ports.logs), definitions: guarded(ports.definitions),
    clock: { now: () => clock.now(), schedule: (ms, ring) => clock.schedule(ms, () => { if (!isDead()) ring() }) },
  }
}

/** What happens outside of every action, and that nobody has to make happen. */
const byItself: ReadonlySet<Happening> = new Set<Happening>(['may-be-repeated', 'time-comes'])

/** Values that conditions read on this way, and what every step gives beside them. */
const outputOn = (way: readonly WayStep[], step: string): JsonObject => {
  const prefix = `output.${step}.`
  const assumed = way.flatMap(({ when = {} }) => Object.entries(when)).filter(([path]) => path.startsWith(prefix)).map(([path, value]): [string, Json] => [path.slice(prefix.length), value])
  return { made: `of ${step}`, flag: false, size: 0, ...Object.fromEntries(assumed) }
}

/**
 * How long the request lies in the queue first: an execution during which its deadline passes has to begin late, since it may not take longer than its
 * own timeout.
 */
const queuedFor = (way: readonly WayStep[]): number => {
  const late = way.findIndex(({ happens, from }) => happens === 'deadline-passes' && from === 'running')
  if (late < 0) return 0
  const elapsed = way.slice(0, late).reduce((sum, { atLeastMs = 0 }) => sum + atLeastMs, 0)
  return Math.max(0, REQUEST_MS - STEP_MS / 2 - elapsed)
}

/** Drives the real engine, over memory and a clock that no real time moves, along a way through the tree. Answers with the request at its end. */
export const drive = async ({ catalog }: TestItem, way: readonly WayStep[]): Promise<ServiceRequest> => {
  const clock = virtualClock()
  const stores = memoryStores(clock)
  const script = way.filter(({ happens }) => !byItself.has(happens))
  const problems: string[] = []
  const ids = { ...countedIds(), fraction: () => 0 }
  let deadlineAt = Number.POSITIVE_INFINITY
  let process = 0

  const disagree = (what: string): never => {
    problems.push(what)
    throw new Disagreement(what)
  }

  const next = (): WayStep | undefined => script[0]

  /** The end of this execution that the way has. */
  const take = (context: Context, mode: string): WayStep => {
    const { step } = context.request
    const taken = next()
    if (taken?.step !== step || taken.mode !== mode) return disagree(`the engine calls ${mode} of ${step}; the tree has ${JSON.stringify(taken)}`)
    script.shift()
    return taken
  }

  const until = async (at: number): Promise<void> => {
    await new Promise<void>((resolve) => { clock.schedule(at - clock.now(), resolve) })
  }

  const slow = async (): Promise<void> => {
    if (next()?.happens !== 'deadline-passes' || next()?.from !== 'running') return
    script.shift()
    await until(deadlineAt + 1_000)
  }

  const failing = async (happens: Happening, { signal }: Context): Promise<never> => {
    switch (happens) {
      case 'fails-retryably': throw retryable('SIMULATED', 'of a test')
      case 'fails-for-good': throw fatal('SIMULATED', 'of a test')
      case 'loses-its-answer': throw unknownOutcome('SIMULATED', 'of a test')
      case 'times-out':
        await new Promise<void>((resolve) => { signal.addEventListener('abort', () => { resolve() }, { once: true }) })
        throw new Error('it was aborted')
      case 'loses-its-process':
        process += 1
        return forever()
      default: return disagree(`${happens} is no end of an execution`)
    }
  }

  const parkFor = (step: string, onTimeout: 'fail' | 'escalate'): Park => {
    const ends = next()?.happens === 'wait-ends'
    const late = next()?.happens === 'deadline-passes' && next()?.from === 'waiting'
    if (ends || late) script.shift()
    return { until: 'signal', reference: { service: 'outside', id: step }, pollEveryMs: DAY_MS, timeoutMs: ends ? 2_000 : 10 * DAY_MS, onTimeout }
  }

  const performing = (mode: 'run' | 'resume') => async (context: Context) => {
    await slow()
    const { step } = context.request
    const { happens } = take(context, mode)
    if (happens === 'succeeds') return succeeded(outputOn(way, step))
    if (happens === 'waits' || happens === 'waits-then-escalates') return parked(parkFor(step, happens === 'waits' ? 'fail' : 'escalate'))
    return failing(happens, context)
  }

  const answering: Answering = {
    run: performing('run'), resume: performing('resume'),
    reconcile: async (context) => {
      await slow()
      const { step } = context.request
      const { happens } = take(context, 'reconcile')
      switch (happens) {
        case 'is-found': return { kind: 'present', output: outputOn(way, step) }
        case 'is-not-found': return { kind: 'absent' }
        case 'cannot-be-told': return { kind: 'unsure', why: 'of a test' }
        case 'is-found-waiting': return { kind: 'parked', park: parkFor(step, 'fail') }
        default: return failing(happens, context)
      }
    },
    observe: async ({ request: { step } }) => {
      if (next()?.happens !== 'signal-comes' || next()?.step !== step) return { status: 'open' }
      script.shift()
      return { status: 'done', payload: null }
    },
    compensate: async (context) => {
      await slow()
      const { happens } = take(context, 'compensate')
      if (happens !== 'is-taken-back') await failing(happens, context)
    },
  }

  const create = (): Orchestrator => {
    process += 1
    const own = process
    const ports = mortal(memoryPorts({ ...stores, clock, ids }), () => process !== own)
    return createOrchestrator({ catalog, actions: actionsOf(answering), ports, options: { workers: 2, leaseMs: LEASE_MS, pollMs: 10_000 } })
  }

  let orchestrator = create()
  let running = process
  const queued = queuedFor(way)
  // Nothing is carried before the start: what is submitted meanwhile is queued.
  if (queued === 0) await orchestrator.start()
  const answer = await clock.until(orchestrator.submit({ caller: ada, itemId: 'test-item', fields: { name: 'one' } }))
  if (answer.kind !== 'accepted') throw new Error(JSON.stringify(answer))
  const { id, accepted } = answer.request.request
  deadlineAt = accepted.at + REQUEST_MS
  if (queued > 0) {
    await clock.advance(queued)
    await orchestrator.start()
  }
  const load = async (): Promise<ServiceRequest> => (await stores.requests.load(id))?.request ?? answer.request.request

  const rests = async (): Promise<boolean> => (await load()).steps.some(({ state }) => state === 'retrying')
  const failed = async (): Promise<boolean> => (await load()).status.state === 'failed'
  const ended = async (): Promise<boolean> => ['failed', 'escalated', 'completed', 'aborted', 'cancelled'].includes((await load()).status.state)
  const outage = (): boolean => next()?.happens === 'deadline-passes' && next()?.from === 'resting'
  const aborts = (): boolean => next()?.happens === 'person-aborts-and-takes-back'

  const moved = async (): Promise<boolean> => {
    if (problems.length > 0 || process !== running) return true
    if (script.length === 0) return ended()
    return (outage() && await rests()) || (aborts() && await failed())
  }

  for (;;) {
    const there = await clock.advanceUntil(moved, DAY_MS)
    if (problems.length > 0) throw new Disagreement(problems.join('; '))
    if (!there) throw new Disagreement(`the engine stands still before ${JSON.stringify(next())}: ${JSON.stringify((await load()).status)}`)
    if (process !== running || outage()) {
      if (outage() && process === running) {
        script.shift()
        process += 1
        await clock.advance(deadlineAt + 1_000 - clock.now())
      }
      orchestrator = create()
      running = process
      await orchestrator.start()
      continue
    }
    if (!aborts()) return load()
    script.shift()
    const aborted = await clock.until(orchestrator.abort({ caller: ada, requestId: id, reason: 'of a test', compensate: true }))
    if (aborted.kind !== 'done') throw new Disagreement(`the abort was ${aborted.kind}`)
  }
}
