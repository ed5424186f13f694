import { splitSources } from './bundle/bundle-source.js'
import type { Catalog, CatalogOptions } from './catalog.js'
import { loadDefinition } from './load-definition.js'
import { type LoadedDocument, loadDocument } from './load-document.js'
import type { LoadedItem } from './loaded-item.js'

/** What a store says is served. */
export interface StoredItem {
  readonly itemId: string
  /** SHA-256 of the source, hex. */
  readonly hash: string
  /** Path inside the catalog, with `/`. */
  readonly path: string
  /** Absent: the catalog before has this version already. */
  readonly source?: string
}

/** Whether a catalog serves this version from this path, so that its source need not be read again. */
export const servesStored = (catalog: Catalog, { itemId, hash, path }: StoredItem): boolean => {
  const loaded = catalog.get(itemId)
  return loaded?.hash === hash && loaded.path === path
}

interface Restored {
  readonly item?: LoadedItem
  readonly document?: LoadedDocument
}

const restore = (stored: StoredItem, { earlier, ...options }: Pick<CatalogOptions, 'earlier' | 'profile' | 'actions' | 'templateEnv'>): Restored => {
  const { itemId, path, source } = stored
  if (source === undefined) {
    const item = earlier !== undefined && servesStored(earlier, stored) ? earlier.get(itemId) : undefined
    const document = earlier?.documents.get(path)
    return { ...(item === undefined ? {} : { item }), ...(document === undefined ? {} : { document }) }
  }
  const { bundle: own, items: others } = splitSources({ path, source })
  const document = loadDocument({ ...options, path, source: own.source })
  const item = others.length === 0 ? document.item : loadDefinition({ ...options, path, source })
  return { document, ...(item === undefined ? {} : { item }) }
}

/**
 * The catalog that was served, as a store remembers it: after a start whose source is out, and in a replica that did not read the source itself. What cannot be
 * served any more, as when an action is gone, is left out. `earlier` is the catalog before, whose versions are not read again.
 */
export const restoreCatalog = (stored: readonly StoredItem[], options: Pick<CatalogOptions, 'earlier' | 'profile' | 'actions' | 'templateEnv'>): Catalog => {
  const items = new Map<string, LoadedItem>()
  const documents = new Map<string, LoadedDocument>()
  for (const one of [...stored].sort((left, right) => (left.itemId < right.itemId ? -1 : 1))) {
    const { item, document } = restore(one, options)
    if (item !== undefined) items.set(one.itemId, item)
    if (document !== undefined) documents.set(one.path, document)
  }
  const { profile, actions, templateEnv, earlier } = options
  const baselines = new Map([...earlier?.baselines ?? []].filter(([id]) => items.get(id) === earlier?.items.get(id)))
  return { items, get: (id) => items.get(id), documents, baselines, issues: [], options: { profile, actions, templateEnv } }
}
