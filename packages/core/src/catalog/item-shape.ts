import { any, bag, blocks, flag, informs, may, must, object, oneOf, text, list } from './document-shape.js'
import { healthCheckShape } from './health-check-shape.js'
import { fulfillmentShape } from './fulfillment-shape.js'
import { metadataShape } from './metadata-shape.js'
import { presentationShape } from './presentation-shape.js'

const date = text({ exact: true, pattern: { expression: '^\\d{4}-\\d{2}-\\d{2}(T.*)?$', about: 'a date such as 2027-01-31', severity: 'error' } })

const lifecycleShape = object({
  deprecation: may(object({
    deprecated: may(flag),
    since: may(date),
    sunset_date: may(date, { decides: true }),
    migration_path: may(text()),
    replacement_service: may(text()),
  }), { decides: true }),
  maintenance: informs(bag, 'maintenance windows are told and stop no order'),
  versioning: informs(bag, 'versions are compared by metadata.version alone'),
})

const monitoringShape = object({
  metrics: informs(bag, 'nothing is measured by the document yet'), logging: informs(bag, 'nothing is logged by the document yet'), tracing: informs(bag, 'nothing is traced by the document yet'),
  health_checks: may(list(healthCheckShape)), alerts: informs(list(any), 'nobody is alerted by the document yet'),
})

/** A CatalogItem of Schema v2.0 (catalog-format part 1): the one description that reading, linting and the editor schema share. */
export const itemShape = object({
  version: must(text({ exact: true, values: ['2.0'] })),
  kind: must(oneOf(['CatalogItem'])),
  metadata: must(metadataShape),
  presentation: must(presentationShape),
  fulfillment: must(fulfillmentShape),
  lifecycle: may(lifecycleShape, { decides: true }),
  monitoring: may(monitoringShape),
  components: blocks(list(any), 'a CatalogItem with components is not planned yet'),
})
