import type { AnyAction } from '../../action/action.js'
import type { Instant, Json } from '../../json.js'
import { compensableRows } from '../../request/ledger.js'
import { isFinal } from '../../request/is-final.js'
import { nextWake } from '../../request/next-wake.js'
import type { ReconcileVerdict, RequestEvent } from '../../request/request-event.js'
import { findPlanned } from '../../request/request-rows.js'
import type { ServiceRequest } from '../../request/service-request.js'
import { type RunningRow, runningRows } from '../../request/step-state.js'
import type { Mode, StepFailure } from '../../request/step.js'
import type { Reference, WaitFor } from '../../request/wait-for.js'
import { isRepeatable } from '../failure-of.js'
import type { PreparedStep } from '../prepare-step.js'
import { timedOut } from '../run-step.js'
import type { Assumptions } from './assumptions.js'
import type { SimulatedWorld } from './simulated-world.js'

/** What can happen next to a request. */
export type Happening =
  /** The execution ends with its output; it parks, and the end of the wait is a failure, or an escalation. */
  | 'succeeds' | 'waits' | 'waits-then-escalates'
  /** It fails so that it may be tried again, or so that it may not; it does not end in time; nobody learns how it ended; its process dies. */
  | 'fails-retryably' | 'fails-for-good' | 'times-out' | 'loses-its-answer' | 'loses-its-process'
  /** Looked for after a lost answer: the effect is there, is there and still awaited, is not there, may be repeated without harm, or cannot be told. */
  | 'is-found' | 'is-found-waiting' | 'is-not-found' | 'may-be-repeated' | 'cannot-be-told'
  /** The compensation has taken the effect back. */
  | 'is-taken-back'
  /** What a step waits for comes, or does not come in time; the time of a retry comes; the request's own time is over. */
  | 'signal-comes' | 'wait-ends' | 'time-comes' | 'deadline-passes'
  /** A person gives the failed request up and has its effects taken back. */
  | 'person-aborts-and-takes-back'

/** One thing that can happen next. */
export interface Branch {
  readonly happens: Happening
  /** Absent: it happens to the request. */
  readonly step?: string
  /** What the execution was doing. Absent: it is no end of an execution. */
  readonly mode?: Mode
  readonly event: RequestEvent
}

/** Where a simulated request stands. */
export interface Situation {
  readonly request: ServiceRequest
  readonly at: Instant
  readonly assumed: Assumptions
  readonly prepared: ReadonlyMap<string, PreparedStep>
}

/** Who or what moves the request next. */
export type SituationKind = 'running' | 'waiting' | 'resting' | 'person' | 'final' | 'stuck'

/** How long a simulated wait lasts: its end is up to the action, and may come soon. Milliseconds. */
const WAIT_MS = 1

/** What is simulated is told by its own code, so that nobody takes it for a real one. */
const SIMULATED = 'SIMULATED'

const isForward = ({ status }: ServiceRequest): boolean => status.state === 'in_progress' && status.course === 'forward'

export const kindOf = ({ request, at }: Situation): SituationKind => {
  if (isFinal(request)) return 'final'
  const { state } = request.status
  if (state === 'failed' || state === 'escalated' || state === 'pending_approval') return 'person'
  if (runningRows(request).length > 0) return 'running'
  if (isForward(request) && request.steps.some((row) => row.state === 'waiting')) return 'waiting'
  return nextWake(request, at) === undefined ? 'stuck' : 'resting'
}

/** A failure as an action would tell it, with a code that the step's `retry` covers where it names codes only. */
const failureOf = (request: ServiceRequest, step: string, kind: StepFailure['kind'], mode: Mode): StepFailure => {
  const on = findPlanned(request, step)?.retry?.on ?? ['error']
  const named = on.find((what) => what.toLowerCase() !== 'timeout')
  const code = kind !== 'retryable' || named === undefined || on.some((what) => what.toLowerCase() === 'error') ? SIMULATED : named.toUpperCase().replaceAll('-', '_')
  return { kind, phase: mode, code, message: `simulated: the action fails (${kind})` }
}

const simulatedReference = (step: string): Reference => ({ service: 'simulated', id: step })

const waitOf = (step: string, at: Instant, onTimeout: 'fail' | 'escalate'): WaitFor => ({ kind: 'signal', reference: simulatedReference(step), until: at + WAIT_MS, onTimeout })

const mayWait = (action: AnyAction | undefined): boolean => action?.resume !== undefined

