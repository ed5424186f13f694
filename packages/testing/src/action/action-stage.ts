import type { AnyAction, DecisionAnswer, Orchestrator, RequestView, ServiceRequest } from '@pao/core'
import { createOrchestrator } from '@pao/core'
import type { HttpClient, HttpRequest, HttpResponse, Json } from '@pao/core/action'
import { PaoError } from '@pao/core/action'
import { memoryPorts, memorySecrets, memoryStores } from '@pao/core/memory'
import type { Ids, Logger, RequestStore, SecretSource, StepCheckpoints } from '@pao/core/ports'
import type { VirtualClock } from '../virtual-clock.js'
import { catalogOf, ITEM, refusingAction, STEP } from './action-document.js'
import type { StepDocument } from './action-document.js'
import { instrumented } from './action-execution.js'
import type { RunningExecution } from './action-execution.js'
import type { ActionPoint, Interrupt, RecordedCall, VendorFault } from './action-point.js'
import { createActionProcess } from './action-process.js'
import type { ActionProcess } from './action-process.js'
import { askVendor, boundedCall, faultyResponse } from './vendor-calls.js'
import type { VendorHttp } from './vendor-calls.js'
import { createWorldClock } from './world-clock.js'

/** Sends a call that does not go by HTTP: so the test sees it, and can let it go wrong. */
export type VendorCall = <Answer>(name: string, work: () => Promise<Answer>) => Promise<Answer>

/** What a run is made of. */
export interface StageSettings {
  readonly document: StepDocument
  readonly http: VendorHttp | undefined
  readonly vendor: ((call: VendorCall) => void) | undefined
  readonly secrets: Readonly<Record<string, string>>
  readonly env: Readonly<Record<string, string>>
  readonly patienceMs: number
}

/** One process with the engine in it. */
export interface Replica {
  readonly process: ActionProcess
  readonly orchestrator: Orchestrator
  stopped: boolean
}

const LEASE_MS = 10_000
const POLL_MS = 5_000
const GRACE_MS = 10_000

const person = { id: 'ada', email: 'ada@example.org', teams: ['checkout'], roles: [] } as const
export const viewer = { id: 'root', teams: [], administrator: true } as const

/** The same ids in each run. */
const countedIds = (): Ids => {
  let count = 0
  const next = (version: 4 | 7): string => {
    count += 1
    const hex = count.toString(16).padStart(12, '0')
    return `${hex.slice(0, 8)}-${hex.slice(8)}-${version}000-8000-${hex}`
  }
  return { requestId: () => next(7), uuid: () => next(4), fraction: () => 0 }
}

/** Everything that one run of an action is played on: the stores and the clock outlive its processes. */
export class ActionStage {
  readonly clock: VirtualClock
  readonly points: ActionPoint[] = []
  readonly calls: RecordedCall[] = []
  readonly executions: RunningExecution[] = []
  readonly checkpoints = new Map<string, Json | undefined>()
  readonly programLog: string[] = []
  readonly stores: ReturnType<typeof memoryStores>
  requestId = ''
  interrupt: Interrupt = () => undefined
  replica: Replica | undefined
  answer: DecisionAnswer | undefined
  handed: { readonly payload: Json } | undefined
  broken: unknown
  readonly #settings: StageSettings
  readonly #ids = countedIds()
  readonly #processes: ActionProcess[] = []
  readonly #running = new Set<RunningExecution>()
  /** Calls that the vendor's fake works on. */
  readonly #asks = new Set<object>()
  /** What makes no progress in real time: the clock does not wait for it. */
  readonly #stuck = new WeakSet<object>()
  /** Calls that wait for virtual time. */
  #held = 0
  #progress = 0

  constructor(settings: StageSettings) {
    this.#settings = settings
    this.clock = createWorldClock({
      isBusy: () => this.#isBusy(), progress: () => this.#progress,
      giveUp: () => { for (const work of [...this.#asks, ...this.#running]) this.#stuck.add(work) },
    }, settings.patienceMs)
    this.stores = memoryStores(this.clock)
  }

  #note(): void {
    this.#progress += 1
  }

  #isBusy(): boolean {
    return [...this.#asks].some((ask) => !this.#stuck.has(ask)) || (this.#held === 0 && this.#runs().some((execution) => !this.#stuck.has(execution)))
  }

  #runs(): readonly RunningExecution[] {
    return [...this.#running].filter(({ process }) => process.isAlive() && !process.isFrozen())
  }

  /** Something under way waits for virtual time. */
  async #holding<Value>(work: Promise<Value>): Promise<Value> {
    this.#held += 1
    try {
      return await work
    } finally {
      this.#held -= 1
      this.#note()
    }
  }

  #current(process: ActionProcess): RunningExecution | undefined {
    return [...this.#running].findLast((execution) => execution.process === process)
  }

  /** The execution under way is aborted; the call goes on once that has happened. */
  async #aborted(process: ActionProcess, why: 'deadline' | 'shutdown'): Promise<void> {
    const signal = this.#current(process)?.signal
    if (signal === undefined) return
    if (why === 'shutdown') void this.stop()
    if (!signal.aborted) await this.#holding(new Promise<void>((resolve) => { signal.addEventListener('abort', () => { resolve() }, { once: true }) }))
  }

