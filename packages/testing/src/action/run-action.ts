import type { DecisionAnswer, HistoryEntry, RequestView, ServiceRequest, StepFailure, WaitFor } from '@pao/core'
import type { AnyAction, ExternalReference, Instant, Json, JsonObject } from '@pao/core/action'
import type { LogLine } from '@pao/core/ports'
import { STEP } from './action-document.js'
import type { ActionExecution } from './action-execution.js'
import { executionOf } from './action-execution.js'
import type { ActionPoint, Interrupt, RecordedCall } from './action-point.js'
import { createActionStage } from './action-stage.js'
import type { ActionStage } from './action-stage.js'
import type { VendorCall } from './stage-ports.js'
import type { VendorHttp } from './vendor-calls.js'

/** What is to go wrong from now on, until the run comes to rest. */
export interface Trouble {
  /** The process dies at the point of this number. */
  readonly crashAt?: number
  /** Decides at each point what happens there. */
  readonly interrupt?: Interrupt
}

export interface RunActionOptions extends Trouble {
  /** The step's config as a document writes it: its templates are rendered. */
  readonly config: JsonObject
  /** The input of the request, for templates. Default: none. */
  readonly fields?: Readonly<Record<string, string | number | boolean>>
  /** The vendor behind `context.http`. Absent: every call is refused. */
  readonly http?: VendorHttp
  /** For a vendor that is not reached by HTTP: called with the way to it each time a process starts; the fake sends its calls through that. */
  readonly vendor?: (call: VendorCall) => void
  /** Secrets by name. Default: none. */
  readonly secrets?: Readonly<Record<string, string>>
  /** Values of process variables that templates may read. Default: none. */
  readonly env?: Readonly<Record<string, string>>
  /** Of one execution, in milliseconds; whole seconds. Default 300,000. */
  readonly timeoutMs?: number
  /** As a document writes it, for example `{ attempts: 2, delay: 1 }`. Absent: retryable failures end the step. */
  readonly retry?: JsonObject
  /** A step behind this one fails, so that `compensate` can be asked for after a success. Default false. */
  readonly laterStepFails?: boolean
  /** Real milliseconds without any progress after which the clock goes on although the action has not ended. Default 1,000. */
  readonly patienceMs?: number
}

/**
 * How a run stands.
 * - `succeeded`, `failed`: as the step ended. `waiting`: parked. `compensated`: taken back.
 * - `crashed`, `frozen`, `stopped`: the process did not get that far; `again` starts another one on the same stores.
 * - `under-way`: the step has to go on, and the present process is not the one that does it.
 */
export type RunState = 'succeeded' | 'failed' | 'waiting' | 'compensated' | 'crashed' | 'frozen' | 'stopped' | 'under-way'

/** What one step of an action has come to, under the real engine over memory and a virtual clock. A value; each method gives the next. */
export interface ActionRun {
  readonly state: RunState
  /** What later steps can read. Absent: the step has not succeeded. */
  readonly output?: Json
  /** Why the step failed, or why it could not be taken back. */
  readonly failure?: StepFailure
  /** What the step waits for. */
  readonly waitFor?: WaitFor
  readonly references: readonly ExternalReference[]
  /** Each call of a function of the action, over all processes. */
  readonly executions: readonly ActionExecution[]
  readonly log: readonly LogLine[]
  /** What was kept, by name. */
  readonly checkpoints: ReadonlyMap<string, Json | undefined>
  /** What left for the vendor, answered or not. */
  readonly calls: readonly RecordedCall[]
  /** Every boundary that was reached, in order: what `crashAt` counts. */
  readonly points: readonly ActionPoint[]
  readonly request: ServiceRequest
  readonly history: readonly HistoryEntry[]
  /** What the API shows. Absent: no process is there to ask. */
  readonly view?: RequestView
  /** Lines of the engine's own log. */
  readonly programLog: readonly string[]
  /** The answer to the last `retry` or `compensate`. */
  readonly answer?: DecisionAnswer
  readonly now: Instant
  /** A new process on the same stores; the one before is dead, or still frozen. With another version of the action: the program was updated. */
  again(trouble?: Trouble & { readonly action?: AnyAction }): Promise<ActionRun>
  /** A frozen process goes on, beside any newer one. */
  thaw(trouble?: Trouble): Promise<ActionRun>
  /** Ends the wait with this payload, as a webhook does. */
  resume(payload: Json, trouble?: Trouble): Promise<ActionRun>
  /** Asks the vendor how the wait stands, as a person who looks at the request does. */
  observe(trouble?: Trouble): Promise<ActionRun>
  /** Lets time pass: waits end, polls are made. */
  pass(ms: number, trouble?: Trouble): Promise<ActionRun>
  /** A person tries a failed step again; `fields` is edited input, `resolved` what was found out about an unknown effect. */
  retry(command?: Trouble & { readonly fields?: Readonly<Record<string, string | number | boolean>>; readonly resolved?: { readonly present: Json } | 'absent' }): Promise<ActionRun>
  /** A person ends a failed request and has everything taken back. */
  compensate(trouble?: Trouble): Promise<ActionRun>
}

