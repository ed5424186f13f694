import { createHash } from 'node:crypto'
import type { Context } from 'hono'
import { availabilityOf, isAdministrator, isPaoError, isVisibleTo, itemCategories, searchCatalog, viewerOf } from '@pao/core'
import type { Availability, LoadedItem, Person } from '@pao/core'
import type { Answer, Reply } from '../answer.js'
import { reply } from '../answer.js'
import { asCaller } from '../caller.js'
import { catalogItemView, catalogReportView, catalogRowView } from '../catalog-item-view.js'
import { decodeCursor, encodeCursor } from '../cursor.js'
import type { ApiDependencies } from '../dependencies.js'
import { canOrder } from '../can-order.js'
import { goingHeaders, goingOf, goingView } from '../going.js'
import { healthChecksView } from '../item-health.js'
import { page } from '../page.js'
import { problem } from '../problem.js'
import { readQuery } from '../query.js'
import { isoTime } from '../step-view.js'
import { get, post } from './route.js'
import type { Route } from './route.js'

type ItemCategory = (typeof itemCategories)[number]

const filters = ['category', 'owner', 'team', 'tags', 'environment', 'q', 'limit', 'cursor']

/** What a list is of, where its address says so. */
interface Fixed {
  readonly category?: ItemCategory
  readonly kind?: LoadedItem['kind']
}

