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

const entryOf = (change: Change, commitId: string): HistoryEntry => {
  const { after, events, before, chainHash } = change
  const actor = actorOf(events)
  const fields = {
    version: after.version, firstVersion: (before?.version ?? 0) + 1, commitId, at: Math.max(...events.map(momentOf)),
    types: events.map((event) => event.type), eventsHash: eventsHash(events), ...(actor === undefined ? {} : { actor }),
  }
  return { ...fields, events, hash: historyHash({ ...(chainHash === undefined ? {} : { previous: chainHash }), requestId: after.id, ...fields }) }
}

/** The moment that the last `wake-at` of a transition names; each transition says it anew. */
export const wakeAtOf = (effects: readonly RequestEffect[]): number | undefined => {
  const last = effects.findLast((effect) => effect.type === 'wake-at')
  return last?.type === 'wake-at' ? last.at : undefined
}

export const isReleased = (effects: readonly RequestEffect[]): boolean => effects.some((effect) => effect.type === 'release-claim')

/** Everything of a change as one commit: the rows, the audit entry and the claim. */
export const commitOf = (change: Change, writer: Writer, ids: Ids): Commit => {
  const commitId = ids.uuid()
  const wakeAt = wakeAtOf(change.effects)
  return {
    commitId,
    expectedVersion: change.before?.version ?? 0,
    ...(writer.epoch === undefined ? {} : { epoch: writer.epoch }),
    owner: writer.owner,
    leaseMs: writer.leaseMs,
    claim: isReleased(change.effects) ? (writer.epoch === undefined ? 'keep' : 'release') : writer.claim,
    ...(change.before === undefined ? {} : { before: change.before }),
    after: change.after,
    entry: entryOf(change, commitId),
    effects: change.effects,
    ...(wakeAt === undefined ? {} : { wakeAt }),
    logs: change.logs,
  }
}

/** The request as a store would give it back after this commit. */
export const storedOf = (request: ServiceRequest, entry: HistoryEntry, createdAt: Instant): StoredRequest => ({
  request, chainHash: entry.hash, createdAt, updatedAt: entry.at, ...(isFinal(request) ? { endedAt: entry.at } : {}),
})
