import type { Server as HttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import { PaoError } from '@pao/core'

export interface Listener {
  /** Where it is reached on this machine. */
  readonly url: string
  /** Takes no new connections, ends idle ones, and waits for the calls under way at most so long. */
  close(graceMs: number): Promise<void>
}

/** A slow sender holds no connection for ever; a request has its whole head within 10 and its body within 30 seconds. */
const limits = { headersTimeout: 10_000, requestTimeout: 30_000, connectionsCheckingInterval: 5_000, keepAliveTimeout: 5_000, maxHeaderSize: 16_384 }

const reason = (error: NodeJS.ErrnoException, host: string, port: number): string => {
  switch (error.code) {
    case 'EADDRINUSE': return `Port ${port} on ${host} is taken by another program. Stop that one, or choose another port: PORT=${port + 1}.`
    case 'EACCES': return `This user may not open port ${port}. Choose one above 1023: PORT=8080.`
    case 'EADDRNOTAVAIL': case 'ENOTFOUND': return `HOST=${host} is no address of this machine. Use HOST=127.0.0.1.`
    default: return `Port ${port} on ${host} cannot be opened: ${error.code ?? error.message}.`
  }
}

const opened = (server: HttpServer, host: string, port: number): Promise<AddressInfo> =>
  new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => { reject(new PaoError('CONFIGURATION', reason(error, host, port), { cause: error })) })
    server.listen(port, host, () => { resolve(server.address() as AddressInfo) })
  })

const closed = (server: HttpServer, graceMs: number): Promise<void> =>
  new Promise((resolve) => {
    const force = setTimeout(() => { server.closeAllConnections() }, graceMs)
    server.close(() => {
      clearTimeout(force)
      resolve()
    })
    server.closeIdleConnections()
  })

/** Opens the port and answers by `fetch`. Throws PaoError CONFIGURATION, with what to do, when it cannot be opened. */
export const listen = async (
  { host, port }: { readonly host: string; readonly port: number }, fetch: (request: Request) => Promise<Response>,
): Promise<Listener> => {
  const bare = host.replace(/^\[(.*)\]$/, '$1')
  const server = createAdaptorServer({ fetch, serverOptions: limits }) as HttpServer
  const address = await opened(server, bare, port)
  return { url: `http://${bare.includes(':') ? `[${bare}]` : bare}:${address.port}`, close: (graceMs) => closed(server, graceMs) }
}
