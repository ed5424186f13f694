import { createServer } from 'node:http'
import type { IncomingMessage, RequestListener, Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { afterEach } from 'vitest'
import { httpClient, parseEgressAllow } from '../src/index.js'
import type { ClosableHttpClient, HttpClientOptions } from '../src/index.js'

export interface TestServer {
  readonly port: number
  readonly url: string
  /** What arrived, in order. */
  readonly seen: readonly { readonly method: string; readonly path: string; readonly headers: IncomingMessage['headers']; readonly body: string }[]
  /** TCP connections that were opened. */
  connections(): number
}

const cleanups: (() => Promise<unknown>)[] = []
afterEach(async () => { await Promise.all(cleanups.splice(0).map((cleanup) => cleanup())) })

const read = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}

const closing = (server: Server, sockets: ReadonlySet<Socket>) => async (): Promise<void> => {
  for (const socket of sockets) socket.destroy()
  await new Promise((resolve) => { server.close(resolve) })
}

/** A real HTTP server on loopback, closed after the test. The listener is called after the request was read. */
export const serve = async (listener: RequestListener, options: { readonly host?: string } = {}): Promise<TestServer> => {
  const seen: TestServer['seen'][number][] = []
  const sockets = new Set<Socket>()
  let connections = 0
  const server = createServer((request, response) => {
    void read(request).then((body) => {
      seen.push({ method: request.method ?? '', path: request.url ?? '', headers: request.headers, body })
      listener(request, response)
    }, () => undefined)
  })
  server.on('connection', (socket) => { connections += 1; sockets.add(socket); socket.on('error', () => undefined) })
  await new Promise<void>((resolve) => { server.listen(0, options.host ?? '127.0.0.1', resolve) })
  cleanups.push(closing(server, sockets))
  const { port } = server.address() as AddressInfo
  return { port, url: `http://127.0.0.1:${port}`, seen, connections: () => connections }
}

/** A client that may reach the given servers, closed after the test. */
export const client = (servers: readonly { readonly port: number }[], options: HttpClientOptions = {}): ClosableHttpClient => {
  const made = httpClient({ egress: servers.flatMap(({ port }) => parseEgressAllow(`127.0.0.1:${port}`)), ...options })
  cleanups.push(() => made.close())
  return made
}
