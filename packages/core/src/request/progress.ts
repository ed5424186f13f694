import type { Instant } from '../json.js'
import { findPlanned } from './request-rows.js'
import type { ServiceRequest } from './service-request.js'
import { endedWell, isOpen } from './step-state.js'
import type { Step } from './step.js'
import type { Reference } from './wait-for.js'

/** The step that a request is at. */
export interface CurrentAction {
  /** Position in the plan, from 0. */
  readonly index: number
  readonly id: string
  /** Action type. */
  readonly type: string
  readonly status: Step['state']
  /** When the running execution began, or the wait. Absent while it is pending, retried or failed. */
  readonly startedAt?: Instant
  /** The latest thing that it made or waits for outside. */
  readonly externalReference?: Reference
}

/** How far a request is, in steps. */
export interface Progress {
  /** Steps that ended well: completed, skipped by a condition or as a fallback that nobody needed, or failed and tolerated. */
  readonly completedActions: number
  readonly totalActions: number
  /** Rounded down; 100 only when the request is completed or every step ended well. */
  readonly percentComplete: number
  /** The step that runs, waits or is retried; else the one that failed; else the next. Absent when there is none. */
  readonly currentAction?: CurrentAction
}

const startOf = (row: Step): { readonly startedAt?: Instant } => {
  if (row.state === 'in_progress' || row.state === 'compensating') return { startedAt: row.startedAt }
  return row.state === 'waiting' ? { startedAt: row.since } : {}
}

function currentStep(request: ServiceRequest): Step | undefined {
  const first = (fits: (row: Step) => boolean) => request.steps.find(fits)
  return first((row) => row.state === 'compensating') ?? first((row) => row.state === 'in_progress') ?? first(isOpen)
    ?? first((row) => row.state === 'failed' && !row.tolerated) ?? first((row) => row.state === 'pending')
}

function currentAction(request: ServiceRequest): CurrentAction | undefined {
  const row = currentStep(request)
  if (row === undefined) return undefined
  const externalReference = row.references.at(-1)
  const type = findPlanned(request, row.id)?.action ?? ''
  const index = request.steps.indexOf(row)
  return { index, id: row.id, type, status: row.state, ...startOf(row), ...(externalReference !== undefined && { externalReference }) }
}

/** Counts for people: nothing decides by them. */
export function progress(request: ServiceRequest): Progress {
  const totalActions = request.steps.length
  const completedActions = request.steps.filter((row) => endedWell(row) && !(row.state === 'skipped' && row.why === 'request-ended')).length
  const whole = request.status.state === 'completed' || totalActions === 0
  const current = request.status.state === 'completed' ? undefined : currentAction(request)
  return {
    completedActions, totalActions,
    percentComplete: whole ? 100 : Math.floor((100 * completedActions) / totalActions),
    ...(current !== undefined && { currentAction: current }),
  }
}
