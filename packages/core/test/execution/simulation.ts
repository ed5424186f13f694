import type { ActionContext, AnyAction } from '../../src/action/action.js'
import { fatal, retryable, unknownOutcome } from '../../src/action/action-failure.js'
import { type Outcome, type Reconciliation, parked, succeeded } from '../../src/action/outcome.js'
import { createActionRegistry } from '../../src/catalog/action-registry.js'
import { type Catalog, createCatalog } from '../../src/catalog/catalog.js'
import type { Orchestrator } from '../../src/execution/orchestrator-api.js'
import type { JsonObject } from '../../src/json.js'
import { memoryPorts, memoryStores } from '../../src/memory/index.js'
import { createOrchestrator } from '../../src/orchestrator.js'
import type { Claims } from '../../src/ports/claims.js'
import type { Logger } from '../../src/ports/logger.js'
import type { Commit, RequestStore } from '../../src/ports/request-store.js'
import { isFinal } from '../../src/request/is-final.js'
import type { ServiceRequest } from '../../src/request/service-request.js'
import { endedWell, unresolvedSteps } from '../../src/request/step-state.js'
import { ada, documentOf, scripted } from './engine-fixture.js'
import { countedIds } from './counted-ids.js'
import { createFakeVendor } from './fake-vendor.js'
import { type Fault, type FaultOf, type Process, createProcess } from './faulty-process.js'
import { virtualClock } from './virtual-clock.js'

/** How one execution of a step goes, as the outside and the plugin decide it. */
export const behaviours = [
  'ok', 'slow', 'checkpointed', 'busy', 'refused', 'lost', 'unsent', 'throws', 'garbage', 'hangs', 'hangs-after', 'dies-before', 'dies-after', 'parks-for-time', 'parks-for-signal',
] as const
export type Behaviour = (typeof behaviours)[number]

export interface StepScript {
  readonly effect: 'none' | 'idempotent' | 'create'
  /** Whether the outside can be asked what exists. */
  readonly findable: boolean
  readonly retried: boolean
  /** One execution after the other, over all processes; `ok` when there is no more. */
  readonly runs: readonly Behaviour[]
}

export interface PlannedFault {
  readonly method: string
  readonly call: number
  readonly fault: Fault
}

export interface PersonsAct {
  readonly at: number
  readonly what: 'retry' | 'abort' | 'look' | 'stop'
  readonly process: number
}

export interface Scenario {
  readonly steps: readonly StepScript[]
  readonly submissions: readonly { readonly at: number; readonly process: number }[]
  readonly faults: readonly PlannedFault[]
  readonly acts: readonly PersonsAct[]
  /** The second process serves no catalog: it knows only what requests are pinned to. */
  readonly blind: boolean
}

export const LEASE_MS = 6_000
export const WORKERS = 2
const SLOW_MS = 8_000
const CHAOS_MS = 60_000
/** Virtual time within which everything must have come to rest once nothing goes wrong any more. */
const SOON_MS = 900_000
const REPLACED_AFTER_MS = 2_000

const catalogs = new Map<string, Catalog>()

const catalogOf = (steps: readonly StepScript[], actions: readonly AnyAction[]): Catalog => {
  const retry = ', retry: { attempts: 2, delay: 1, backoff: linear }'
  const source = documentOf(steps.map(({ retried }, index) => `      - { id: step-${index}, type: do-${index}, config: { text: "{{fields.name}}" }, timeout: 20${retried ? retry : ''} }`).join('\n')).replace('type: first', 'type: do-0')
  const known = catalogs.get(source) ?? createCatalog([{ path: 'test-item.yaml', source }], { profile: 'compat', actions: createActionRegistry(actions), templateEnv: [] })
  catalogs.set(source, known)
  return known
}

interface Replica {
  readonly process: Process
  readonly orchestrator: Orchestrator
}

