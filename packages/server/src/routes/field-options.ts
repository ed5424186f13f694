import type { Context } from 'hono'
import { searchOptions } from '@pao/core'
import type { OptionsAnswer, Person } from '@pao/core'
import type { JsonObject } from '@pao/core/action'
import type { Answer, Reply } from '../answer.js'
import { reply } from '../answer.js'
import { asCaller } from '../caller.js'
import { decodeCursor, encodeCursor } from '../cursor.js'
import type { ApiDependencies } from '../dependencies.js'
import { readJsonObject } from '../json-body.js'
import { members } from '../members.js'
import { page } from '../page.js'
import { problem } from '../problem.js'
import type { Problem } from '../problem.js'
import { readQuery } from '../query.js'
import { isoTime } from '../step-view.js'
import { get, post } from './route.js'
import type { Route } from './route.js'

type Options = Extract<OptionsAnswer, { readonly kind: 'options' }>

/** What is wanted of the options. */
interface Wish {
  readonly fields: JsonObject
  readonly q: string
  readonly limit: number
  readonly from: number
}

const DEFAULT_LIMIT = 50
const MAX_LIMIT = 200
const fieldPrefix = 'fields.'

/** A cursor of this list: how many options stand before. */
const placeIn = (cursor: string | undefined): number | undefined => {
  if (cursor === undefined) return 0
  const [from, ...rest] = decodeCursor(cursor) ?? []
  return rest.length === 0 && Number.isSafeInteger(from) && Number(from) >= 0 ? Number(from) : undefined
}

/** `fields.<id>=…` gives texts; a field of another type is asked for by POST. */
const readByQuery = (context: Context): Wish | Problem => {
  const parameters = new URL(context.req.url).searchParams
  const given = [...new Set(parameters.keys())].filter((name) => name.startsWith(fieldPrefix))
  const query = readQuery(parameters, ['q', 'limit', 'cursor', ...given])
  const [q, limit, from] = [query.text('q'), query.limit(), placeIn(query.text('cursor', 512))]
  if (from === undefined) query.refuse('cursor', 'cursor', 'This cursor was not given by this list.')
  const fields = Object.fromEntries(given.map((name) => [name.slice(fieldPrefix.length), parameters.get(name) ?? '']))
  return query.problem() ?? { fields, q: q ?? '', limit, from: from ?? 0 }
}

const readByBody = async (context: Context): Promise<Wish | Problem> => {
  const read = await readJsonObject(context.req.raw, { optional: true })
  if ('kind' in read) return read
  const body = members(read.body, ['fields', 'q', 'limit', 'cursor'])
  const [fields, q, from] = [body.object('fields') ?? {}, body.text('q', { maxLength: 200 }) ?? '', placeIn(body.text('cursor', { maxLength: 512 }))]
  const { limit = DEFAULT_LIMIT } = read.body
  if (typeof limit !== 'number' || !Number.isInteger(limit) || limit < 1) body.refuse('limit', 'type', `"limit" is a number from 1 to ${MAX_LIMIT}.`)
  if (from === undefined) body.refuse('cursor', 'cursor', 'This cursor was not given by this list.')
  if (body.problems.length > 0) return problem('VALIDATION_ERROR', 'The body is not valid.', { errors: body.problems })
  return { fields, q, limit: Math.min(Number(limit), MAX_LIMIT), from: from ?? 0 }
}

const view = (context: Context, options: Options, { q, limit, from }: Wish): Reply => {
  const { field, state, complete, asOf, reason, missing = [] } = options
  const found = searchOptions(options.options, q)
  const next = from + limit < found.length ? encodeCursor([from + limit]) : undefined
  const members = {
    field: field.id, source: field.dataSource?.type ?? 'static', dependsOn: field.dependsOn ?? [],
    state, reason: reason ?? null, missing, complete, asOf: asOf === undefined ? null : isoTime(asOf),
  }
  const answer = page(new URL(context.req.url), found.slice(from, from + limit), next, { totalCount: found.length, members })
  // The values of a POST are not in its address, so no link to the next page can be.
  return context.req.method === 'POST' ? reply(200, answer.body) : answer
}

/** What can be chosen for a field of a form, as it depends on others. A source that does not answer is a `state`, not an error. */
export const fieldOptionRoutes = ({ orchestrator, authenticator }: Pick<ApiDependencies, 'orchestrator' | 'authenticator'>): readonly Route[] => {
  const answer = async (context: Context, person: Person, wish: Wish | Problem): Promise<Answer> => {
    if ('kind' in wish) return wish
    const [itemId, fieldId] = [context.req.param('id') ?? '', context.req.param('fieldId') ?? '']
    const options = await orchestrator.options({ caller: person, itemId, fieldId, fields: wish.fields })
    switch (options.kind) {
      case 'not-found': return options.what === 'item'
        ? problem('CATALOG_ITEM_NOT_FOUND', `There is no catalog item "${itemId.slice(0, 64)}".`)
        : problem('NOT_FOUND', `The form of "${itemId.slice(0, 64)}" has no field "${fieldId.slice(0, 64)}".`)
      case 'refused': return problem('VALIDATION_ERROR', 'The values that the options depend on do not fit the form.', {
        errors: options.problems.map((found) => ({ pointer: `/fields/${found.field.replaceAll('.', '/')}`, ...found })),
      })
      case 'options': return view(context, options, wish)
    }
  }
  const path = '/catalog/items/:id/fields/:fieldId/options'
  return [
    get(path, asCaller(authenticator)((context, person) => answer(context, person, readByQuery(context)))),
    post(path, asCaller(authenticator)(async (context, person) => answer(context, person, await readByBody(context)))),
  ]
}
