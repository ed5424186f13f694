import { PaoError } from '@pao/core'
import type { HttpClient, HttpRequest, HttpResponse, JsonObject } from '@pao/core/action'
import { isJsonObject } from '@pao/core/action'
import type { GithubCredentials } from './github-credentials.js'

/** One call of GitHub's REST API. */
export interface GithubCall {
  readonly method?: HttpRequest['method']
  /** After the address of the API, for example `/repos/acme/catalog/git/ref/heads/main`. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: JsonObject
  readonly maxBodyBytes?: number
  /** Statuses besides 2xx that are answers. Default: none. */
  readonly answers?: readonly number[]
  readonly signal: AbortSignal
}

export interface GithubApi {
  /** Throws CATALOG_UNAVAILABLE for a status that is no answer, with reason and cure. */
  call(call: GithubCall): Promise<HttpResponse>
}

export interface GithubApiOptions {
  readonly http: HttpClient
  /** Without a final `/`. */
  readonly apiUrl: string
  readonly repository: string
  readonly credentials: GithubCredentials
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** What is asked for when GitHub says "later" and not when. */
const PAUSE_MS = 60_000
/** The longest pause that GitHub asks for is the hour of its limit. */
const MOST_PAUSE_MS = 3_600_000

/** Until when GitHub wants no call. `undefined`: it is no matter of limits. */
const pauseUntil = ({ status, headers }: HttpResponse, now: number): number | undefined => {
  if (status !== 403 && status !== 429) return undefined
  const retryAfter = Number(headers['retry-after'] ?? Number.NaN)
  if (Number.isFinite(retryAfter)) return now + Math.min(Math.max(retryAfter, 1) * 1000, MOST_PAUSE_MS)
  const reset = Number(headers['x-ratelimit-reset'] ?? Number.NaN) * 1000
  if (headers['x-ratelimit-remaining'] === '0' && Number.isFinite(reset)) return Math.min(Math.max(reset, now + 1000), now + MOST_PAUSE_MS)
  return status === 429 ? now + PAUSE_MS : undefined
}

const reasonOf = (status: number): string => {
  switch (status) {
    case 401: return 'the credentials are wrong or have run out: check tokenSecret or app'
    case 403: return 'the credentials may not do this: give the token or app the right to read contents (and to write checks or statuses)'
    case 404: return 'there is no such thing, or the credentials may not see it: check repository, branch and the rights of the token or app'
    case 409: return 'the repository is empty: push the branch to it'
    case 422: return 'GitHub does not accept what was sent'
    default: return status >= 300 && status < 400 ? 'the repository has moved: correct repository' : 'GitHub is out of order'
  }
}

const headers = { accept: 'application/vnd.github+json', 'x-github-api-version': '2022-11-28' }

const seconds = (ms: number): number => Math.ceil(ms / 1000)

/** GitHub's REST API of one repository, through the program's own HTTP client. While GitHub asks for a pause no call is made. */
export const githubApi = ({ http, apiUrl, repository, credentials, now }: GithubApiOptions): GithubApi => {
  let pausedUntil = 0

  const pause = (): PaoError => new PaoError('CATALOG_UNAVAILABLE', `GitHub's rate limit for ${repository} is used up: it may be called again in ${seconds(pausedUntil - now())} seconds`, { retryable: true })

  return {
    call: async ({ method = 'GET', path, headers: more = {}, body, maxBodyBytes = 2_097_152, answers = [], signal }) => {
      if (now() < pausedUntil) throw pause()
      const authorization = await credentials.authorization(signal)
      const answer = await http.request({
        url: `${apiUrl}${path}`, method, signal, maxBodyBytes,
        headers: { ...headers, ...more, ...(authorization === undefined ? {} : { authorization }), ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      const { status } = answer
      if ((status >= 200 && status < 300) || answers.includes(status)) return answer
      const until = pauseUntil(answer, now())
      if (until !== undefined) {
        pausedUntil = until
        throw pause()
      }
      if (status === 401) credentials.forget()
      throw new PaoError('CATALOG_UNAVAILABLE', `GitHub answered ${status} for ${repository}: ${reasonOf(status)}`, { retryable: status >= 500 })
    },
  }
}

/** The body as an object. Throws CATALOG_UNAVAILABLE for any other. */
export const objectOf = (answer: HttpResponse): JsonObject => {
  const body = jsonOf(answer)
  if (!isJsonObject(body ?? null)) throw unexpected()
  return body as JsonObject
}

const jsonOf = (answer: HttpResponse) => {
  try {
    return answer.json()
  } catch {
    throw unexpected()
  }
}

/** For an answer that is not what GitHub describes. */
export const unexpected = (): PaoError => new PaoError('CATALOG_UNAVAILABLE', 'GitHub gave an answer that is not what it describes: check apiUrl', { retryable: true })
