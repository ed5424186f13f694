import type { Instant, Json } from '../json.js'
import type { CatalogDefinition } from '../ports/catalog-definitions.js'
import type { Clock } from '../ports/clock.js'
import type { LogLine, StoredRequest } from '../ports/request-store.js'
import type { CheckpointValue } from '../ports/step-checkpoints.js'
import type { HistoryEntry } from '../request/history-entry.js'
import { frozenCopy } from './frozen-copy.js'

/** One request with its claim: what a row of a database would hold. Replaced as a whole by every change. */
export interface MemoryRow {
  readonly stored: StoredRequest
  readonly claim?: { readonly owner: string; readonly until: Instant }
  readonly epoch: number
  readonly wakeAt?: Instant
}

/** What the memory adapters of one set share. */
export interface MemoryState {
  readonly clock: Clock
  /** What stands for a value of a commit from now on, and changes with nothing that its writer does. */
  readonly keep: <Value>(value: Value) => Value
  readonly rows: Map<string, MemoryRow>
  readonly history: Map<string, readonly HistoryEntry[]>
  readonly keys: Map<string, { readonly requestId: string; readonly bodyHash: string; readonly expiresAt: Instant }>
  readonly expected: Map<string, { readonly requestId: string; readonly step: string }>
  readonly checkpoints: Map<string, Map<string, CheckpointValue>>
  readonly logs: Map<string, readonly LogLine[]>
  readonly definitions: Map<string, CatalogDefinition>
}

export const createMemoryState = (clock: Clock, keep: MemoryState['keep'] = frozenCopy): MemoryState => ({
  clock,
  keep,
  rows: new Map(),
  history: new Map(),
  keys: new Map(),
  expected: new Map(),
  checkpoints: new Map(),
  logs: new Map(),
  definitions: new Map(),
})

/** A map's key out of several parts, without any two lists of parts sharing one. */
export const compoundKey = (...parts: readonly Json[]): string => JSON.stringify(parts)

/** Whether the owner holds the request under this epoch. A lease that ran out still counts until somebody takes the request over. */
export const holdsClaim = (row: MemoryRow | undefined, owner: string, epoch: number): boolean =>
  row?.claim?.owner === owner && row.epoch === epoch
