import type { HistoryEntry, RequestEvent } from '@pao/core'
import type { Instant } from '@pao/core/action'
import { isoTime } from './step-view.js'

const timeOf = (event: RequestEvent): Instant => ('at' in event ? event.at : event.cause.at)

/** What of an event people may read: never inputs, outputs or payloads. */
const factsOf = (event: RequestEvent) => ({
  ...('step' in event ? { step: event.step } : {}),
  ...('execution' in event ? { execution: event.execution } : {}),
  ...('mode' in event ? { mode: event.mode } : {}),
  ...('failure' in event ? { code: event.failure.code, message: event.failure.message, kind: event.failure.kind } : {}),
  ...('why' in event ? { why: event.why } : {}),
  ...(event.type === 'step-parked' ? { waitingFor: event.waitFor.kind, ...(event.waitFor.kind === 'signal' ? { reference: event.waitFor.reference } : {}) } : {}),
  ...(event.type === 'external-status-changed' ? { status: event.status, reference: event.reference, ...(event.note === undefined ? {} : { note: event.note }) } : {}),
  ...(event.type === 'signal-received' ? { reference: event.reference } : {}),
  ...('warnings' in event && event.warnings !== undefined ? { warnings: event.warnings } : {}),
  ...('cause' in event ? { by: event.cause.by === 'system' ? 'system' : event.cause.by.id, ...(event.cause.reason === '' ? {} : { reason: event.cause.reason }) } : {}),
})

/** The story of a request, oldest first: one entry an event. Acceptance is shown as `submitted`. */
export const timeline = (history: readonly HistoryEntry[]) =>
  history.flatMap(({ events, firstVersion }) => events.map((event, index) => ({
    at: isoTime(timeOf(event)),
    version: firstVersion + index,
    type: event.type === 'request-accepted' ? 'submitted' : event.type,
    ...(event.type === 'request-accepted' ? { by: event.accepted.requester.id } : {}),
    ...factsOf(event),
  })))

/** When each step's present iteration was first begun, by step id. */
export const firstStarts = (history: readonly HistoryEntry[]): ReadonlyMap<string, Instant> => {
  const starts = new Map<string, Instant>()
  for (const event of history.flatMap(({ events }) => events)) {
    if (event.type === 'step-started' && (event.execution === 1 || !starts.has(event.step))) starts.set(event.step, event.at)
  }
  return starts
}
