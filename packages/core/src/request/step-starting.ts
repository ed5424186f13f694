import { beginCompensation } from './compensation.js'
import { compensationTarget } from './ledger.js'
import { move, type Answer } from './move.js'
import { fallbackNeed, startableSteps } from './next-step.js'
import { reject, type Rejected } from './rejection.js'
import type { StepEvent } from './request-event.js'
import { allRows, findStep, replaceRow, supersede, withStatus } from './request-rows.js'
import type { ServiceRequest } from './service-request.js'
import { stepStart, type StepStart } from './step-start.js'
import type { Mode, Step, StepFailure, StepStatus } from './step.js'

type Started = Extract<StepEvent, { readonly type: 'step-started' }>
type Skipped = Extract<StepEvent, { readonly type: 'step-skipped' }>
type Starting = Extract<StepStart, { readonly kind: 'start' }>

const unknownStep = (step: string): Rejected => reject('UNKNOWN_STEP', `the plan has no step ${step}`)

/** A step that its condition or its primary's success makes needless. Only steps whose turn it is are decided about. */
export function skipStep(request: ServiceRequest, event: Skipped): Answer {
  const row = findStep(request, event.step)
  if (row === undefined) return unknownStep(event.step)
  const turn = startableSteps(request, event.at).some((next) => next.step === event.step && next.mode === 'run')
  const notNeeded = fallbackNeed(request, event.step) === 'not-needed'
  return turn && notNeeded === (event.why === 'fallback-not-needed')
    ? move(replaceRow(request, withStatus(row, { state: 'skipped', why: event.why })))
    : reject('NOT_IN_THIS_STATE', `step ${event.step} is not to be skipped now (${event.why})`)
}

/**
 * Whether a step may begin or be carried on at this moment: its turn by course, order, dependencies, places and time. A fallback that nobody
 * needs any more does not run; what it has made before that is still looked for and waited for.
 */
export function isTurnOf(request: ServiceRequest, step: string, mode: Mode, at: number): boolean {
  const turn = startableSteps(request, at).some((next) => next.step === step && (next.mode === 'compensate') === (mode === 'compensate'))
  return turn && (mode !== 'run' || fallbackNeed(request, step) !== 'not-needed')
}

const edited: StepFailure = { kind: 'fatal', phase: 'prepare', code: 'INPUT_EDITED', message: 'the input was edited before the step ran again' }

/** The iteration that an edited input puts behind ends as its last failure left it. */
function putBehind(request: ServiceRequest, row: Step, at: number): ServiceRequest {
  const known = row.state === 'pending' ? row.after : row.state === 'retrying' ? row.failure : undefined
  return supersede(request, withStatus(row, { state: 'failed', endedAt: at, failure: known ?? edited, tolerated: false }))
}

/** A run makes everything certain again: what an earlier one may have left is known by then. */
function certain(row: Step): Step {
  if (row.uncertainSince === undefined) return row
  const { uncertainSince, ...known } = row
  return known
}

/**
 * The row with an execution that runs and is counted. Looking for an effect and resuming a wait are about what the recorded input has made, so
 * that one stays recorded.
 */
function running(row: Step, { mode, execution, inputHash }: Started, revision: number, status: StepStatus): Step {
  const begun = withStatus(mode === 'run' ? certain(row) : row, status)
  return mode === 'run' || row.inputHash === undefined ? { ...begun, executions: execution, inputHash, revision } : { ...begun, executions: execution }
}

function begin(request: ServiceRequest, row: Step, event: Started, start: Starting): ServiceRequest {
  const current = start.iteration === row.iteration ? request : putBehind(request, row, event.at)
  const begun = findStep(current, row.id) ?? row
  const { execution, deadline, at } = event
  const mode = event.mode === 'compensate' ? 'run' : event.mode
  const status: StepStatus = { state: 'in_progress', execution, mode, startedAt: at, deadline, ...(start.payload === undefined ? undefined : { payload: start.payload }) }
  return replaceRow(current, running(begun, event, request.revision.number, status))
}

function beginIn(request: ServiceRequest, event: Started, start: Starting): ServiceRequest {
  const target = event.mode === 'compensate' ? compensationTarget(request) : findStep(request, event.step)
  if (target === undefined) return request
  return event.mode === 'compensate'
    ? replaceRow(request, beginCompensation(target, event.execution, event.at, event.deadline))
    : begin(request, target, event, start)
}

function checkStart(event: Started, start: StepStart): Rejected | Starting {
  if (start.kind === 'input-changed') return reject('NOT_IN_THIS_STATE', `the input of step ${event.step} is not the recorded one: it has to fail INPUT_CHANGED`)
  if (start.kind === 'not-startable') return reject('NOT_IN_THIS_STATE', `step ${event.step} is not to be started now`)
  if (start.mode !== event.mode) return reject('NOT_IN_THIS_STATE', `step ${event.step} is to be started in mode ${start.mode}`)
  return start.execution === event.execution ? start : reject('STALE_EXECUTION', `the next execution of step ${event.step} is ${start.execution}`)
}

/** An execution begins: counted before it runs, and run after the commit. */
export function startStep(request: ServiceRequest, event: Started): Answer {
  if (allRows(request).every((row) => row.id !== event.step)) return unknownStep(event.step)
  if (!isTurnOf(request, event.step, event.mode, event.at)) return reject('NOT_IN_THIS_STATE', `step ${event.step} is not to be started now`)
  const start = checkStart(event, stepStart(request, event.step, event.mode, event.inputHash))
  if ('rejection' in start) return start
  const { step, execution, mode } = event
  const payload = start.payload === undefined ? {} : { payload: start.payload }
  return move(beginIn(request, event, start), { type: 'execute-step', step, iteration: start.iteration, execution, mode, ...payload })
}
