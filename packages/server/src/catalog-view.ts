import type { Json, JsonObject } from '@pao/core/action'

/** An issue of a document, as the API shows it. */
export interface CatalogIssue {
  readonly code: string
  readonly severity: 'error' | 'warning' | 'info'
  readonly file: string
  readonly line?: number
  readonly column?: number
  readonly path: string
  readonly message: string
  readonly suggestion?: string
}

/** A served item, as far as the API shows it. */
export interface CatalogEntry {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly version: string
  readonly category: string
  readonly tags: readonly string[]
  readonly ownerTeam: string
  /** Where it can be ordered. Empty: it asks for no environment. */
  readonly environments: readonly string[]
  /** Who may see and order it. Empty: everybody. */
  readonly teams: readonly string[]
  readonly mode: 'manual' | 'automatic'
  readonly modeReason?: string
  readonly orderable: boolean
  /** What the item cannot do and why; codes of its blocking issues first. */
  readonly issues: readonly CatalogIssue[]
  /** Seconds from acceptance to completion. Absent: the document does not say. */
  readonly estimatedSeconds?: number
  /** The document in its canonical form. */
  readonly document: JsonObject
  /** JSON Schema 2020-12 of the form. */
  readonly schema: () => Json
}

/** What a refresh did. */
export interface CatalogReport {
  readonly items: number
  readonly orderable: number
  readonly files: number
  readonly loadedAt: number
  /** Every issue of every file: also of those whose last good version is still served. */
  readonly issues: readonly CatalogIssue[]
}

/** The catalog as the API reads it. What it gives stays as it is; a refresh puts another in its place at once. */
export interface CatalogView {
  /** Sorted by id. */
  entries(): readonly CatalogEntry[]
  find(id: string): CatalogEntry | undefined
  /** Best match first. */
  search(text: string): readonly CatalogEntry[]
  readonly categories: readonly string[]
  report(): CatalogReport
  refresh(): Promise<CatalogReport>
  /** Seconds from acceptance to completion of a request for this definition. */
  estimatedSeconds(subject: { readonly id: string; readonly definitionHash: string }, mode: 'manual' | 'automatic'): number | undefined
}
