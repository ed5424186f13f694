import { linkBundle } from './bundle/link-bundle.js'
import { splitSources } from './bundle/bundle-source.js'
import { type LoadOptions, loadDocument } from './load-document.js'
import type { LoadedItem } from './loaded-item.js'

/**
 * Reads a stored definition: one document, or a bundle with the documents of its items. Undefined when it is not one that can be served any
 * more, as when a rule became stricter or an action is gone.
 */
export const loadDefinition = (options: LoadOptions): LoadedItem | undefined => {
  const { bundle, items } = splitSources(options)
  const loaded = loadDocument({ ...options, ...bundle }).item
  if (loaded === undefined || items.length === 0) return loaded
  const parts = items.flatMap((file) => loadDocument({ ...options, ...file }).item ?? [])
  return linkBundle(loaded, new Map(parts.map((item) => [item.item.id, item])), options.templateEnv).item
}
