import type { LoadedItem } from '@pao/core'
import type { ServedCatalog } from './served-catalog.js'

interface Order {
  readonly catalogItemId: string
  readonly fields: Readonly<Record<string, unknown>>
  readonly environment?: string
}

/** An order that needs no thought: the example database, else the first item that can be ordered. */
const firstOrder = (catalog: ServedCatalog): string | undefined => {
  const isOrderable = (loaded: LoadedItem): boolean => catalog.unavailability(loaded).length === 0
  const example = catalog.current().get(exampleOrder.catalogItemId)
  return [...(example === undefined ? [] : [example]), ...catalog.current().items.values()].find(isOrderable)?.item.id
}

/** What the README orders too. */
const exampleOrder: Order = { catalogItemId: 'database-postgresql-standard', fields: { name: 'orders-db' } }

/** Whether the item of that name takes the README's order: a catalog of one's own may ask for something else under the same name. */
const takesExample = (catalog: ServedCatalog): boolean => {
  const loaded = catalog.current().get(exampleOrder.catalogItemId)
  return loaded !== undefined && loaded.item.visibility.environments.length === 0 && loaded.validator.validate(exampleOrder.fields).ok
}

/** Three lines that work as printed. */
export const tryIt = (url: string, catalog: ServedCatalog): readonly string[] => {
  const id = firstOrder(catalog)
  const order = id === exampleOrder.catalogItemId && takesExample(catalog)
    ? [`curl -s ${url}/api/v1/requests -H 'Content-Type: application/json' -H 'Prefer: wait=20' -d '${JSON.stringify(exampleOrder)}'`]
    : id === undefined ? [] : [`curl -s ${url}/api/v1/catalog/items/${id}/schema`]
  return [`curl -s ${url}/api/v1/catalog`, ...order, `curl -s ${url}/api/v1/requests`]
}
