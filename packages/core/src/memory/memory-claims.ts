import type { Instant } from '../json.js'
import type { Claim, Claims } from '../ports/claims.js'
import { isFinal } from './memory-commit.js'
import type { MemoryRow, MemoryState } from './memory-state.js'
import { holdsClaim } from './memory-state.js'

interface ClaimOptions { readonly owner: string; readonly limit: number; readonly leaseMs: number }

const rank = { low: 0, normal: 1, high: 2, critical: 3 }

const byPriority = (a: MemoryRow, b: MemoryRow): number =>
  rank[b.stored.request.accepted.priority] - rank[a.stored.request.accepted.priority] || (a.wakeAt ?? 0) - (b.wakeAt ?? 0)

const byLease = (a: MemoryRow, b: MemoryRow): number => (a.claim?.until ?? 0) - (b.claim?.until ?? 0)

const claimRow = (state: MemoryState, row: MemoryRow, { owner, leaseMs }: ClaimOptions): Claim => {
  const requestId = row.stored.request.id
  const epoch = row.epoch + 1
  state.rows.set(requestId, { stored: row.stored, claim: { owner, until: state.clock.now() + leaseMs }, epoch })
  return { requestId, epoch }
}

const claimDue = (state: MemoryState, options: ClaimOptions): readonly Claim[] => {
  const now = state.clock.now()
  return [...state.rows.values()].filter((row) => row.claim === undefined && row.wakeAt !== undefined && row.wakeAt <= now)
    .sort(byPriority).slice(0, options.limit).map((row) => claimRow(state, row, options))
}

const claimLost = (state: MemoryState, options: ClaimOptions): readonly Claim[] => {
  const now = state.clock.now()
  return [...state.rows.values()].filter((row) => row.claim !== undefined && row.claim.until < now)
    .sort(byLease).slice(0, options.limit).map((row) => claimRow(state, row, options))
}

const renew: (state: MemoryState, options: Parameters<Claims['renew']>[0]) => Awaited<ReturnType<Claims['renew']>> = (state, { owner, requestIds, leaseMs }) =>
  requestIds.flatMap((requestId) => {
    const row = state.rows.get(requestId)
    if (row?.claim?.owner !== owner) return []
    state.rows.set(requestId, { ...row, claim: { owner, until: state.clock.now() + leaseMs } })
    const { version, status } = row.stored.request
    return [{ requestId, epoch: row.epoch, version, status: status.state }]
  })

const release = (state: MemoryState, { owner, requestId, epoch, wakeAt }: Parameters<Claims['release']>[0]): boolean => {
  const row = state.rows.get(requestId)
  if (row === undefined || !holdsClaim(row, owner, epoch)) return false
  state.rows.set(requestId, { stored: row.stored, epoch, ...(isFinal(row) ? {} : { wakeAt }) })
  return true
}

const nextDue = (state: MemoryState): Instant | undefined => {
  const due = [...state.rows.values()].flatMap(({ claim, wakeAt }) => claim === undefined && wakeAt !== undefined ? [wakeAt] : [])
  return due.length === 0 ? undefined : due.reduce((earliest, at) => Math.min(earliest, at))
}

/** Port Claims in memory. The store's clock is that of the state. */
export const memoryClaims = (state: MemoryState): Claims => ({
  claimDue: async (options) => claimDue(state, options),
  claimLost: async (options) => claimLost(state, options),
  renew: async (options) => renew(state, options),
  release: async (options) => release(state, options),
  nextDue: async () => nextDue(state),
})
