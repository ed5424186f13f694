import type { Instant } from '../json.js'
import { move, type Move } from './move.js'
import type { ServiceRequest } from './service-request.js'

/** The time that a request may take counts from when it can run: waiting for people takes none of it. */
export function renewDeadline(request: ServiceRequest, at: Instant): ServiceRequest {
  const { timeoutMs } = request.revision
  return timeoutMs === undefined ? request : { ...request, revision: { ...request.revision, deadline: at + timeoutMs } }
}

/** Makes the request runnable, due at once. */
export const queue = ({ request, effects }: Move, at: Instant): Move =>
  move({ ...renewDeadline(request, at), status: { state: 'queued', since: at } }, ...effects)

/** Begins to carry the request. People hear of it the first time only. */
export const start = ({ request, effects }: Move): Move =>
  request.steps.some((row) => row.executions > 0 || row.state !== 'pending')
    ? move({ ...request, status: { state: 'in_progress', course: 'forward' } }, ...effects)
    : move({ ...request, status: { state: 'in_progress', course: 'forward' } }, ...effects, { type: 'notify', notice: 'start' })
