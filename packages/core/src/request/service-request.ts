import type { Instant, Json } from '../json.js'
import type { ApprovalStage } from './approval-stage.js'
import type { Person } from './person.js'
import type { Plan } from './plan.js'
import type { RequestStatus } from './request-status.js'
import type { Step } from './step.js'

/** What was accepted, once and for all. */
export interface Accepted {
  readonly at: Instant
  /** Absent where the item does not ask for one. */
  readonly environment?: string
  readonly requester: Person
  /** The team that owns the item: with the requester's teams, those who may see the request. Absent: nobody owns it. */
  readonly ownerTeam?: string
  readonly correlationId: string
  readonly priority: 'low' | 'normal' | 'high' | 'critical'
  /** The definition that the request is pinned to. */
  readonly subject: { readonly kind: 'item' | 'bundle'; readonly id: string; readonly version: string; readonly definitionHash: string }
}

/** Input, frozen variables and plan; replaced as a whole (number + 1) when a person retries with edited input. */
export interface Revision {
  /** From 1. */
  readonly number: number
  readonly input: Json
  /** Ids of password fields: their values in `input` are encrypted. Absent: none. */
  readonly sealed?: readonly string[]
  readonly variables: Json
  readonly plan: Plan
  readonly planDigest: string
  /** When the request fails if it has not ended. Absent: never. */
  readonly deadline?: Instant
  /** How long the request may take, in milliseconds. Present: the machine sets `deadline` anew when the last approval or a person's retry makes it runnable. */
  readonly timeoutMs?: number
}

/** One person's ask for one item or bundle: input, state, steps. The fold of its events. */
export interface ServiceRequest {
  /** UUIDv7 without prefix. */
  readonly id: string
  /** Number of events applied. */
  readonly version: number
  readonly accepted: Accepted
  readonly revision: Revision
  readonly status: RequestStatus
  /** The current iteration of each planned step, in the order of the plan. */
  readonly steps: readonly Step[]
  /** Earlier iterations, oldest first; they matter to compensation and to the timeline only. */
  readonly superseded: readonly Step[]
  /** All stages of all revisions, oldest first. */
  readonly approvals: readonly ApprovalStage[]
  /** Effects made, oldest first; compensation walks it backwards. */
  readonly ledger: readonly { readonly step: string; readonly iteration: number }[]
}
