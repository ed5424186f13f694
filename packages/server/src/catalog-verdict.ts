import type { CatalogSnapshot, CatalogVerdict } from '@pao/core/ports'
import type { CatalogIssue } from './catalog-report.js'

const byPlace = (left: CatalogIssue, right: CatalogIssue): number =>
  (left.file < right.file ? -1 : left.file > right.file ? 1 : left.line - right.line || left.column - right.column)

const counted = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`

/** What the authors of a commit are told. What was found outside of the catalog's documents has no place in it and is only counted. */
export const verdictOf = (commit: string, { files }: Pick<CatalogSnapshot, 'files'>, issues: readonly CatalogIssue[]): CatalogVerdict => {
  const paths = new Set(files.map(({ path }) => path))
  const [errors, warnings] = [issues.filter(({ severity }) => severity === 'error'), issues.filter(({ severity }) => severity === 'warning')]
  const bad = new Set(errors.map(({ file }) => file)).size
  const found = `${counted(errors.length, 'error')} and ${counted(warnings.length, 'warning')} in ${counted(files.length, 'file')}`
  return {
    commit, state: bad === 0 ? 'success' : 'failure',
    summary: bad === 0 ? `The catalog is served: ${found}.` : `${counted(bad, 'file')} ${bad === 1 ? 'is' : 'are'} not served as ${bad === 1 ? 'it stands' : 'they stand'}: ${found}.`,
    annotations: issues.filter(({ file }) => paths.has(file)).toSorted(byPlace).map(({ file, line, column, severity, code, message }) => ({ path: file, line, column, severity, code, message })),
  }
}
