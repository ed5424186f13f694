import type { Instant, Json } from '../json.js'
import type { HistoryEntry } from '../request/history-entry.js'
import type { RequestEffect } from '../request/request-effect.js'
import type { ServiceRequest } from '../request/service-request.js'

/** One log line of a step's execution, already redacted. */
export interface LogLine {
  readonly step: string
  readonly iteration: number
  readonly execution: number
  readonly at: Instant
  readonly level: 'debug' | 'info' | 'warn' | 'error'
  readonly message: string
  readonly data?: Json
}

/** What the commit does with the claim: leave it, take it if nobody has it, or give it back. */
export type ClaimChange = 'keep' | 'take' | 'release'

/** One change of one request: everything in it is written, or nothing. */
export interface Commit {
  /** Of this commit: tells an ambiguous COMMIT from a lost one. UUID. */
  readonly commitId: string
  /** Version that must be stored now; 0 for a submission. */
  readonly expectedVersion: number
  /** Epoch of the claim that the writer holds. Absent: an event from outside the claim, guarded by the version alone. */
  readonly epoch?: number
  /** Id of the writing process, as in `Claims`. */
  readonly owner: string
  /** A `take` under an epoch, and a `release` without one, are a `keep`. */
  readonly claim: ClaimChange
  /** Length of the lease after this commit, in milliseconds. Absent: a claim that is taken gets 30,000, one that is kept is not prolonged. */
  readonly leaseMs?: number
  /** The request as it was; lets a store write only the steps that changed. Absent for a submission. */
  readonly before?: ServiceRequest
  readonly after: ServiceRequest
  /** The audit row of this commit, its events and its link in the request's hash chain. */
  readonly entry: HistoryEntry
  /** Those of the transition that are rows: wake-at, expect-signal, approvals, quota, notices. Others are ignored. */
  readonly effects: readonly RequestEffect[]
  /** When the request must be looked at again though nobody holds it. Absent: never (ended, or held by a claim). */
  readonly wakeAt?: Instant
  readonly logs: readonly LogLine[]
}

export type Committed =
  /** `epoch` is set when the writer holds the claim after the commit. */
  | { readonly kind: 'committed'; readonly epoch?: number }
  /** The epoch is not current any more: another process owns the request. Nothing was written. */
  | { readonly kind: 'claim-lost' }
  /** Another version is stored. Nothing was written. */
  | { readonly kind: 'conflict'; readonly version: number }

/** The Idempotency-Key of a submission. Scope: principal, route, key; kept for 24 hours. */
export interface IdempotencyKey {
  readonly principal: string
  readonly route: string
  readonly key: string
  /** Hash of the canonical body, hex; keyed where the form has a password. */
  readonly bodyHash: string
}

export type Submitted =
  | { readonly kind: 'accepted'; readonly epoch?: number }
  /** The key is known. `sameBody` false: it was used for another body. */
  | { readonly kind: 'replayed'; readonly requestId: string; readonly sameBody: boolean }

/** A request as stored, with what its owner needs to go on. */
export interface StoredRequest {
  readonly request: ServiceRequest
  /** Hash of the last history entry, hex. */
  readonly chainHash: string
  /** When it was accepted. */
  readonly createdAt: Instant
  /** `at` of the last history entry. */
  readonly updatedAt: Instant
  /** `at` of the history entry that brought the final state. Absent: the request has not ended. */
  readonly endedAt?: Instant
}

/** Who reads. A request is visible to its requester, to members of `teams` of the request, and to administrators. */
export interface Viewer {
  readonly id: string
  readonly teams: readonly string[]
  readonly administrator: boolean
}

export interface RequestQuery {
  readonly viewer: Viewer
  /** `own`: made by the viewer. `team`: of one of the viewer's teams, or any for an administrator. `visible`: both. */
  readonly scope: 'own' | 'team' | 'visible'
  readonly status?: readonly string[]
  readonly subjectId?: string
  /** Created at or after. */
  readonly from?: Instant
  /** Created before. */
  readonly to?: Instant
  /** 1 to 200. */
  readonly limit: number
  /** Continue behind this row of the order created_at desc, id desc. */
  readonly after?: { readonly createdAt: Instant; readonly id: string }
}

/**
 * Port RequestStore: requests with their steps, history and logs. Laws:
 * 1. `submit` and `commit` write everything of a Commit or nothing, also when the process dies in between.
 * 2. `commit` with an epoch or version that is not current changes no row in any table and says which of the two it was
 *    (`claim-lost` wins when both fail).
 * 3. A commit without epoch never changes or prolongs a claim that another process holds; `take` takes a free claim only, and raises the epoch.
 * 4. `submit` with a known Idempotency-Key (same principal and route) writes nothing and answers `replayed`; of concurrent ones exactly one is accepted.
 * 5. A lost answer is settled by the adapter itself: it re-reads by `commitId` and never applies a commit twice. So a `submit` or `commit` that is
 *    called again with a `commitId` that was written changes nothing and answers as the first time (`epoch` only while the claim is still held).
 * 6. `load` gives back exactly what was committed last (deep equal), undefined when there is none; an outage throws STORE_UNAVAILABLE.
 * 7. `find` and `list` show only what the viewer may see, decided in the query.
 * 8. `list` walks every row that existed before the walk exactly once, under concurrent inserts.
 * 9. `expecting` gives the step that was the last to expect a reference (`expect-signal`) and still waits for it.
 * 10. A request in `queued`, `in_progress` or `cancelling` always has a claim or a wake-at: a commit that would break this is refused (throws INVARIANT).
 */
export interface RequestStore {
  submit(commit: Commit, idempotency?: IdempotencyKey): Promise<Submitted>
  commit(commit: Commit): Promise<Committed>
  /** For the engine: no visibility check. A text that cannot be an id is one of no request, here and in `find` and `history`. */
  load(id: string): Promise<StoredRequest | undefined>
  /** For readers. Undefined when it does not exist or may not be seen: the two cannot be told apart. */
  find(id: string, viewer: Viewer): Promise<StoredRequest | undefined>
  list(query: RequestQuery): Promise<{ readonly data: readonly StoredRequest[]; readonly hasMore: boolean }>
  /** All history entries, oldest first. */
  history(id: string): Promise<readonly HistoryEntry[]>
  /** The request that waits for this reference. Undefined: none. */
  expecting(service: string, reference: string): Promise<{ readonly requestId: string; readonly step: string } | undefined>
  /** What an Idempotency-Key stands for, without submitting. */
  recall(idempotency: IdempotencyKey): Promise<{ readonly requestId: string; readonly sameBody: boolean } | undefined>
}
