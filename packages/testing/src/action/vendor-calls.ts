import { markSent, PaoError } from '@pao/core/action'
import type { HttpClient, HttpRequest, HttpResponse, Instant, Json } from '@pao/core/action'
import type { Clock } from '@pao/core/ports'
import type { VendorAnswer, VendorFault } from './action-point.js'

/** The vendor behind HTTP: a function that answers (`at`: the time of the run), or a client, for example of a server on loopback. */
export type VendorHttp = HttpClient | ((request: HttpRequest, at: Instant) => VendorAnswer | Promise<VendorAnswer>)

const DEFAULT_BODY_BYTES = 1024 * 1024
const DEFAULT_TIMEOUT_MS = 30_000

const bodyText = (body: Json | undefined): string => body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body)

const parsed = (text: string): Json => {
  try {
    return JSON.parse(text) as Json
  } catch {
    throw new SyntaxError('the answer is not JSON')
  }
}

const tooLarge = (): PaoError => markSent(new PaoError('HTTP_BODY_TOO_LARGE', 'the answer is longer than the cap'), true)

/** A vendor's answer as the port gives it. */
const responseOf = ({ status, headers = {}, body }: VendorAnswer, maxBodyBytes = DEFAULT_BODY_BYTES): HttpResponse => {
  const text = bodyText(body)
  if (Buffer.byteLength(text) > maxBodyBytes) throw tooLarge()
  const type = typeof body === 'object' && body !== null ? { 'content-type': 'application/json' } : {}
  const named = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
  return { status, headers: { ...type, ...named }, body: text, json: () => parsed(text) }
}

/** Asks the vendor. */
export const askVendor = async (vendor: VendorHttp | undefined, request: HttpRequest, at: Instant): Promise<HttpResponse> => {
  if (vendor === undefined) throw markSent(new PaoError('EGRESS_REFUSED', `${request.method} ${request.url}: no vendor was given: pass http`), false)
  if (typeof vendor !== 'function') return vendor.request(request)
  return responseOf(await vendor(request, at), request.maxBodyBytes)
}

const broken = (sent: boolean): PaoError => markSent(
  new PaoError('HTTP_CONNECTION', sent ? 'the connection broke before the answer was complete' : 'no connection (ECONNREFUSED)', { retryable: true }), sent,
)

/** What comes of a call that goes wrong. */
export const faultyResponse = (fault: VendorFault, request: HttpRequest): Promise<HttpResponse> => {
  switch (fault) {
    case 'lose': return Promise.reject(broken(true))
    case 'refuse': return Promise.reject(broken(false))
    case 'flood': return Promise.reject(tooLarge())
    case 'hang': return new Promise(() => undefined)
    default: return Promise.resolve(responseOf(fault.answer, request.maxBodyBytes))
  }
}

const abortError = (reason: unknown): PaoError => reason === 'deadline'
  ? new PaoError('HTTP_DEADLINE', 'the call was ended by the deadline of its step', { retryable: true })
  : new PaoError('HTTP_CONNECTION', `the call was given up (${String(reason)})`, { retryable: true })

/** Ends a call as the port's law 2 says: within its time, and as soon as its signal aborts. */
export const boundedCall = (work: Promise<HttpResponse>, request: HttpRequest, clock: Clock, isSent: () => boolean): Promise<HttpResponse> => new Promise((resolve, reject) => {
  const { signal, timeoutMs = DEFAULT_TIMEOUT_MS } = request
  const fail = (error: PaoError): void => { reject(markSent(error, isSent())) }
  const cancel = clock.schedule(timeoutMs, () => { fail(new PaoError('HTTP_DEADLINE', `no complete answer within ${timeoutMs} ms`, { retryable: true })) })
  const onAbort = (): void => { fail(abortError(signal?.reason)) }
  if (signal?.aborted === true) onAbort()
  else signal?.addEventListener('abort', onAbort, { once: true })
  work.then(resolve, reject).finally(() => {
    cancel()
    signal?.removeEventListener('abort', onAbort)
  })
})
