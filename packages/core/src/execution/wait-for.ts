import type { ExternalReference, Park } from '../action/outcome.js'
import type { Instant } from '../json.js'
import type { WaitFor } from '../request/wait-for.js'
import type { Redactor } from '../redactor.js'
import { storableText } from './storable.js'

/** How long a step waits for a signal where nothing says otherwise (spec/machine.md, manual mode). */
const DEFAULT_WAIT_MS = 90 * 24 * 60 * 60 * 1000

/** The first poll comes soon, however rare the others are: it shows people how what they wait for stands. */
const FIRST_POLL_MS = 1_000

/** Stores write moments with four digits of the year. */
const LATEST: Instant = Date.UTC(9999, 11, 31)

const isLength = (value: unknown): boolean => value === undefined || (typeof value === 'number' && value >= 0)

const isReference = (reference: Partial<ExternalReference> | undefined): boolean =>
  typeof reference?.service === 'string' && reference.service !== '' && typeof reference.id === 'string' && reference.id !== ''
  && (reference.url === undefined || typeof reference.url === 'string')

/** Whether a plugin's wish to wait is one that can be kept. */
export const isPark = (park: Park | undefined): park is Park => {
  if (park?.until === 'time') return typeof park.at === 'number' && !Number.isNaN(park.at)
  return park?.until === 'signal' && isReference(park.reference) && isLength(park.timeoutMs) && isLength(park.pollEveryMs) && park.pollEveryMs !== Infinity
}

/** A moment that every store can keep: no fraction of a millisecond, nothing behind the last year. */
export const storableMoment = (at: Instant): Instant => Math.ceil(Math.min(Math.max(at, 0), LATEST))

/** An action's wish to wait, with every length turned into a moment. */
export const waitForOf = (park: Park, now: Instant, redactor: Redactor): WaitFor => {
  if (park.until === 'time') return { kind: 'time', until: storableMoment(park.at) }
  const text = (value: string): string => redactor.text(storableText(value))
  const { service, id, url } = park.reference
  return {
    kind: 'signal',
    reference: { service: text(service), id: text(id), ...(url === undefined ? {} : { url: text(url) }) },
    until: storableMoment(now + (park.timeoutMs ?? DEFAULT_WAIT_MS)),
    ...(park.pollEveryMs === undefined ? {} : { pollEveryMs: park.pollEveryMs, pollAt: storableMoment(now + Math.min(park.pollEveryMs, FIRST_POLL_MS)) }),
    onTimeout: park.onTimeout ?? 'fail',
  }
}
