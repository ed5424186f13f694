import type { Instant } from '../json.js'
import type { Ids } from '../ports/ids.js'
import type { ClaimChange, Commit, LogLine, StoredRequest } from '../ports/request-store.js'
import { eventsHash, historyHash } from '../request/history.js'
import type { HistoryEntry } from '../request/history-entry.js'
import { isFinal } from '../request/is-final.js'
import type { RequestEffect } from '../request/request-effect.js'
import type { RequestEvent } from '../request/request-event.js'
import type { ServiceRequest } from '../request/service-request.js'
import { momentOf } from '../request/transition.js'

/** What one write of a request is made of. */
export interface Change {
  readonly before?: ServiceRequest
  readonly after: ServiceRequest
  readonly events: readonly RequestEvent[]
  readonly effects: readonly RequestEffect[]
  readonly logs: readonly LogLine[]
  /** Hash of the last history entry. Absent for a submission. */
  readonly chainHash?: string
}

/** Who writes. `epoch` absent: from outside the claim. */
export interface Writer {
  readonly owner: string
  readonly epoch?: number
  readonly claim: ClaimChange
  readonly leaseMs: number
}

const actorOf = (events: readonly RequestEvent[]): string | undefined => {
  for (const event of events) {
    if ('cause' in event && event.cause.by !== 'system') return event.cause.by.id
    if (event.type === 'request-accepted') return event.accepted.requester.id
  }
  return undefined
}

const entryOf = ({ after, events, before, chainHash: previous }: Change, commitId: string): HistoryEntry => {
  const actor = actorOf(events)
  const firstVersion = (before?.version ?? 0) + 1
  const at = events.reduce((latest, event) => Math.max(latest, momentOf(event)), 0)
  const types = events.map((event) => event.type)
  const { id: requestId, version } = after
  const hashOfEvents = eventsHash(events)
  const hash = historyHash({ previous, requestId, firstVersion, version, commitId, at, actor, types, eventsHash: hashOfEvents })
  const entry = { version, firstVersion, commitId, at, types, events, eventsHash: hashOfEvents, hash }
  return actor === undefined ? entry : { ...entry, actor }
}

/** The moment that the last `wake-at` of a transition names; each transition says it anew. */
export const wakeAtOf = (effects: readonly RequestEffect[]): number | undefined => {
  const last = effects.findLast((effect) => effect.type === 'wake-at')
  return last?.type === 'wake-at' ? last.at : undefined
}

export const isReleased = (effects: readonly RequestEffect[]): boolean => effects.some((effect) => effect.type === 'release-claim')

/** Everything of a change as one commit: the rows, the audit entry and the claim. */
export const commitOf = (change: Change, writer: Writer, ids: Ids): Commit => {
  const { before, after, effects, logs } = change
  const { epoch, owner, leaseMs } = writer
  const commitId = ids.uuid()
  const wakeAt = wakeAtOf(effects)
  const commit: { -readonly [Member in keyof Commit]: Commit[Member] } = {
    commitId, expectedVersion: before?.version ?? 0, owner, leaseMs,
    claim: isReleased(effects) ? (epoch === undefined ? 'keep' : 'release') : writer.claim,
    after, entry: entryOf(change, commitId), effects, logs,
  }
  if (epoch !== undefined) commit.epoch = epoch
  if (before !== undefined) commit.before = before
  if (wakeAt !== undefined) commit.wakeAt = wakeAt
  return commit
}

/** The request as a store would give it back after this commit. */
export const storedOf = (request: ServiceRequest, entry: HistoryEntry, createdAt: Instant): StoredRequest => ({
  request, chainHash: entry.hash, createdAt, updatedAt: entry.at, ...(isFinal(request) ? { endedAt: entry.at } : {}),
})
