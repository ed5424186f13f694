import { syncLimits } from '../catalog/sync-limits.js'
import type { Instant } from '../json.js'
import type { CatalogChange, CatalogSync, CatalogSyncs, CatalogSyncState, FileValidation, ServedVersion, SyncClaim } from '../ports/catalog-syncs.js'
import { frozenCopy } from './frozen-copy.js'
import { compoundKey, type MemoryState } from './memory-state.js'

/** What the replicas of one set of stores share. */
interface Shared {
  state: CatalogSyncState
  claim?: SyncClaim & { until: Instant }
  epoch: number
  /** Hash of the served definition by item id. */
  readonly served: Map<string, string>
  readonly versions: Map<string, readonly ServedVersion[]>
  readonly validations: Map<string, readonly FileValidation[]>
  readonly found: Map<string, FileValidation['issues']>
  readonly deliveries: Map<string, Instant>
}

const isSame = (left: unknown, right: unknown): boolean => JSON.stringify(left) === JSON.stringify(right)

const endVersion = ({ versions }: Shared, itemId: string, at: Instant): readonly ServedVersion[] => {
  const ended = (versions.get(itemId) ?? []).map((one) => (one.withdrawnAt === undefined ? { ...one, withdrawnAt: at } : one))
  versions.set(itemId, ended)
  return ended
}

const note = ({ validations, found }: Shared, { at, commit }: CatalogSync, { findings, forget }: CatalogChange): void => {
  for (const { path, issues } of findings) {
    found.set(path, frozenCopy(issues))
    const before = validations.get(path) ?? []
    if (before[0] !== undefined && isSame(before[0].issues, issues)) continue
    validations.set(path, [frozenCopy({ at, issues, ...(commit === undefined ? {} : { commit }) }), ...before].slice(0, syncLimits.validations))
  }
  for (const path of forget) found.delete(path)
}

const replace = (shared: Shared, { definitions }: MemoryState, sync: CatalogSync, change: CatalogChange): void => {
  for (const definition of change.serve) {
    const { hash, itemId, version, path } = definition
    const ended = endVersion(shared, itemId, sync.at)
    definitions.set(hash, frozenCopy(definition))
    shared.served.set(itemId, hash)
    shared.versions.set(itemId, [{ hash, version, path, servedAt: sync.at, ...(sync.commit === undefined ? {} : { commit: sync.commit }) }, ...ended])
  }
  for (const itemId of change.withdraw) {
    endVersion(shared, itemId, sync.at)
    shared.served.delete(itemId)
  }
  note(shared, sync, change)
  shared.state = { latest: frozenCopy(sync), checkedAt: sync.at }
}

/** Port CatalogSyncs in memory. */
export const memoryCatalogSyncs = (state: MemoryState): CatalogSyncs => {
  const shared: Shared = { state: {}, epoch: 0, served: new Map(), versions: new Map(), validations: new Map(), found: new Map(), deliveries: new Map() }
  const isCurrent = ({ owner, epoch }: SyncClaim): boolean => shared.claim?.owner === owner && shared.claim.epoch === epoch
  return {
    claim: async (owner, leaseMs) => {
      const now = state.clock.now()
      if (shared.claim !== undefined && shared.claim.owner !== owner && shared.claim.until > now) return undefined
      shared.epoch += 1
      shared.claim = { owner, epoch: shared.epoch, until: now + leaseMs }
      return { owner, epoch: shared.epoch }
    },
    renew: async (claim, leaseMs) => {
      if (!isCurrent(claim)) return false
      shared.claim = { ...claim, until: state.clock.now() + leaseMs }
      return true
    },
    release: async (claim) => {
      if (isCurrent(claim)) delete shared.claim
    },
    state: async () => shared.state,
    record: async (claim, sync, change) => {
      if (!isCurrent(claim)) return 'claim-lost'
      if (isSame(shared.state.latest, sync)) return 'recorded'
      if (sync.number !== (shared.state.latest?.number ?? 0) + 1) return 'claim-lost'
      replace(shared, state, sync, change)
      return 'recorded'
    },
    checked: async (claim, at, problem) => {
      if (!isCurrent(claim)) return 'claim-lost'
      const { problem: _before, ...rest } = shared.state
      shared.state = problem === undefined ? { ...rest, checkedAt: at } : { ...rest, problem }
      return 'noted'
    },
    served: async () => [...shared.served].flatMap(([itemId, hash]) => {
      const definition = state.definitions.get(hash)
      if (definition === undefined) return []
      const { source: _source, ...told } = definition
      return [{ ...told, path: shared.versions.get(itemId)?.[0]?.path ?? told.path }]
    }),
    sources: async (hashes) => [...new Set(hashes)].flatMap((hash) => state.definitions.get(hash) ?? []),
    versions: async (itemId, limit) => frozenCopy((shared.versions.get(itemId) ?? []).slice(0, limit)),
    findings: async () => [...shared.found].flatMap(([path, issues]) => (issues.length === 0 ? [] : [{ path, issues }])),
    validations: async (path) => shared.validations.get(path) ?? [],
    firstSeen: async (host, deliveryId, at) => {
      for (const [key, seenAt] of shared.deliveries) if (seenAt < at - syncLimits.deliveryMs) shared.deliveries.delete(key)
      const key = compoundKey(host, deliveryId)
      if (shared.deliveries.has(key)) return false
      shared.deliveries.set(key, at)
      return true
    },
  }
}
