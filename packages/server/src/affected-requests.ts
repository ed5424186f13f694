import { viewerOf } from '@pao/core'
import type { Person } from '@pao/core'
import type { RequestStore } from '@pao/core/ports'
import { publicRequestId } from './request-id.js'

/** States of requests that are not at their end. */
const unfinished = ['pending_approval', 'queued', 'in_progress', 'cancelling', 'failed', 'escalated'] as const

const MOST_COUNTED = 200
const MOST_SHOWN = 20

/**
 * The unfinished requests of an item that the caller may see. Each keeps the document that it was accepted with: a change of the item reaches none of
 * them, and who retries one should know that. At most 200 are counted.
 */
export const affectedRequests = async (requests: Pick<RequestStore, 'list'>, person: Person, itemId: string) => {
  const { data, hasMore } = await requests.list({ viewer: viewerOf(person), scope: 'visible', status: unfinished, subjectId: itemId, limit: MOST_COUNTED })
  const counts = new Map<string, number>()
  for (const { request } of data) counts.set(request.status.state, (counts.get(request.status.state) ?? 0) + 1)
  return {
    total: data.length, more: hasMore, byStatus: Object.fromEntries(counts),
    requests: data.slice(0, MOST_SHOWN).map(({ request: { id, status, accepted } }) => ({ id: publicRequestId(id), status: status.state, version: accepted.subject.version })),
  }
}

/** How many unfinished requests that the caller may see are pinned to each version of an item, by its hash. `more`: there are more than were counted. */
export const openRequestsByDefinition = async (requests: Pick<RequestStore, 'list'>, person: Person, itemId: string): Promise<{ readonly counts: ReadonlyMap<string, number>; readonly more: boolean }> => {
  const { data, hasMore } = await requests.list({ viewer: viewerOf(person), scope: 'visible', status: unfinished, subjectId: itemId, limit: MOST_COUNTED })
  const counts = new Map<string, number>()
  for (const { request: { accepted: { subject } } } of data) counts.set(subject.definitionHash, (counts.get(subject.definitionHash) ?? 0) + 1)
  return { counts, more: hasMore }
}
