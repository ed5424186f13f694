import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { parseEgressAllow, tcpProbe } from '../src/index.js'

/** A listener on loopback, and how many have connected and said something. */
const listening = async (work: (port: number, seen: { connections: number; bytes: number }) => Promise<void>): Promise<void> => {
  const seen = { connections: 0, bytes: 0 }
  const server = createServer((socket) => { seen.connections += 1; socket.on('error', () => undefined).on('data', (chunk) => { seen.bytes += chunk.length }) })
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
  try {
    await work((server.address() as AddressInfo).port, seen)
  } finally {
    await new Promise((resolve) => { server.close(resolve) })
  }
}

test('somebody who listens is found, and hears nothing', () => listening(async (port, seen) => {
  await tcpProbe({ egress: parseEgressAllow(`127.0.0.1:${port}`) })({ host: '127.0.0.1', port, timeoutMs: 2_000 })
  await new Promise((resolve) => { setImmediate(resolve) })
  expect(seen.bytes).toBe(0)
}))

test('an address that the policy refuses is not connected to', () => listening(async (port, seen) => {
  await expect(tcpProbe()({ host: '127.0.0.1', port, timeoutMs: 2_000 })).rejects.toMatchObject({ code: 'EGRESS_REFUSED' })
  await expect(tcpProbe({ resolve: () => Promise.resolve([{ address: '127.0.0.1', family: 4 }]) })({ host: 'db.example.org', port, timeoutMs: 2_000 })).rejects.toMatchObject({ code: 'EGRESS_REFUSED' })
  expect(seen.connections).toBe(0)
}))

test('nobody who listens, and nobody who answers', async () => {
  let free = 0
  await listening((port) => { free = port; return Promise.resolve() })
  await expect(tcpProbe({ egress: parseEgressAllow('127.0.0.1') })({ host: '127.0.0.1', port: free, timeoutMs: 2_000 })).rejects.toMatchObject({ code: 'HTTP_CONNECTION' })
  const never = tcpProbe({ resolve: () => new Promise(() => undefined) })
  await expect(never({ host: 'db.example.org', port: 5432, timeoutMs: 50 })).rejects.toMatchObject({ code: 'HTTP_DEADLINE' })
  const ending = new AbortController()
  const given = never({ host: 'db.example.org', port: 5432, timeoutMs: 60_000, signal: ending.signal })
  ending.abort('shutdown')
  await expect(given).rejects.toMatchObject({ code: 'HTTP_CONNECTION' })
  await expect(never({ host: 'db.example.org', port: 5432, timeoutMs: 60_000, signal: ending.signal })).rejects.toMatchObject({ code: 'HTTP_CONNECTION' })
})
