import { PaoError } from '@pao/core/action'
import type { Agent, Dispatcher } from 'undici'
import type { Outgoing } from './outgoing.js'

export interface RawAnswer {
  readonly status: number
  /** Names in lower case; repeated headers joined by ", ". */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

/** What bounds an exchange, and what is learnt of it on the way. */
export interface ExchangeBounds {
  /** Aborted with the Error that the exchange then fails with. */
  readonly signal: AbortSignal
  readonly maxBodyBytes: number
  /** Called when the first byte of the request may leave. */
  readonly onSending: () => void
}

type RawHeaders = Readonly<Record<string, string | string[] | undefined>>

const joined = (headers: RawHeaders): Readonly<Record<string, string>> => Object.fromEntries(
  Object.entries(headers).flatMap(([name, value]) => value === undefined ? [] : [[name.toLowerCase(), Array.isArray(value) ? value.join(', ') : value]]),
)

const tooLarge = (host: string, cap: number): PaoError =>
  new PaoError('HTTP_BODY_TOO_LARGE', `the answer of ${host} is longer than ${cap} bytes`)

/**
 * Sends one request and reads its whole answer. Ends soon after the signal aborts, whatever the connection does: a request that still
 * waits for its connection then is dropped before a byte of it is written.
 */
export const exchange = (agent: Agent, call: Outgoing, bounds: ExchangeBounds): Promise<RawAnswer> => new Promise((resolve, reject) => {
  const { signal, maxBodyBytes } = bounds
  const chunks: Buffer[] = []
  let size = 0
  let head: { readonly status: number; readonly headers: Readonly<Record<string, string>> } | undefined
  let controller: Dispatcher.DispatchController | undefined

  const fail = (error: Error): void => {
    signal.removeEventListener('abort', onAbort)
    reject(error)
    controller?.abort(error)
  }
  const onAbort = (): void => { fail(signal.reason as Error) }

  const handler: Dispatcher.DispatchHandler = {
    onRequestStart: (started) => {
      controller = started
      if (signal.aborted) started.abort(signal.reason as Error)
      else bounds.onSending()
    },
    onResponseStart: (_controller, status, headers) => { head = { status, headers: joined(headers) } },
    onResponseData: (_controller, chunk) => {
      size += chunk.length
      if (size > maxBodyBytes) fail(tooLarge(call.url.host, maxBodyBytes))
      else chunks.push(chunk)
    },
    onResponseEnd: () => {
      signal.removeEventListener('abort', onAbort)
      resolve({ status: head?.status ?? 0, headers: head?.headers ?? {}, body: Buffer.concat(chunks) })
    },
    onResponseError: (_controller, error) => { fail(error) },
  }
  signal.addEventListener('abort', onAbort, { once: true })
  if (signal.aborted) { onAbort(); return }
  agent.dispatch({
    origin: call.url.origin, path: `${call.url.pathname}${call.url.search}`, method: call.method, headers: { ...call.headers }, body: call.body ?? null,
    // The deadline of the whole call stands above both.
    headersTimeout: 0, bodyTimeout: 0,
    ...(repeatable(call.method) ? {} : { reset: true }),
  }, handler)
})

/**
 * Whether the method may be repeated by its nature. The others get a connection of their own: on a kept one the server may have hung up
 * at the same moment, and then nobody could tell whether the call arrived.
 */
export const repeatable = (method: Outgoing['method']): boolean => method !== 'POST' && method !== 'PATCH'
