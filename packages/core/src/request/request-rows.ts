import type { PlannedStep } from './plan.js'
import type { ServiceRequest } from './service-request.js'
import type { Step, StepStatus } from './step.js'
import type { Reference } from './wait-for.js'

/** The current iteration of a step. */
export const findStep = (request: ServiceRequest, id: string): Step | undefined => request.steps.find((step) => step.id === id)

export const findPlanned = (request: ServiceRequest, id: string): PlannedStep | undefined =>
  request.revision.plan.steps.find((planned) => planned.id === id)

/** Every row of the request: earlier iterations first. */
export const allRows = (request: ServiceRequest): readonly Step[] => [...request.superseded, ...request.steps]

/** A row that has never run. */
export const newRow = (id: string, iteration: number): Step => ({ id, iteration, executions: 0, failures: 0, references: [], state: 'pending' })

/** The row with another status; what belongs to the old status is gone. */
export function withStatus(row: Step, status: StepStatus): Step {
  const { id, iteration, executions, failures, external, inputHash, revision, uncertainSince, references } = row
  return {
    id, iteration, executions, failures, references,
    ...(external !== undefined && { external }),
    ...(inputHash !== undefined && { inputHash }),
    ...(revision !== undefined && { revision }),
    ...(uncertainSince !== undefined && { uncertainSince }),
    ...status,
  }
}

/** The request with this row in the place of the one with the same step and iteration. */
export function replaceRow(request: ServiceRequest, row: Step): ServiceRequest {
  const replace = (rows: readonly Step[]) => rows.map((old) => (old.id === row.id && old.iteration === row.iteration ? row : old))
  return { ...request, steps: replace(request.steps), superseded: replace(request.superseded) }
}

/** Puts a row behind and a new iteration, never run, in its place. */
export const supersede = (request: ServiceRequest, row: Step): ServiceRequest => ({
  ...request,
  superseded: [...request.superseded, row],
  steps: request.steps.map((old) => (old.id === row.id ? newRow(row.id, row.iteration + 1) : old)),
})

export const sameReference = (left: Reference, right: Reference): boolean => left.service === right.service && left.id === right.id

export const withReference = (row: Step, reference: Reference): Step =>
  row.references.some((known) => sameReference(known, reference)) ? row : { ...row, references: [...row.references, reference] }
