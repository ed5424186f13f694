import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { gzipSync, deflateSync, brotliCompressSync } from 'node:zlib'
import { isPaoError, wasSent } from '@pao/core/action'
import type { HttpRequest } from '@pao/core/action'
import { describe, expect, test, vi } from 'vitest'
import { client, serve } from './server.js'

const failure = async (promise: Promise<unknown>): Promise<{ readonly code: string; readonly sent: boolean; readonly message: string }> => {
  const error: unknown = await promise.then(() => { throw new Error('it did not fail') }, (thrown: unknown) => thrown)
  if (!isPaoError(error)) throw error
  return { code: error.code, sent: wasSent(error), message: error.message }
}

describe('a call', () => {
  test('sends method, path, query, headers and body, and gives status, headers and body back', async () => {
    const server = await serve((_request, response) => {
      response.writeHead(418, { 'X-Many': ['a', 'b'], 'content-type': 'application/json' }).end('{"tea":"grün"}')
    })
    const answer = await client([server]).request({ url: `${server.url}/a/b?c=d`, method: 'POST', headers: { 'X-Key': 'v' }, body: 'ü' })
    expect(server.seen).toMatchObject([{ method: 'POST', path: '/a/b?c=d', body: 'ü', headers: { 'x-key': 'v', 'content-length': '2', 'accept-encoding': 'identity' } }])
    expect(answer).toMatchObject({ status: 418, headers: { 'x-many': 'a, b' }, body: '{"tea":"grün"}' })
    expect(answer.json()).toEqual({ tea: 'grün' })
  })

  test('keeps connections for what may be repeated, and gives each POST and PATCH its own', async () => {
    const server = await serve((_request, response) => { response.end() })
    const http = client([server])
    const call = async (method: HttpRequest['method']) => {
      await http.request({ url: server.url, method })
      await new Promise((resolve) => { setTimeout(resolve, 5) })
    }
    await call('GET')
    await call('PUT')
    expect(server.connections()).toBe(1)
    await call('POST')
    await call('PATCH')
    await call('POST')
    expect(server.connections()).toBe(4)
  })

  test('opens no more connections to one origin than allowed', async () => {
    let open = 0
    let most = 0
    const server = await serve((_request, response) => {
      most = Math.max(most, open += 1)
      setTimeout(() => { open -= 1; response.end() }, 10)
    })
    const http = client([server], { connectionsPerOrigin: 2 })
    await Promise.all(Array.from({ length: 8 }, () => http.request({ url: server.url, method: 'POST' })))
    expect(most).toBe(2)
  })

  test('says that an answer is not JSON without quoting it', async () => {
    const server = await serve((_request, response) => { response.setHeader('content-type', 'text/html').end('<html>canary</html>') })
    const answer = await client([server]).request({ url: server.url, method: 'GET' })
    expect(answer.status).toBe(200)
    expect(() => answer.json()).toThrow(SyntaxError)
    expect(() => answer.json()).toThrow(/not JSON \(content type text\/html\)/)
    expect(() => answer.json()).not.toThrow(/canary/)
  })

  test('after close it fails, not sent', async () => {
    const server = await serve((_request, response) => { response.end() })
    const http = client([server])
    await http.request({ url: server.url, method: 'GET' })
    await http.close()
    expect(await failure(http.request({ url: server.url, method: 'GET' }))).toMatchObject({ code: 'HTTP_CONNECTION', sent: false })
  })

  test('takes no proxy from the environment', async () => {
    const proxy = await serve((_request, response) => { response.end('proxied') })
    const server = await serve((_request, response) => { response.end('direct') })
    for (const name of ['HTTP_PROXY', 'http_proxy', 'ALL_PROXY']) vi.stubEnv(name, proxy.url)
    expect((await client([server, proxy]).request({ url: server.url, method: 'GET' })).body).toBe('direct')
    expect(proxy.seen).toEqual([])
  })
})

