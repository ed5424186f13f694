import type { Json } from '../json.js'

/** One outgoing call. The client applies the egress policy, deadlines and body caps; a caller cannot switch them off. */
export interface HttpRequest {
  readonly url: string
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD'
  /** Header values must hold no CR, LF or NUL. `host`, `content-length`, `transfer-encoding` and `connection` are refused. */
  readonly headers?: Readonly<Record<string, string>>
  /** Text as sent, UTF-8. Absent: no body. */
  readonly body?: string
  /** Milliseconds for the whole call, body included. Default: the client's own, 30,000; a larger value is cut to the step's deadline. */
  readonly timeoutMs?: number
  /** Bytes of the answer's body that are read. Default 1 MiB. A longer one fails with HTTP_BODY_TOO_LARGE. */
  readonly maxBodyBytes?: number
  /** How many redirects are followed, each checked by the egress policy again; only for GET and HEAD. Default 0. */
  readonly redirects?: number
  /**
   * How the bytes of the answer's body become its text. `latin1`: one character a byte, so that `Buffer.from(body, 'latin1')` are the bytes: for what is
   * no text. Default: `utf8`.
   */
  readonly bodyEncoding?: 'utf8' | 'latin1'
  readonly signal?: AbortSignal
  /** Which step of which item calls, for those who watch a client; set by the engine and never sent. Absent: none does. */
  readonly by?: { readonly action: string; readonly item: string; readonly step: string }
}

export interface HttpResponse {
  readonly status: number
  /** Names in lower case; repeated headers joined by ", ". */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** The body as JSON. Throws a `SyntaxError` that quotes nothing of the body. */
  json(): Json
}

/**
 * Port HttpClient. Laws:
 * 1. No connection is opened to an address that the egress policy refuses, after resolution and on each redirect.
 * 2. The call ends, body included, within `timeoutMs`, and soon after `signal` aborts.
 * 3. A failure is a PaoError (EGRESS_REFUSED, HTTP_DEADLINE, HTTP_BODY_TOO_LARGE, HTTP_CONNECTION), marked by `markSent`: `wasSent(error)` is
 *    false only where no byte of the request can have reached the server.
 * 4. A status is never an error: 404 and 500 are answers.
 * 5. No failure quotes the path, query, headers or body of the call, in its message or its causes.
 * 6. A call is sent once, and once more for each redirect that it follows: the client repeats nothing by itself. Each call gets its own answer.
 *
 * `httpClientContract` of @pao/testing has a case for each.
 */
export interface HttpClient {
  request(request: HttpRequest): Promise<HttpResponse>
}

const sentMark = Symbol.for('pao.http.sent')

/** Marks an error with what is known of the request: whether any byte of it may have reached the server. */
export const markSent = <E extends object>(error: E, sent: boolean): E => Object.assign(error, { [sentMark]: sent })

/** False only where the request certainly never left; true otherwise, also for errors of unknown origin. */
export const wasSent = (error: unknown): boolean =>
  !(typeof error === 'object' && error !== null && (error as { [sentMark]?: unknown })[sentMark] === false)
