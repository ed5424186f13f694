import { AssertionError } from 'node:assert/strict'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { HttpRequest, HttpResponse } from '@pao/core/action'
import { serveLoopback } from '../http-client/loopback.js'

export interface ServedFake {
  /** `http://127.0.0.1:<port>` */
  readonly url: string
  close(): Promise<void>
}

type Answering = (request: HttpRequest) => Promise<HttpResponse>

const headersOf = ({ headers }: IncomingMessage): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value ?? '']))

/** Puts the answers of a fake behind a server. What it throws is answered with 500 and told. */
export const serveFake = async (answer: Answering, onMismatch: (reason: string) => void): Promise<ServedFake> => {
  const respond = async (request: IncomingMessage, body: string, response: ServerResponse): Promise<void> => {
    const { method, url } = request
    const asked: HttpRequest = { url: `http://127.0.0.1${url}`, method: method as HttpRequest['method'], headers: headersOf(request), ...(body === '' ? {} : { body }) }
    const { status, headers, body: text } = await answer(asked)
    response.writeHead(status, headers).end(text)
  }
  const server = await serveLoopback((request, response, body) => {
    respond(request, body, response).catch((error: unknown) => {
      const reason = error instanceof Error ? error.message : String(error)
      // A mismatch has been kept already, line by line.
      if (!(error instanceof AssertionError)) onMismatch(reason)
      response.writeHead(500, { 'content-type': 'text/plain' }).end(reason)
    })
  })
  return { url: server.url, close: server.close }
}