describe('deadline', () => {
  const within = async (work: Promise<unknown>, milliseconds: number): Promise<void> => {
    const began = performance.now()
    await work
    expect(performance.now() - began).toBeLessThan(milliseconds)
  }

  test('ends a call that hangs before its head: sent', async () => {
    const server = await serve(() => undefined)
    const call = failure(client([server]).request({ url: server.url, method: 'POST', timeoutMs: 60 }))
    await within(call, 1_000)
    expect(await call).toMatchObject({ code: 'HTTP_DEADLINE', sent: true })
  })

  test('ends a body that drips for ever', async () => {
    const server = await serve((_request, response) => {
      const drip = setInterval(() => { response.write('.') }, 5)
      response.on('close', () => { clearInterval(drip) })
    })
    const call = failure(client([server]).request({ url: server.url, method: 'GET', timeoutMs: 80 }))
    await within(call, 1_000)
    expect(await call).toMatchObject({ code: 'HTTP_DEADLINE', sent: true })
  })

  test('ends a resolver that never answers: not sent, and nothing is sent later', async () => {
    const server = await serve((_request, response) => { response.end() })
    let answer: (addresses: readonly { address: string; family: 4 }[]) => void = () => undefined
    const http = client([], { egress: [{ host: 'slow.test' }], resolve: () => new Promise((resolve) => { answer = resolve }) })
    expect(await failure(http.request({ url: `http://slow.test:${server.port}`, method: 'POST', timeoutMs: 40 }))).toMatchObject({ code: 'HTTP_DEADLINE', sent: false })
    answer([{ address: '127.0.0.1', family: 4 }])
    await new Promise((resolve) => setTimeout(resolve, 60))
    expect(server.seen).toEqual([])
  })

  test('the client\'s own default counts where a call names none', async () => {
    const server = await serve(() => undefined)
    expect(await failure(client([server], { timeoutMs: 40 }).request({ url: server.url, method: 'GET' }))).toMatchObject({ code: 'HTTP_DEADLINE' })
  })

  test('the caller\'s signal ends it too, also in the body', async () => {
    const server = await serve((_request, response) => { response.write('half') })
    const ending = new AbortController()
    const call = failure(client([server]).request({ url: server.url, method: 'GET', signal: ending.signal }))
    setTimeout(() => { ending.abort('shutdown') }, 40)
    await within(call, 1_000)
    expect(await call).toMatchObject({ code: 'HTTP_CONNECTION', sent: true, message: expect.stringContaining('shutdown') as string })
    ending.abort('deadline')
    expect(await failure(client([server]).request({ url: server.url, method: 'GET', signal: AbortSignal.abort('deadline') }))).toMatchObject({ code: 'HTTP_DEADLINE', sent: false })
  })
})

describe('a broken connection', () => {
  test('refused: not sent', async () => {
    const server = createServer()
    await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
    const { port } = server.address() as AddressInfo
    await new Promise((resolve) => { server.close(resolve) })
    expect(await failure(client([{ port }]).request({ url: `http://127.0.0.1:${port}/`, method: 'POST' })))
      .toMatchObject({ code: 'HTTP_CONNECTION', sent: false, message: expect.stringContaining('ECONNREFUSED') as string })
  })

  test('unknown name: not sent', async () => {
    const resolve = () => Promise.reject(Object.assign(new Error('getaddrinfo ENOTFOUND nowhere.test'), { code: 'ENOTFOUND' }))
    expect(await failure(client([], { resolve }).request({ url: 'https://nowhere.test/', method: 'POST' })))
      .toMatchObject({ code: 'HTTP_CONNECTION', sent: false, message: expect.stringContaining('ENOTFOUND') as string })
  })

  test('reset after the request was read: sent', async () => {
    const server = await serve((request) => { request.socket.resetAndDestroy() })
    expect(await failure(client([server]).request({ url: server.url, method: 'POST', body: 'x' }))).toMatchObject({ code: 'HTTP_CONNECTION', sent: true })
    expect(server.seen).toHaveLength(1)
  })

  test('reset in the middle of the answer: sent', async () => {
    const server = await serve((request, response) => { response.writeHead(200, { 'content-length': '100' }).write('half', () => { request.socket.resetAndDestroy() }) })
    expect(await failure(client([server]).request({ url: server.url, method: 'GET' }))).toMatchObject({ code: 'HTTP_CONNECTION', sent: true })
  })

  test('TLS spoken to a plain server: not sent', async () => {
    const server = await serve((_request, response) => { response.end() })
    expect(await failure(client([server]).request({ url: `https://127.0.0.1:${server.port}/`, method: 'POST' }))).toMatchObject({ code: 'HTTP_CONNECTION', sent: false })
  })

  test('no message quotes path, query, header or body', async () => {
    const server = await serve((request) => { request.socket.resetAndDestroy() })
    const { message } = await failure(client([server]).request({ url: `${server.url}/canary1?k=canary2`, method: 'POST', headers: { authorization: 'canary3' }, body: 'canary4' }))
    expect(message).not.toContain('canary')
    expect(message).toContain(`127.0.0.1:${server.port}`)
  })
})

