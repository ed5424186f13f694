import { PaoError } from '../errors.js'
import type { Commit, Committed, IdempotencyKey, RequestQuery, RequestStore, StoredRequest, Submitted } from '../ports/request-store.js'
import { writeCommit } from './memory-commit.js'
import type { MemoryRow, MemoryState } from './memory-state.js'
import { compoundKey, holdsClaim } from './memory-state.js'
import { isVisible } from './visibility.js'

const keptForMs = 24 * 60 * 60 * 1000

const keyOf = ({ principal, route, key }: IdempotencyKey): string => compoundKey(principal, route, key)

const recall = (state: MemoryState, idempotency: IdempotencyKey) => {
  const known = state.keys.get(keyOf(idempotency))
  if (known === undefined || known.expiresAt <= state.clock.now()) return undefined
  return { requestId: known.requestId, sameBody: known.bodyHash === idempotency.bodyHash }
}

const wasWritten = (state: MemoryState, { after, commitId }: Commit): boolean =>
  state.history.get(after.id)?.some((entry) => entry.commitId === commitId) ?? false

/** The epoch, if the writer holds the claim now. */
const heldEpoch = (row: MemoryRow | undefined, { owner }: Commit): { readonly epoch?: number } =>
  row?.claim?.owner === owner ? { epoch: row.epoch } : {}

const submit = (state: MemoryState, commit: Commit, idempotency?: IdempotencyKey): Submitted => {
  if (wasWritten(state, commit)) return { kind: 'accepted', ...heldEpoch(state.rows.get(commit.after.id), commit) }
  const known = idempotency === undefined ? undefined : recall(state, idempotency)
  if (known !== undefined) return { kind: 'replayed', ...known }
  if (state.rows.has(commit.after.id)) throw new PaoError('INVARIANT', `requests_pkey: request ${commit.after.id} exists already`)
  const row = writeCommit(state, undefined, commit)
  if (idempotency !== undefined) {
    state.keys.set(keyOf(idempotency), { requestId: commit.after.id, bodyHash: idempotency.bodyHash, expiresAt: state.clock.now() + keptForMs })
  }
  return { kind: 'accepted', ...heldEpoch(row, commit) }
}

const commit = (state: MemoryState, change: Commit): Committed => {
  const row = state.rows.get(change.after.id)
  if (wasWritten(state, change)) return { kind: 'committed', ...heldEpoch(row, change) }
  if (change.epoch !== undefined && !holdsClaim(row, change.owner, change.epoch)) return { kind: 'claim-lost' }
  const version = row?.stored.request.version ?? 0
  if (row === undefined || version !== change.expectedVersion) return { kind: 'conflict', version }
  return { kind: 'committed', ...heldEpoch(writeCommit(state, row, change), change) }
}

const matches = ({ request, createdAt }: StoredRequest, query: RequestQuery): boolean =>
  isVisible(request, query.viewer, query.scope) &&
  (query.status === undefined || query.status.includes(request.status.state)) &&
  (query.subjectId === undefined || query.subjectId === request.accepted.subject.id) &&
  (query.from === undefined || createdAt >= query.from) &&
  (query.to === undefined || createdAt < query.to)

type Position = { readonly createdAt: number; readonly id: string }

const positionOf = ({ createdAt, request }: StoredRequest): Position => ({ createdAt, id: request.id })

/** Negative when `a` stands before `b` in the order created_at desc, id desc. */
const compare = (a: Position, b: Position): number => b.createdAt - a.createdAt || (a.id === b.id ? 0 : a.id < b.id ? 1 : -1)

const list = (state: MemoryState, query: RequestQuery) => {
  const { after } = query
  const found = [...state.rows.values()].map((row) => row.stored)
    .filter((stored) => matches(stored, query) && (after === undefined || compare(positionOf(stored), after) > 0))
    .sort((a, b) => compare(positionOf(a), positionOf(b)))
  return { data: found.slice(0, query.limit), hasMore: found.length > query.limit }
}

/** Port RequestStore in memory: everything happens within one turn of the event loop, so all of it is atomic. */
export const memoryRequestStore = (state: MemoryState): RequestStore => ({
  submit: async (change, idempotency) => submit(state, change, idempotency),
  commit: async (change) => commit(state, change),
  load: async (id) => state.rows.get(id)?.stored,
  find: async (id, viewer) => {
    const stored = state.rows.get(id)?.stored
    return stored !== undefined && isVisible(stored.request, viewer) ? stored : undefined
  },
  list: async (query) => list(state, query),
  history: async (id) => state.history.get(id) ?? [],
  expecting: async (service, reference) => state.expected.get(compoundKey(service, reference)),
  recall: async (idempotency) => recall(state, idempotency),
})
