import type { Held } from './coalesce/coalescer.js'
import type { Database } from './database.js'
import { attemptOver, isPool } from './database.js'
import { isDataError, isLockTimeout, storeError, violates } from './database-error.js'
import type { RequestWrite } from './request-write.js'
import { runStatement } from './run-statement.js'
import { commit, commits as manyCommits, standing } from './sql/commit.js'
import type { RowKind, RowStatement } from './sql/row-statement.js'
import { rowKinds } from './sql/row-statement.js'
import { submissions, submit } from './sql/submit.js'
import { write } from './sql/write.js'
import type { Row } from './wire/columns.js'
import { withParameters } from './wire/columns.js'

/** How a request stands that a write found otherwise than it expected. */
interface Standing {
  readonly version: number
  /** When the writer holds the claim. */
  readonly heldEpoch?: number
}

export type Settled =
  /** `epoch` when the writer holds the claim. */
  | { readonly kind: 'written'; readonly epoch?: number }
  /** The guards refused it. `standing` is absent when the request is not stored. */
  | { readonly kind: 'refused'; readonly standing?: Standing }

export type HeldWrite = Held<RequestWrite, Settled>

/** A row that somebody else holds keeps a batch waiting no longer than this; then each of its rows waits for itself. */
const longestLockWaitMs = 300

interface Written { readonly id: string; readonly epoch: number | null }

interface StandingRow { readonly id: string; readonly version: number; readonly claim_epoch: number; readonly claim_owner: string | null; readonly written: boolean }

/** Sorted: two processes that write the same requests lock them in the same order. */
const sorted = (batch: readonly HeldWrite[]): readonly RequestWrite[] =>
  batch.map(({ write }) => write).sort((a, b) => a.requestId < b.requestId ? -1 : 1)

type Chosen = Readonly<Record<RequestWrite['kind'], readonly RequestWrite[]>>

/** The rows of each kind in a batch. */
const rowsOf: Readonly<Record<RowKind, (chosen: Chosen) => readonly Row[]>> = {
  submissions: ({ submission }) => submission.map(({ rows }) => rows.change),
  firstSteps: ({ submission }) => submission.flatMap(({ rows }) => rows.steps.others),
  firstRevisions: ({ submission }) => submission.flatMap(({ rows }) => rows.revisions),
  commits: ({ commit: commits }) => commits.map(({ rows }) => rows.change),
  knownSteps: ({ commit: commits }) => commits.flatMap(({ rows }) => rows.steps.known),
  otherSteps: ({ commit: commits }) => commits.flatMap(({ rows }) => rows.steps.others),
  revisions: ({ commit: commits }) => commits.flatMap(({ rows }) => rows.revisions),
  signals: ({ submission, commit: commits }) => [...submission, ...commits].flatMap(({ rows }) => rows.signals),
  logs: ({ submission, commit: commits }) => [...submission, ...commits].flatMap(({ rows }) => rows.logs),
}

const isLean = (batch: readonly HeldWrite[]): boolean => batch.length === 1 && batch[0]?.write.wide === false

const statementFor = (schema: string, { submission, commit: commits }: Chosen, lean: boolean): RowStatement => {
  if (commits.length === 0) return lean ? submit(schema) : submissions(schema)
  if (submission.length === 0) return lean ? commit(schema) : manyCommits(schema)
  return write(schema)
}

const run = (database: Database, schema: string, batch: readonly HeldWrite[]): Promise<readonly Written[]> => {
  const writes = sorted(batch)
  const chosen: Chosen = { submission: writes.filter(({ kind }) => kind === 'submission'), commit: writes.filter(({ kind }) => kind === 'commit') }
  const lean = isLean(batch)
  const statement = statementFor(schema, chosen, lean)
  const sets = statement.kinds.map((kind) => ({ columns: rowKinds[kind], rows: rowsOf[kind](chosen) }))
  return withParameters(sets, (rows) => runStatement(database, statement, lean ? rows : [...rows, batch.length === 1 ? null : longestLockWaitMs]))
}

const epochOf = (epoch: number | null): { readonly epoch?: number } => epoch === null ? {} : { epoch }