describe('body cap', () => {
  test('an endless body ends at the cap', async () => {
    const server = await serve((_request, response) => {
      const pour = (): void => { while (!response.destroyed && response.write('x'.repeat(65_536))); }
      response.on('drain', pour)
      pour()
    })
    expect(await failure(client([server]).request({ url: server.url, method: 'GET', maxBodyBytes: 100_000 }))).toMatchObject({ code: 'HTTP_BODY_TOO_LARGE', sent: true })
  })

  test('is 1 MiB by default, to the byte', async () => {
    const server = await serve((request, response) => { response.end('x'.repeat(1_048_576 + (request.url === '/over' ? 1 : 0))) })
    const http = client([server])
    expect((await http.request({ url: server.url, method: 'GET' })).body).toHaveLength(1_048_576)
    expect(await failure(http.request({ url: `${server.url}/over`, method: 'GET' }))).toMatchObject({ code: 'HTTP_BODY_TOO_LARGE' })
  })

  test('counts after decompression', async () => {
    const server = await serve((_request, response) => { response.setHeader('content-encoding', 'gzip').end(gzipSync('x'.repeat(10_000_000))) })
    expect(await failure(client([server]).request({ url: server.url, method: 'GET' }))).toMatchObject({ code: 'HTTP_BODY_TOO_LARGE' })
  })
})

describe('an answer compressed without having been asked to', () => {
  test.each([['gzip', gzipSync], ['deflate', deflateSync], ['br', brotliCompressSync]] as const)('%s is read', async (encoding, compress) => {
    const server = await serve((_request, response) => { response.setHeader('content-encoding', encoding).end(compress('hello')) })
    expect((await client([server]).request({ url: server.url, method: 'GET' })).body).toBe('hello')
  })

  test.each(['gzip', 'zstd-9', '__proto__'])('%s that it is not is a failure', async (encoding) => {
    const server = await serve((_request, response) => { response.setHeader('content-encoding', encoding).end('plain') })
    expect(await failure(client([server]).request({ url: server.url, method: 'GET' }))).toMatchObject({ code: 'HTTP_CONNECTION', sent: true })
  })
})

describe('headers', () => {
  const url = 'https://example.com/'
  test.each([
    [{ 'x-a': 'a\r\nx-b: c' }], [{ 'x-a': 'a\nb' }], [{ 'x-a': 'a\0' }], [{ 'x-a': '\u0100' }], [{ 'x a': 'b' }], [{ 'x-a\r\n': 'b' }], [{ '': 'b' }],
    [{ Host: 'other' }], [{ 'Content-Length': '0' }], [{ 'transfer-encoding': 'chunked' }], [{ CONNECTION: 'close' }], [{ 'X-A': '1', 'x-a': '2' }],
  ])('%j is refused before any connection, and not quoted', async (headers) => {
    const resolve = vi.fn(() => Promise.resolve([]))
    const refused = await failure(client([], { resolve }).request({ url, method: 'GET', headers: headers as Record<string, string> }))
    expect(refused).toMatchObject({ code: 'EGRESS_REFUSED', sent: false })
    expect(resolve).not.toHaveBeenCalled()
  })
})
