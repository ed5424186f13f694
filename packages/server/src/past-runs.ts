import { pastDurations, viewerOf } from '@pao/core'
import type { HistoryEntry, PastDurations, Person } from '@pao/core'
import type { RequestStore } from '@pao/core/ports'

/** How many requests are read: more would cost more than they tell. */
const MOST_READ = 20

/** How long the steps of an item took in its last completed requests that the caller may see. */
export const pastRuns = async (requests: Pick<RequestStore, 'list' | 'history'>, person: Person, itemId: string): Promise<PastDurations> => {
  const { data } = await requests.list({ viewer: viewerOf(person), scope: 'visible', status: ['completed'], subjectId: itemId, limit: MOST_READ })
  const histories: (readonly HistoryEntry[])[] = []
  for (const { request } of data) histories.push(await requests.history(request.id))
  return pastDurations(histories)
}
