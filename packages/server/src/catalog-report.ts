import type { Catalog, Issue } from '@pao/core'
import type { JsonObject } from '@pao/core/action'
import type { CatalogSnapshot, FileFinding } from '@pao/core/ports'

/** An issue of a document, or of a file that could not be read at all. */
export type CatalogIssue = Omit<Issue, 'code'> & { readonly code: Issue['code'] | 'file-unreadable' }

/** What the catalog is, and how it came to be. */
export interface CatalogReport {
  readonly items: number
  readonly orderable: number
  readonly files: number
  /** When what is served was taken up. 0: never yet. */
  readonly loadedAt: number
  /** When a replica could last read the source. Absent: none could. */
  readonly lastSync?: number
  /** Of the last attempt: `partial` where a file is in error, `failed` where the source could not be read. Absent: there was none. */
  readonly outcome?: 'succeeded' | 'partial' | 'failed'
  /** Why the source could not be read. */
  readonly problem?: string
  /** What is served was read from it. Absent: the source knows no commits. */
  readonly commit?: string
  readonly revision?: string
  /** Of every file: also of those whose last good version is still served. */
  readonly issues: readonly CatalogIssue[]
}

export type IssuesByFile = ReadonlyMap<string, readonly CatalogIssue[]>

/** What was found in a catalog made of a snapshot: a file that cannot be read says why. */
export const issuesIn = (catalog: Catalog, { files }: CatalogSnapshot): readonly CatalogIssue[] => {
  const why = new Map(files.map((file) => [file.path, file.unreadable]))
  return catalog.issues.map((issue) => {
    const reason = issue.code === 'empty-document' ? why.get(issue.file) : undefined
    return reason === undefined ? issue : { ...issue, code: 'file-unreadable', message: `the file cannot be read: ${reason}` }
  })
}

export const byFile = (issues: readonly CatalogIssue[]): IssuesByFile => {
  const found = new Map<string, CatalogIssue[]>()
  for (const issue of issues) {
    const before = found.get(issue.file)
    if (before === undefined) found.set(issue.file, [issue])
    else before.push(issue)
  }
  return found
}

/** As a store keeps them; `issuesOfFinding` reads them again. */
export const findingOf = (path: string, issues: readonly CatalogIssue[]): FileFinding => ({ path, issues: issues as unknown as readonly JsonObject[] })

export const issuesOfFinding = ({ issues }: Pick<FileFinding, 'issues'>): readonly CatalogIssue[] => issues as unknown as readonly CatalogIssue[]
