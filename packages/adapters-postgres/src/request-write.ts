import type { Commit, IdempotencyKey } from '@pao/core/ports'
import type { Batchable } from './coalesce/plan-batches.js'
import { commitRow, submissionRow } from './commit-rows.js'

/** A submission or a commit, ready to be sent. */
export interface RequestWrite extends Batchable {
  readonly kind: 'submission' | 'commit'
  /** As PostgreSQL writes it. */
  readonly requestId: string
  readonly version: number
  readonly commitId: string
  readonly owner: string
  /** The row as JSON. Made once: a row may be sent several times, alone and with others. */
  readonly row: string
}

const writeOf = (kind: RequestWrite['kind'], { after, commitId, owner }: Commit, row: string, marks: readonly string[]): RequestWrite => {
  const requestId = after.id.toLowerCase()
  return { kind, requestId, version: after.version, commitId, owner, row, size: row.length, marks: [requestId, ...marks] }
}

export const commitWrite = (commit: Commit): RequestWrite => writeOf('commit', commit, JSON.stringify(commitRow(commit)), [])

const keyMark = ({ principal, route, key }: IdempotencyKey): string => JSON.stringify([principal, route, key])

export const submissionWrite = (commit: Commit, idempotency: IdempotencyKey | undefined): RequestWrite =>
  writeOf('submission', commit, JSON.stringify(submissionRow(commit, idempotency)), idempotency === undefined ? [] : [keyMark(idempotency)])
