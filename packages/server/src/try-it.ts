import type { CatalogView } from './catalog-view.js'

interface Order {
  readonly catalogItemId: string
  readonly fields: Readonly<Record<string, unknown>>
  readonly environment?: string
}

/** An order that needs no thought: the example database, else the first item that can be ordered. */
const firstOrder = (catalog: Pick<CatalogView, 'entries' | 'find'>): string | undefined => {
  const entry = catalog.find(exampleOrder.catalogItemId)
  return entry?.orderable === true ? exampleOrder.catalogItemId : catalog.entries().find(({ orderable }) => orderable)?.id
}

/** What the README orders too. */
export const exampleOrder: Order = { catalogItemId: 'database-postgresql', fields: { name: 'orders-db' } }

/** Three lines that work as printed. */
export const tryIt = (url: string, catalog: Pick<CatalogView, 'entries' | 'find'>): readonly string[] => {
  const id = firstOrder(catalog)
  const order = id === exampleOrder.catalogItemId
    ? [`curl -s ${url}/api/v1/requests -H 'Content-Type: application/json' -H 'Prefer: wait=20' -d '${JSON.stringify(exampleOrder)}'`]
    : id === undefined ? [] : [`curl -s ${url}/api/v1/catalog/items/${id}/schema`]
  return [`curl -s ${url}/api/v1/catalog`, ...order, `curl -s ${url}/api/v1/requests`]
}
