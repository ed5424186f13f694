import type { MemoryRow, MemoryState } from '../../../src/memory/memory-state.js'
import type { Commit, Committed, StoredRequest, Submitted, Viewer } from '../../../src/ports/request-store.js'
import type { HistoryEntry } from '../../../src/request/history-entry.js'
import type { SimulatedItem } from './items.js'
import type { Scenario } from './scenario.js'
import type { Vendor } from './vendor.js'

/** One write that reached the store, and what it changed there. */
export interface Write {
  readonly sequence: number
  readonly kind: 'submit' | 'commit'
  readonly commit: Commit
  readonly answer: Committed | Submitted
  /** The row before and after. Absent: there was none. */
  readonly before?: MemoryRow
  readonly after?: MemoryRow
  /** How many history entries and log lines the request had before and after. */
  readonly grown: { readonly history: number; readonly logs: number }
}

/** A claim that a process was given. */
export interface Grant {
  readonly sequence: number
  readonly requestId: string
  readonly epoch: number
  readonly owner: string
  /** Whether another owner's lease still ran at that moment. */
  readonly held: boolean
}

/** An execution that began, and the request as it was stored at that moment. */
export interface Begun {
  readonly sequence: number
  readonly key: string
  readonly attempt: number
  readonly row: MemoryRow | undefined
}

/** A submission as its client knows it. */
export interface Client {
  readonly key: string
  readonly person: string
  readonly name: string
  /** What came back, if anything did. */
  readonly answered?: string
}

/** What a reader was shown. */
export interface Reading {
  readonly viewer: Viewer
  readonly what: 'find' | 'list' | 'logs' | 'retry' | 'abort'
  readonly request: StoredRequest
}

/** Everything that is known of a run: what the engine has kept, and what the outside saw, each without the other. */
export interface Evidence {
  readonly scenario: Scenario
  readonly item: SimulatedItem
  readonly state: MemoryState
  readonly vendor: Vendor
  readonly writes: readonly Write[]
  readonly grants: readonly Grant[]
  readonly begun: readonly Begun[]
  readonly clients: readonly Client[]
  readonly readings: readonly Reading[]
  /** Decisions that were answered as done: the version that the answer showed. */
  readonly decisions: readonly { readonly requestId: string; readonly version: number }[]
  /** How often a person has said that nothing exists under a key. */
  readonly saidAbsent: ReadonlyMap<string, number>
  /** What did not come to rest in time once nothing went wrong any more. */
  readonly stuck: readonly string[]
  /** Errors that the engine logged, and answers that nobody should get. */
  readonly errors: readonly string[]
  /** Values that must be nowhere, and what was told where the item has such values. */
  readonly canaries: readonly string[]
  readonly told: readonly string[]
  /** Timers that were left when everything was stopped. */
  readonly timersLeft: number
  readonly reached: ReadonlySet<string>
}

export const entriesOf = ({ state }: Evidence, requestId: string): readonly HistoryEntry[] => state.history.get(requestId) ?? []

export const rowsOf = ({ state }: Evidence): readonly MemoryRow[] => [...state.rows.values()]
