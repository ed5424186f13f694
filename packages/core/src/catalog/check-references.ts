import { nearestName } from '../expression/nearest-name.js'
import { formFields } from '../form/form.js'
import type { LoadedItem } from './loaded-item.js'

interface Reference {
  readonly field: string
  readonly item: string
}

/** Worked out once for an item: few forms refer to others. */
const known = new WeakMap<LoadedItem, readonly Reference[]>()

const referencesOf = (loaded: LoadedItem): readonly Reference[] => {
  const before = known.get(loaded)
  if (before !== undefined) return before
  const references = formFields(loaded.item.form).flatMap(({ id, dataSource }) =>
    dataSource?.type === 'reference' && dataSource.catalogItem !== undefined ? [{ field: id, item: dataSource.catalogItem }] : [])
  known.set(loaded, references)
  return references
}

/** What data sources name that the catalog does not have: their options are not available, and the item can be ordered all the same. */
export const unknownReferences = (items: ReadonlyMap<string, LoadedItem>): readonly { readonly path: string; readonly message: string }[] =>
  [...items.values()].flatMap((loaded) => referencesOf(loaded).flatMap(({ field, item }) => {
    if (items.has(item)) return []
    const near = nearestName(item, items.keys())
    return [{ path: loaded.path, message: `the options of ${field} refer to ${item}, which the catalog does not have${near === undefined ? '' : `: did you mean ${near}?`}` }]
  }))
