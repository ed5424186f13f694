import type { Instant } from '../json.js'
import type { RequestEvent } from './request-event.js'

/** The audit row of one commit: the events that were applied together, linked to the row before by its hash. */
export interface HistoryEntry {
  /** Version of the request after the last of the events. */
  readonly version: number
  /** Version after the first of them. */
  readonly firstVersion: number
  readonly commitId: string
  readonly at: Instant
  /** Id of the person, absent for the engine. */
  readonly actor?: string
  readonly types: readonly RequestEvent['type'][]
  readonly events: readonly RequestEvent[]
  /** SHA-256 over the canonical JSON of `events`, hex. */
  readonly eventsHash: string
  /** Link of the request's chain, hex; see `historyHash`. */
  readonly hash: string
}
