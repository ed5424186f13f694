import type { HttpClient, HttpRequest, HttpResponse } from '../action/http.js'
import { isJsonObject } from '../json.js'
import type { Json, JsonObject } from '../json.js'
import { PaoError } from '../errors.js'

/** One call of a host's API. */
export interface HostCall extends Pick<HttpRequest, 'redirects' | 'bodyEncoding' | 'timeoutMs'> {
  /** Default: GET. */
  readonly method?: HttpRequest['method']
  /** After the address of the API, for example `/repos/acme/catalog/git/ref/heads/main`. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: JsonObject
  /** Default: 2 MiB, which holds the largest document in Base64. */
  readonly maxBodyBytes?: number
  /** Statuses besides 2xx that are answers. Default: none. */
  readonly answers?: readonly number[]
  readonly signal: AbortSignal
}

/** The JSON API of a host of repositories. */
export interface HostApi {
  /** Throws CATALOG_UNAVAILABLE for a status that is no answer, with reason and cure. */
  call(call: HostCall): Promise<HttpResponse>
  /** The body as JSON. Throws CATALOG_UNAVAILABLE where it is none. */
  json(answer: HttpResponse): Json
  /** The body as an object. Throws CATALOG_UNAVAILABLE where it is none. */
  object(answer: HttpResponse): JsonObject
  /** For an answer that is not what the host describes. */
  unexpected(): PaoError
}

export interface HostApiOptions {
  /** What messages call it, for example `GitHub`. */
  readonly host: string
  /** What is asked for, for people: `acme/platform-catalog`. */
  readonly subject: string
  /** Without a final `/`. */
  readonly apiUrl: string
  readonly http: HttpClient
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Headers of every call, credentials too. Asked for with each. */
  readonly headers: (signal: AbortSignal) => Promise<Readonly<Record<string, string>>>
  /** Beginning of the names of the headers that tell of limits: `x-ratelimit`. They end in `-remaining` and `-reset`, in seconds since 1970. */
  readonly limits: string
  /** What to do about a status, for people. */
  readonly cures: Readonly<Record<number, string>>
  /** Called when the host does not accept the credentials. */
  readonly refused?: () => void
}

/** How long nothing is asked when the host says "later" and not when. */
const PAUSE_MS = 60_000
/** No host asks for more than the hour of its limit. */
const MOST_PAUSE_MS = 3_600_000

/** Until when the host wants no call. `undefined`: it is no matter of limits. */
const pauseUntil = ({ status, headers }: HttpResponse, limits: string, now: number): number | undefined => {
  if (status !== 403 && status !== 429) return undefined
  const retryAfter = Number(headers['retry-after'] ?? Number.NaN)
  if (Number.isFinite(retryAfter)) return now + Math.min(Math.max(retryAfter, 1) * 1000, MOST_PAUSE_MS)
  const reset = Number(headers[`${limits}-reset`] ?? Number.NaN) * 1000
  if (headers[`${limits}-remaining`] === '0' && Number.isFinite(reset)) return Math.min(Math.max(reset, now + 1000), now + MOST_PAUSE_MS)
  return status === 429 ? now + PAUSE_MS : undefined
}

/** The JSON API of a host of repositories, through the program's own HTTP client. While the host asks for a pause no call is made. */
export const hostApi = ({ host, subject, apiUrl, http, now, headers: common, limits, cures, refused }: HostApiOptions): HostApi => {
  let pausedUntil = 0

  const pause = (): PaoError =>
    new PaoError('CATALOG_UNAVAILABLE', `the rate limit of ${host} for ${subject} is used up: it may be called again in ${Math.ceil((pausedUntil - now()) / 1000)} seconds`, { retryable: true })

  const unexpected = (): PaoError => new PaoError('CATALOG_UNAVAILABLE', `${host} gave an answer for ${subject} that is not what it describes: check apiUrl`, { retryable: true })

  const json = (answer: HttpResponse): Json => {
    try {
      return answer.json()
    } catch {
      throw unexpected()
    }
  }

  const failed = (answer: HttpResponse): PaoError => {
    const { status } = answer
    const until = pauseUntil(answer, limits, now())
    if (until !== undefined) {
      pausedUntil = until
      return pause()
    }
    if (status === 401) refused?.()
    const cure = cures[status] ?? (status >= 300 && status < 400 ? 'it has moved, or apiUrl is another address: correct the configuration' : `${host} is out of order, or does not accept what was sent`)
    return new PaoError('CATALOG_UNAVAILABLE', `${host} answered ${status} for ${subject}: ${cure}`, { retryable: status >= 500 })
  }

  return {
    json, unexpected,
    object: (answer) => {
      const body = json(answer)
      if (!isJsonObject(body)) throw unexpected()
      return body
    },
    call: async ({ method = 'GET', path, headers = {}, body, maxBodyBytes = 2_097_152, answers = [], signal, ...more }) => {
      if (now() < pausedUntil) throw pause()
      const answer = await http.request({
        ...more, url: `${apiUrl}${path}`, method, signal, maxBodyBytes, headers: { ...await common(signal), ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      if ((answer.status >= 200 && answer.status < 300) || answers.includes(answer.status)) return answer
      throw failed(answer)
    },
  }
}
