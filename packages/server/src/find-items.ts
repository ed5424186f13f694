import { isVisibleTo, searchCatalog } from '@pao/core'
import type { Catalog, CatalogSearch, LoadedItem } from '@pao/core'
import type { Logger, SearchHighlight, SearchViewer } from '@pao/core/ports'
import type { IndexedCatalog } from './indexed-catalog.js'

/** How many texts a query may be completed to. */
const MOST_COMPLETIONS = 8

export interface ItemQuery {
  readonly text: string
  readonly viewer: SearchViewer
  readonly filter: Omit<CatalogSearch, 'q'>
  readonly offset: number
  readonly limit: number
  /** Whether completions are wanted. */
  readonly complete: boolean
}

export interface FoundItems {
  /** Whether they are ranked; else they stand in the order of their ids. */
  readonly ranked: boolean
  readonly total: number
  readonly hits: readonly { readonly item: LoadedItem; readonly highlights: readonly SearchHighlight[] }[]
  readonly completions: readonly string[]
}

interface Dependencies {
  readonly current: () => Catalog
  /** Absent: words are looked for as they are written. */
  readonly search?: IndexedCatalog
  readonly logger: Logger
}

const plainly = (catalog: Catalog, { text, viewer, filter, offset, limit }: ItemQuery): FoundItems => {
  const items = searchCatalog(catalog, viewer, { ...filter, q: text })
  return { ranked: false, total: items.length, hits: items.slice(offset, offset + limit).map((item) => ({ item, highlights: [] })), completions: [] }
}

const byIndex = async ({ index, synced }: IndexedCatalog, { complete, ...query }: ItemQuery): Promise<FoundItems> => {
  const catalog = await synced()
  const [{ total, hits }, completions] = await Promise.all([index.search(query), complete ? index.complete({ ...query, limit: MOST_COMPLETIONS }) : []])
  return {
    ranked: true, total, completions,
    // The index may be anybody's: what it should not have found is not shown.
    hits: hits.flatMap(({ id, highlights }) => {
      const item = catalog.get(id)
      return item !== undefined && isVisibleTo(item, query.viewer) ? [{ item, highlights }] : []
    }),
  }
}

/** Finds items by the index; without one, or where it fails, by the words as they are written. */
export const findItems = ({ current, search, logger }: Dependencies) => async (query: ItemQuery): Promise<FoundItems> => {
  if (search === undefined) return plainly(current(), query)
  try {
    return await byIndex(search, query)
  } catch (error) {
    logger.error({ err: error }, 'the search index failed; the catalog is searched without it')
    return plainly(current(), query)
  }
}
