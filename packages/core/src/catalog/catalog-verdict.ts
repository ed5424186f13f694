import type { Issue } from './issue.js'

/** One finding, at its place in the repository. */
export interface CatalogAnnotation {
  /** Path inside the catalog, with `/`. */
  readonly path: string
  /** From 1. */
  readonly line: number
  /** From 1. */
  readonly column: number
  readonly severity: Issue['severity']
  readonly code: string
  readonly message: string
}

/** What was found in the documents of one commit. */
export interface CatalogVerdict {
  readonly commit: string
  /** `failure`: at least one document of the commit is not served as it stands. */
  readonly state: 'success' | 'failure'
  /** One sentence for people. */
  readonly summary: string
  /** Sorted by path, line and column. */
  readonly annotations: readonly CatalogAnnotation[]
}
