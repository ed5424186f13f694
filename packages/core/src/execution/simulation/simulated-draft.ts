import { hashOfJson } from '../../canonical-json.js'
import type { FulfillmentMode } from '../../catalog/catalog-item.js'
import type { LoadedItem } from '../../catalog/loaded-item.js'
import type { Instant, JsonObject } from '../../json.js'
import type { Person } from '../../request/person.js'
import { type Plan } from '../../request/plan.js'
import { planRequest } from '../../request/plan-request.js'
import type { RequestEvent } from '../../request/request-event.js'
import { acceptedOf } from '../accepted.js'
import { freezeVariables } from '../variables.js'

/** The id of every simulated request: none that is ever given to a real one. */
const SIMULATED_ID = '00000000-0000-7000-8000-000000000000'

/** A thousand years: the time that a request may take is over when the simulation says so, and never by itself. */
const NEVER_MS = 31_557_600_000_000

/** What is known of a submission that is simulated. */
export interface SimulatedSubmission {
  readonly caller: Person
  readonly at: Instant
  readonly correlationId: string
  readonly environment?: string
  /** Passwords masked. */
  readonly input: JsonObject
  /** Values of process variables, or what stands for them. */
  readonly env: JsonObject
}

/** The plan in this mode, whatever mode the document runs in. */
export const planIn = (loaded: LoadedItem, mode: FulfillmentMode): Plan => {
  const { fulfillment } = loaded.item
  if (mode === fulfillment.mode) return planRequest(loaded)
  const { modeReason: _ofTheOther, ...rest } = fulfillment
  return planRequest({ ...loaded, item: { ...loaded.item, fulfillment: { ...rest, mode } }, steps: loaded.stepsIn(mode) })
}

/** The event that a submission is accepted with, a worker being free. */
export const simulatedAcceptance = (loaded: LoadedItem, plan: Plan, { caller, at, correlationId, environment, input, env }: SimulatedSubmission): Extract<RequestEvent, { readonly type: 'request-accepted' }> => {
  const { item } = loaded
  const accepted = acceptedOf(loaded, { at, requester: caller, correlationId, environment })
  return {
    type: 'request-accepted', id: SIMULATED_ID, at, accepted, approvals: [], room: true,
    revision: {
      number: 1, input, sealed: loaded.sealedFields, variables: { ...freezeVariables(SIMULATED_ID, accepted, item.metadata, env) }, plan, planDigest: hashOfJson(plan),
      ...(item.fulfillment.timeoutMs === undefined ? {} : { timeoutMs: NEVER_MS }),
    },
  }
}
