import type { CatalogItem, FulfillmentMode } from './catalog-item.js'

/** Seconds from acceptance to completion as the document promises them: `manual.estimated_time` in manual mode, else `sla.provisioning_time`. */
export const estimatedSeconds = (item: CatalogItem, mode: FulfillmentMode = item.fulfillment.mode): number | undefined =>
  (mode === 'manual' ? item.fulfillment.manual?.estimatedSeconds : undefined) ?? item.provisioningSeconds
