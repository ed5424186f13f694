import type { Instant } from '../json.js'
import type { FailureReport } from './request-status.js'
import { findPlanned, replaceRow, withStatus } from './request-rows.js'
import type { ServiceRequest } from './service-request.js'
import { isReconcilable, unresolvedSteps } from './step-state.js'
import type { Step, StepFailure } from './step.js'

const isTolerated = (request: ServiceRequest, row: Step, failure: StepFailure): boolean => {
  const planned = findPlanned(request, row.id)
  return planned !== undefined && planned.onFailure !== 'fail' && !(failure.kind === 'unknown' && isReconcilable(planned))
}

/** Nothing new starts any more; what runs is waited for. A request that goes back or is being cancelled keeps its course. */
export function settle(request: ServiceRequest, cause: FailureReport['cause'], at: Instant, step?: string): ServiceRequest {
  const { status } = request
  if (status.state !== 'in_progress' || status.course === 'backward') return request
  const before: FailureReport = status.course === 'settling' ? status.failure : { at, steps: [], cause, needsPerson: [] }
  const steps = step === undefined ? before.steps : [...before.steps, step]
  return { ...request, status: { state: 'in_progress', course: 'settling', failure: { ...before, steps, needsPerson: unresolvedSteps(request) } } }
}

/** The step has failed for good. Unless that is tolerated, the request starts nothing new. */
export function failStep(request: ServiceRequest, row: Step, failure: StepFailure, at: Instant, cause: 'step' | 'wait' = 'step'): ServiceRequest {
  const tolerated = cause === 'step' && isTolerated(request, row, failure)
  const failed = replaceRow(request, withStatus(row, { state: 'failed', endedAt: at, failure, tolerated }))
  return tolerated ? failed : settle(failed, cause, at, row.id)
}
