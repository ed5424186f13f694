import type { HttpClient, HttpRequest, HttpResponse } from '@pao/core/action'
import { isPaoError, markSent, PaoError } from '@pao/core/action'
import { Agent } from 'undici'
import { answered } from './answer-body.js'
import type { EgressAllow } from './egress-allow.js'
import { egressPolicy } from './egress-policy.js'
import { exchange, repeatable } from './exchange.js'
import type { RawAnswer } from './exchange.js'
import { outgoing, redirected } from './outgoing.js'
import type { Outgoing } from './outgoing.js'
import { pinnedConnector, systemResolve } from './pinned-connector.js'
import type { Resolve } from './pinned-connector.js'

export interface HttpClientOptions {
  /** Hosts that may be private or loopback. Default: none. */
  readonly egress?: readonly EgressAllow[]
  /** Milliseconds for a whole call that names none. Default 30,000. */
  readonly timeoutMs?: number
  /** Milliseconds for opening one connection, within the call's own. Default 10,000. */
  readonly connectTimeoutMs?: number
  /** Bytes of an answer's body, after decompression, for a call that names none. Default 1 MiB. */
  readonly maxBodyBytes?: number
  /** Connections to one origin at once; further calls wait. Default 16. */
  readonly connectionsPerOrigin?: number
  /** Name resolution. Default: the system's. */
  readonly resolve?: Resolve
}

/** An HttpClient with pools of connections, which `close` ends. */
export interface ClosableHttpClient extends HttpClient {
  /** Waits for the calls under way, then closes every connection. Later calls fail with HTTP_CONNECTION. */
  close(): Promise<void>
}

const reasonText = (error: unknown): string => {
  const { code, message } = error as NodeJS.ErrnoException
  const inner = error instanceof AggregateError ? (error.errors as readonly NodeJS.ErrnoException[]).find(({ code: each }) => each !== undefined)?.code : undefined
  return code ?? inner ?? (error instanceof Error ? message : 'unknown')
}

const connectionError = (call: Outgoing, error: unknown, sent: boolean): PaoError => isPaoError(error)
  ? error
  : new PaoError('HTTP_CONNECTION', `${call.method} ${call.url.host}: ${sent ? 'the connection broke before the answer was complete' : 'no connection'} (${reasonText(error)})`, { cause: error, retryable: true })

const abortedBy = (host: string, reason: unknown): PaoError => reason === 'deadline'
  ? new PaoError('HTTP_DEADLINE', `the call of ${host} was ended by the deadline of its step`, { retryable: true })
  : new PaoError('HTTP_CONNECTION', `the call of ${host} was given up (${typeof reason === 'string' ? reason : 'aborted'})`, { retryable: true })

/** One signal out of the call's deadline and the caller's own, aborted with the error to fail with. */
const bounded = (host: string, timeoutMs: number, caller: AbortSignal | undefined) => {
  const ending = new AbortController()
  const onCaller = (): void => { ending.abort(abortedBy(host, caller?.reason)) }
  const timer = setTimeout(() => {
    ending.abort(new PaoError('HTTP_DEADLINE', `${host} did not answer completely within ${timeoutMs} ms`, { retryable: true }))
  }, timeoutMs)
  if (caller?.aborted === true) onCaller()
  else caller?.addEventListener('abort', onCaller, { once: true })
  const release = (): void => {
    clearTimeout(timer)
    caller?.removeEventListener('abort', onCaller)
  }
  return { signal: ending.signal, release }
}

/**
 * The outgoing HTTP of a process, over undici: no proxy from the environment, no cookies, no compression asked for, HTTP/1.1. Laws: the
 * port's (`HttpClient`). What the request itself gets wrong (URL, headers) is refused before any connection, with EGRESS_REFUSED.
 */
export const httpClient = (options: HttpClientOptions = {}): ClosableHttpClient => {
  const connect = pinnedConnector(egressPolicy(options.egress ?? []), options.resolve ?? systemResolve, options.connectTimeoutMs ?? 10_000)
  const pool = { connect, connections: options.connectionsPerOrigin ?? 16, pipelining: 1, keepAliveTimeout: 4_000, keepAliveMaxTimeout: 30_000 }
  const kept = new Agent(pool)
  const fresh = new Agent(pool)

  const follow = async (first: Outgoing, redirects: number, once: (call: Outgoing) => Promise<RawAnswer>): Promise<RawAnswer> => {
    let call = first
    for (let left = redirects; ; left -= 1) {
      const answer = await once(call)
      const next = left > 0 ? redirected(call, answer.status, answer.headers['location']) : undefined
      if (next === undefined) return answer
      call = next
    }
  }

  const request = async (asked: HttpRequest): Promise<HttpResponse> => {
    let sent = false
    let ends: ReturnType<typeof bounded> | undefined
    try {
      const call = outgoing(asked)
      const bounds = bounded(call.url.host, asked.timeoutMs ?? options.timeoutMs ?? 30_000, asked.signal)
      ends = bounds
      const maxBodyBytes = asked.maxBodyBytes ?? options.maxBodyBytes ?? 1_048_576
      const once = async (each: Outgoing): Promise<RawAnswer> => {
        const agent = repeatable(each.method) ? kept : fresh
        return exchange(agent, each, { signal: bounds.signal, maxBodyBytes, onSending: () => { sent = true } })
          .catch((error: unknown) => { throw connectionError(each, error, sent) })
      }
      const mayFollow = asked.method === 'GET' || asked.method === 'HEAD'
      return answered(call.url.host, await follow(call, mayFollow ? asked.redirects ?? 0 : 0, once), { cap: maxBodyBytes, encoding: asked.bodyEncoding })
    } catch (error) {
      throw markSent(error as Error, sent)
    } finally {
      ends?.release()
    }
  }

  let closing: Promise<unknown> | undefined
  return { request, close: async () => { await (closing ??= Promise.all([kept.close(), fresh.close()])) } }
}
