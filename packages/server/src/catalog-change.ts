import type { Catalog, LoadedItem } from '@pao/core'
import type { CatalogChange, CatalogDefinition, FileFinding } from '@pao/core/ports'
import type { IssuesByFile } from './catalog-report.js'
import { findingOf } from './catalog-report.js'

/** What the store holds: served versions by item id, and issues by file, as JSON. */
export interface StoredCatalog {
  readonly served: ReadonlyMap<string, Pick<CatalogDefinition, 'hash' | 'path'>>
  readonly found: ReadonlyMap<string, string>
}

/** A file that is served and has no issues is known to be good. */
export const storedOf = (served: readonly Omit<CatalogDefinition, 'source'>[], findings: readonly FileFinding[]): StoredCatalog => ({
  served: new Map(served.map(({ itemId, hash, path }) => [itemId, { hash, path }])),
  found: new Map([...served.map(({ path }) => [path, '[]'] as const), ...findings.map(({ path, issues }) => [path, JSON.stringify(issues)] as const)]),
})

export const nothingStored: StoredCatalog = { served: new Map(), found: new Map() }

const definitionOf = ({ hash, kind, item, path, source }: LoadedItem): CatalogDefinition => ({ hash, kind, itemId: item.id, version: item.version, path, source })

/** What has to be recorded so that the store holds this catalog. */
export const catalogChange = (stored: StoredCatalog, next: Catalog, issues: IssuesByFile): CatalogChange => {
  const changed = [...next.items.values()].filter(({ hash, path, item }) => {
    const known = stored.served.get(item.id)
    return known?.hash !== hash || known.path !== path
  })
  const files = new Set([...next.documents.keys(), ...issues.keys()])
  return {
    serve: changed.map(definitionOf),
    withdraw: [...stored.served.keys()].filter((id) => !next.items.has(id)),
    findings: [...files].map((path) => findingOf(path, issues.get(path) ?? [])).filter(({ path, issues: found }) => stored.found.get(path) !== JSON.stringify(found)),
    forget: [...stored.found.keys()].filter((path) => !files.has(path)),
  }
}

export const isNoChange = ({ serve, withdraw, findings, forget }: CatalogChange): boolean => serve.length + withdraw.length + findings.length + forget.length === 0

/** What the store holds after the change. */
export const afterChange = (stored: StoredCatalog, { serve, withdraw, findings, forget }: CatalogChange): StoredCatalog => {
  const [served, found] = [new Map(stored.served), new Map(stored.found)]
  for (const { itemId, hash, path } of serve) served.set(itemId, { hash, path })
  for (const id of withdraw) served.delete(id)
  for (const { path, issues } of findings) found.set(path, JSON.stringify(issues))
  for (const path of forget) found.delete(path)
  return { served, found }
}
