import { type ObjectNode, child, itemsOf, textOf } from '../source-node.js'
import { changedItems, changedObject, textNode, withMember } from './edit-source.js'

/** Where a field stands in a form of groups, by what its author calls both. */
export interface FieldOrigin {
  readonly group: string
  readonly id: string
}

/** Of fields that got another id: the id that they have now, and how their author writes them. */
export type FieldOrigins = ReadonlyMap<string, FieldOrigin>

const repeatedIds = (form: ObjectNode): ReadonlySet<string> => {
  const ids = itemsOf(form, 'groups').flatMap((group) => itemsOf(group, 'fields').map((field) => textOf(child(field, 'id')) ?? ''))
  return new Set(ids.filter((id, place) => ids.indexOf(id) !== place))
}

/**
 * Field ids of catalog/v1 are unique in their group only, those of the canonical form in all of it: a field whose id stands in another
 * group too gets `<group>_<id>` (catalog-format 2.3). Ids that repeat within a group stay, to be found.
 */
export const uniqueFields = (root: ObjectNode): { readonly root: ObjectNode; readonly origins: FieldOrigins } => {
  const origins = new Map<string, FieldOrigin>()
  const inForm = (form: ObjectNode): ObjectNode => {
    const repeated = repeatedIds(form)
    return changedItems(form, 'groups', (group) => changedItems(group, 'fields', (field) => {
      const [groupId, id] = [textOf(child(group, 'id')), child(field, 'id')]
      const text = textOf(id)
      if (groupId === undefined || groupId === ROOT_GROUP || id === undefined || text === undefined || !repeated.has(text)) return field
      const unique = `${groupId}_${text}`
      if (!origins.has(unique)) origins.set(unique, { group: groupId, id: text })
      return withMember(field, 'id', textNode(unique, id))
    }))
  }
  return { root: changedObject(root, 'presentation', (presentation) => changedObject(presentation, 'form', inForm)), origins }
}

/** The group of catalog/v1's mandatory name, which stands outside of all groups there. */
export const ROOT_GROUP = '_root'
