import type { Instant } from '../json.js'
import { carryOn } from './carry-on.js'
import { acceptRequest, gate } from './gate.js'
import { isFinal } from './is-final.js'
import type { Answer } from './move.js'
import { people } from './people.js'
import { reject, type Rejected } from './rejection.js'
import type { RequestEffect } from './request-effect.js'
import type { RequestEvent } from './request-event.js'
import type { ServiceRequest } from './service-request.js'
import { steps } from './steps.js'
import { timers } from './timers.js'

/** What an event did: the request after it with what the shell must do now, or why it does not fit. */
export type Transition =
  | { readonly request: ServiceRequest; readonly effects: readonly RequestEffect[] }
  | Rejected

/** When an event happened. */
export const momentOf = (event: RequestEvent): Instant => ('cause' in event ? event.cause.at : event.at)

function answer(request: ServiceRequest, event: RequestEvent): Answer {
  switch (event.type) {
    case 'request-accepted':
    case 'approval-decided':
    case 'approval-delegated':
    case 'approval-deadline-passed':
    case 'request-started':
      return gate(request, event)
    case 'step-skipped':
    case 'step-started':
    case 'step-succeeded':
    case 'step-parked':
    case 'step-failed':
    case 'step-reconciled':
    case 'step-compensated':
    case 'step-interrupted':
      return steps(request, event)
    case 'signal-received':
    case 'external-status-changed':
    case 'timer-fired':
      return timers(request, event)
    case 'retry-requested':
    case 'cancel-requested':
    case 'abort-requested':
    case 'escalation-requested':
    case 'escalation-opened':
    case 'escalation-resolved':
      return people(request, event)
  }
}

function apply(request: ServiceRequest | undefined, event: RequestEvent): Answer {
  if (request === undefined) return event.type === 'request-accepted' ? acceptRequest(event) : reject('NOT_IN_THIS_STATE', 'the first event of a request is request-accepted')
  return isFinal(request) ? reject('NOT_IN_THIS_STATE', `the request is ${request.status.state}, and that is final`) : answer(request, event)
}

/**
 * The machine: what one event makes of a request. Pure and total: the same arguments give the same answer, nothing is
 * thrown, the arguments stay as they are. An accepted event raises the version by one and carries `wake-at`; after it
 * something runs, is to be prepared, is timed, or the request waits for people.
 */
export function transition(request: ServiceRequest | undefined, event: RequestEvent): Transition {
  const answered = apply(request, event)
  if ('rejection' in answered) return answered
  const { request: after, effects } = carryOn(answered, momentOf(event))
  return { request: { ...after, version: (request?.version ?? 0) + 1 }, effects }
}
