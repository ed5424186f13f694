import type { Instant } from '../json.js'

/** One document version, by its content. */
export interface CatalogDefinition {
  /** SHA-256 of the source, hex. */
  readonly hash: string
  readonly kind: 'CatalogItem' | 'CatalogBundle'
  readonly itemId: string
  readonly version: string
  /** Path inside the catalog, with `/`. */
  readonly path: string
  readonly source: string
}

/**
 * Port CatalogDefinitions: the document versions that requests are pinned to. Laws:
 * 1. What `keep` was given, or `record` of port CatalogSyncs, is found by `find` for ever after, also when it is served no more.
 * 2. A definition may be kept again; then the path that was given last is its path.
 */
export interface CatalogDefinitions {
  keep(definitions: readonly CatalogDefinition[], at: Instant): Promise<void>
  find(hash: string): Promise<CatalogDefinition | undefined>
}
