import { isVisibleTo, viewerOf } from '@pao/core'
import type { LoadedItem, Person } from '@pao/core'
import type { JsonObject } from '@pao/core/action'
import type { CatalogView } from '../dependencies.js'
import { checkFor, documentMembers, givenDocument } from '../document-body.js'
import type { Members } from '../members.js'
import { problem } from '../problem.js'
import type { Problem } from '../problem.js'
import { issueView } from './validate.js'

/** The names under which a body says which item it is about: a served one, or a document that nobody serves yet. */
export const subjectMembers = ['itemId', ...documentMembers] as const

const servedItem = (catalog: Pick<CatalogView, 'current'>, person: Person, id: string): LoadedItem | Problem => {
  const loaded = catalog.current().get(id)
  return loaded !== undefined && isVisibleTo(loaded, viewerOf(person)) ? loaded : problem('CATALOG_ITEM_NOT_FOUND', `There is no catalog item "${id.slice(0, 64)}".`)
}

/** The item that a body is about. Undefined: it names none. A document in error is refused with its issues. */
export const readSubject = (catalog: Pick<CatalogView, 'current'>, person: Person, read: Members, body: JsonObject): LoadedItem | Problem | undefined => {
  const [itemId, given] = [read.text('itemId', { maxLength: 128 }), givenDocument(read, body)]
  if (itemId !== undefined && given !== undefined) {
    read.refuse('itemId', 'conflict', 'Name a served item, or send a document: not both.')
    return undefined
  }
  if (itemId !== undefined) return servedItem(catalog, person, itemId)
  if (given === undefined) return undefined
  const { item, issues } = checkFor(catalog, person, { ...given, profile: 'compat' })
  return item ?? problem('VALIDATION_ERROR', 'The document is in error: its issues say where.', { details: { issues: issues.map(issueView) } })
}
