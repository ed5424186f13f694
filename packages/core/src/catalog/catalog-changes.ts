import type { Catalog } from './catalog.js'
import type { LoadedItem } from './loaded-item.js'

/** What became of the items between two catalogs. */
export interface CatalogChanges {
  /** New ones, and those that are another version, or linked anew, in the order of ids. */
  readonly changed: readonly LoadedItem[]
  /** Ids of those that are not there any more. */
  readonly removed: readonly string[]
}

type Items = Pick<Catalog, 'items'>

/** An item that was not read again is the same object in both catalogs: a comparison of each is all that it costs. */
export const catalogChanges = (before: Items, after: Items): CatalogChanges => ({
  changed: [...after.items].flatMap(([id, loaded]) => (before.items.get(id) === loaded ? [] : [loaded])),
  removed: [...before.items.keys()].filter((id) => !after.items.has(id)),
})
