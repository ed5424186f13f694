import type { LoadedItem } from './loaded-item.js'
import { audienceOf, offeredIn } from './orderability.js'

/** An item as a search index knows it. Plain data, so that it can be sent. */
export interface SearchDocument {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly tags: readonly string[]
  /** The owning team. */
  readonly owner: string
  readonly category?: string
  /** Where it is orderable. Absent: everywhere. */
  readonly environments?: readonly string[]
  /** Teams that may see it, the owning one among them. Absent: everybody may. */
  readonly audience?: readonly string[]
}

/** What a search index is told of an item. Its `audience` and `isVisibleTo` say the same. */
export const searchDocument = (loaded: LoadedItem): SearchDocument => {
  const { id, name, description, tags, category, owner: { team } } = loaded.item
  const [environments, audience] = [offeredIn(loaded), audienceOf(loaded)]
  return {
    id, name, description, tags, owner: team,
    ...(category === undefined ? {} : { category }),
    ...(environments === undefined ? {} : { environments }),
    ...(audience === undefined ? {} : { audience }),
  }
}
