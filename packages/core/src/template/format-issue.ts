import type { TemplateIssue } from './template-issue.js'

/** An issue as one line: `1:3 output has no "create_queue" — did you mean output.create-queue?`. Counts from the start of the template. */
export function formatTemplateIssue(issue: TemplateIssue, source: string): string {
  const before = source.slice(0, issue.offset).split(/\r\n?|\n/)
  const place = `${before.length}:${(before.at(-1) ?? '').length + 1}`
  return `${place} ${issue.message}${issue.suggestion === undefined ? '' : ` — did you mean ${issue.suggestion}?`}`
}
