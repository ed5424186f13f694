import type { Context } from 'hono'
import { previewForm } from '@pao/core'
import type { LoadedItem, Person } from '@pao/core'
import type { Json, JsonObject } from '@pao/core/action'
import { isJsonObject } from '@pao/core/action'
import type { Answer } from '../answer.js'
import { reply } from '../answer.js'
import { asCaller } from '../caller.js'
import type { ApiDependencies } from '../dependencies.js'
import { readJsonObject } from '../json-body.js'
import { members } from '../members.js'
import { problem } from '../problem.js'
import { post } from './route.js'
import type { Route } from './route.js'
import { readSubject, subjectMembers } from './subject-item.js'

const colorOf = ({ item: { document } }: LoadedItem): { readonly color?: string } => {
  const presentation = document['presentation']
  const display: Json | undefined = isJsonObject(presentation) ? presentation['display'] : undefined
  const color = isJsonObject(display) ? display['color'] : undefined
  return typeof color === 'string' && /^#[0-9a-fA-F]{6}$/.test(color) ? { color } : {}
}

const preview = (catalog: ApiDependencies['catalog'], body: JsonObject, person: Person, endpoint: string): Answer => {
  const read = members(body, [...subjectMembers, 'fields'])
  const subject = readSubject(catalog, person, read, body)
  if (subject !== undefined && 'code' in subject) return subject
  const fields = read.object('fields') ?? {}
  if (subject === undefined && read.problems.length === 0) read.refuse('itemId', 'required', 'Name a served item, or send a document.')
  if (subject === undefined || read.problems.length > 0) return problem('VALIDATION_ERROR', 'The body is not valid.', { errors: read.problems })
  return reply(200, { itemId: subject.item.id, ...previewForm(subject.item.form, fields, colorOf(subject)), validation: { endpoint, method: 'POST' } })
}

/** A form as it would be drawn. Nothing is written. */
export const previewFormRoutes = ({ catalog, authenticator }: Pick<ApiDependencies, 'catalog' | 'authenticator'>): readonly Route[] => [
  post('/preview/form', asCaller(authenticator)(async (context: Context, person) => {
    const read = await readJsonObject(context.req.raw)
    const endpoint = new URL(context.req.url).pathname.replace(/\/preview\/form$/, '/validate/request')
    return 'kind' in read ? read : preview(catalog, read.body, person, endpoint)
  })),
]
