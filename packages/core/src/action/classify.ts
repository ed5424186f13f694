import { isPaoError } from '../errors.js'
import { isActionFailure } from './action-failure.js'
import { wasSent } from './http.js'
import type { Classification } from './outcome.js'

/** Statuses that say "not now": the server did not act. */
const RETRYABLE_STATUSES: ReadonlySet<number> = new Set([408, 425, 429])

const retryAfterMs = (header: string | undefined, now: number): number | undefined => {
  if (header === undefined) return undefined
  const seconds = Number(header)
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000)
  const date = Date.parse(header)
  return Number.isNaN(date) ? undefined : Math.max(0, date - now)
}

/**
 * What an HTTP status that was not expected means. `repeatable`: whether the call may be made again (GET, PUT, DELETE, or the endpoint
 * honours an Idempotency-Key). A 5xx on a call that may not be repeated is `unknown`: the server may have acted before it failed; and so is
 * another success than the one that was expected: the server has done something.
 */
export const classifyStatus = (
  response: { readonly status: number; readonly headers: Readonly<Record<string, string>> },
  what: string, repeatable: boolean, now: number,
): Classification => {
  const { status, headers } = response
  const code = `HTTP_${status}`
  const message = `${what} answered ${status}`
  const wait = retryAfterMs(headers['retry-after'], now)
  const later = wait === undefined ? {} : { retryAfterMs: wait }
  if (RETRYABLE_STATUSES.has(status)) return { kind: 'retryable', code, message, ...later }
  if (status >= 500) return repeatable ? { kind: 'retryable', code, message, ...later } : { kind: 'unknown', code, message }
  const done = status >= 200 && status <= 299
  return { kind: done && !repeatable ? 'unknown' : 'fatal', code, message }
}

/**
 * The default map for what an action throws. An `ActionFailure` says it itself. A call whose request never left is retryable. One whose
 * answer was lost is `unknown` also where repeating is harmless: the engine then asks again under the same key, whatever `retry` says.
 * An error of unknown origin is fatal where repeating is harmless, else `unknown`.
 * `hasWritten`: this run has already sent a call that may have changed something; then refusals are `unknown` too. Default false.
 */
export const classifyError = (error: unknown, repeatable: boolean, hasWritten = false): Classification => {
  if (isActionFailure(error)) return error.classification
  const message = error instanceof Error ? error.message : 'the action threw something that is not an error'
  if (!isPaoError(error)) return { kind: repeatable ? 'fatal' : 'unknown', code: 'ACTION_ERROR', message }
  switch (error.code) {
    case 'HTTP_CONNECTION':
    case 'HTTP_DEADLINE':
      return { kind: wasSent(error) ? 'unknown' : 'retryable', code: error.code, message }
    case 'HTTP_BODY_TOO_LARGE':
      // The answer came: the same call would get the same one.
      return { kind: repeatable ? 'fatal' : 'unknown', code: error.code, message }
    case 'STORE_UNAVAILABLE':
      return { kind: repeatable ? 'retryable' : 'unknown', code: error.code, message }
    default:
      if (hasWritten && !repeatable) return { kind: 'unknown', code: error.code, message }
      return { kind: error.retryable ? 'retryable' : 'fatal', code: error.code, message }
  }
}