  /** A point is reached: notes it, and lets happen what is to happen there. The answer is what goes wrong with a call to the vendor. */
  async #reach(process: ActionProcess, when: ActionPoint['when'], port: ActionPoint['port'], name: string): Promise<VendorFault | undefined> {
    await process.deliver(Promise.resolve())
    const mode = this.#current(process)?.mode
    const point: ActionPoint = { number: this.points.length, when, port, name, ...(mode === undefined ? {} : { mode }) }
    this.points.push(point)
    this.#note()
    const what = this.interrupt(point)
    switch (what) {
      case undefined: return undefined
      case 'crash': process.die(); break
      case 'freeze': process.freeze(); break
      case 'deadline':
      case 'shutdown': await this.#aborted(process, what); return undefined
      default: return what
    }
    // Never, when it died.
    await process.deliver(Promise.resolve())
    return undefined
  }

  /** A call that leaves the process and cannot fail by itself. */
  #boundary<Answer>(process: ActionProcess, port: ActionPoint['port'], name: string, work: () => Promise<Answer>): Promise<Answer> {
    return process.deliver((async () => {
      await this.#reach(process, 'before', port, name)
      const answer = await work()
      await this.#reach(process, 'after', port, name)
      return answer
    })())
  }

  async #asked<Answer>(work: () => Promise<Answer>): Promise<Answer> {
    const ask = {}
    this.#asks.add(ask)
    try {
      return await work()
    } finally {
      this.#asks.delete(ask)
      this.#note()
    }
  }

  #recorded(process: ActionProcess, call: Omit<RecordedCall, 'at' | 'mode'>): void {
    const mode = this.#current(process)?.mode
    this.calls.push({ at: this.clock.now(), ...(mode === undefined ? {} : { mode }), ...call })
  }

  #faulty(fault: VendorFault, request: HttpRequest): Promise<HttpResponse> {
    return fault === 'hang' ? this.#holding(boundedCall(faultyResponse(fault, request), request, this.clock, () => true)) : faultyResponse(fault, request)
  }

  async #exchange(process: ActionProcess, request: HttpRequest, sending: () => void): Promise<HttpResponse> {
    const name = `${request.method} ${request.url}`
    const before = await this.#reach(process, 'before', 'http', name)
    if (request.signal?.aborted === true) return new Promise(() => undefined)
    sending()
    if (before !== undefined) return this.#faulty(before, request)
    const { method, url, headers = {}, body } = request
    this.#recorded(process, { method, url, headers, ...(body === undefined ? {} : { body }) })
    const response = await this.#asked(() => askVendor(this.#settings.http, request, this.clock.now())).catch((error: unknown) => { throw this.#fakeFailed(error) })
    const after = await this.#reach(process, 'after', 'http', name)
    return after === undefined ? response : this.#faulty(after, request)
  }

  /** A vendor's fake that throws anything but an error of the port is broken itself: the run says so. */
  #fakeFailed(error: unknown): unknown {
    if (!(error instanceof PaoError)) this.broken ??= error
    return error
  }

  #http(process: ActionProcess): HttpClient {
    return {
      request: (request) => {
        let sent = false
        return process.deliver(boundedCall(this.#exchange(process, request, () => { sent = true }), request, process.clock, () => sent))
      },
    }
  }

  #vendorCall(process: ActionProcess): VendorCall {
    return (name, work) => process.deliver((async () => {
      if (await this.#reach(process, 'before', 'vendor', name) !== undefined) throw new PaoError('HTTP_CONNECTION', `${name}: the answer was lost`, { retryable: true })
      this.#recorded(process, { method: 'CALL', url: name, headers: {} })
      const answer = await this.#asked(work)
      if (await this.#reach(process, 'after', 'vendor', name) !== undefined) throw new PaoError('HTTP_CONNECTION', `${name}: the answer was lost`, { retryable: true })
      return answer
    })())
  }

  #storePorts(process: ActionProcess): { readonly requests: RequestStore; readonly checkpoints: StepCheckpoints; readonly secrets: SecretSource } {
    const { requests, checkpoints } = this.stores
    const secrets = memorySecrets(this.#settings.secrets)
    return {
      requests: { ...requests, commit: (commit) => this.#boundary(process, 'store', commit.entry.types.join(', '), () => requests.commit(commit)) },
      checkpoints: {
        load: (scope) => this.#boundary(process, 'checkpoints', '(load)', () => checkpoints.load(scope)),
        save: (scope, name, value, claim) => this.#boundary(process, 'checkpoints', name, async () => {
          const saved = await checkpoints.save(scope, name, value, claim)
          if (saved === 'saved') this.checkpoints.set(name, 'absent' in value ? undefined : value.value)
          return saved
        }),
      },
      secrets: { get: (name) => this.#boundary(process, 'secrets', name, () => secrets.get(name)) },
    }
  }

  #logger(): Logger {
    const note = (fields: Readonly<Record<string, unknown>>, message: string): void => {
      const shown = Object.entries(fields).map(([name, value]) => `${name}=${value instanceof Error ? `${value.name}: ${value.message}` : JSON.stringify(value)}`)
      this.programLog.push([message, ...shown].join(' '))
    }
    return { debug: note, info: note, warn: note, error: note }
  }

  /** Starts a process with the engine and this version of the action in it. The one before is dead from then on, unless it is frozen. */
  async boot(action: AnyAction): Promise<Replica> {
    if (this.replica?.process.isFrozen() === false) this.replica.process.die()
    const process = createActionProcess(this.clock)
    this.#processes.push(process)
    const { document, env } = this.#settings
    const catalog = catalogOf(action, document, Object.keys(env))
    const log = {
      begin: (execution: RunningExecution) => {
        this.#running.add(execution)
        this.executions.push(execution)
        this.#note()
      },
      end: (execution: RunningExecution) => {
        this.#running.delete(execution)
        this.#note()
      },
    }
    const own = instrumented(action, process, log, { take: () => this.#takeHanded() })
    this.#settings.vendor?.(this.#vendorCall(process))
    const ports = memoryPorts({ ...this.stores, ...this.#storePorts(process), http: this.#http(process), clock: process.clock, ids: this.#ids, logger: this.#logger() })
    const orchestrator = createOrchestrator({
      catalog, actions: [own, refusingAction], ports, templateEnv: env, options: { workers: 2, leaseMs: LEASE_MS, pollMs: POLL_MS },
    })
    this.replica = { process, orchestrator, stopped: false }
    await orchestrator.start()
    return this.replica
  }

  /** Whoever stands still goes on. The newest process stays the present one. */
  thaw(): void {
    for (const process of this.#processes) if (process.isFrozen()) process.thaw()
  }

  #takeHanded(): { readonly payload: Json } | undefined {
    const taken = this.handed
    this.handed = undefined
    return taken
  }

  /** Stops the present process as an operator would. */
  async stop(): Promise<void> {
    const { replica } = this
    if (replica === undefined) return
    await replica.orchestrator.stop({ graceMs: GRACE_MS })
    replica.stopped = true
    this.#note()
  }

  async submit(): Promise<void> {
    const { orchestrator } = this.replica as Replica
    const answer = await this.ask(orchestrator.submit({ caller: person, itemId: ITEM, fields: { ...this.#settings.document.fields } }))
    if (answer?.kind !== 'accepted') throw new Error(`the submission was not accepted: ${JSON.stringify(answer)}`)
    this.requestId = answer.request.request.id
  }

  /** A question to the present process: time passes until it is answered. Undefined: the process died, or stands still. */
  async ask<Answer>(work: Promise<Answer>): Promise<Answer | undefined> {
    let settled = false
    const note = (): void => { settled = true }
    work.then(note, note)
    await this.clock.advanceUntil(() => settled || this.isAway(), 3_600_000)
    return settled ? work : undefined
  }

  retry(command: { readonly fields?: Readonly<Record<string, string | number | boolean>>; readonly resolved?: { readonly present: Json } | 'absent' }): Promise<DecisionAnswer | undefined> {
    const { fields, resolved } = command
    return this.ask((this.replica as Replica).orchestrator.retry({
      caller: person, requestId: this.requestId, reason: 'tried again', redo: [],
      resolved: resolved === undefined ? [] : [{ step: STEP, effect: resolved }],
      ...(fields === undefined ? {} : { fields: { ...this.#settings.document.fields, ...fields } }),
    }))
  }

  abort(): Promise<DecisionAnswer | undefined> {
    return this.ask((this.replica as Replica).orchestrator.abort({ caller: person, requestId: this.requestId, reason: 'taken back', compensate: true }))
  }

  look(): Promise<RequestView | undefined> {
    return this.ask((this.replica as Replica).orchestrator.findLive(this.requestId, viewer))
  }

  /** The present process carries nothing on: it is dead, stopped, or stands still. */
  isAway(): boolean {
    const { replica } = this
    return replica === undefined || !replica.process.isAlive() || replica.process.isFrozen() || replica.stopped
  }

  async request(): Promise<ServiceRequest> {
    const stored = await this.stores.requests.load(this.requestId)
    if (stored === undefined) throw new Error('the request is not stored')
    return stored.request
  }

  /** Whether nothing happens any more without a person, the vendor or time beyond a wait. */
  async isAtRest(): Promise<boolean> {
    if (this.isAway()) return true
    const { status, steps } = await this.request()
    if (status.state !== 'in_progress' && status.state !== 'queued' && status.state !== 'cancelling') return true
    return this.#runs().length === 0 && steps.every((step) => step.state === 'waiting' || step.state === 'completed' || step.state === 'pending') && steps.some((step) => step.state === 'waiting')
  }
}

