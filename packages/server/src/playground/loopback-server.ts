import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Json } from '@pao/core/action'

export interface FakeCall {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  /** One value a name, names in lower case. */
  readonly header: (name: string) => string | undefined
  /** Undefined: no body, or none that is JSON. */
  readonly body: Json | undefined
}

export interface FakeAnswer {
  readonly status: number
  readonly body?: Json
  readonly headers?: Readonly<Record<string, string>>
}

export interface LoopbackServer {
  readonly url: string
  readonly port: number
  stop(): Promise<void>
}

const MAX_BODY_BYTES = 1024 * 1024

const readBody = async (request: IncomingMessage): Promise<Json | undefined> => {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > MAX_BODY_BYTES) return undefined
    chunks.push(chunk)
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8')) as Json
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

const send = (response: ServerResponse, { status, body, headers }: FakeAnswer): void => {
  response.writeHead(status, { ...(body === undefined ? {} : { 'content-type': 'application/json' }), 'x-pao-playground': 'true', ...headers })
  response.end(body === undefined ? undefined : JSON.stringify(body))
}

const listen = (server: Server, port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      server.removeListener('error', reject)
      resolve((server.address() as AddressInfo).port)
    })
  })

/** Listens where it did before; somewhere else when that place is taken. */
const listenNear = (server: Server, wanted: number): Promise<number> =>
  listen(server, wanted).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE' && wanted !== 0) return listen(server, 0)
    throw error
  })

/** A JSON server on 127.0.0.1 that answers calls by a function. */
export const loopbackServer = async (
  wantedPort: number, answer: (call: FakeCall, baseUrl: string) => FakeAnswer,
): Promise<LoopbackServer> => {
  let url = ''
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const target = new URL(request.url ?? '/', url)
    const body = await readBody(request)
    const header = (name: string) => [request.headers[name]].flat()[0]
    send(response, answer({ method: request.method ?? 'GET', path: target.pathname, query: target.searchParams, header, body }, url))
  }
  const server = createServer((request, response) => {
    handle(request, response).catch(() => { response.destroy() })
  })
  const port = await listenNear(server, wantedPort)
  url = `http://127.0.0.1:${port}`
  return {
    url, port,
    stop: () => new Promise((resolve) => {
      server.close(() => { resolve() })
      server.closeAllConnections()
    }),
  }
}
