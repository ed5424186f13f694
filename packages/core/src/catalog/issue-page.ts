import { templateIssueCodes } from '../template/template-issue-codes.js'
import { type CatalogIssueCode, type IssueDescription, catalogIssueCodes } from './issue-codes.js'
import { issueExamples } from './issue-examples.js'

/** What is to be known of a code. */
export interface IssuePage {
  readonly code: string
  /** `catalog`: of documents. `template`: of a template within one. */
  readonly area: 'catalog' | 'template'
  readonly severity: IssueDescription['severity']
  readonly title: string
  readonly cure: string
  /** True when the cure can be written without asking anybody: the issue's suggestion, or the removal of what does nothing. */
  readonly fixable: boolean
  /** A place of a document without the issue. */
  readonly good: string
  /** The same place with it. */
  readonly bad: string
}

/** Codes with one cure that changes nothing of what a document means. */
const fixable: ReadonlySet<string> = new Set<CatalogIssueCode | keyof typeof templateIssueCodes>([
  'version-not-text', 'older-key', 'older-value', 'all-teams', 'empty-key', 'file-name', 'non-text-key', 'constant-name', 'condition-always', 'triple',
])

/** The page of a code; `undefined` for one that there is not, and for those of actions, which say it in their message. */
export const issuePage = (code: string): IssuePage | undefined => {
  if (Object.hasOwn(catalogIssueCodes, code)) {
    const known = code as CatalogIssueCode
    return { code, area: 'catalog', ...catalogIssueCodes[known], fixable: fixable.has(code), ...issueExamples[known] }
  }
  if (!Object.hasOwn(templateIssueCodes, code)) return undefined
  return { code, area: 'template', ...templateIssueCodes[code as keyof typeof templateIssueCodes], fixable: fixable.has(code) }
}

/** Every code that has a page, sorted. */
export const issueCodeNames: readonly string[] = [...new Set([...Object.keys(catalogIssueCodes), ...Object.keys(templateIssueCodes)])].sort()
