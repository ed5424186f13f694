import type { RequestEvent } from './request-event.js'
import type { RequestState } from './request-status.js'

/** Who may cause an event. `owner`: a member of the team that owns the item. `engine`: the process that carries the request. */
export type EdgeActor = 'requester' | 'owner' | 'admin' | 'approver' | 'claimer' | 'engine' | 'clock' | 'outside'

/** One way from one state of a request to another (or back to the same). */
export interface Edge {
  /** Absent: there is no request yet. */
  readonly from?: RequestState
  readonly event: RequestEvent['type']
  readonly to: readonly RequestState[]
  readonly who: readonly EdgeActor[]
}

const ends = ['step-failed', 'step-reconciled', 'step-interrupted'] as const
const external = ['signal-received', 'external-status-changed'] as const

const edges = (from: RequestState, events: readonly RequestEvent['type'][], to: readonly RequestState[], who: readonly EdgeActor[]): readonly Edge[] =>
  events.map((event) => ({ from, event, to, who }))

/**
 * Every event that a request accepts in each of its states, and where it leads. Nothing else changes a request, and the
 * states that are missing here (completed, cancelled, rejected, aborted) are final. `transition` is tested against this
 * table; `allowedActions` and the reference are made from it.
 */
export const requestEdges: readonly Edge[] = [
  // `completed` at once: a plan without steps. `failed`: a step that could not be prepared, after a free worker took it.
  { event: 'request-accepted', to: ['pending_approval', 'queued', 'in_progress', 'failed', 'completed'], who: ['requester'] },

  { from: 'pending_approval', event: 'approval-decided', to: ['pending_approval', 'queued', 'rejected'], who: ['approver'] },
  { from: 'pending_approval', event: 'approval-delegated', to: ['pending_approval'], who: ['approver'] },
  { from: 'pending_approval', event: 'approval-deadline-passed', to: ['pending_approval', 'queued', 'rejected'], who: ['clock'] },
  { from: 'pending_approval', event: 'cancel-requested', to: ['cancelled', 'cancelling'], who: ['requester', 'owner', 'admin'] },
  ...edges('pending_approval', external, ['pending_approval'], ['outside']),

  { from: 'queued', event: 'request-started', to: ['in_progress', 'completed', 'failed'], who: ['claimer'] },
  { from: 'queued', event: 'timer-fired', to: ['in_progress', 'failed'], who: ['clock'] },
  { from: 'queued', event: 'cancel-requested', to: ['cancelled', 'cancelling'], who: ['requester', 'owner', 'admin'] },
  ...edges('queued', external, ['queued'], ['outside']),

  { from: 'in_progress', event: 'step-skipped', to: ['in_progress', 'completed', 'failed'], who: ['engine'] },
  { from: 'in_progress', event: 'step-started', to: ['in_progress'], who: ['engine'] },
  { from: 'in_progress', event: 'step-parked', to: ['in_progress', 'failed', 'escalated'], who: ['engine'] },
  ...edges('in_progress', ['step-succeeded', ...ends], ['in_progress', 'completed', 'failed', 'escalated'], ['engine']),
  { from: 'in_progress', event: 'step-compensated', to: ['in_progress', 'failed'], who: ['engine'] },
  { from: 'in_progress', event: 'timer-fired', to: ['in_progress', 'completed', 'failed', 'escalated'], who: ['clock'] },
  { from: 'in_progress', event: 'cancel-requested', to: ['cancelled', 'cancelling'], who: ['requester', 'owner', 'admin'] },
  ...edges('in_progress', external, ['in_progress'], ['outside']),

  { from: 'cancelling', event: 'step-started', to: ['cancelling'], who: ['engine'] },
  ...edges('cancelling', ['step-succeeded', 'step-parked'], ['cancelling', 'cancelled', 'failed'], ['engine']),
  ...edges('cancelling', [...ends, 'step-compensated'], ['cancelling', 'cancelled', 'aborted', 'failed'], ['engine']),
  { from: 'cancelling', event: 'timer-fired', to: ['cancelling'], who: ['clock'] },
  { from: 'cancelling', event: 'external-status-changed', to: ['cancelling'], who: ['outside'] },

  { from: 'failed', event: 'retry-requested', to: ['queued', 'pending_approval'], who: ['requester', 'owner'] },
  { from: 'failed', event: 'abort-requested', to: ['aborted', 'cancelling'], who: ['requester', 'owner'] },
  { from: 'failed', event: 'escalation-requested', to: ['escalated'], who: ['requester', 'owner'] },
  ...edges('failed', external, ['failed'], ['outside']),

  { from: 'escalated', event: 'escalation-opened', to: ['escalated'], who: ['engine'] },
  { from: 'escalated', event: 'escalation-resolved', to: ['completed', 'aborted'], who: ['outside', 'owner'] },
  ...edges('escalated', external, ['escalated'], ['outside']),
]