/** What comes back was written; what does not, the guards refused, or an earlier sending has written it. */
const send = async (database: Database, schema: string, batch: readonly HeldWrite[]): Promise<ReadonlyMap<HeldWrite, Settled>> => {
  const epochs = new Map((await run(database, schema, batch)).map(({ id, epoch }) => [id, epoch]))
  return new Map(batch.map((held) => {
    const epoch = epochs.get(held.write.requestId)
    return [held, epoch === undefined ? { kind: 'refused' } : { kind: 'written', ...epochOf(epoch) }]
  }))
}

const settledOf = ({ version, claim_epoch, claim_owner, written }: StandingRow, { owner }: RequestWrite): Settled => {
  const heldEpoch = claim_owner === owner ? claim_epoch : null
  return written ? { kind: 'written', ...epochOf(heldEpoch) } : { kind: 'refused', standing: { version, ...(heldEpoch === null ? {} : { heldEpoch }) } }
}

/** Reads, in a statement of its own, what became of writes: the one that wrote nothing may have seen an older state than the one that refused it. */
const settle = async (database: Database, schema: string, batch: readonly HeldWrite[]): Promise<ReadonlyMap<HeldWrite, Settled>> => {
  const writes = batch.map(({ write }) => write)
  const rows = await runStatement<StandingRow>(database, standing(schema), [
    writes.map(({ requestId }) => requestId), writes.map(({ version }) => version), writes.map(({ commitId }) => commitId)])
  const byId = new Map(rows.map((row) => [row.id, row]))
  return new Map(batch.map((held) => {
    const row = byId.get(held.write.requestId)
    return [held, row === undefined ? { kind: 'refused' } : settledOf(row, held.write)]
  }))
}

/** Tells those that are written, and gives back the others. */
const tellWritten = (settled: ReadonlyMap<HeldWrite, Settled>): readonly HeldWrite[] =>
  [...settled].flatMap(([held, answer]) => {
    if (answer.kind === 'refused') return [held]
    held.tell(answer)
    return []
  })

/** One row spoils it for all: its data, or a lock that somebody holds on it. */
const isOfOneRow = (error: unknown, batch: readonly HeldWrite[]): boolean => isDataError(error) || (isLockTimeout(error) && batch.length > 1)

/**
 * Sends a batch and tells each of its writes what became of it. After a broken connection it asks first, on another one, which writes have
 * arrived, by their commit ids in the history, and sends what is absent: nothing is applied twice. Rejects when what was not told cannot be sent.
 */
export const writeBatch = async (database: Database, schema: string, batch: readonly HeldWrite[]): Promise<void> => {
  let open = batch
  let sent = false
  const refusal = await attemptOver(database)(async (): Promise<{ readonly error: unknown } | undefined> => {
    if (sent) open = tellWritten(await settle(database, schema, open))
    if (open.length === 0) return undefined
    sent = true
    try {
      open = tellWritten(await send(database, schema, open))
    } catch (error) {
      if (isPool(database) && isOfOneRow(error, open)) return { error }
      throw error
    }
    if (open.length > 0) for (const [held, answer] of await settle(database, schema, open)) held.tell(answer)
    return undefined
  })
  if (refusal !== undefined) await divide(database, schema, open, refusal.error)
}

/** Rolled back for the sake of one row: the others are written without it. */
const divide = async (database: Database, schema: string, batch: readonly HeldWrite[], error: unknown): Promise<void> => {
  if (isLockTimeout(error)) {
    // Not waited for: the slot is free for those who wait for nobody.
    for (const held of batch) writeBatch(database, schema, [held]).catch((failure: unknown) => { held.fail(failure) })
    return
  }
  // A submission that was written before: its own work is in its way.
  const left = violates(error, 'requests_pkey') ? await attemptOver(database)(async () => tellWritten(await settle(database, schema, batch))) : batch
  if (left.length < batch.length) return writeBatch(database, schema, left)
  const [first, ...others] = left
  if (first === undefined) return
  if (others.length === 0) return first.fail(storeError(error))
  const half = Math.ceil(left.length / 2)
  await writeBatch(database, schema, left.slice(0, half))
  await writeBatch(database, schema, left.slice(half))
}
