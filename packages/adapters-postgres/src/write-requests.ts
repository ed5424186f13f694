import { PaoError } from '@pao/core'
import type { Commit, Committed, IdempotencyKey, Submitted } from '@pao/core/ports'
import { changedStepRows, commitRow, logRows, revisionRows, signalRows, submissionRow } from './commit-rows.js'
import type { Database } from './database.js'
import { attemptOver, isPool } from './database.js'
import { violates } from './database-error.js'
import { runStatement } from './run-statement.js'
import { commit as commitStatement, commitWide, standing } from './sql/commit.js'
import { recall as recallStatement, submit as submitStatement, submitWide } from './sql/submit.js'

interface Written { readonly id: string; readonly epoch: number | null }

interface Standing { readonly version: number; readonly claim_epoch: number; readonly claim_owner: string | null; readonly written: boolean }

const json = (rows: readonly unknown[]): string => JSON.stringify(rows)

const epochOf = (epoch: number | null | undefined): { readonly epoch?: number } => epoch === null || epoch === undefined ? {} : { epoch }

/** Read in a statement of its own: the one that wrote nothing may have seen an older state than the one that refused it. */
const standingOf = async (database: Database, schema: string, { after, commitId, owner }: Commit) => {
  const [row] = await runStatement<Standing>(database, standing(schema), [after.id, after.version, commitId])
  return row && { ...row, heldEpoch: row.claim_owner === owner ? row.claim_epoch : undefined }
}

const runCommit = async (database: Database, schema: string, commit: Commit): Promise<Written | undefined> => {
  const [revisions, signals, logs] = [revisionRows(commit), signalRows(commit), logRows(commit.after.id, commit.logs)]
  const lean = [json([commitRow(commit)]), json(changedStepRows(commit))]
  const [row] = revisions.length + signals.length + logs.length === 0
    ? await runStatement<Written>(database, commitStatement(schema), lean)
    : await runStatement<Written>(database, commitWide(schema), [...lean, json(revisions), json(signals), json(logs)])
  return row
}

/**
 * Sent again after a broken connection, the statement finds its own work and writes nothing: the version has risen. Whether
 * the work was its own is in the history, under the commit's id.
 */
export const writeCommit = (database: Database, schema: string, commit: Commit): Promise<Committed> => attemptOver(database)(async () => {
  const row = await runCommit(database, schema, commit)
  if (row !== undefined) return { kind: 'committed', ...epochOf(row.epoch) }
  const now = await standingOf(database, schema, commit)
  if (now?.written === true) return { kind: 'committed', ...epochOf(now.heldEpoch) }
  if (commit.epoch !== undefined && (now?.heldEpoch !== commit.epoch)) return { kind: 'claim-lost' }
  return { kind: 'conflict', version: now?.version ?? 0 }
})

const runSubmit = async (database: Database, schema: string, commit: Commit, idempotency: IdempotencyKey | undefined): Promise<Written | undefined> => {
  const [signals, logs] = [signalRows(commit), logRows(commit.after.id, commit.logs)]
  const lean = [json([submissionRow(commit, idempotency)]), json(changedStepRows(commit)), json(revisionRows(commit))]
  const [row] = signals.length + logs.length === 0
    ? await runStatement<Written>(database, submitStatement(schema), lean)
    : await runStatement<Written>(database, submitWide(schema), [...lean, json(signals), json(logs)])
  return row
}

export const recallKey = async (database: Database, schema: string, { principal, route, key, bodyHash }: IdempotencyKey) => {
  const [row] = await runStatement<{ request_id: string; same_body: boolean }>(database, recallStatement(schema), [principal, route, key, bodyHash])
  return row && { requestId: row.request_id, sameBody: row.same_body }
}

/** Sent again after a broken connection, the key or the primary key refuses what was written already. */
export const writeSubmission = (database: Database, schema: string, commit: Commit, idempotency?: IdempotencyKey): Promise<Submitted> => attemptOver(database)(async () => {
  const settled = async (): Promise<Submitted | undefined> => {
    const now = await standingOf(database, schema, commit)
    return now?.written === true ? { kind: 'accepted', ...epochOf(now.heldEpoch) } : undefined
  }
  try {
    const row = await runSubmit(database, schema, commit, idempotency)
    if (row !== undefined) return { kind: 'accepted', ...epochOf(row.epoch) }
  } catch (error) {
    const before = isPool(database) && violates(error, 'requests_pkey') ? await settled() : undefined
    if (before === undefined) throw error
    return before
  }
  const known = await settled()
  if (known !== undefined) return known
  const recalled = idempotency === undefined ? undefined : await recallKey(database, schema, idempotency)
  if (recalled !== undefined) return { kind: 'replayed', ...recalled }
  throw new PaoError('STORE_UNAVAILABLE', 'The Idempotency-Key ran out while it was looked up', { retryable: true })
})
