import type { CatalogDefinitions } from '../ports/catalog-definitions.js'
import type { CatalogSyncs } from '../ports/catalog-syncs.js'
import type { Claims } from '../ports/claims.js'
import type { Clock } from '../ports/clock.js'
import type { RequestStore } from '../ports/request-store.js'
import type { StepCheckpoints } from '../ports/step-checkpoints.js'
import type { StepLogs } from '../ports/step-logs.js'
import { memoryCatalogDefinitions } from './memory-catalog-definitions.js'
import { memoryCatalogSyncs } from './memory-catalog-syncs.js'
import { memoryClaims } from './memory-claims.js'
import { memoryRequestStore } from './memory-request-store.js'
import { createMemoryState } from './memory-state.js'
import { memoryStepCheckpoints } from './memory-step-checkpoints.js'
import { memoryStepLogs } from './memory-step-logs.js'
import { systemClock } from './system-clock.js'

/** The ports that keep requests, over one shared state. */
export interface MemoryStores {
  readonly requests: RequestStore
  readonly claims: Claims
  readonly checkpoints: StepCheckpoints
  readonly logs: StepLogs
  readonly definitions: CatalogDefinitions
  readonly syncs: CatalogSyncs
}

/**
 * The reference adapters: what the laws of the ports mean, without a database. Nothing survives the process.
 * `clock` times leases, wake-ups and Idempotency-Keys; default: the system's.
 */
export const memoryStores = (clock: Clock = systemClock()): MemoryStores => {
  const state = createMemoryState(clock)
  return {
    requests: memoryRequestStore(state),
    claims: memoryClaims(state),
    checkpoints: memoryStepCheckpoints(state),
    logs: memoryStepLogs(state),
    definitions: memoryCatalogDefinitions(state),
    syncs: memoryCatalogSyncs(state),
  }
}
