import { limits } from './limits.js'
import type { Range, SourceLocation } from './syntax.js'
import type { TemplateIssue, TemplateIssueCode } from './template-issue.js'

/** Takes an issue. Answers `undefined`, so that a reader that gives up can return it. */
export type Report = (
  code: TemplateIssueCode, range: Range, message: string, more?: { readonly suggestion?: string; readonly severity?: 'warning' }
) => undefined

/** What all readers of one template share: the source, the place reached, and where issues go. */
export interface ParseSession {
  readonly source: string
  /** Next character to read. Only ever grows, which keeps reading linear. */
  at: number
  /** Parentheses, calls and `!` that are open. */
  depth: number
  readonly locate: (start: number, end: number) => SourceLocation
  readonly report: Report
}

/**
 * Collects issues up to the limit, each place and sentence once. An error is never lost to warnings before it: it takes
 * the last place.
 */
export function createReport(issues: TemplateIssue[]): Report {
  const seen = new Set<string>()
  let errors = 0
  return (code, [offset, end], message, more) => {
    const key = `${offset} ${code} ${message}`
    const severity = more?.severity ?? 'error'
    const full = issues.length >= limits.issues
    if (seen.has(key) || (full && (severity === 'warning' || errors > 0))) return undefined
    seen.add(key)
    if (full) issues.pop()
    if (severity === 'error') errors += 1
    issues.push({ code, severity, message, ...(more?.suggestion !== undefined && { suggestion: more.suggestion }), offset, end })
    return undefined
  }
}

/** Lines end as they do for Handlebars: LF, CRLF, or CR alone. */
function createLocate(source: string): ParseSession['locate'] {
  const starts = [0]
  for (const found of source.matchAll(/\r\n?|\n/g)) starts.push(found.index + found[0].length)
  const position = (offset: number): { line: number; column: number } => {
    let [low, high] = [0, starts.length - 1]
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((starts[middle] ?? 0) <= offset) low = middle
      else high = middle - 1
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) }
  }
  return (start, end) => ({ start: position(start), end: position(end) })
}

export const createSession = (source: string, report: Report): ParseSession =>
  ({ source, at: 0, depth: 0, locate: createLocate(source), report })

const space = /\s*/y

/** Moves over white space. */
export function skipSpace(session: ParseSession): void {
  space.lastIndex = session.at
  space.test(session.source)
  session.at = space.lastIndex
}

const identifier = /[^\s!"#%-,./;->@[-^`{-~]+/y

/** The name that begins here, or the empty text. Handlebars' rule: `-`, `_`, `$`, `:` and `?` belong to names. */
export function peekName(session: ParseSession, at = session.at): string {
  identifier.lastIndex = at
  return identifier.exec(session.source)?.[0] ?? ''
}

/** A node's place, from `start` to here or to `end`. */
export const placed = (session: ParseSession, start: number, end = session.at): { readonly loc: SourceLocation; readonly range: Range } =>
  ({ loc: session.locate(start, end), range: [start, end] })
