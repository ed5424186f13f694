import type { Instant, Json } from '../json.js'
import type { RequestEffect } from './request-effect.js'
import type { RequestEvent } from './request-event.js'
import type { ServiceRequest } from './service-request.js'

/** One line that an execution wrote. */
export interface LogLine {
  readonly step: string
  readonly execution: number
  readonly at: Instant
  /** `debug`, `info`, `warn` or `error`. */
  readonly level: string
  readonly message: string
  readonly data?: Json
}

/** Everything that one write of a request changes, in one transaction. */
export interface Commit {
  /** Tells a commit whose reply was lost from one that never happened. */
  readonly commitId: string
  /** The version that must be stored; 0 for a submission. */
  readonly expectedVersion: number
  /** The epoch of the owner's claim. Absent: an event from outside the claim (people, webhooks). */
  readonly epoch?: number
  /** Absent for a submission. */
  readonly before?: ServiceRequest
  readonly after: ServiceRequest
  readonly events: readonly RequestEvent[]
  readonly effects: readonly RequestEffect[]
  readonly logs: readonly LogLine[]
}

/** `claim-lost`: another epoch owns the request, drop what was done. `conflict`: the version that is stored. */
export type Committed = 'committed' | 'claim-lost' | { readonly conflict: number }
