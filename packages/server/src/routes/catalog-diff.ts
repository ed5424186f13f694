import type { Context } from 'hono'
import { checkDocument, diffItems, isVisibleTo, viewerOf } from '@pao/core'
import type { DocumentCheck, LoadedItem, Person, Profile } from '@pao/core'
import type { Json, JsonObject } from '@pao/core/action'
import { isJsonObject } from '@pao/core/action'
import { affectedRequests } from '../affected-requests.js'
import type { Answer } from '../answer.js'
import { reply } from '../answer.js'
import { asCaller } from '../caller.js'
import type { ApiDependencies } from '../dependencies.js'
import type { GivenDocument } from '../document-body.js'
import { documentMembers, givenDocument, profiles } from '../document-body.js'
import { readJsonObject } from '../json-body.js'
import type { Members } from '../members.js'
import { members } from '../members.js'
import { problem } from '../problem.js'
import type { Problem } from '../problem.js'
import { post } from './route.js'
import type { Route } from './route.js'
import { issueView } from './validate.js'

type Dependencies = Pick<ApiDependencies, 'catalog' | 'authenticator' | 'requests'>

const MOST_DOCUMENTS = 50

interface Proposal {
  readonly documents: readonly GivenDocument[]
  readonly removed: readonly string[]
  readonly profile?: Profile
}

const documentAt = (value: Json, index: number, problems: Members['problems'][number][]): readonly GivenDocument[] => {
  if (!isJsonObject(value)) {
    problems.push({ field: `documents.${index}`, constraint: 'type', message: `"documents.${index}" must be an object.`, pointer: `/documents/${index}` })
    return []
  }
  const read = members(value, documentMembers, `/documents/${index}`)
  const given = givenDocument(read, value)
  if (given === undefined && read.problems.length === 0) read.refuse('source', 'required', `"documents.${index}" needs "source" or "document".`)
  problems.push(...read.problems)
  return given === undefined ? [] : [given]
}

const readProposal = (body: JsonObject): Proposal | Problem => {
  const read = members(body, ['documents', 'removed', 'profile', ...documentMembers])
  const [listed, removed, profileName, alone] = [read.list('documents') ?? [], read.list('removed') ?? [], read.text('profile'), givenDocument(read, body)]
  const profile = profiles.find((one) => one === profileName)
  if (profileName !== undefined && profile === undefined) read.refuse('profile', 'enum', `"profile" is one of ${profiles.join(', ')}.`)
  if (listed.length + removed.length > MOST_DOCUMENTS) read.refuse('documents', 'max_values', `At most ${MOST_DOCUMENTS} documents and removed items are compared at once.`)
  const ids = removed.filter((id): id is string => typeof id === 'string')
  if (ids.length < removed.length) read.refuse('removed', 'type', '"removed" is a list of ids of items.')
  const inner: Members['problems'][number][] = []
  const documents = [...alone === undefined ? [] : [alone], ...listed.slice(0, MOST_DOCUMENTS).flatMap((value, index) => documentAt(value, index, inner))]
  if (documents.length + ids.length + read.problems.length + inner.length === 0) read.refuse('documents', 'required', 'Send "documents", one "source", or "removed".')
  if (read.problems.length + inner.length > 0) return problem('VALIDATION_ERROR', 'The body is not valid.', { errors: [...read.problems, ...inner] })
  return { documents, removed: ids, ...(profile === undefined ? {} : { profile }) }
}

interface Checked {
  readonly given: GivenDocument
  readonly check: DocumentCheck
}

/** Items first, so that bundles are joined with what is proposed of them. */
const checkAll = (catalog: ApiDependencies['catalog'], { documents, removed, profile }: Proposal, served: ReadonlyMap<string, LoadedItem>): readonly Checked[] => {
  const items = new Map([...served].filter(([id]) => !removed.includes(id)))
  const check = (given: GivenDocument): Checked => ({ given, check: checkDocument({ ...given, ...(profile === undefined ? {} : { profile }) }, catalog.current(), items) })
  const first = documents.map(check)
  const proposed = first.flatMap(({ check: { item } }) => item === undefined || item.kind === 'CatalogBundle' ? [] : [item])
  for (const item of proposed) items.set(item.item.id, item)
  return first.map((one) => one.check.kind === 'CatalogBundle' && proposed.length > 0 ? check(one.given) : one)
}

const bundlesWith = (served: ReadonlyMap<string, LoadedItem>, id: string): readonly string[] =>
  [...served.values()].filter(({ components }) => components?.some(({ item }) => item.item.id === id) === true).map(({ item }) => item.id)

const compare = async ({ catalog, requests }: Dependencies, proposal: Proposal, person: Person): Promise<Answer> => {
  const viewer = viewerOf(person)
  const served = new Map([...catalog.current().items].filter(([, loaded]) => isVisibleTo(loaded, viewer)))
  const rows: unknown[] = []
  for (const { given, check: { item, issues, kind } } of checkAll(catalog, proposal, served)) {
    const shown = { path: given.path ?? null, kind: kind ?? null, issues: issues.map(issueView) }
    if (item === undefined) rows.push({ id: null, change: 'invalid', ...shown })
    else rows.push({ id: item.item.id, ...diffItems(served.get(item.item.id), item), ...shown, usedBy: bundlesWith(served, item.item.id), affected: await affectedRequests(requests, person, item.item.id) })
  }
  for (const id of proposal.removed) {
    const item = served.get(id)
    rows.push(item === undefined ? { id, change: 'unknown' } : { id, change: 'removed', version: { before: item.item.version }, usedBy: bundlesWith(served, id), affected: await affectedRequests(requests, person, id) })
  }
  return reply(200, { items: rows })
}

/** What documents would change if they were served, and which requests are under way with what is served now. Nothing is written. */
export const catalogDiffRoutes = (dependencies: Dependencies): readonly Route[] => [
  post('/catalog/diff', asCaller(dependencies.authenticator)(async (context: Context, person) => {
    const read = await readJsonObject(context.req.raw)
    if ('kind' in read) return read
    const proposal = readProposal(read.body)
    return 'kind' in proposal ? proposal : compare(dependencies, proposal, person)
  })),
]
