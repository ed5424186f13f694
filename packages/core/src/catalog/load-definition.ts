import { splitSources } from './bundle/bundle-source.js'
import { createCatalog } from './catalog.js'
import { type LoadOptions, loadDocument } from './load-document.js'
import type { LoadedItem } from './loaded-item.js'

/**
 * Reads a stored definition: one document, or one with those that it is made of: a bundle's items, items whose metadata it reads. Undefined
 * when it is not one that can be served any more, as when a rule became stricter or an action is gone.
 */
export const loadDefinition = (options: LoadOptions): LoadedItem | undefined => {
  const { bundle: first, items } = splitSources(options)
  if (items.length === 0) return loadDocument({ ...options, ...first }).item
  const { profile, actions, templateEnv } = options
  const files = new Map([...items, first].map((file) => [file.path, file]))
  const catalog = createCatalog([...files.values()], { profile, actions, templateEnv })
  return catalog.get(catalog.documents.get(first.path)?.item?.item.id ?? '')
}
