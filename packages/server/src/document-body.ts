import { checkDocument, isVisibleTo, viewerOf } from '@pao/core'
import type { DocumentCheck, Person, Profile } from '@pao/core'
import type { Json, JsonObject } from '@pao/core/action'
import { isYaml, readJsonObject, readText } from './json-body.js'
import type { CatalogView } from './dependencies.js'
import type { Members } from './members.js'
import { members } from './members.js'
import { problem } from './problem.js'
import type { Problem } from './problem.js'
import { readQuery } from './query.js'

/** A document in a body: its text, or its value, which stands for its text as JSON with two spaces. */
export interface GivenDocument {
  readonly source: string
  readonly path?: string
}

export const profiles: readonly Profile[] = ['strict', 'compat']

/** The names under which a body gives a document. */
export const documentMembers = ['source', 'document', 'path'] as const

/** Reads `source` or `document`, and `path`. Undefined: neither is there, or one of them is no document; the latter is told. */
export const givenDocument = (read: Members, body: JsonObject): GivenDocument | undefined => {
  const [source, document] = [read.text('source', { maxLength: 1_048_576 }), read.object('document')]
  const path = read.text('path', { maxLength: 1024, pattern: /^[^\\\u0000-\u001f\u007f]+$/, expected: 'a path with "/"' })
  if (source !== undefined && document !== undefined) {
    read.refuse('document', 'conflict', 'Send "source", the text, or "document", the value: not both.')
    return undefined
  }
  const text = source ?? (document === undefined ? undefined : JSON.stringify(body['document'] as Json, null, 2))
  return text === undefined ? undefined : { source: text, ...(path === undefined ? {} : { path }) }
}

const fromJson = (body: JsonObject): (GivenDocument & { readonly profile?: Profile }) | Problem => {
  const read = members(body, [...documentMembers, 'profile'])
  const given = givenDocument(read, body)
  const profile = profiles.find((one) => one === read.text('profile'))
  if (body['profile'] !== undefined && profile === undefined) read.refuse('profile', 'enum', `"profile" is one of ${profiles.join(', ')}.`)
  if (given === undefined && read.problems.length === 0) read.refuse('source', 'required', 'Send the document as "source" (its text) or "document" (its value), or as a body of YAML.')
  if (given === undefined || read.problems.length > 0) return problem('VALIDATION_ERROR', 'The body is not valid.', { errors: read.problems })
  return { ...given, ...(profile === undefined ? {} : { profile }) }
}

/** The document of a call, as YAML or within JSON, with the profile of the query or of the body. */
export const readDocument = async (request: Request): Promise<(GivenDocument & { readonly profile?: Profile }) | Problem> => {
  const query = readQuery(new URL(request.url).searchParams, ['profile'])
  const asked = query.oneOf('profile', profiles)
  const refused = query.problem()
  if (refused !== undefined) return refused
  const profile = asked === undefined ? {} : { profile: asked }
  if (isYaml(request)) {
    const text = await readText(request)
    return 'kind' in text ? text : { source: text.text, ...profile }
  }
  const read = await readJsonObject(request)
  if ('kind' in read) return read
  const given = fromJson(read.body)
  return 'kind' in given ? given : { ...given, ...profile }
}

/** Checks a document against what is served, as far as the caller may see it. */
export const checkFor = (catalog: Pick<CatalogView, 'current'>, person: Person, given: GivenDocument & { readonly profile?: Profile }): DocumentCheck => {
  const current = catalog.current()
  const viewer = viewerOf(person)
  return checkDocument(given, current, new Map([...current.items].filter(([, loaded]) => isVisibleTo(loaded, viewer))))
}
