import type { Instant, Json } from '../json.js'
import { compensableRows, isInLedger } from './ledger.js'
import { allRows, findPlanned } from './request-rows.js'
import type { FailureReport } from './request-status.js'
import type { ServiceRequest } from './service-request.js'
import { isUnresolved } from './step-state.js'
import type { Step, StepFailure } from './step.js'
import type { Reference } from './wait-for.js'

/** A step that failed, with the failure that ended it. */
export interface FailedAction {
  readonly step: string
  readonly action: string
  readonly iteration: number
  readonly executions: number
  readonly failure: StepFailure
  /** Nobody knows whether its effect exists. */
  readonly needsPerson: boolean
}

/** Something that the request has made outside and that is still there. */
export interface PartialResource {
  readonly step: string
  readonly action: string
  readonly iteration: number
  readonly references: readonly Reference[]
  /** Absent when the step did not end. */
  readonly output?: Json
}

/** Something that is to be looked at, should the request not be carried on. */
export interface Cleanup {
  readonly step: string
  readonly action: string
  readonly references: readonly Reference[]
  /** `high`: nobody knows whether something is there. `medium`: it must be removed by hand. `low`: the action can take it back. */
  readonly priority: 'high' | 'medium' | 'low'
  /** Whether abort or cancel with compensation takes it back. */
  readonly automated: boolean
}

/** What is known about a failure: pure data for the API, the escalation ticket and people. */
export interface FailureContext {
  readonly requestId: string
  readonly at: Instant
  readonly cause: FailureReport['cause']
  readonly failedActions: readonly FailedAction[]
  readonly partialResources: readonly PartialResource[]
  readonly cleanupRequired: readonly Cleanup[]
}

const actionOf = (request: ServiceRequest, row: Step): string => findPlanned(request, row.id)?.action ?? ''

const failedActions = (request: ServiceRequest): readonly FailedAction[] =>
  request.steps.flatMap((row) => {
    const failure = row.state === 'failed' ? row.failure : row.state === 'completed' ? row.undo : undefined
    const { id: step, iteration, executions } = row
    return failure === undefined ? [] : [{ step, action: actionOf(request, row), iteration, executions, failure, needsPerson: isUnresolved(request, row) }]
  })

const effectsLeft = (request: ServiceRequest): readonly Step[] =>
  allRows(request).filter((row) => isInLedger(request, row) && row.state !== 'compensated')

const partialResource = (request: ServiceRequest, row: Step): PartialResource => ({
  step: row.id, action: actionOf(request, row), iteration: row.iteration, references: row.references,
  ...('output' in row && row.output !== undefined && { output: row.output }),
})

/** Its effect may exist: nobody knows, or it was repeated under its key until that was given up. */
const isUncertain = (request: ServiceRequest, row: Step): boolean =>
  isUnresolved(request, row) || (row.state === 'failed' && row.uncertainSince !== undefined)

function cleanup(request: ServiceRequest): readonly Cleanup[] {
  const automatic = compensableRows(request)
  const unknown = request.steps.filter((row) => isUncertain(request, row))
  const of = (row: Step, priority: Cleanup['priority']): Cleanup =>
    ({ step: row.id, action: actionOf(request, row), references: row.references, priority, automated: priority === 'low' })
  return [
    ...unknown.map((row) => of(row, 'high')),
    ...effectsLeft(request).filter((row) => !unknown.includes(row)).map((row) => of(row, automatic.includes(row) ? 'low' : 'medium')),
  ]
}

const reportOf = ({ status }: ServiceRequest): Pick<FailureReport, 'at' | 'cause'> | undefined => {
  if (status.state === 'failed' || status.state === 'escalated') return status.failure
  // Whoever gave the request up has to know what is left of it.
  return status.state === 'aborted' ? { at: status.cause.at, cause: 'step' } : undefined
}

/** What is known about the failure of a request, also after it was aborted. Undefined unless it has failed, is escalated or aborted. */
export function failureContext(request: ServiceRequest): FailureContext | undefined {
  const report = reportOf(request)
  if (report === undefined) return undefined
  const { at, cause } = report
  return {
    requestId: request.id, at, cause,
    failedActions: failedActions(request),
    partialResources: effectsLeft(request).map((row) => partialResource(request, row)),
    cleanupRequired: cleanup(request),
  }
}
