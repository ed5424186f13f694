import { bag, either, flag, informs, list, may, must, object, oneOf, text, any } from '../document-shape.js'
import { fulfillmentShape } from '../fulfillment-shape.js'
import { itemShape } from '../item-shape.js'
import { metadataShape } from '../metadata-shape.js'

const id = text({ exact: true, identifier: true, pattern: { expression: '^[A-Za-z][A-Za-z0-9_-]{0,63}$', about: 'letters, digits, - and _, beginning with a letter', severity: 'error' } })

const component = object({
  id: must(id),
  catalogItem: must(text({ exact: true }), { older: ['catalog_item', 'item'] }),
  dependsOn: may(list(text({ exact: true })), { older: ['depends_on'], decides: true }),
  config: may(bag),
  outputs: informs(any, 'outputs are read as components.<id>.outputs.<name> without being listed'),
})

const orchestration = object({
  mode: may(oneOf(['sequential', 'parallel'])),
  jiraLinking: may(object({ linkType: may(text()), parentTicket: may(either(flag, bag)) })),
  error_handling: may(oneOf(['stop', 'rollback', 'continue']), { decides: true }),
  rollback_on_failure: may(flag, { decides: true }),
})

const { manual: _manual, automatic: _automatic, strategy, ...shared } = fulfillmentShape.members
const { components: _components, kind: _kind, metadata: _metadata, fulfillment: _fulfillment, ...root } = itemShape.members

/** A CatalogBundle of Schema v2.0 (catalog-format 2.2): one form for items that are asked for together. */
export const bundleShape = object({
  ...root,
  kind: must(oneOf(['CatalogBundle'])),
  metadata: must(object({ ...metadataShape.members, category: may(oneOf(['solutions', 'bundles', 'compute', 'databases', 'messaging', 'networking', 'storage', 'security', 'monitoring', 'platform-utilities', 'other'])) }, { constants: true })),
  components: must(list(component, { min: 1 }), { decides: true }),
  fulfillment: may(object({
    ...shared,
    ...(strategy === undefined ? {} : { strategy: may(strategy.shape) }),
    orchestration: may(orchestration),
    manual: informs(bag, 'the tickets are those of the components'),
    automatic: informs(bag, 'the actions are those of the components'),
  })),
})

