import { any, duration, either, list, map, may, must, number, object, oneOf, text, texts } from './document-shape.js'

const seconds = (min: number, max: number) => either(number({ integer: true, min, max }), duration)

/** The settings of all types of data sources; which of them a type reads is checked when the field is made. */
const dataSourceConfigShape = object({
  endpoint: may(text(), { older: ['url'] }),
  method: may(oneOf(['GET', 'POST'], { olderValues: { get: 'GET', post: 'POST' } })),
  headers: may(map(text())),
  body: may(text(), { older: ['body_template', 'content_template'] }),
  items: may(text({ exact: true }), { older: ['items_path', 'items_field', 'list_path', 'data_path', 'results_path'] }),
  value_field: may(text({ exact: true }), { older: ['value_path', 'value_key'] }),
  label_field: may(text({ exact: true }), { older: ['label_path', 'label_key', 'display_field'] }),
  cache_ttl: may(seconds(0, 86_400), { older: ['cache', 'ttl'] }),
  timeout: may(seconds(1, 30)),
  limit: may(number({ integer: true, min: 1, max: 5_000 }), { older: ['max_items', 'max_options'] }),
  pages: may(number({ integer: true, min: 1, max: 10 }), { older: ['max_pages'] }),
  values: may(list(any, { min: 1 }), { older: ['options'] }),
  list: may(text({ exact: true })),
  catalog_item: may(text({ exact: true }), { older: ['item'] }),
  path: may(text({ exact: true })),
  category: may(text({ exact: true })),
  tags: may(texts),
})

/** `datasource` of a field (catalog-format 1.3.5). */
export const dataSourceShape = object({ type: must(oneOf(['api', 'static', 'reference'])), config: must(dataSourceConfigShape) })

/** `dependencies` of a field: which fields make which others out of date. */
export const dependenciesShape = object({ triggers: may(texts), updates: may(texts) })
