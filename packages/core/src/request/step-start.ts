import { compensationTarget, isInLedger } from './ledger.js'
import { findPlanned, findStep } from './request-rows.js'
import type { ServiceRequest } from './service-request.js'
import { isReconcilable } from './step-state.js'
import type { Json } from '../json.js'
import type { Mode, Step } from './step.js'

/** How the next execution of a step begins, once its config is rendered. */
export type StepStart =
  | {
    readonly kind: 'start'
    readonly iteration: number
    /** The number that `step-started` (or `step-failed` instead of it) must carry. */
    readonly execution: number
    readonly mode: Mode
    /** What ended the wait, or what the step that is taken back has given. */
    readonly payload?: Json
  }
  /** The same revision rendered to another input than before: the step fails INPUT_CHANGED. */
  | { readonly kind: 'input-changed' }
  /** There is no such step, or it runs, waits or has ended. */
  | { readonly kind: 'not-startable' }

const again = (row: Step, mode: Mode, payload?: Json): StepStart =>
  ({ kind: 'start', iteration: row.iteration, execution: row.executions + 1, mode, ...(payload !== undefined && { payload }) })

/** A step that a person retries: known-absent work begins anew, what is known to exist is looked for first. */
function startPending(request: ServiceRequest, row: Step, edited: boolean): StepStart {
  if (edited) return { kind: 'start', iteration: row.iteration + 1, execution: 1, mode: 'run' }
  return again(row, isInLedger(request, row) && isReconcilable(findPlanned(request, row.id)) ? 'reconcile' : 'run')
}

function startRetrying(row: Extract<Step, { state: 'retrying' }>, edited: boolean): StepStart {
  if (edited && row.mode === 'run') return { kind: 'start', iteration: row.iteration + 1, execution: 1, mode: 'run' }
  return again(row, row.mode, row.payload)
}

/** Work that is known to be absent reads what other steps have given, which may be another thing once those were done anew. */
const readsAnew = (request: ServiceRequest, row: Step): boolean =>
  row.state === 'pending' && request.superseded.length > 0 && !isInLedger(request, row)

/**
 * Iteration, execution number and mode of the execution that would begin now with this input. The iteration rises where an edited revision
 * renders to another input, or steps before it were done anew, and the step has to run; looking for an effect (reconcile) and resuming a
 * wait keep it, since they are about what was made before.
 */
export function stepStart(request: ServiceRequest, step: string, mode: Mode, inputHash: string): StepStart {
  if (mode === 'compensate') {
    const target = compensationTarget(request)
    return target?.id === step ? again(target, 'compensate', 'output' in target ? target.output : undefined) : { kind: 'not-startable' }
  }
  const row = findStep(request, step)
  if (row?.state !== 'pending' && row?.state !== 'retrying') return { kind: 'not-startable' }
  const changed = row.inputHash !== undefined && row.inputHash !== inputHash
  const edited = changed && (row.revision !== request.revision.number || readsAnew(request, row))
  if (changed && !edited) return { kind: 'input-changed' }
  return row.state === 'pending' ? startPending(request, row, edited) : startRetrying(row, edited)
}
