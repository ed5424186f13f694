import { catalogChanges, searchDocument } from '@pao/core'
import type { Catalog } from '@pao/core'
import type { SearchIndex } from '@pao/core/ports'

/** A search index that follows the catalog. */
export interface IndexedCatalog {
  readonly index: Pick<SearchIndex, 'search' | 'complete'>
  /** The catalog that is served, once the index knows it. Rejects where the index cannot be brought up to date; the next call tries again. */
  synced(): Promise<Catalog>
}

/** Brings the index up to date when it is asked for, with the items that have changed alone. */
export const indexedCatalog = (index: SearchIndex, current: () => Catalog): IndexedCatalog => {
  let known: Pick<Catalog, 'items'> = { items: new Map() }
  let latest: Promise<unknown> = Promise.resolve()

  const follow = async (): Promise<Catalog> => {
    const next = current()
    if (next === known) return next
    const { changed, removed } = catalogChanges(known, next)
    if (changed.length + removed.length > 0) await index.update({ put: changed.map(searchDocument), remove: removed })
    known = next
    return next
  }

  return {
    index,
    // One after the other: two at once would both tell the index of the same changes.
    synced: () => {
      const mine = latest.then(follow)
      // Its caller hears of a failure; the next one only waits for its end.
      latest = Promise.allSettled([mine])
      return mine
    },
  }
}