/** Virtual time within which a run must have come to rest. */
const LONGEST_MS = 24 * 3_600_000
/** What a process that wakes up may still have to do. */
const AFTERMATH_MS = 60_000

const interruptOf = ({ crashAt, interrupt }: Trouble): Interrupt => (point) => point.number === crashAt ? 'crash' : interrupt?.(point)

const stateOf = (stage: ActionStage, step: ServiceRequest['steps'][number]): RunState => {
  const presence = stage.presence()
  if (presence === 'dead') return 'crashed'
  if (presence === 'frozen') return 'frozen'
  switch (step.state) {
    case 'completed': return 'succeeded'
    case 'failed':
    case 'compensated': return step.state
    default: return presence === 'stopped' ? 'stopped' : step.state === 'waiting' ? 'waiting' : 'under-way'
  }
}

const allLines = async (stage: ActionStage): Promise<readonly LogLine[]> => {
  const lines: LogLine[] = []
  let after: string | undefined
  do {
    const page = await stage.stores.logs.read({ requestId: stage.requestId(), step: STEP, limit: 1_000, ...(after === undefined ? {} : { after }) })
    lines.push(...page.lines)
    after = page.next
  } while (after !== undefined)
  return lines
}

const failureOf = (step: ServiceRequest['steps'][number]): StepFailure | undefined =>
  step.state === 'failed' ? step.failure : step.state === 'completed' ? step.undo : undefined

type Facts = Omit<ActionRun, 'answer' | 'again' | 'thaw' | 'resume' | 'observe' | 'pass' | 'retry' | 'compensate'>

const factsOf = async (stage: ActionStage): Promise<Facts> => {
  const broken = stage.broken()
  if (broken !== undefined) throw new Error(`the fake of the vendor failed: ${broken instanceof Error ? broken.message : 'it threw something that is not an error'}`, { cause: broken })
  const request = await stage.request()
  const step = request.steps.find(({ id }) => id === STEP)
  if (step === undefined) throw new Error('the plan has lost its step')
  const state = stateOf(stage, step)
  const failure = failureOf(step)
  const view = await stage.view()
  return {
    state, references: step.references, request, now: stage.clock.now(),
    ...('output' in step && step.state !== 'compensated' && step.output !== undefined ? { output: step.output } : {}),
    ...(failure === undefined ? {} : { failure }),
    ...(step.state === 'waiting' ? { waitFor: step.waitFor } : {}),
    executions: stage.executions.map(executionOf), log: await allLines(stage), checkpoints: new Map(stage.ports.checkpoints),
    calls: [...stage.ports.calls], points: [...stage.ports.points], programLog: [...stage.programLog],
    history: await stage.stores.requests.history(stage.requestId()),
    ...(view === undefined ? {} : { view }),
  }
}

const settled = async (stage: ActionStage): Promise<void> => {
  if (!await stage.clock.advanceUntil(() => stage.isAtRest(), LONGEST_MS)) {
    const { steps } = await stage.request()
    throw new Error(`the step never comes to rest: ${JSON.stringify(steps.find(({ id }) => id === STEP))}`)
  }
}

const runOn = (stage: ActionStage, action: AnyAction) => {
  let answer: DecisionAnswer | undefined
  const after = async (trouble: Trouble, work: () => Promise<unknown>): Promise<ActionRun> => {
    stage.interruptBy(interruptOf(trouble))
    await work()
    await settled(stage)
    stage.interruptBy(() => undefined)
    return { ...await factsOf(stage), ...(answer === undefined ? {} : { answer }), ...methods }
  }

  const methods: Pick<ActionRun, Exclude<keyof ActionRun, keyof Facts | 'answer'>> = {
    again: (trouble = {}) => after(trouble, () => stage.boot(trouble.action ?? action)),
    thaw: (trouble = {}) => after(trouble, async () => {
      stage.thaw()
      await stage.clock.advance(AFTERMATH_MS)
    }),
    resume: (payload, trouble = {}) => after(trouble, async () => {
      if (!await stage.deliver(payload)) throw new Error('the step does not wait for a signal')
    }),
    observe: (trouble = {}) => after(trouble, () => stage.look()),
    pass: (ms, trouble = {}) => after(trouble, () => stage.clock.advanceUntil(() => stage.presence() !== 'there', ms)),
    retry: (command = {}) => after(command, async () => { answer = await stage.retry(command) }),
    compensate: (trouble = {}) => after(trouble, async () => { answer = await stage.abort() }),
  }
  return { after }
}

/**
 * Carries out one step of an action with the real engine, over memory and under a clock that no real time moves, until it ends, waits or
 * its process is gone. Nothing is mocked but the vendor: checkpoints, retries, reconciliation, fencing and redaction are the engine's.
 */
export const runAction = (action: AnyAction, options: RunActionOptions): Promise<ActionRun> => {
  const { config, fields = {}, timeoutMs = 300_000, retry, laterStepFails = false, http, vendor, secrets = {}, env = {}, patienceMs = 1_000 } = options
  const stage = createActionStage({
    document: { config, fields, timeoutMs, laterStepFails, ...(retry === undefined ? {} : { retry }) }, http, vendor, secrets, env, patienceMs,
  })
  return runOn(stage, action).after(options, async () => {
    await stage.boot(action)
    await stage.submit()
  })
}