/** The whole engine in a world that goes wrong as the scenario says. Everything that happened is kept for the checks. */
export const createSimulation = (scenario: Scenario) => {
  const clock = virtualClock()
  const stores = memoryStores(clock)
  const ids = countedIds()
  const vendor = createFakeVendor()
  const violations: string[] = []
  const accepted = new Set<string>()
  const epochs = new Map<string, number>()
  const ended = new Map<string, string>()
  const written = new Set<string>()
  const saidAbsent = new Map<string, number>()
  const counts = new Map<string, number>()
  const runs = new Map<string, number>()
  const asked = new Map<string, number>()
  const reached = new Set<string>()
  const replicas: Replica[] = []
  let chaos = true
  let closed = false
  let started = 0

  const faultOf: FaultOf = (method) => {
    const call = counts.get(method) ?? 0
    counts.set(method, call + 1)
    const fault = chaos ? scenario.faults.find((planned) => planned.method === method && planned.call === call)?.fault : undefined
    if (fault !== undefined) reached.add(fault.kind)
    return fault
  }

  const noteEpoch = (requestId: string, epoch: number): void => {
    if (epoch <= (epochs.get(requestId) ?? 0)) violations.push(`I4: epoch ${epoch} of ${requestId} after ${epochs.get(requestId)}`)
    epochs.set(requestId, epoch)
  }

  /** What was written after the end of a request, whoever wrote it. */
  const noteWritten = ({ after, commitId }: Commit): void => {
    // One that is sent again because its answer was lost is answered as the first time, and changes nothing.
    if (written.has(commitId)) return
    written.add(commitId)
    const last = ended.get(after.id)
    if (last !== undefined && last !== commitId) violations.push(`I3: ${after.id} was written after it had ended`)
    if (isFinal(after)) ended.set(after.id, commitId)
  }

  const requests: RequestStore = {
    ...stores.requests,
    submit: async (commit, key) => {
      const before = await stores.requests.load(commit.after.id)
      const answer = await stores.requests.submit(commit, key)
      if (answer.kind === 'accepted' && answer.epoch !== undefined && before === undefined) noteEpoch(commit.after.id, answer.epoch)
      return answer
    },
    commit: async (commit) => {
      const answer = await stores.requests.commit(commit)
      reached.add(answer.kind)
      if (answer.kind === 'committed') noteWritten(commit)
      return answer
    },
  }
  const noted = async (claims: ReturnType<Claims['claimDue']>): ReturnType<Claims['claimDue']> => {
    for (const { requestId, epoch } of await claims) noteEpoch(requestId, epoch)
    return claims
  }
  const claims: Claims = { ...stores.claims, claimDue: (options) => noted(stores.claims.claimDue(options)), claimLost: async (options) => {
    const found = await noted(stores.claims.claimLost(options))
    if (found.length > 0) reached.add('takeover')
    return found
  } }

  const logger: Logger = {
    debug: () => undefined, info: () => undefined, warn: () => undefined,
    error: ({ error }, message) => { violations.push(`error logged: ${message}: ${error instanceof Error ? error.stack ?? error.message : String(error)}`) },
  }

  const crash = (process: Process): void => {
    process.die()
    vendor.gone(process.name)
  }

  const requestOf = async (key: string): Promise<ServiceRequest> => {
    const stored = await stores.requests.load(key.slice('req-'.length, 'req-'.length + 36))
    if (stored === undefined) throw new Error(`${key} is no key of a stored request`)
    return stored.request
  }

  /** What must hold when an action is called: the record stands, and everything before it is recorded as done. */
  const checkCall = async (key: string, index: number, attempt: number): Promise<void> => {
    const request = await requestOf(key)
    const row = request.steps[index]
    if (row === undefined || row.executions < attempt) violations.push(`execution ${attempt} of ${key} runs and is not recorded`)
    if (!request.steps.slice(0, index).every(endedWell)) violations.push(`I6: ${key} runs before what it follows has succeeded`)
  }

  type Context = ActionContext<JsonObject>

  const act = async (process: Process, script: StepScript, { key, checkpoint, now, signal }: Context, done: () => void): Promise<Outcome> => {
    const run = runs.get(key) ?? 0
    runs.set(key, run + 1)
    const does = chaos ? script.runs[run] ?? 'ok' : 'ok'
    const call = (): void => { vendor.call(key, script.effect) }
    reached.add(does)
    const idle = (ms: number): Promise<void> => new Promise((resolve) => { process.clock.schedule(ms, resolve) })
    const never = (): Promise<never> => {
      if (signal.aborted) done()
      else signal.addEventListener('abort', done)
      return new Promise(() => undefined)
    }
    switch (does) {
      case 'ok': call(); return succeeded({ made: key })
      case 'slow': await idle(SLOW_MS); call(); return succeeded({ made: key })
      case 'checkpointed': return succeeded(await checkpoint('make', async () => { call(); return { made: key } }))
      case 'busy': throw retryable('BUSY', 'not now')
      case 'refused': throw fatal('REFUSED', 'no')
      case 'lost': call(); throw unknownOutcome('LOST', 'the answer was lost')
      case 'unsent': vendor.call(key, 'none'); throw unknownOutcome('LOST', 'the answer was lost')
      case 'throws': call(); throw new TypeError('a bug of the plugin')
      case 'garbage': call(); return undefined as never
      case 'hangs': return never()
      case 'hangs-after': call(); return never()
      case 'dies-before': crash(process); return never()
      case 'dies-after': call(); crash(process); return never()
      case 'parks-for-time': call(); return parked({ until: 'time', at: now() + 3_000 })
      case 'parks-for-signal': call(); return parked({ until: 'signal', reference: { service: 'vendor', id: key }, pollEveryMs: 1_000, status: 'open' })
    }
  }

  const reconcile = async (script: StepScript, { key }: Context): Promise<Reconciliation> => {
    if (!script.findable) return { kind: 'unsure', why: 'the vendor cannot be asked' }
    if (vendor.busy(key)) return { kind: 'unsure', why: 'somebody still works on it', askAgainInMs: 1_000 }
    return vendor.effects(key) > 0 ? { kind: 'present', output: { made: key } } : { kind: 'absent' }
  }

  const actionsOf = (process: Process): readonly AnyAction[] => scenario.steps.map((script, index) => scripted(`do-${index}`, {
    effect: script.effect,
    run: async (context) => {
      if (process.isDead()) return process.deliver(new Promise<never>(() => undefined))
      const done = vendor.begin(context.key, process.name)
      
      await checkCall(context.key, index, context.attempt)
      try {
        return await process.deliver(act(process, script, context, done))
      } finally {
        done()
      }
    },
    resume: async ({ key }) => succeeded({ made: key }),
    reconcile: (context) => process.deliver(reconcile(script, context)),
    observe: async () => {
      const seen = (asked.get('observe') ?? 0) + 1
      asked.set('observe', seen)
      return process.deliver(Promise.resolve(seen % 3 === 0 ? { status: 'done', payload: 'resolved' } : { status: 'open' }))
    },
  }))

  const boot = async (): Promise<void> => {
    if (closed) return
    started += 1
    const process = createProcess(`p${started}`, clock)
    const actions = actionsOf(process)
    const catalog = catalogOf(scenario.steps, actions)
    const ports = memoryPorts({ clock: process.clock, ids, logger, ...process.faulty({ requests, claims, checkpoints: stores.checkpoints, logs: stores.logs, definitions: stores.definitions }, faultOf) })
    const served = scenario.blind && started === 2 ? createCatalog([], { profile: 'compat', actions: createActionRegistry(actions), templateEnv: [] }) : catalog
    const orchestrator = createOrchestrator({ catalog: served, actions, ports, options: { workers: WORKERS, leaseMs: LEASE_MS, pollMs: 1_000 } })
    replicas.push({ process, orchestrator })
    void process.died.then(() => {
      vendor.gone(process.name)
      clock.schedule(REPLACED_AFTER_MS, () => { void boot() })
    })
    await orchestrator.start()
  }

  const alive = (): readonly Replica[] => replicas.filter(({ process, orchestrator }) => !process.isDead() && orchestrator.health().running)
  const someone = (wanted: number, from = alive()): Replica | undefined => from[wanted % Math.max(1, from.length)]

  /** A call from outside the process: its death ends it as well. */
  const ask = async <Answer>({ process }: Replica, answer: Promise<Answer>): Promise<Answer | undefined> => {
    try {
      return await Promise.race([answer, process.died.then(() => undefined)])
    } catch {
      // The store was away: the person sees 503 and may try again.
      return undefined
    }
  }

  const submit = async (wanted: number, key: string): Promise<void> => {
    const servers = alive().filter(({ process }) => !(scenario.blind && process.name === 'p2'))
    const replica = someone(wanted, servers)
    const answer = replica === undefined ? undefined : await ask(replica, replica.orchestrator.submit({
      caller: ada, itemId: 'test-item', fields: { name: key }, idempotency: { route: 'POST /requests', key, body: { name: key } },
    }))
    if (answer?.kind === 'accepted' || answer?.kind === 'replayed') accepted.add(answer.request.request.id)
    else if (answer !== undefined) violations.push(`a submission was refused: ${JSON.stringify(answer)}`)
    else clock.schedule(700, () => { void submit(wanted + 1, key) })
  }

  const stored = async (): Promise<readonly ServiceRequest[]> => {
    const { data } = await stores.requests.list({ viewer: { id: 'root', teams: [], administrator: true }, scope: 'visible', limit: 200 })
    return data.map(({ request }) => request)
  }

  const retry = async (replica: Replica, request: ServiceRequest): Promise<void> => {
    const keys = unresolvedSteps(request).map((step) => ({ step, key: `req-${request.id}:${step}:1` }))
    if (keys.some(({ key }) => vendor.busy(key))) return
    const resolved = keys.map(({ step, key }) => ({ step, effect: vendor.effects(key) > 0 ? { present: { made: key } } : 'absent' as const }))
    for (const { key } of keys) if (vendor.effects(key) === 0) saidAbsent.set(key, (saidAbsent.get(key) ?? 0) + 1)
    await ask(replica, replica.orchestrator.retry({ caller: ada, requestId: request.id, reason: 'again', resolved, redo: [] }))
  }

  const perform = async ({ what, process: wanted }: PersonsAct): Promise<void> => {
    const replica = someone(wanted)
    if (replica === undefined) return
    if (what === 'stop') {
      void replica.orchestrator.stop({ graceMs: 4_000 }).then(() => { replica.process.die() })
      return
    }
    for (const request of await stored()) {
      if (what === 'retry' && request.status.state === 'failed') await Promise.all([retry(replica, request), retry(someone(wanted + 1) ?? replica, request)])
      if (what === 'abort') await ask(replica, replica.orchestrator.abort({ caller: ada, requestId: request.id, reason: 'enough' }))
      if (what === 'look') await ask(replica, replica.orchestrator.findLive(request.id, { id: 'root', teams: [], administrator: true }))
    }
  }

  const isQuiet = ({ status }: ServiceRequest): boolean => !['queued', 'in_progress', 'cancelling'].includes(status.state)
  const allQuiet = async (): Promise<boolean> => alive().length > 0 && accepted.size === scenario.submissions.length && (await stored()).every(isQuiet)

  const settle = async (request: ServiceRequest): Promise<void> => {
    const [replica] = alive()
    if (request.status.state === 'failed' && replica !== undefined) await clock.until(retry(replica, request))
  }

  const stuck = async (): Promise<void> => {
    const left = (await stored()).filter((request) => !isQuiet(request)).map(({ id, status, steps }) => ({ id, status, steps }))
    violations.push(`I7: ${JSON.stringify(left)}`)
  }

  /** Lets the world go wrong, then right again, and people settle what is left to them. */
  const run = async (): Promise<void> => {
    await boot()
    await boot()
    scenario.submissions.forEach(({ at, process }, index) => { clock.schedule(at, () => { void submit(process, `key-${index}`) }) })
    scenario.acts.forEach((planned) => { clock.schedule(planned.at, () => { void perform(planned) }) })
    const lastPlanned = Math.max(0, ...scenario.acts.map(({ at }) => at))
    await clock.pass(lastPlanned)
    await clock.passUntil(allQuiet, CHAOS_MS)
    chaos = false
    if (!await clock.passUntil(allQuiet, SOON_MS)) return stuck()
    // Who is frozen wakes up, and what hangs there ends: before that nobody can say what exists.
    await clock.pass(4 * LEASE_MS)
    for (let round = 0; round < 6; round += 1) {
      for (const request of await stored()) await settle(request)
      if (!await clock.passUntil(allQuiet, SOON_MS)) return stuck()
    }
  }

  /** Stops everything, and lets enough time pass for the last timer. */
  const close = async (): Promise<void> => {
    closed = true
    for (const { orchestrator } of alive()) void orchestrator.stop({ graceMs: 1_000 })
    await clock.pass(120_000)
  }

  return { run, close, reached, clock, stores, vendor, violations, accepted, saidAbsent, epochs, stored, alive, submit }
}

export type Simulation = ReturnType<typeof createSimulation>
