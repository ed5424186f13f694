import type { Instant } from '../json.js'
import { type NextStep, awaitsReconcile, isHeldBack, startableSteps } from './next-step.js'
import { allRows } from './request-rows.js'
import type { ServiceRequest } from './service-request.js'
import { planLimit, runningRows } from './step-state.js'
import type { WaitFor } from './wait-for.js'

const endsOfWait = (waitFor: WaitFor): readonly Instant[] =>
  waitFor.kind === 'signal' && waitFor.pollAt !== undefined ? [waitFor.until, waitFor.pollAt] : [waitFor.until]

/** When a running execution is to be interrupted. One that is overdue was interrupted and ends by itself. */
const endsOfExecutions = (request: ServiceRequest, at: Instant): readonly Instant[] =>
  runningRows(request).map((row) => row.deadline).filter((deadline) => deadline > at)

function forwardWakes(request: ServiceRequest): readonly Instant[] {
  const full = runningRows(request).length >= planLimit(request)
  const wakes: Instant[] = []
  for (const row of request.steps) {
    if (row.state === 'waiting') wakes.push(...endsOfWait(row.waitFor))
    else if (row.state === 'retrying' && !full && !isHeldBack(request, row)) wakes.push(row.dueAt)
  }
  if (request.revision.deadline !== undefined) wakes.push(request.revision.deadline)
  return wakes
}

const backwardWakes = (request: ServiceRequest): readonly Instant[] =>
  allRows(request).flatMap((row) => (row.state === 'compensating' && row.dueAt !== undefined ? [row.dueAt] : []))

const reconcileWakes = (request: ServiceRequest): readonly Instant[] => {
  const full = runningRows(request).length >= planLimit(request)
  return request.steps.filter(awaitsReconcile).flatMap((row) => (row.state === 'waiting' ? [row.waitFor.until] : full ? [] : [row.dueAt]))
}

function wakes(request: ServiceRequest): readonly Instant[] {
  const { status } = request
  if (status.state === 'in_progress') {
    switch (status.course) {
      case 'forward': return forwardWakes(request)
      case 'settling': return []
      case 'backward': return backwardWakes(request)
    }
  }
  if (status.state !== 'cancelling') return []
  if (status.course === 'backward') return backwardWakes(request)
  return status.compensate ? reconcileWakes(request) : []
}

/**
 * When the request must be looked at again though nothing happens: `at` itself when something could start now, else the
 * earliest end of a wait, poll, delay or deadline. Undefined: no clock moves it (it ended, failed, waits for approval, or
 * only runs). `startable`: what can start at this moment, where that is known already.
 */
export function nextWake(request: ServiceRequest, at: Instant, startable: readonly NextStep[] = startableSteps(request, at)): Instant | undefined {
  if (request.status.state === 'queued' || startable.length > 0) return at
  const all = [...wakes(request), ...endsOfExecutions(request, at)]
  return all.length === 0 ? undefined : Math.min(...all)
}
