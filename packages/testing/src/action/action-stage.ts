import type { DecisionAnswer, Orchestrator, RequestView, ServiceRequest } from '@pao/core'
import { createOrchestrator } from '@pao/core'
import type { AnyAction, Json } from '@pao/core/action'
import type { MemoryStores } from '@pao/core/memory'
import { memoryPorts, memoryStores } from '@pao/core/memory'
import type { Ids, Logger } from '@pao/core/ports'
import { catalogOf, ITEM, refusingAction, STEP } from './action-document.js'
import type { StepDocument } from './action-document.js'
import { instrumented } from './action-execution.js'
import type { RunningExecution } from './action-execution.js'
import type { Interrupt } from './action-point.js'
import { createActionProcess } from './action-process.js'
import type { ActionProcess } from './action-process.js'
import { createStagePorts } from './stage-ports.js'
import type { StagePorts, VendorCall } from './stage-ports.js'
import { createStageWork } from './stage-work.js'
import type { StageWork } from './stage-work.js'
import type { VendorHttp } from './vendor-calls.js'

type Fields = Readonly<Record<string, string | number | boolean>>

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
interface Replica {
  readonly process: ActionProcess
  readonly orchestrator: Orchestrator
  stopped: boolean
}

/** What one run of an action is played on: the stores and the clock outlive its processes. */
export interface ActionStage {
  readonly clock: StageWork['clock']
  readonly stores: MemoryStores
  readonly ports: StagePorts
  readonly executions: readonly RunningExecution[]
  readonly programLog: readonly string[]
  /** What happens at each point from now on. */
  interruptBy(interrupt: Interrupt): void
  /** Starts a process with this version of the action. The one before is dead from then on, unless it is frozen. */
  boot(action: AnyAction): Promise<void>
  submit(): Promise<void>
  retry(command: { readonly fields?: Fields; readonly resolved?: { readonly present: Json } | 'absent' }): Promise<DecisionAnswer | undefined>
  abort(): Promise<DecisionAnswer | undefined>
  /** Looks at the request as the API does, after asking the vendor about what is waited for. */
  look(): Promise<RequestView | undefined>
  /** As `look`; the next observation gives this payload. False: nobody waited for one. */
  deliver(payload: Json): Promise<boolean>
  /** What the API shows. Undefined: there is no process to ask. */
  view(): Promise<RequestView | undefined>
  /** Whoever stands still goes on. The newest process stays the present one. */
  thaw(): void
  request(): Promise<ServiceRequest>
  requestId(): string
  presence(): 'dead' | 'frozen' | 'stopped' | 'there'
  /** Whether nothing happens any more without a person, the vendor or time beyond a wait. */
  isAtRest(): Promise<boolean>
  /** What the vendor's fake threw, if it is broken. */
  broken(): unknown
}

const LEASE_MS = 10_000
const POLL_MS = 5_000
const GRACE_MS = 10_000
/** Virtual time within which a question must be answered. */
const ANSWER_MS = 3_600_000

const person = { id: 'ada', email: 'ada@example.org', teams: ['checkout'], roles: [] } as const
const viewer = { id: 'root', teams: [], administrator: true } as const

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

const shown = (value: unknown): string => value instanceof Error ? `${value.name}: ${value.message}` : JSON.stringify(value) ?? 'undefined'

const notingLogger = (lines: string[]): Logger => {
  const note = (fields: Readonly<Record<string, unknown>>, message: string): void => {
    lines.push([message, ...Object.entries(fields).map(([name, value]) => `${name}=${shown(value)}`)].join(' '))
  }
  return { debug: note, info: note, warn: note, error: note }
}

const isOpen = ({ state }: ServiceRequest['status']): boolean => state === 'in_progress' || state === 'queued' || state === 'cancelling'

const onlyWaits = ({ steps }: ServiceRequest): boolean =>
  steps.some(({ state }) => state === 'waiting') && steps.every(({ state }) => state === 'waiting' || state === 'completed' || state === 'pending')

