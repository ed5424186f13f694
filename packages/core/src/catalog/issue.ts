import type { IssueCode } from './issue-codes.js'

/** How strictly documents are read. `compat` takes what the format's history wrote and warns; `strict` refuses it. */
export type Profile = 'strict' | 'compat'

/** One thing wrong in a document. */
export interface Issue {
  /** A code of `issueCodes`, or `<action type>/<code>` for what an action found in its config. */
  readonly code: IssueCode | `${string}/${string}`
  /** With an error the document is not served; a warning is told and no more, unless it `blocks`. */
  readonly severity: 'error' | 'warning'
  /** Where in the file, with its keys in canonical spelling: `fulfillment.automatic.actions[0].config.url`. Empty for the document as a whole. */
  readonly path: string
  /** Path of the file inside the catalog. */
  readonly file: string
  /** From 1. */
  readonly line: number
  /** From 1, in UTF-16 units. */
  readonly column: number
  readonly message: string
  /** What to write instead. Absent: nothing near is known. */
  readonly suggestion?: string
  /** True when the item is shown and cannot be ordered because of this. */
  readonly blocks?: true
}

/** Keys and indexes from the root of a document. */
export type DocumentPath = readonly (string | number)[]

/** An issue before its place in the file is worked out. */
export interface Finding {
  readonly code: Issue['code']
  readonly severity: Issue['severity']
  readonly path: DocumentPath
  /** Characters from the start of the source. */
  readonly offset: number
  readonly message: string
  readonly suggestion?: string
  readonly blocks?: true
}

/** `a.b[0].c`; names that are no plain words stand in brackets. */
export const pathText = (path: DocumentPath): string =>
  path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`
    return /^[\w-]+$/.test(part) ? `${text}${text === '' ? '' : '.'}${part}` : `${text}[${JSON.stringify(part)}]`
  }, '')
