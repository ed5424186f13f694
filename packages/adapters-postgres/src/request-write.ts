import type { Commit, IdempotencyKey } from '@pao/core/ports'
import type { Batchable } from './coalesce/plan-batches.js'
import type { StepRows } from './commit-rows.js'
import { changedStepRows, commitRow, logRows, revisionRows, signalRows, submissionRow } from './commit-rows.js'
import type { Row } from './wire/columns.js'

/** The rows of a submission or a commit. */
export interface WriteRows {
  /** The request's, with what goes into the history. */
  readonly change: Row
  readonly steps: StepRows
  readonly revisions: readonly Row[]
  readonly signals: readonly Row[]
  readonly logs: readonly Row[]
}

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
  /** Made once: they may be sent several times, alone and with others. */
  readonly rows: WriteRows
}

/** Of a value that is no text, with its length. */
const VALUE_CHARACTERS = 12

const sizeOfRow = (row: Row): number => {
  let size = 0
  for (const value of row) size += typeof value === 'string' ? value.length + 4 : VALUE_CHARACTERS
  return size
}

const sizeOf = ({ change, steps, revisions, signals, logs }: WriteRows): number => {
  let size = sizeOfRow(change)
  for (const rows of [steps.known, steps.others, revisions, signals, logs]) for (const row of rows) size += sizeOfRow(row)
  return size
}

const writeOf = (kind: RequestWrite['kind'], commit: Commit, change: Row, marks: readonly string[]): RequestWrite => {
  const { after, commitId, owner } = commit
  const requestId = after.id.toLowerCase()
  const rows = { change, steps: changedStepRows(commit), revisions: revisionRows(commit), signals: signalRows(commit), logs: logRows(after.id, commit.logs) }
  const wide = rows.signals.length > 0 || rows.logs.length > 0 || (kind === 'commit' && rows.revisions.length > 0)
  return { kind, requestId, version: after.version, commitId, owner, wide, rows, size: sizeOf(rows), marks: [requestId, ...marks] }
}

export const commitWrite = (commit: Commit): RequestWrite => writeOf('commit', commit, commitRow(commit), [])

const keyMark = ({ principal, route, key }: IdempotencyKey): string => JSON.stringify([principal, route, key])

export const submissionWrite = (commit: Commit, idempotency: IdempotencyKey | undefined): RequestWrite =>
  writeOf('submission', commit, submissionRow(commit, idempotency), idempotency === undefined ? [] : [keyMark(idempotency)])
