import type { Context } from 'hono'
import { viewerOf } from '@pao/core'
import type { Person } from '@pao/core'
import type { Answer } from '../answer.js'
import { decodeCursor, encodeCursor } from '../cursor.js'
import type { ApiDependencies } from '../dependencies.js'
import { page } from '../page.js'
import { readQuery } from '../query.js'
import type { Query } from '../query.js'
import { storedRequestId } from '../request-id.js'
import { listView } from '../request-view.js'
import type { Reader } from '../request-view.js'

const filters = ['status', 'item', 'from', 'to', 'scope', 'limit', 'cursor']

const states = ['pending_approval', 'queued', 'in_progress', 'cancelling', 'completed', 'failed', 'cancelled', 'rejected', 'aborted', 'escalated']

const readStates = (query: Query): readonly string[] | undefined => {
  const wanted = query.list('status')?.map((name) => name.toLowerCase().replaceAll('-', '_'))
  const unknown = wanted?.find((name) => !states.includes(name))
  if (unknown !== undefined) query.refuse('status', 'enum', `"status" is one or more of ${states.join(', ')}.`)
  return wanted === undefined ? undefined : [...new Set(wanted)]
}

const readCursor = (query: Query): { readonly createdAt: number; readonly id: string } | undefined => {
  const text = query.text('cursor', 512)
  if (text === undefined) return undefined
  const parts = decodeCursor(text)
  const [createdAt, id] = parts ?? []
  if (parts?.length === 2 && typeof createdAt === 'number' && Number.isSafeInteger(createdAt) && Math.abs(createdAt) <= 8.64e15 && typeof id === 'string' && storedRequestId(id) === id) return { createdAt, id }
  query.refuse('cursor', 'cursor', 'This cursor was not given by this list.')
  return undefined
}

type Dependencies = Pick<ApiDependencies, 'requests'> & { readonly readerOf: (person: Person) => Reader }

/** `GET /requests`: newest first; one's own, or those of one's teams. */
export const listRequests = ({ requests, readerOf }: Dependencies) =>
  async (context: Context, person: Person): Promise<Answer> => {
    const url = new URL(context.req.url)
    const query = readQuery(url.searchParams, filters)
    const [status, item, from, to] = [readStates(query), query.text('item'), query.instant('from'), query.instant('to', { endOfDay: true })]
    const [scope, limit, after] = [query.oneOf('scope', ['own', 'team']) ?? 'own', query.limit(), readCursor(query)]
    const refused = query.problem()
    if (refused !== undefined) return refused
    const { data, hasMore } = await requests.list({
      viewer: viewerOf(person), scope, limit,
      ...(status === undefined ? {} : { status }),
      ...(item === undefined ? {} : { subjectId: item }),
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
      ...(after === undefined ? {} : { after }),
    })
    const last = hasMore ? data.at(-1) : undefined
    const next = last === undefined ? undefined : encodeCursor([last.createdAt, last.request.id])
    const reader = readerOf(person)
    return page(url, data.map((stored) => listView({ ...stored, observed: new Map() }, reader)), next)
  }
