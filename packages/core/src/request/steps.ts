import { compensated, compensationFailed, compensationInterrupted, failCompensation, pauseCompensation } from './compensation.js'
import { compensationTarget } from './ledger.js'
import { move, type Answer } from './move.js'
import { reject, type Rejected } from './rejection.js'
import type { StepEvent } from './request-event.js'
import { allRows, findStep } from './request-rows.js'
import type { ServiceRequest } from './service-request.js'
import { complete, park, parkForService } from './step-ending.js'
import { failExecution, interruptExecution } from './step-failed.js'
import { reconciled } from './step-reconciled.js'
import { isTurnOf, skipStep, startStep } from './step-starting.js'
import { type RunningRow, runningRows } from './step-state.js'

type Of<T extends StepEvent['type']> = Extract<StepEvent, { readonly type: T }>

/** The row whose running execution the event is about. */
function findRunning(request: ServiceRequest, { step, execution }: { readonly step: string; readonly execution: number }): RunningRow | Rejected {
  const found = runningRows(request).find((row) => row.id === step && row.execution === execution)
  if (found !== undefined) return found
  return allRows(request).some((row) => row.id === step)
    ? reject('STALE_EXECUTION', `execution ${execution} of step ${step} is not running`)
    : reject('UNKNOWN_STEP', `the plan has no step ${step}`)
}

const unfit = (event: StepEvent, row: RunningRow): Rejected =>
  reject('NOT_IN_THIS_STATE', `${event.type} is no answer to ${row.state === 'compensating' ? 'compensate' : row.mode} of step ${event.step}`)

function succeed(request: ServiceRequest, event: Of<'step-succeeded'>): Answer {
  const row = findRunning(request, event)
  if ('rejection' in row) return row
  return row.state === 'compensating' || row.mode === 'reconcile' ? unfit(event, row) : move(complete(request, row, event.output, false, event.at))
}

function parkStep(request: ServiceRequest, event: Of<'step-parked'>): Answer {
  const row = findRunning(request, event)
  if ('rejection' in row) return row
  const forService = event.waitFor.kind === 'service'
  if (row.state === 'compensating') return forService ? pauseCompensation(request, row, event.waitFor.until) : unfit(event, row)
  if (forService) return parkForService(request, row, event.waitFor, event.at)
  return row.mode === 'reconcile' ? unfit(event, row) : park(request, row, event.waitFor, event.at, event.external)
}

/** The config could not be rendered or does not fit: the execution that `step-failed` names has not begun. */
function failPreparation(request: ServiceRequest, event: Of<'step-failed'>, refused: Rejected): Answer {
  const target = compensationTarget(request)
  if (target !== undefined && isTurnOf(request, event.step, 'compensate', event.at)) {
    return event.execution === target.executions + 1 ? failCompensation(request, target, event.failure, event.at) : refused
  }
  const row = findStep(request, event.step)
  const ready = row !== undefined && event.execution === row.executions + 1 && isTurnOf(request, event.step, row.state === 'retrying' ? row.mode : 'run', event.at)
  if (!ready || (row.state !== 'pending' && row.state !== 'retrying')) return refused
  return failExecution(request, row, row.state === 'retrying' ? row : { mode: 'run' }, event)
}

function failRunning(request: ServiceRequest, event: Of<'step-failed'>): Answer {
  const row = findRunning(request, event)
  if ('rejection' in row) return failPreparation(request, event, row)
  return row.state === 'compensating' ? compensationFailed(request, row, event) : failExecution(request, row, row, event)
}

function reconcile(request: ServiceRequest, event: Of<'step-reconciled'>): Answer {
  const row = findRunning(request, event)
  if ('rejection' in row) return row
  return row.state === 'in_progress' && row.mode === 'reconcile' ? reconciled(request, row, event.verdict, event.at) : unfit(event, row)
}

function compensate(request: ServiceRequest, event: Of<'step-compensated'>): Answer {
  const row = findRunning(request, event)
  if ('rejection' in row) return row
  return row.state === 'compensating' ? compensated(request, row, event.at) : unfit(event, row)
}

/** Only a process that stays starts the step again; one that shuts down leaves it to the next. */
function interrupt(request: ServiceRequest, event: Of<'step-interrupted'>): Answer {
  const row = findRunning(request, event)
  if ('rejection' in row) return row
  const interrupted = row.state === 'compensating'
    ? compensationInterrupted(request, row, event.why, event.at)
    : interruptExecution(request, row, row, event.why, event.at)
  return event.why === 'shutdown' ? { ...interrupted, handOver: true } : interrupted
}

/** Facts about steps and their executions. */
export function steps(request: ServiceRequest, event: StepEvent): Answer {
  switch (event.type) {
    case 'step-skipped': return skipStep(request, event)
    case 'step-started': return startStep(request, event)
    case 'step-succeeded': return succeed(request, event)
    case 'step-parked': return parkStep(request, event)
    case 'step-failed': return failRunning(request, event)
    case 'step-reconciled': return reconcile(request, event)
    case 'step-compensated': return compensate(request, event)
    case 'step-interrupted': return interrupt(request, event)
  }
}
