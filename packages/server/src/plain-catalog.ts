import { estimatedSeconds, unavailability } from '@pao/core'
import type { Catalog } from '@pao/core'
import type { Instant } from '@pao/core/action'
import type { CatalogView } from './dependencies.js'
import { withoutKey } from './without-key.js'

/** A catalog that the host makes and replaces by itself, as the API shows it: what is promised to a request is what its item promises now. */
export const plainCatalog = (current: () => Catalog, { sealing, now }: { readonly sealing: boolean; readonly now: () => Instant }): CatalogView => ({
  current,
  unavailability: (loaded) => [...unavailability(loaded, now()), ...withoutKey(loaded, sealing)],
  issuesOf: ({ path }) => current().issues.filter(({ file }) => file === path),
  estimatedSeconds: ({ accepted, revision }) => {
    const loaded = current().get(accepted.subject.id)
    return loaded === undefined ? undefined : estimatedSeconds(loaded.item, revision.plan.mode)
  },
})
