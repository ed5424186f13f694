import type { Instant } from '../json.js'

/** A thing in an outside service, named as that service names it. */
export interface Reference {
  /** The connection instance, for example `jira:main`. */
  readonly service: string
  /** The vendor's id, for example a ticket key. Unique within `service`. */
  readonly id: string
  /** Where a person can look at it. Absent when there is no such page. */
  readonly url?: string
}

/** What a parked step waits for. Every wait has an end (`until`), so no step is ever forgotten. */
export type WaitFor =
  | {
    /** Until somebody outside says so: a webhook, a poll or a live read. */
    readonly kind: 'signal'
    readonly reference: Reference
    /** After this the wait ends without an answer, and `onTimeout` decides. */
    readonly until: Instant
    /** Milliseconds between two polls. Absent: only webhooks and live reads end the wait. */
    readonly pollEveryMs?: number
    /** When the next poll is due. Absent with `pollEveryMs` present: one interval after the parking. */
    readonly pollAt?: Instant
    /** `fail`: the step fails (WAIT_TIMEOUT). `escalate`: the request becomes escalated once nothing runs any more. */
    readonly onTimeout: 'fail' | 'escalate'
  }
  | { readonly kind: 'time'; readonly until: Instant }
  | {
    /** Until an outside service may be called again; nothing was asked of it yet. */
    readonly kind: 'service'
    readonly service: string
    readonly why: 'breaker-open' | 'rate-limit'
    readonly until: Instant
  }
