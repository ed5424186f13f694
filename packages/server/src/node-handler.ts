import type { IncomingMessage, ServerResponse } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import type { Person } from '@pao/core'
import type { Server } from './server.js'

/** What frameworks on Node leave on a request: the path before they cut the mount's off, and the body that they have read. */
interface FrameworkRequest extends IncomingMessage {
  readonly originalUrl?: string
  readonly body?: unknown
}

const bytesOf = (body: unknown): string | Uint8Array<ArrayBuffer> =>
  typeof body === 'string' ? body : body instanceof Uint8Array ? new Uint8Array(body) : JSON.stringify(body)

/** A body parser of the host has emptied the stream: what it has made of it is the body. It also undid a Content-Encoding. */
const withReadBody = (request: Request, { readableDidRead, body }: FrameworkRequest): Request => {
  if (!readableDidRead || body === undefined) return request
  const headers = new Headers(request.headers)
  headers.delete('content-encoding')
  headers.delete('content-length')
  return new Request(request.url, { method: request.method, headers, body: bytesOf(body), signal: request.signal })
}

/**
 * The API as a handler of `node:http`, and of what is built on it: `app.use('/pao', toNodeHandler(server))` in Express. It reads the whole path, also
 * where the framework has cut off the mount's, and takes a JSON body that a body parser has read already. It answers every call, and calls no `next`.
 * `callerOf` says whom the host has identified; undefined: nobody, then the server's authenticator is asked.
 */
export const toNodeHandler = <Incoming extends IncomingMessage>(
  server: Server, callerOf: (request: Incoming) => Person | undefined = () => undefined,
): ((request: Incoming, response: ServerResponse) => void) => (request: Incoming & FrameworkRequest, response) => {
  const listener = getRequestListener((read) => server.fetch(withReadBody(read, request), { caller: callerOf(request) }), { overrideGlobalObjects: false })
  const { url } = request
  if (request.originalUrl !== undefined) request.url = request.originalUrl
  void listener(request, response)
  if (url !== undefined) request.url = url
}
