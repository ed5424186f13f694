import type { PlannedStep } from './plan.js'
import type { ServiceRequest } from './service-request.js'
import type { Step, StepStatus } from './step.js'
import type { Reference } from './wait-for.js'

/** The current iteration of a step. */
export const findStep = (request: ServiceRequest, id: string): Step | undefined => request.steps.find((step) => step.id === id)

export const findPlanned = (request: ServiceRequest, id: string): PlannedStep | undefined =>
  request.revision.plan.steps.find((planned) => planned.id === id)

/** Every row of the request: earlier iterations first. */
export const allRows = ({ superseded, steps }: ServiceRequest): readonly Step[] => superseded.length === 0 ? steps : [...superseded, ...steps]

/** A row that has never run. */
export const newRow = (id: string, iteration: number): Step => ({ id, iteration, executions: 0, failures: 0, references: [], state: 'pending' })

/** What a row keeps whatever its status is. */
type Row = Pick<Step, Exclude<keyof Step, 'state'>>

/** The row with another status; what belongs to the old status is gone. */
export function withStatus(row: Step, status: StepStatus): Step {
  const { id, iteration, executions, failures, external, inputHash, revision, uncertainSince, references } = row
  const kept: { -readonly [Member in keyof Row]: Row[Member] } = { id, iteration, executions, failures, references }
  if (external !== undefined) kept.external = external
  if (inputHash !== undefined) kept.inputHash = inputHash
  if (revision !== undefined) kept.revision = revision
  if (uncertainSince !== undefined) kept.uncertainSince = uncertainSince
  return Object.assign(kept, status)
}

const replaceIn = (rows: readonly Step[], row: Step): readonly Step[] => {
  const place = rows.findIndex(({ id, iteration }) => id === row.id && iteration === row.iteration)
  return place < 0 ? rows : rows.with(place, row)
}

/** The request with this row in the place of the one with the same step and iteration. */
export const replaceRow = (request: ServiceRequest, row: Step): ServiceRequest =>
  ({ ...request, steps: replaceIn(request.steps, row), superseded: replaceIn(request.superseded, row) })

/** Puts a row behind and a new iteration, never run, in its place. */
export const supersede = (request: ServiceRequest, row: Step): ServiceRequest => ({
  ...request,
  superseded: [...request.superseded, row],
  steps: request.steps.map((old) => (old.id === row.id ? newRow(row.id, row.iteration + 1) : old)),
})

export const sameReference = (left: Reference, right: Reference): boolean => left.service === right.service && left.id === right.id

export const withReference = (row: Step, reference: Reference): Step =>
  row.references.some((known) => sameReference(known, reference)) ? row : { ...row, references: [...row.references, reference] }