const endings = (world: SimulatedWorld, { request, at, prepared }: Situation, row: RunningRow): readonly Branch[] => {
  const { id: step, execution } = row
  const mode: Mode = row.state === 'compensating' ? 'compensate' : row.mode
  const action = world.blueprints(step)?.action
  const config = prepared.get(step)?.config
  const output: Json = world.outputs.get(step) ?? null
  const fact = { at, step, execution }
  const branch = (happens: Happening, event: RequestEvent): Branch => ({ happens, step, mode, event })
  const failing = (happens: Happening, kind: StepFailure['kind']): Branch => branch(happens, { type: 'step-failed', ...fact, failure: failureOf(request, step, kind, mode), jitter: 0 })
  const found = (happens: Happening, verdict: ReconcileVerdict): Branch => branch(happens, { type: 'step-reconciled', ...fact, verdict })
  const late = Math.max(at, row.deadline)
  const overdue = branch('times-out', { type: 'step-failed', ...fact, at: late, failure: timedOut({ mode }, action === undefined ? undefined : { action, config }), jitter: 0 })
  const lost = branch('loses-its-process', { type: 'step-interrupted', ...fact, why: 'owner-lost' })
  const failures = [failing('fails-retryably', 'retryable'), failing('fails-for-good', 'fatal'), ...(fits(world, request, late) ? [overdue] : [])]
  const unanswered = failing('loses-its-answer', 'unknown')
  switch (mode) {
    case 'run': return [
      branch('succeeds', { type: 'step-succeeded', ...fact, output }),
      ...(mayWait(action) ? [branch('waits', { type: 'step-parked', ...fact, waitFor: waitOf(step, at, 'fail') }), branch('waits-then-escalates', { type: 'step-parked', ...fact, waitFor: waitOf(step, at, 'escalate') })] : []),
      ...failures, unanswered, lost,
    ]
    case 'resume': return [branch('succeeds', { type: 'step-succeeded', ...fact, output }), ...failures, unanswered, lost]
    case 'reconcile': {
      if (action !== undefined && isRepeatable(action, config)) return [found('may-be-repeated', 'repeatable'), lost]
      if (action?.reconcile === undefined) return [found('cannot-be-told', { unsure: 'simulated: the action cannot tell' }), lost]
      return [
        found('is-found', { present: output }), found('is-not-found', 'absent'),
        ...(mayWait(action) ? [found('is-found-waiting', { parked: waitOf(step, at, 'fail') })] : []),
        found('cannot-be-told', { unsure: 'simulated: the action cannot tell' }), ...failures, lost,
      ]
    }
    case 'compensate': return [branch('is-taken-back', { type: 'step-compensated', ...fact }), ...failures, unanswered, lost]
  }
}

const hasDeadline = (request: ServiceRequest): boolean => request.revision.deadline !== undefined && isForward(request)

/** Whether the request can come to this moment before its own time is over. Executions take no time here, so it is the earliest. */
const fits = ({ begins, timeoutMs }: SimulatedWorld, request: ServiceRequest, at: Instant): boolean =>
  timeoutMs === undefined || !hasDeadline(request) || at - begins < timeoutMs

const deadline = ({ request, at }: Situation): readonly Branch[] =>
  hasDeadline(request) ? [{ happens: 'deadline-passes', event: { type: 'timer-fired', at: Math.max(at, request.revision.deadline ?? at) } }] : []

const ofWaits = ({ request, at }: Situation): readonly Branch[] => request.steps.flatMap((row): readonly Branch[] => {
  if (row.state !== 'waiting' || row.waitFor.kind !== 'signal') return []
  return [
    { happens: 'signal-comes', step: row.id, event: { type: 'signal-received', at, reference: row.waitFor.reference, delivery: 'simulated', payload: null } },
    { happens: 'wait-ends', step: row.id, event: { type: 'timer-fired', at: row.waitFor.until } },
  ]
})

const ofTime = (world: SimulatedWorld, { request, at }: Situation): readonly Branch[] => {
  const wake = nextWake(request, at) ?? at
  return fits(world, request, wake) ? [{ happens: 'time-comes', event: { type: 'timer-fired', at: wake } }] : []
}

const decisions = (world: SimulatedWorld, { request, at }: Situation): readonly Branch[] => request.status.state === 'failed' && compensableRows(request).length > 0
  ? [{ happens: 'person-aborts-and-takes-back', event: { type: 'abort-requested', cause: { by: world.caller, reason: 'simulated', at }, compensate: true } }]
  : []

/** Everything that can happen next. Empty: the request has ended, or a person decides and nothing is taken back. */
export const branchesOf = (world: SimulatedWorld, situation: Situation): readonly Branch[] => {
  switch (kindOf(situation)) {
    case 'running': return [...runningRows(situation.request).flatMap((row) => endings(world, situation, row)), ...deadline(situation)]
    case 'waiting': return [...ofWaits(situation), ...deadline(situation)]
    case 'resting': return [...ofTime(world, situation), ...deadline(situation)]
    case 'person': return decisions(world, situation)
    case 'final':
    case 'stuck':
      return []
  }
}
