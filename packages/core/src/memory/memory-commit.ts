import { PaoError } from '../errors.js'
import type { Instant } from '../json.js'
import type { Commit, StoredRequest } from '../ports/request-store.js'
import type { RequestState } from '../request/request-status.js'
import { writeExpectedSignals } from './expected-signals.js'
import type { MemoryRow, MemoryState } from './memory-state.js'

const defaultLeaseMs = 30_000

const finalStates: readonly RequestState[] = ['completed', 'cancelled', 'rejected', 'aborted']
const carriedStates: readonly RequestState[] = ['queued', 'in_progress', 'cancelling']

export const isFinal = (row: MemoryRow): boolean => finalStates.includes(row.stored.request.status.state)

type Lease = Pick<MemoryRow, 'claim' | 'epoch'>

const leaseAfter = (row: MemoryRow | undefined, commit: Commit, now: Instant): Lease => {
  const epoch = row?.epoch ?? 0
  if (row?.claim === undefined) {
    return commit.claim === 'take' ? { claim: { owner: commit.owner, until: now + (commit.leaseMs ?? defaultLeaseMs) }, epoch: epoch + 1 } : { epoch }
  }
  if (commit.epoch === undefined) return { claim: row.claim, epoch }
  if (commit.claim === 'release') return { epoch }
  return { claim: { owner: row.claim.owner, until: commit.leaseMs === undefined ? row.claim.until : now + commit.leaseMs }, epoch }
}

const storedAfter = (row: MemoryRow | undefined, { after, entry }: Commit): StoredRequest => ({
  request: after,
  chainHash: entry.hash,
  createdAt: row?.stored.createdAt ?? after.accepted.at,
  updatedAt: entry.at,
  ...(finalStates.includes(after.status.state) ? { endedAt: entry.at } : {}),
})

/** Throws INVARIANT, before anything is written, for a request that nobody would carry on. */
const refuseStranded = (row: MemoryRow): MemoryRow => {
  const { request } = row.stored
  if (carriedStates.includes(request.status.state) && row.claim === undefined && row.wakeAt === undefined) {
    throw new PaoError('INVARIANT', `never_stranded: request ${request.id} would be ${request.status.state} with neither a claim nor a wake-at`)
  }
  return row
}

/** Writes a commit whose guards hold. */
export const writeCommit = (state: MemoryState, row: MemoryRow | undefined, commit: Commit): MemoryRow => {
  const written = refuseStranded({
    stored: state.keep(storedAfter(row, commit)),
    ...leaseAfter(row, commit, state.clock.now()),
    ...(commit.wakeAt === undefined ? {} : { wakeAt: commit.wakeAt }),
  })
  const { id } = commit.after
  state.rows.set(id, written)
  state.history.set(id, [...(state.history.get(id) ?? []), state.keep(commit.entry)])
  if (commit.logs.length > 0) state.logs.set(id, [...(state.logs.get(id) ?? []), ...state.keep(commit.logs)])
  writeExpectedSignals(state, row?.stored.request, commit)
  return written
}
