import type { ServiceRequest } from '../../../src/request/service-request.js'
import { transition } from '../../../src/request/transition.js'
import { type Evidence, entriesOf, rowsOf } from './evidence.js'

/** An edge of the request's machine, as coverage counts it. */
export const edgeName = (from: string | undefined, event: string): string => `edge ${from ?? 'nothing'} ${event}`

const edgesOf = (evidence: Evidence, requestId: string): readonly string[] => {
  let request: ServiceRequest | undefined
  return entriesOf(evidence, requestId).flatMap(({ events }) => events).flatMap((event) => {
    const edge = edgeName(request?.status.state, event.type)
    const next = transition(request, event)
    if (!('rejection' in next)) request = next.request
    const state = `state ${request?.status.state ?? 'nothing'}`
    return 'mode' in event && event.type === 'step-started' ? [edge, state, `mode ${event.mode}`] : [edge, state]
  })
}

/** What a run has been through: states, edges, modes, faults and where they struck, behaviours, and what people did. */
export const coverageOf = (evidence: Evidence): ReadonlySet<string> => new Set([
  ...evidence.reached, ...rowsOf(evidence).flatMap(({ stored }) => edgesOf(evidence, stored.request.id)),
  ...rowsOf(evidence).map(({ stored }) => `plan ${stored.request.revision.plan.mode}${stored.request.revision.plan.limit > 1 ? ' at once' : ''}`),
])
