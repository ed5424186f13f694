import type { AddressInfo, Socket } from 'node:net'
import { connect, createServer } from 'node:net'

export interface LossyProxy {
  /** The database's URL, through the proxy. */
  readonly url: string
  /** Of the next answer nothing comes back: the server's bytes are swallowed and the connection is reset. */
  loseNextReply(): void
  /** How many answers were lost so far. */
  lost(): number
  /** Refuses all connections, or lets them through again. */
  setDown(down: boolean): void
  close(): Promise<void>
}

/** A TCP proxy before the database that can lose the answer to a statement which the server has carried out. */
export const createLossyProxy = async (databaseUrl: string): Promise<LossyProxy> => {
  const target = new URL(databaseUrl)
  const sockets = new Set<Socket>()
  let state: 'through' | 'armed' | 'down' = 'through'
  let lost = 0
  const server = createServer((client) => {
    if (state === 'down') { client.resetAndDestroy(); return }
    const upstream = connect(Number(target.port || 5432), target.hostname)
    let losing = false
    client.on('data', (bytes) => {
      // The next message that a client sends, on a connection that is open already, is the statement whose answer gets lost.
      if (state === 'armed' && upstream.bytesRead > 0) [state, losing] = ['through', true]
      upstream.write(bytes)
    })
    upstream.on('data', (bytes) => {
      if (!losing) { client.write(bytes); return }
      lost += 1
      client.resetAndDestroy()
      upstream.end()
    })
    for (const [one, other] of [[client, upstream], [upstream, client]] as const) {
      sockets.add(one)
      one.on('error', () => other.destroy())
      one.on('close', () => { sockets.delete(one); if (!losing) other.destroy() })
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = new URL(databaseUrl)
  url.hostname = '127.0.0.1'
  url.port = String((server.address() as AddressInfo).port)
  return {
    url: url.href,
    loseNextReply: () => { state = 'armed' },
    lost: () => lost,
    setDown: (down) => {
      state = down ? 'down' : 'through'
      if (down) for (const socket of sockets) socket.resetAndDestroy()
    },
    close: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
