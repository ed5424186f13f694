import type { CatalogDefinitions } from '../ports/catalog-definitions.js'
import { frozenCopy } from './frozen-copy.js'
import type { MemoryState } from './memory-state.js'

/** Port CatalogDefinitions in memory. */
export const memoryCatalogDefinitions = ({ definitions, served }: MemoryState): CatalogDefinitions => ({
  serve: async (given) => {
    for (const definition of given) {
      definitions.set(definition.hash, frozenCopy(definition))
      served.set(definition.itemId, definition.hash)
    }
  },
  withdraw: async (itemIds) => itemIds.forEach((itemId) => served.delete(itemId)),
  served: async () => [...served.values()].flatMap((hash) => definitions.get(hash) ?? []),
  find: async (hash) => definitions.get(hash),
})
