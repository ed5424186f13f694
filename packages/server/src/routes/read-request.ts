import type { Context } from 'hono'
import { viewerOf } from '@pao/core'
import type { Person, RequestView } from '@pao/core'
import type { Answer } from '../answer.js'
import { reply } from '../answer.js'
import { decodeCursor, encodeCursor } from '../cursor.js'
import type { ApiDependencies } from '../dependencies.js'
import { page } from '../page.js'
import { problem } from '../problem.js'
import type { Problem } from '../problem.js'
import { readQuery } from '../query.js'
import { storedRequestId } from '../request-id.js'
import { requestTag, requestView, statusView } from '../request-view.js'
import type { Reader } from '../request-view.js'
import { isoTime } from '../step-view.js'

type Dependencies = Pick<ApiDependencies, 'orchestrator' | 'requests'> & { readonly readerOf: (person: Person) => Reader }

/** The same whether it does not exist or is not yours: the two cannot be told apart. */
export const requestNotFound = (): Problem => problem('REQUEST_NOT_FOUND', 'There is no such request.')

const levels = ['debug', 'info', 'warn', 'error'] as const

export const readRequest = ({ orchestrator, requests, readerOf }: Dependencies) => {
  const find = async (context: Context, person: Person): Promise<RequestView | Problem> => {
    const query = readQuery(new URL(context.req.url).searchParams, ['live'])
    const live = query.flag('live')
    const refused = query.problem()
    if (refused !== undefined) return refused
    const id = storedRequestId(context.req.param('id') ?? '')
    if (id === undefined) return requestNotFound()
    const view = live ? await orchestrator.findLive(id, viewerOf(person)) : await orchestrator.find(id, viewerOf(person))
    return view ?? requestNotFound()
  }

  /** 304 where the caller has this version already; who has not gets the body of `body`. */
  const tagged = async (context: Context, view: RequestView, body: () => Promise<unknown> | unknown): Promise<Answer> => {
    const tag = requestTag(view)
    const headers = { etag: tag, 'cache-control': 'private, no-cache' }
    return context.req.header('if-none-match') === tag ? reply(304, undefined, headers) : reply(200, await body(), headers)
  }

  return {
    /** `GET /requests/{id}` */
    whole: async (context: Context, person: Person): Promise<Answer> => {
      const view = await find(context, person)
      return 'kind' in view ? view : tagged(context, view, async () => requestView(view, readerOf(person), await requests.history(view.request.id)))
    },
    /** `GET /requests/{id}/status` */
    status: async (context: Context, person: Person): Promise<Answer> => {
      const view = await find(context, person)
      return 'kind' in view ? view : tagged(context, view, () => statusView(view, readerOf(person)))
    },
    /** `GET /requests/{id}/logs` */
    logs: async (context: Context, person: Person): Promise<Answer> => {
      const url = new URL(context.req.url)
      const query = readQuery(url.searchParams, ['action', 'step', 'level', 'severity', 'limit', 'cursor'])
      const step = query.text('step') ?? query.text('action')
      const level = query.oneOf('level', levels) ?? query.oneOf('severity', levels)
      const limit = query.limit()
      const cursor = query.text('cursor', 512)
      const after = cursor === undefined ? undefined : decodeCursor(cursor)
      if (cursor !== undefined && (after?.length !== 1 || typeof after[0] !== 'string')) query.refuse('cursor', 'cursor', 'This cursor was not given by this list.')
      const refused = query.problem()
      if (refused !== undefined) return refused
      const id = storedRequestId(context.req.param('id') ?? '')
      const read = id === undefined ? undefined : await orchestrator.logs(id, viewerOf(person), {
        limit, ...(step === undefined ? {} : { step }), ...(level === undefined ? {} : { level }), ...(after === undefined ? {} : { after: String(after[0]) }),
      })
      if (read === undefined) return requestNotFound()
      return page(url, read.lines.map((line) => ({ ...line, at: isoTime(line.at) })), read.next === undefined ? undefined : encodeCursor([read.next]))
    },
  }
}
