import { mayDecide, openStage } from './approvals.js'
import { requestEdges, type EdgeActor } from './edges.js'
import type { Person } from './person.js'
import type { RequestEvent } from './request-event.js'
import type { ServiceRequest } from './service-request.js'

/** What people can ask of a request, as the API names it. */
export type RequestAction = 'approve' | 'reject' | 'delegate' | 'cancel' | 'retry' | 'abort' | 'escalate' | 'resolve-escalation'

/** What the caller is to this request. Whether somebody is an approver is seen from the open stage. */
export interface CallerFacts {
  readonly person: Person
  /** Made the request. */
  readonly requester: boolean
  /** Belongs to the team that owns the item. */
  readonly owner: boolean
  readonly admin: boolean
}

const actionsOf: Partial<Record<RequestEvent['type'], readonly RequestAction[]>> = {
  'approval-decided': ['approve', 'reject'],
  'approval-delegated': ['delegate'],
  'cancel-requested': ['cancel'],
  'retry-requested': ['retry'],
  'abort-requested': ['abort'],
  'escalation-requested': ['escalate'],
  'escalation-resolved': ['resolve-escalation'],
}

const isApprover = (request: ServiceRequest, person: Person): boolean => {
  const stage = openStage(request)
  const delegators = stage?.delegations?.map(({ from }) => from) ?? []
  return stage !== undefined && (mayDecide(stage, person) || delegators.some((from) => mayDecide(stage, person, from)))
    && stage.decisions.every(({ cause }) => cause.by === 'system' || cause.by.id !== person.id)
}

function rolesOf(request: ServiceRequest, facts: CallerFacts): readonly EdgeActor[] {
  return [
    ...(facts.requester ? ['requester' as const] : []),
    ...(facts.owner ? ['owner' as const] : []),
    ...(facts.admin ? ['admin' as const] : []),
    ...(isApprover(request, facts.person) ? ['approver' as const] : []),
  ]
}

/** What this caller may ask of the request now, read from the edge table. Empty in final states and for strangers. */
export function allowedActions(request: ServiceRequest, facts: CallerFacts): readonly RequestAction[] {
  const roles = rolesOf(request, facts)
  return requestEdges
    .filter((edge) => edge.from === request.status.state && edge.who.some((actor) => roles.includes(actor)))
    .flatMap((edge) => actionsOf[edge.event] ?? [])
}
