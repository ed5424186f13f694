import assert from 'node:assert/strict'
import type { Socket } from 'node:net'
import { scene } from './http-client-fixture.js'
import { serveLoopback } from './loopback.js'

const nobodyListens = scene('a connection that nobody takes: not sent', '3', async ({ http, serve, failure }) => {
  const server = await serve((_request, response) => { response.end() })
  await server.close()
  const { code, sent } = await failure(http.request({ url: server.url, method: 'POST', body: 'x' }), 'a call that nobody takes')
  assert.deepEqual([code, sent], ['HTTP_CONNECTION', false])
})

const resetAfter = scene('a reset after the request was read: sent', '3', async ({ http, serve, failure }) => {
  const server = await serve((request) => { request.socket.resetAndDestroy() })
  for (const method of ['POST', 'GET'] as const) {
    const { code, sent } = await failure(http.request({ url: server.url, method }), `${method} whose connection is reset`)
    assert.deepEqual([code, sent], ['HTTP_CONNECTION', true], `${method}: the server has read it`)
  }
})

const resetBefore = scene('a reset as soon as it arrives: not called unsent when a byte may have come', '3', async ({ http, serve, failure }) => {
  let bytes = 0
  const server = await serve(() => undefined, {
    onConnection: (socket: Socket) => {
      // What was sent is read from the socket itself: the request never reaches the server.
      socket.once('data', (chunk) => { bytes += chunk.length; socket.resetAndDestroy() })
    },
  })
  const { code, sent } = await failure(http.request({ url: server.url, method: 'POST', body: 'x' }), 'a call that is reset at once')
  assert.equal(code, 'HTTP_CONNECTION')
  assert.equal(sent, true, `${bytes} bytes had arrived`)
})

const halfAnswer = scene('a connection that breaks within the answer is a failure, not half an answer: sent', '3', async ({ http, serve, failure }) => {
  const server = await serve((request, response) => {
    const broken = request.url === '/chunked' ? response : response.writeHead(200, { 'content-length': '100' })
    broken.write('half', () => { request.socket.destroy() })
  })
  for (const path of ['/length', '/chunked']) {
    const { code, sent } = await failure(http.request({ url: `${server.url}${path}`, method: 'GET' }), `half an answer of ${path}`)
    assert.deepEqual([code, sent], ['HTTP_CONNECTION', true])
  }
})

const noHttp = scene('an answer that is no HTTP is a failure: sent', '3', async ({ http, serve, failure }) => {
  const server = await serve((request) => { request.socket.end('nonsense\r\n\r\n') })
  const { code, sent } = await failure(http.request({ url: server.url, method: 'POST' }), 'an answer that is no HTTP')
  assert.deepEqual([code, sent], ['HTTP_CONNECTION', true])
})

const injected: readonly Readonly<Record<string, string>>[] = [
  { 'x-a': 'canary\r\nx-b: c' }, { 'x-a': 'canary\nb' }, { 'x-a': 'canary\rb' }, { 'x-a': 'canary\0' }, { 'x-a\r\nx-b': 'canary' }, { 'x a': 'canary' },
  { Host: 'canary' }, { 'Content-Length': '0' }, { 'transfer-encoding': 'chunked' }, { CONNECTION: 'close' },
]

const headers = scene('headers that would change the message are refused before any connection, and not quoted', 'HttpRequest.headers', async ({ http, serve, failure }) => {
  const server = await serve((_request, response) => { response.end() })
  for (const one of injected) {
    const { sent, text } = await failure(http.request({ url: server.url, method: 'POST', headers: one, body: 'x' }), `the header ${JSON.stringify(one)}`)
    assert.equal(sent, false)
    assert.ok(!text.includes('canary'), `the failure quotes the header ${JSON.stringify(one)}`)
  }
  assert.equal(server.connections(), 0)
})

const quotesNothing = scene('no failure quotes path, query, headers or body', '5', async ({ http, serve, serveRefused, failure }) => {
  const server = await serve((request, response) => {
    if (request.url?.includes('long') === true) response.end('canary-answer'.repeat(20))
    else if (request.url?.includes('reset') === true) request.socket.resetAndDestroy()
  })
  const refused = await serveRefused(() => undefined)
  const closed = await serveLoopback(() => undefined)
  await closed.close()
  const urls = [`${server.url}/reset`, `${server.url}/silent`, `${server.url}/long`, refused.url, closed.url, 'https://canary user:canary@127.0.0.1/', 'canary']
  for (const url of urls) {
    const { text } = await failure(http.request({
      url: url.startsWith('http:') ? `${url}/canary-path?q=canary-query` : url, method: 'POST', headers: { authorization: 'canary-header' }, body: 'canary-body', timeoutMs: 200, maxBodyBytes: 10,
    }), `a call of ${url}`)
    assert.ok(!text.includes('canary'), `the failure quotes the call of ${url}: ${text}`)
  }
})

export const failureCases = [nobodyListens, resetAfter, resetBefore, halfAnswer, noHttp, headers, quotesNothing]