export const createActionStage = (settings: StageSettings): ActionStage => {
  const { document, env } = settings
  const work = createStageWork(settings.patienceMs)
  const { clock } = work
  const stores = memoryStores(clock)
  const ids = countedIds()
  const executions: RunningExecution[] = []
  const programLog: string[] = []
  const processes: ActionProcess[] = []
  let requestId = ''
  let interrupt: Interrupt = () => undefined
  let replica: Replica | undefined
  let handed: { readonly payload: Json } | undefined
  let broken: unknown

  const present = (): Replica => {
    if (replica === undefined) throw new Error('no process was started')
    return replica
  }

  const stop = async (own: Replica): Promise<void> => {
    await own.orchestrator.stop({ graceMs: GRACE_MS })
    own.stopped = true
    work.note()
  }

  const ports = createStagePorts({
    work, stores, http: settings.http, secrets: settings.secrets, interrupt: (point) => interrupt(point), stop: () => { void stop(present()) },
    failed: (error) => { broken ??= error },
  })

  const presence = (): ReturnType<ActionStage['presence']> => {
    if (replica?.process.isAlive() !== true) return 'dead'
    return replica.process.isFrozen() ? 'frozen' : replica.stopped ? 'stopped' : 'there'
  }

  /** A question to the present process: time passes until it is answered. Undefined: the process is gone. */
  const ask = async <Answer>(question: (orchestrator: Orchestrator) => Promise<Answer>): Promise<Answer | undefined> => {
    const answer = question(present().orchestrator)
    let settled = false
    const note = (): void => { settled = true }
    answer.then(note, note)
    await clock.advanceUntil(() => settled || presence() !== 'there', ANSWER_MS)
    return settled ? answer : undefined
  }

  const log = {
    begin: (execution: RunningExecution): void => {
      executions.push(execution)
      work.begin(execution)
    },
    end: work.end,
  }

  const handover = {
    take: () => {
      const taken = handed
      handed = undefined
      return taken
    },
  }

  const request = async (): Promise<ServiceRequest> => {
    const stored = await stores.requests.load(requestId)
    if (stored === undefined) throw new Error('the request is not stored')
    return stored.request
  }

  const look = (): Promise<RequestView | undefined> => ask((orchestrator) => orchestrator.findLive(requestId, viewer))

  return {
    clock, stores, ports, executions, programLog, look, request, presence,
    interruptBy: (next) => { interrupt = next },
    boot: async (action) => {
      if (replica?.process.isFrozen() === false) replica.process.die()
      const process = createActionProcess(clock)
      processes.push(process)
      settings.vendor?.(ports.vendorCallOf(process))
      const orchestrator = createOrchestrator({
        catalog: catalogOf(action, document, Object.keys(env)), actions: [instrumented(action, process, log, handover), refusingAction], templateEnv: env,
        ports: memoryPorts({ ...stores, ...ports.of(process), clock: process.clock, ids, logger: notingLogger(programLog) }),
        options: { workers: 2, leaseMs: LEASE_MS, pollMs: POLL_MS },
      })
      replica = { process, orchestrator, stopped: false }
      await orchestrator.start()
    },
    submit: async () => {
      const answer = await ask((orchestrator) => orchestrator.submit({ caller: person, itemId: ITEM, fields: { ...document.fields } }))
      if (answer?.kind !== 'accepted') throw new Error(`the submission was not accepted: ${JSON.stringify(answer)}`)
      requestId = answer.request.request.id
    },
    retry: ({ fields, resolved }) => ask((orchestrator) => orchestrator.retry({
      caller: person, requestId, reason: 'tried again', redo: [], resolved: resolved === undefined ? [] : [{ step: STEP, effect: resolved }],
      ...(fields === undefined ? {} : { fields: { ...document.fields, ...fields } }),
    })),
    abort: () => ask((orchestrator) => orchestrator.abort({ caller: person, requestId, reason: 'taken back', compensate: true })),
    deliver: async (payload) => {
      handed = { payload }
      await look()
      return handover.take() === undefined
    },
    view: async () => presence() === 'there' ? present().orchestrator.find(requestId, viewer) : undefined,
    thaw: () => { for (const process of processes) if (process.isFrozen()) process.thaw() },
    requestId: () => requestId,
    isAtRest: async () => {
      if (presence() !== 'there') return true
      const current = await request()
      return !isOpen(current.status) || (!work.isRunning() && onlyWaits(current))
    },
    broken: () => broken,
  }
}