/** Adds a strong validator over the body, and answers 304 where the caller has it already. */
const cacheable = (context: Context, answer: Reply): Reply => {
  const tag = `"${createHash('sha256').update(JSON.stringify(answer.body)).digest('base64url').slice(0, 27)}"`
  const headers = { ...answer.headers, 'cache-control': 'private, no-cache', etag: tag }
  const known = context.req.header('if-none-match')?.split(',').map((value) => value.trim().replace(/^W\//, ''))
  return known?.some((value) => value === tag || value === '*') === true ? reply(304, undefined, headers) : { ...answer, headers }
}

const notFound = (id: string): Answer => problem('CATALOG_ITEM_NOT_FOUND', `There is no catalog item "${id.slice(0, 64)}".`)

/** The rows behind a cursor: it names the last row seen, and where that one was in case it is gone. */
const behind = (rows: readonly LoadedItem[], cursor: readonly (string | number)[]): readonly LoadedItem[] => {
  const [id, position] = cursor
  const index = rows.findIndex((row) => row.item.id === id)
  return rows.slice(index === -1 ? Number(position) : index + 1)
}

const isPlace = (parts: readonly (string | number)[] | undefined): boolean =>
  parts !== undefined && parts.length === 2 && typeof parts[0] === 'string' && Number.isSafeInteger(parts[1]) && Number(parts[1]) >= 0

const availabilityView = ({ since, ...rest }: Availability) => ({ ...rest, ...(since === undefined ? {} : { since: isoTime(since) }) })

export const catalogRoutes = ({ catalog, authenticator, now, itemHealth }: Pick<ApiDependencies, 'catalog' | 'authenticator' | 'now' | 'itemHealth'>): readonly Route[] => {
  const personal = asCaller(authenticator)

  const find = (context: Context, person: Person): LoadedItem | undefined => {
    const loaded = catalog.current().get(context.req.param('id') ?? '')
    return loaded !== undefined && isVisibleTo(loaded, viewerOf(person)) ? loaded : undefined
  }

  const list = (context: Context, person: Person): Answer => listed(context, person, {})

  const bundles = (context: Context, person: Person): Answer => listed(context, person, { kind: 'CatalogBundle' })

  const listed = (context: Context, person: Person, fixed: Fixed): Answer => {
    const url = new URL(context.req.url)
    const query = readQuery(url.searchParams, fixed.category === undefined ? filters : filters.filter((name) => name !== 'category'))
    const [category, owner, tags, environment, q] = [fixed.category ?? query.oneOf('category', itemCategories), query.text('owner') ?? query.text('team'), query.list('tags'), query.text('environment'), query.text('q')]
    const [limit, cursorText] = [query.limit(), query.text('cursor', 512)]
    const cursor = cursorText === undefined ? undefined : decodeCursor(cursorText)
    if (cursorText !== undefined && !isPlace(cursor)) query.refuse('cursor', 'cursor', 'This cursor was not given by this list.')
    const refused = query.problem()
    if (refused !== undefined) return refused
    const rows = searchCatalog(catalog.current(), viewerOf(person), {
      ...(category === undefined ? {} : { category }),
      ...(owner === undefined ? {} : { owner }),
      ...(tags === undefined ? {} : { tags }),
      ...(environment === undefined ? {} : { environment }),
      ...(q === undefined ? {} : { q }),
    }).filter(({ kind }) => fixed.kind === undefined || kind === fixed.kind)
    const rest = cursor === undefined ? rows : behind(rows, cursor)
    const last = rest.length > limit ? rest[limit - 1] : undefined
    const next = last === undefined ? undefined : encodeCursor([last.item.id, rows.indexOf(last) + 1])
    return cacheable(context, page(url, rest.slice(0, limit).map((loaded) => catalogRowView(loaded, catalog)), next, { totalCount: rows.length }))
  }

  const inCategory = (context: Context, person: Person): Answer => {
    const name = context.req.param('category') ?? ''
    const category = itemCategories.find((one) => one === name)
    if (category !== undefined) return listed(context, person, { category })
    // These stand beside the categories, and answer POST alone.
    if (name === 'diff' || name === 'refresh') return problem('METHOD_NOT_ALLOWED', 'This address answers POST, OPTIONS.', { headers: { allow: 'POST, OPTIONS' } })
    const message = `There is no category "${name.slice(0, 64)}". There are ${itemCategories.join(', ')}.`
    return problem('VALIDATION_ERROR', message, { errors: [{ field: 'category', constraint: 'enum', message }] })
  }

  const detail = (context: Context, person: Person): Answer => {
    const loaded = find(context, person)
    return loaded === undefined ? notFound(context.req.param('id') ?? '') : whole(context, person, loaded)
  }

  const bundle = (context: Context, person: Person): Answer => {
    const loaded = find(context, person)
    if (loaded?.kind === 'CatalogBundle') return whole(context, person, loaded)
    const id = (context.req.param('id') ?? '').slice(0, 64)
    return problem('CATALOG_ITEM_NOT_FOUND', loaded === undefined ? `There is no bundle "${id}".` : `"${id}" is a single item: it is at /catalog/items/${id}.`)
  }

  const whole = (context: Context, person: Person, loaded: LoadedItem): Answer => {
    const reasons = catalog.unavailability(loaded)
    const going = goingOf(loaded, catalog.current(), viewerOf(person))
    return cacheable(context, reply(200, { ...catalogItemView(loaded, catalog), availability: availabilityView(availabilityOf(loaded, reasons, now(), itemHealth?.impairments(loaded))), healthChecks: healthChecksView(itemHealth?.checks(loaded) ?? []), canOrder: canOrder(loaded, person, reasons, now()), going: goingView(going) }, goingHeaders(going, new URL(context.req.url).pathname.replace(/\/catalog\/.*$/, ''))))
  }

  const schema = (context: Context, person: Person): Answer => {
    const loaded = find(context, person)
    return loaded === undefined ? notFound(context.req.param('id') ?? '') : cacheable(context, reply(200, loaded.schema()))
  }

  const refreshBy = (refresh: NonNullable<ApiDependencies['catalog']['refresh']>) => async (_context: Context, person: Person): Promise<Answer> => {
    if (!isAdministrator(person) && !person.roles.includes('platform')) return problem('FORBIDDEN', 'Only the roles "admin" and "platform" may refresh the catalog.')
    try {
      return reply(200, catalogReportView(await refresh()))
    } catch (error) {
      if (!isPaoError(error, 'CATALOG_UNAVAILABLE')) throw error
      return problem('SERVICE_UNAVAILABLE', `${error.message.replace(/\.$/, '')}. What was served before stays served.`)
    }
  }

  return [
    get('/catalog', personal(list)),
    get('/catalog/items/:id', personal(detail)),
    get('/catalog/items/:id/schema', personal(schema)),
    get('/catalog/bundles', personal(bundles)),
    get('/catalog/bundles/:id', personal(bundle)),
    post('/catalog/refresh', catalog.refresh === undefined ? () => problem('NOT_FOUND', 'This catalog is not read again by a call.') : personal(refreshBy(catalog.refresh))),
    // Last: every other name under /catalog comes before it.
    get('/catalog/:category', personal(inCategory)),
  ]
}
