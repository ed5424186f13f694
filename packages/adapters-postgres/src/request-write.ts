import type { Commit, IdempotencyKey } from '@pao/core/ports'
import type { Batchable } from './coalesce/plan-batches.js'
import type { JsonRow } from './commit-rows.js'
import { commitRow, submissionRow } from './commit-rows.js'

/** A submission or a commit, ready to be sent. */
export interface RequestWrite extends Batchable {
  readonly kind: 'submission' | 'commit'
  /** As PostgreSQL writes it. */
  readonly requestId: string
  readonly version: number
  readonly commitId: string
  readonly owner: string
  /** Whether it has rows of the rarer kinds: for a commit a revision, for both signals and logs. */
  readonly wide: boolean
  /** The row as JSON. Made once: a row may be sent several times, alone and with others. */
  readonly row: string
}

const writeOf = (kind: RequestWrite['kind'], { after, commitId, owner }: Commit, columns: JsonRow, marks: readonly string[]): RequestWrite => {
  const requestId = after.id.toLowerCase()
  const row = JSON.stringify(columns)
  const wide = columns['signals'] !== undefined || columns['logs'] !== undefined || (kind === 'commit' && columns['revisions'] !== undefined)
  return { kind, requestId, version: after.version, commitId, owner, wide, row, size: row.length, marks: [requestId, ...marks] }
}

export const commitWrite = (commit: Commit): RequestWrite => writeOf('commit', commit, commitRow(commit), [])

const keyMark = ({ principal, route, key }: IdempotencyKey): string => JSON.stringify([principal, route, key])

export const submissionWrite = (commit: Commit, idempotency: IdempotencyKey | undefined): RequestWrite =>
  writeOf('submission', commit, submissionRow(commit, idempotency), idempotency === undefined ? [] : [keyMark(idempotency)])
