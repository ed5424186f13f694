import type { Instant } from '../json.js'
import { isFinal } from './is-final.js'
import type { RequestEvent } from './request-event.js'
import type { ServiceRequest } from './service-request.js'
import { runningRows } from './step-state.js'

/**
 * What a process that has just claimed a request writes first, all in one commit: the executions that died with their
 * owner, the start of a queued request, or that it is time. Empty: there is nothing to carry on, the claim is released.
 */
export function claimEvents(request: ServiceRequest, at: Instant): readonly RequestEvent[] {
  const { state } = request.status
  if (state === 'queued') return [{ type: 'request-started', at }]
  if (isFinal(request) || (state !== 'in_progress' && state !== 'cancelling')) return []
  const lost = runningRows(request).map((row): RequestEvent => ({ type: 'step-interrupted', at, step: row.id, execution: row.execution, why: 'owner-lost' }))
  return lost.length > 0 ? lost : [{ type: 'timer-fired', at }]
}
