import { hashOfJson } from '../canonical-json.js'
import type { Instant } from '../json.js'
import type { RequestEvent } from './request-event.js'

/** What one link of a request's audit chain binds together; all but `previous` are columns of the history row. */
export interface HistoryLink {
  /** Hash of the link before, hex. Absent for the first. */
  readonly previous?: string | undefined
  readonly requestId: string
  /** Version of the request after the first event of the commit, and after the last. */
  readonly firstVersion: number
  readonly version: number
  readonly commitId: string
  readonly at: Instant
  /** Id of the person. Absent for the engine. */
  readonly actor?: string | undefined
  readonly types: readonly RequestEvent['type'][]
  readonly eventsHash: string
}

/** SHA-256 over the canonical JSON of the events, hex. Stays when retention empties the events. */
export const eventsHash = (events: readonly RequestEvent[]): string => hashOfJson(events)

/** The link's hash, hex: it changes with any member and with any earlier link. */
export const historyHash = ({ previous, requestId, firstVersion, version, commitId, at, actor, types, eventsHash: events }: HistoryLink): string =>
  hashOfJson([previous ?? null, requestId, firstVersion, version, commitId, at, actor ?? null, types, events])
