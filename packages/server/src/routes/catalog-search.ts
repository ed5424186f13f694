import { createHash } from 'node:crypto'
import type { Context } from 'hono'
import { isAdministrator, itemCategories, viewerOf } from '@pao/core'
import type { CatalogSearch, Person } from '@pao/core'
import type { Answer } from '../answer.js'
import { reply } from '../answer.js'
import { asCaller } from '../caller.js'
import { catalogRowView } from '../catalog-item-view.js'
import { decodeCursor, encodeCursor } from '../cursor.js'
import type { ApiDependencies } from '../dependencies.js'
import { findItems } from '../find-items.js'
import { page } from '../page.js'
import { problem } from '../problem.js'
import type { Problem } from '../problem.js'
import { readQuery } from '../query.js'
import type { Query } from '../query.js'
import type { SearchCounts } from '../search-counts.js'
import { get } from './route.js'
import type { Route } from './route.js'

const parameters = ['q', 'category', 'owner', 'team', 'tags', 'environment', 'complete', 'limit', 'cursor']

interface Search {
  readonly text: string
  readonly filter: Omit<CatalogSearch, 'q'>
  readonly limit: number
  readonly offset: number
  readonly complete: boolean
  /** Of the query and its filters: a cursor of another search is refused. */
  readonly mark: string
}

const readFilter = (query: Query): Omit<CatalogSearch, 'q'> => {
  const [category, owner, tags, environment] = [query.oneOf('category', itemCategories), query.text('owner') ?? query.text('team'), query.list('tags'), query.text('environment')]
  return {
    ...(category === undefined ? {} : { category }), ...(owner === undefined ? {} : { owner }), ...(tags === undefined ? {} : { tags }), ...(environment === undefined ? {} : { environment }),
  }
}

const markOf = (text: string, filter: Omit<CatalogSearch, 'q'>): string =>
  createHash('sha256').update(JSON.stringify([text, filter.category, filter.owner, filter.tags, filter.environment])).digest('base64url').slice(0, 12)

/** How many hits the pages before have shown. */
const readOffset = (query: Query, mark: string): number => {
  const cursor = query.text('cursor', 512)
  if (cursor === undefined) return 0
  const [of, offset, ...more] = decodeCursor(cursor) ?? []
  if (of === mark && Number.isSafeInteger(offset) && Number(offset) > 0 && more.length === 0) return Number(offset)
  query.refuse('cursor', 'cursor', 'This cursor was not given by this search.')
  return 0
}

const readSearch = (url: URL): Search | Problem => {
  const query = readQuery(url.searchParams, parameters)
  const text = query.text('q') ?? ''
  if ((url.searchParams.get('q') ?? '').trim() === '') query.refuse('q', 'required', '"q" is what to look for. The whole catalog is at GET /catalog.')
  const [filter, limit, complete] = [readFilter(query), query.limit(), query.flag('complete')]
  const mark = markOf(text, filter)
  const offset = readOffset(query, mark)
  return query.problem() ?? { text, filter, limit, offset, complete, mark }
}

type Dependencies = Pick<ApiDependencies, 'catalog' | 'search' | 'authenticator' | 'logger'> & { readonly counts: SearchCounts }

/** Stands before the routes that take any word in the place of `search`. */
export const catalogSearchRoutes = ({ catalog, search, authenticator, logger, counts }: Dependencies): readonly Route[] => {
  const personal = asCaller(authenticator)
  const find = findItems({ current: () => catalog.current(), logger, ...(search === undefined ? {} : { search }) })

  const searching = async (context: Context, person: Person): Promise<Answer> => {
    const url = new URL(context.req.url)
    const asked = readSearch(url)
    if ('kind' in asked) return asked
    const { mark, ...query } = asked
    const { ranked, total, hits, completions } = await find({ ...query, viewer: viewerOf(person) })
    // What is asked while somebody types, and further pages, are no searches of their own.
    if (!query.complete && query.offset === 0) counts.searched({ callerId: person.id, text: query.text, items: hits.map(({ item }) => item.item.id) })
    const end = query.offset + query.limit
    const rows = hits.map(({ item, highlights }) => ({ ...catalogRowView(item, catalog), highlights }))
    return page(url, rows, end < total ? encodeCursor([mark, end]) : undefined, { totalCount: total, members: { ranked, ...(query.complete ? { completions } : {}) } })
  }

  const counted = (_context: Context, person: Person): Answer =>
    isAdministrator(person) || person.roles.includes('platform')
      ? reply(200, counts.view())
      : problem('FORBIDDEN', 'Only the roles "admin" and "platform" may read what is searched for.')

  return [get('/catalog/search', personal(searching)), get('/catalog/search/counts', personal(counted))]
}
