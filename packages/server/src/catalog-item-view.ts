import { estimatedSeconds, offeredIn } from '@pao/core'
import type { LoadedItem } from '@pao/core'
import type { CatalogReport } from './catalog-report.js'
import type { ServedCatalog } from './served-catalog.js'
import { isoTime } from './step-view.js'

/** A row of the catalog. */
export const catalogRowView = (loaded: LoadedItem, catalog: Pick<ServedCatalog, 'unavailability' | 'issuesOf'>) => {
  const { item } = loaded
  const reasons = catalog.unavailability(loaded)
  return {
    id: item.id,
    kind: loaded.kind,
    name: item.name,
    description: item.description,
    version: item.version,
    category: item.category ?? null,
    tags: item.tags,
    owner: { team: item.owner.team, ...(item.owner.contact === undefined ? {} : { contact: item.owner.contact }) },
    environments: offeredIn(loaded) ?? [],
    mode: item.fulfillment.mode,
    modeReason: item.fulfillment.modeReason ?? null,
    orderable: reasons.length === 0,
    notOrderableBecause: reasons,
    estimatedSeconds: estimatedSeconds(item) ?? null,
    stage: item.stage ?? 'ga',
    deprecated: item.lifecycle.deprecated,
    issueCount: catalog.issuesOf(loaded).length,
  }
}

/** The whole item: the document in canonical names, its issues, and what keeps it from being ordered. */
export const catalogItemView = (loaded: LoadedItem, catalog: Pick<ServedCatalog, 'unavailability' | 'issuesOf'>) => ({
  ...catalogRowView(loaded, catalog),
  metadata: loaded.item.document['metadata'] ?? loaded.item.metadata,
  presentation: loaded.item.document['presentation'] ?? null,
  fulfillment: loaded.item.document['fulfillment'] ?? null,
  lifecycle: loaded.item.document['lifecycle'] ?? null,
  monitoring: loaded.item.document['monitoring'] ?? null,
  ...(loaded.components === undefined ? {} : { components: loaded.components.map(({ id, item, dependsOn, mode }) => ({ id, itemId: item.item.id, version: item.item.version, mode, dependsOn })) }),
  definitionHash: loaded.hash,
  path: loaded.path,
  dialect: loaded.sourceDialect,
  issues: catalog.issuesOf(loaded),
})

/** From what, when and how well the catalog was read last. Empty: nobody knows. */
export const syncView = (report: CatalogReport | undefined) => (report === undefined ? {} : {
  commit: report.commit ?? null, lastSync: report.lastSync === undefined ? null : isoTime(report.lastSync), outcome: report.outcome ?? null,
})

export const catalogReportView = (report: CatalogReport) => ({ ...report, loadedAt: isoTime(report.loadedAt), ...syncView(report) })
