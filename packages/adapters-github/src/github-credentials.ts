import { PaoError } from '@pao/core'
import type { HttpClient } from '@pao/core/action'
import { createSign } from 'node:crypto'

/** Who calls GitHub. */
export interface GithubCredentials {
  /** An app may make check runs; a token may set commit statuses. */
  readonly kind: 'app' | 'token' | 'none'
  /** The header's value. `undefined`: none is sent. */
  authorization(): Promise<string | undefined>
  /** What was given last is not accepted. */
  forget(): void
}

export interface GithubApp {
  /** The app's id or client id. */
  readonly id: string
  /** The id of its installation on the repository's owner. */
  readonly installation: string
  /** The private key in PEM, as GitHub gives it. Asked for when a token is made. */
  readonly privateKey: () => Promise<string>
}

export interface AppCredentialsOptions {
  readonly app: GithubApp
  readonly http: HttpClient
  readonly apiUrl: string
  readonly now: () => number
}

/** Headers of every call. */
export const githubHeaders = { accept: 'application/vnd.github+json', 'x-github-api-version': '2022-11-28' }

export const noCredentials: GithubCredentials = { kind: 'none', authorization: async () => undefined, forget: () => undefined }

export const tokenCredentials = (token: () => Promise<string>): GithubCredentials => ({ kind: 'token', authorization: async () => `Bearer ${await token()}`, forget: () => undefined })

const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** As GitHub's documentation asks: from a minute ago, for clocks that differ, and for less than ten minutes. */
const jsonWebToken = ({ id }: GithubApp, key: string, now: number): string => {
  const at = Math.floor(now / 1000)
  const text = `${encoded({ alg: 'RS256', typ: 'JWT' })}.${encoded({ iat: at - 60, exp: at + 540, iss: id })}`
  try {
    return `${text}.${createSign('RSA-SHA256').update(text).sign(key, 'base64url')}`
  } catch {
    // Its own message may quote the key.
    throw new PaoError('CATALOG_UNAVAILABLE', 'the private key of the GitHub app is no RSA key in PEM: check privateKeySecret')
  }
}

interface InstallationToken { readonly token: string; readonly until: number }

/** A token is made anew this long before GitHub ends it. */
const EARLY_MS = 300_000

/** As an installation of a GitHub app. Its tokens live for an hour and are kept in memory alone. */
export const appCredentials = ({ app, http, apiUrl, now }: AppCredentialsOptions): GithubCredentials => {
  let kept: InstallationToken | undefined
  let making: Promise<InstallationToken> | undefined

  const make = async (): Promise<InstallationToken> => {
    const answer = await http.request({
      url: `${apiUrl}/app/installations/${encodeURIComponent(app.installation)}/access_tokens`, method: 'POST',
      headers: { ...githubHeaders, authorization: `Bearer ${jsonWebToken(app, await app.privateKey(), now())}` },
    })
    if (answer.status !== 201) {
      throw new PaoError('CATALOG_UNAVAILABLE', `GitHub answered ${answer.status} to the app: check app.id, app.installation, its private key and the clock of this machine`, { retryable: answer.status >= 500 || answer.status === 429 })
    }
    const { token, expires_at: end } = (answer.json() ?? {}) as { readonly token?: unknown; readonly expires_at?: unknown }
    if (typeof token !== 'string' || typeof end !== 'string') throw new PaoError('CATALOG_UNAVAILABLE', 'GitHub gave the app no token', { retryable: true })
    return { token, until: Date.parse(end) - EARLY_MS }
  }

  const current = async (): Promise<InstallationToken> => {
    if (kept !== undefined && now() < kept.until) return kept
    // One for all who ask at the same time. A new one is used whatever its end: the clock of this machine may be ahead.
    making ??= make().then((made) => { kept = made; return made }).finally(() => { making = undefined })
    return making
  }

  return { kind: 'app', authorization: async () => `Bearer ${(await current()).token}`, forget: () => { kept = undefined } }
}
