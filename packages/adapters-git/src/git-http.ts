import { PaoError } from '@pao/core'
import { isPaoError } from '@pao/core/action'
import type { HttpClient as Outgoing } from '@pao/core/action'
import type { GitHttpRequest, HttpClient } from 'isomorphic-git'

/** How a repository is reached. */
export interface GitHttpOptions {
  readonly http: Outgoing
  /** Of one answer. */
  readonly maxBytes: number
  readonly signal: AbortSignal
  /** Value of the header `authorization`. Absent: none is sent. */
  readonly authorization: string | undefined
}

const TIMEOUT_MS = 60_000

const why = (status: number, location: string | undefined): { readonly reason: string; readonly retryable: boolean } => {
  if (status === 401 || status === 403) return { reason: 'the credentials are missing, wrong or may not read it: check tokenSecret', retryable: false }
  if (status === 404) return { reason: 'there is no such repository, or the credentials may not see it: check url and tokenSecret', retryable: false }
  if (status >= 300 && status < 400) return { reason: `it has moved${location === undefined ? '' : ' to another place'}: correct url`, retryable: false }
  return { reason: 'it is no Git server, or out of order', retryable: status === 429 || status >= 500 }
}

const bodyText = async (body: GitHttpRequest['body']): Promise<string | undefined> => {
  if (body === undefined) return undefined
  const chunks: Uint8Array[] = []
  for await (const chunk of body as AsyncIterable<Uint8Array>) chunks.push(chunk)
  // What is asked for is ids and words; packs are only ever received.
  return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks))
}

/** HTTP for isomorphic-git through the program's own client, whose egress policy and caps hold for it. No redirect is followed. */
export const gitHttp = ({ http, maxBytes, signal, authorization }: GitHttpOptions): HttpClient => ({
  request: async ({ url, method = 'GET', headers = {}, body }) => {
    const { host } = new URL(url)
    const text = await bodyText(body)
    const named = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
    const answer = await http.request({
      url, method: method === 'POST' ? 'POST' : 'GET', headers: { ...named, ...(authorization === undefined ? {} : { authorization }) }, ...(text === undefined ? {} : { body: text }),
      bodyEncoding: 'latin1', maxBodyBytes: maxBytes, timeoutMs: TIMEOUT_MS, signal,
    }).catch((error: unknown) => {
      if (isPaoError(error, 'HTTP_BODY_TOO_LARGE')) throw new PaoError('CATALOG_UNAVAILABLE', `${host} sends more than ${maxBytes} bytes at once: raise maxPackBytes, or keep the catalog in a repository of its own`, { cause: error })
      throw error
    })
    if (answer.status !== 200) {
      const { reason, retryable } = why(answer.status, answer.headers['location'])
      throw new PaoError('CATALOG_UNAVAILABLE', `${host} answered ${answer.status}: ${reason}`, { retryable })
    }
    const bytes = Buffer.from(answer.body, 'latin1')
    const whole = async function* (): AsyncGenerator<Uint8Array> { yield bytes }
    return { url, method, statusCode: 200, statusMessage: '', headers: answer.headers, body: whole() }
  },
})
