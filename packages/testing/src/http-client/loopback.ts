import { createServer } from 'node:http'
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'

/** A real HTTP server on 127.0.0.1. */
export interface LoopbackServer {
  readonly port: number
  /** `http://127.0.0.1:<port>` */
  readonly url: string
  /** What arrived, in order. */
  readonly seen: readonly { readonly method: string; readonly path: string; readonly headers: IncomingHttpHeaders; readonly body: string }[]
  /** Connections that were opened. */
  connections(): number
  close(): Promise<void>
}

export interface LoopbackOptions {
  /** Called for each connection before anything of it is read. */
  readonly onConnection?: (socket: Socket) => void
}

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}

/** Starts a server whose listener is called after the whole request was read. Close it: nothing else does. */
export const serveLoopback = async (listener: (request: IncomingMessage, response: ServerResponse, body: string) => void, { onConnection }: LoopbackOptions = {}): Promise<LoopbackServer> => {
  const seen: LoopbackServer['seen'][number][] = []
  const sockets = new Set<Socket>()
  let connections = 0
  const server = createServer((request, response) => {
    bodyOf(request).then((body) => {
      seen.push({ method: request.method ?? '', path: request.url ?? '', headers: request.headers, body })
      listener(request, response, body)
      // A request that broke off: there is nobody to answer.
    }, () => { request.socket.destroy() })
  })
  server.on('connection', (socket) => {
    connections += 1
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy())
    onConnection?.(socket)
  })
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
  const { port } = server.address() as AddressInfo
  const close = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => { server.close(resolve) })
  }
  return { port, url: `http://127.0.0.1:${port}`, seen, connections: () => connections, close }
}
