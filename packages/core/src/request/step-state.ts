import type { PlannedStep } from './plan.js'
import type { ServiceRequest } from './service-request.js'
import type { Step } from './step.js'
import { allRows, findPlanned } from './request-rows.js'

export type RunningRow = Extract<Step, { readonly state: 'in_progress' | 'compensating' }>

/** An execution of this row runs now. */
export const isRunning = (row: Step): row is RunningRow =>
  row.state === 'in_progress' || (row.state === 'compensating' && row.dueAt === undefined)

export const runningRows = (request: ServiceRequest): readonly RunningRow[] => allRows(request).filter(isRunning)

/** The request may go on without waiting for this step. */
export const endedWell = (row: Step): boolean =>
  row.state === 'completed' || row.state === 'skipped' || (row.state === 'failed' && row.tolerated)

/** Begun and not ended: takes one of the plan's places. */
export const isOpen = (row: Step): boolean => row.state === 'in_progress' || row.state === 'waiting' || row.state === 'retrying'

/** Running it a second time could make a second effect, so a lost answer is reconciled first. */
export const isReconcilable = (planned: PlannedStep | undefined): boolean => planned?.effect === 'create' || planned?.effect === 'by-config'

/** Nobody knows whether its effect exists, and only a person can say. */
export const isUnresolved = (request: ServiceRequest, row: Step): boolean =>
  row.state === 'failed' && row.failure.kind === 'unknown' && isReconcilable(findPlanned(request, row.id))

export const unresolvedSteps = (request: ServiceRequest): readonly string[] =>
  request.steps.filter((row) => isUnresolved(request, row)).map((row) => row.id)

/** Steps of a plan that may be in progress at once; a plan without sense still runs one after the other. */
export const planLimit = (request: ServiceRequest): number => Math.max(1, Math.floor(request.revision.plan.limit) || 1)
