import { Buffer } from 'node:buffer'
import { createHash } from 'node:crypto'
import { type CatalogSnapshot, type SnapshotFile, catalogLimits, isDocumentPath } from '../catalog/catalog-snapshot.js'
import { PaoError } from '../errors.js'
import type { CatalogSource } from '../ports/catalog-source.js'

/** Documents by path. */
export type MemoryDocuments = Readonly<Record<string, string>>

export interface MemoryCatalogSource extends CatalogSource {
  /** One change as a whole; `undefined` removes. */
  change(documents: Readonly<Record<string, string | undefined>>): void
}

const fileOf = ([path, source]: readonly [string, string]): SnapshotFile =>
  Buffer.byteLength(source) > catalogLimits.fileBytes ? { path, unreadable: `it is larger than ${catalogLimits.fileBytes} bytes` } : { path, source }

const snapshotOf = (documents: ReadonlyMap<string, string>): CatalogSnapshot => {
  const held = [...documents].filter(([path]) => isDocumentPath(path)).sort(([left], [right]) => (left < right ? -1 : 1))
  if (held.length > catalogLimits.files) throw new PaoError('CATALOG_UNAVAILABLE', `the catalog has ${held.length} documents, more than ${catalogLimits.files}`)
  return { revision: createHash('sha256').update(JSON.stringify(held)).digest('hex'), files: held.map(fileOf) }
}

/** Port CatalogSource over documents that the program holds. */
export const memoryCatalogSource = (documents: MemoryDocuments = {}): MemoryCatalogSource => {
  const held = new Map(Object.entries(documents))
  const watchers = new Set<{ readonly changed: () => void }>()
  return {
    description: 'documents in memory',
    read: async (signal) => {
      signal.throwIfAborted()
      return snapshotOf(held)
    },
    watch: (changed) => {
      const watcher = { changed }
      watchers.add(watcher)
      return async () => { watchers.delete(watcher) }
    },
    change: (changes) => {
      for (const [path, source] of Object.entries(changes)) {
        if (source === undefined) held.delete(path)
        else held.set(path, source)
      }
      for (const { changed } of watchers) changed()
    },
  }
}
