import type { Instant } from '../json.js'
import { claimEvents } from '../request/claim-events.js'
import { nextWake } from '../request/next-wake.js'
import type { RequestEvent } from '../request/request-event.js'
import type { ServiceRequest } from '../request/service-request.js'
import { runningRows } from '../request/step-state.js'
import type { Step } from '../request/step.js'

/** A wait for a signal that is asked about from time to time. */
export type PolledStep = Extract<Step, { readonly state: 'waiting' }> & {
  readonly waitFor: { readonly kind: 'signal'; readonly pollEveryMs: number; readonly pollAt: Instant }
}

const isPolled = (step: Step): step is PolledStep =>
  step.state === 'waiting' && step.waitFor.kind === 'signal' && step.waitFor.pollAt !== undefined && step.waitFor.pollEveryMs !== undefined

/** Waiting steps whose next poll is due. */
export const duePolls = (request: ServiceRequest, at: Instant): readonly PolledStep[] =>
  request.steps.filter(isPolled).filter((step) => step.waitFor.pollAt <= at)

/** The request as if every due poll had been made and had shown nothing new: what is due in it then is no poll. */
export const withPollsMade = (request: ServiceRequest, at: Instant): ServiceRequest => ({
  ...request,
  steps: request.steps.map((step) => isPolled(step) && step.waitFor.pollAt <= at
    ? { ...step, waitFor: { ...step.waitFor, pollAt: at + step.waitFor.pollEveryMs } }
    : step),
})

/**
 * What a request that was just claimed needs first, all in one commit. Empty: nothing is due but polls, which are observations and no
 * events, or nothing at all.
 */
export const dueEvents = (request: ServiceRequest, at: Instant): readonly RequestEvent[] => {
  const events = claimEvents(request, at)
  if (events[0]?.type !== 'timer-fired') return events
  const wake = nextWake(withPollsMade(request, at), at)
  return wake !== undefined && wake <= at ? events : []
}

/**
 * When the clock matters though an execution runs: the request's deadline, or what is due beside it. The execution's own deadline is kept by
 * whoever runs it.
 */
export const wakeWhileRunning = (request: ServiceRequest, at: Instant): Instant | undefined => {
  const ends = runningRows(request).map((row) => row.deadline)
  const wake = nextWake(withPollsMade(request, at), at)
  return wake === undefined || ends.includes(wake) ? earlierDeadline(request, ends) : wake
}

/** `nextWake` names the earliest moment only: behind an execution's end the request's own deadline may still come first of what is left. */
const earlierDeadline = (request: ServiceRequest, ends: readonly Instant[]): Instant | undefined => {
  const { deadline } = request.revision
  return deadline !== undefined && request.status.state === 'in_progress' && request.status.course === 'forward' && !ends.includes(deadline) ? deadline : undefined
}
