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
 * Port CatalogDefinitions: the document versions that requests are pinned to, and the last good version of each item. Laws:
 * 1. What `serve` was given is found by `find` for ever after, also when it is served no more.
 * 2. `served` gives the last version passed for each item id, over restarts; `withdraw` ends that without losing the definition.
 */
export interface CatalogDefinitions {
  serve(definitions: readonly CatalogDefinition[], at: Instant): Promise<void>
  withdraw(itemIds: readonly string[]): Promise<void>
  served(): Promise<readonly CatalogDefinition[]>
  find(hash: string): Promise<CatalogDefinition | undefined>
}
