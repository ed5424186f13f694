import type { CatalogDefinitions } from '../ports/catalog-definitions.js'
import { frozenCopy } from './frozen-copy.js'
import type { MemoryState } from './memory-state.js'

/** Port CatalogDefinitions in memory. */
export const memoryCatalogDefinitions = ({ definitions }: Pick<MemoryState, 'definitions'>): CatalogDefinitions => ({
  keep: async (given) => {
    for (const definition of given) definitions.set(definition.hash, frozenCopy(definition))
  },
  find: async (hash) => definitions.get(hash),
})
