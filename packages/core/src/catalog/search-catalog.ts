import type { Catalog } from './catalog.js'
import type { LoadedItem } from './loaded-item.js'
import { type Ordering, isVisibleTo, offeredIn } from './orderability.js'

/** All that is given must hold. */
export interface CatalogSearch {
  readonly category?: string
  /** The owning team. */
  readonly owner?: string
  /** Every one of them. */
  readonly tags?: readonly string[]
  /** Orderable there; items that name no environment are orderable everywhere. */
  readonly environment?: string
  /** Words that must all stand in id, name, description, tags or owner, in any case. */
  readonly q?: string
}

const textOfItem = ({ item }: LoadedItem): string =>
  [item.id, item.name, item.description, item.category ?? '', item.owner.team, ...item.tags].join('\n').toLowerCase()

const matches = (loaded: LoadedItem, { category, owner, tags = [], environment, q = '' }: CatalogSearch): boolean => {
  const { item } = loaded
  if (category !== undefined && item.category !== category) return false
  if (owner !== undefined && item.owner.team !== owner) return false
  if (!tags.every((tag) => item.tags.includes(tag))) return false
  if (environment !== undefined && offeredIn(loaded)?.includes(environment) === false) return false
  const words = q.toLowerCase().split(/\s+/).filter((word) => word !== '')
  const text = words.length === 0 ? '' : textOfItem(loaded)
  return words.every((word) => text.includes(word))
}

/** The items that a viewer may see and that fit, in the order of their ids. */
export const searchCatalog = (catalog: Catalog, viewer: Pick<Ordering, 'teams' | 'administrator'>, search: CatalogSearch = {}): readonly LoadedItem[] =>
  [...catalog.items.values()].filter((loaded) => isVisibleTo(loaded, viewer) && matches(loaded, search))
