import assert from 'node:assert/strict'
import type { ServerResponse } from 'node:http'
import { scene } from './http-client-fixture.js'

const drip = (response: ServerResponse): void => {
  const timer = setInterval(() => { response.write('.') }, 5)
  response.on('close', () => { clearInterval(timer) })
}

/** Without end, and slowly enough for a client that reads it all to be stopped in time. */
const pour = (response: ServerResponse): void => {
  const timer = setInterval(() => { response.write('x'.repeat(65_536)) }, 1)
  response.on('close', () => { clearInterval(timer) })
}

const silent = scene('a call that gets no answer ends at its deadline: sent', '2, 3', async ({ http, serve, failure }) => {
  const server = await serve(() => undefined)
  const { code, sent } = await failure(http.request({ url: server.url, method: 'POST', timeoutMs: 300 }), 'a call that gets no answer')
  assert.deepEqual([code, sent], ['HTTP_DEADLINE', true])
})

const dripping = scene('a body that drips for ever ends at the deadline: sent', '2, 3', async ({ http, serve, failure }) => {
  const server = await serve((_request, response) => { drip(response) })
  const { code, sent } = await failure(http.request({ url: server.url, method: 'GET', timeoutMs: 300 }), 'a body that drips for ever')
  assert.deepEqual([code, sent], ['HTTP_DEADLINE', true])
})

const capped = scene('a body is read up to its cap, to the byte', 'maxBodyBytes', async ({ answer, http, serve, failure }) => {
  const server = await serve((request, response) => { response.end('x'.repeat(Number(request.url?.slice(1)))) })
  assert.equal((await answer({ url: `${server.url}/1000`, method: 'GET', maxBodyBytes: 1_000 })).body.length, 1_000)
  const { code, sent } = await failure(http.request({ url: `${server.url}/1001`, method: 'GET', maxBodyBytes: 1_000 }), 'a body of one byte more')
  assert.deepEqual([code, sent], ['HTTP_BODY_TOO_LARGE', true])
})

const cappedByDefault = scene('a body without a cap of its own is read up to 1 MiB', 'maxBodyBytes', async ({ answer, http, serve, failure }) => {
  const server = await serve((request, response) => { response.end('x'.repeat(Number(request.url?.slice(1)))) })
  assert.equal((await answer({ url: `${server.url}/1048576`, method: 'GET' })).body.length, 1_048_576)
  assert.equal((await failure(http.request({ url: `${server.url}/1048577`, method: 'GET' }), 'a body of 1 MiB and one byte')).code, 'HTTP_BODY_TOO_LARGE')
})

const endless = scene('an endless body ends at the cap', '2, 3', async ({ http, serve, failure }) => {
  const server = await serve((_request, response) => { pour(response) })
  const { code, sent } = await failure(http.request({ url: server.url, method: 'GET', maxBodyBytes: 100_000 }), 'an endless body')
  assert.deepEqual([code, sent], ['HTTP_BODY_TOO_LARGE', true])
})

const aborted = scene('a call ends when its signal aborts, before the answer and within its body: sent', '2, 3', async ({ http, serve, failure }) => {
  const ending = { head: new AbortController(), body: new AbortController() }
  const server = await serve((request, response) => {
    if (request.url === '/body') drip(response)
    setTimeout(() => { ending[request.url === '/body' ? 'body' : 'head'].abort('shutdown') }, 20)
  })
  for (const part of ['head', 'body'] as const) {
    const { sent } = await failure(http.request({ url: `${server.url}/${part}`, method: 'POST', signal: ending[part].signal }), `a call that is aborted before its ${part}`)
    assert.equal(sent, true)
  }
})

const abortedBefore = scene('a call whose signal is aborted already is not sent', '2, 3', async ({ answer, http, serve, failure }) => {
  const server = await serve((_request, response) => { response.end() })
  const { sent } = await failure(http.request({ url: server.url, method: 'POST', signal: AbortSignal.abort('cancel') }), 'a call that is aborted before it begins')
  await answer({ url: `${server.url}/later`, method: 'GET' })
  assert.equal(sent, false)
  assert.deepEqual(server.seen.map(({ path }) => path), ['/later'])
})

const goesOn = scene('after a call that was ended the next one is answered', '2', async ({ answer, http, serve, failure }) => {
  const server = await serve((request, response) => { if (request.url === '/answer') response.end('yes') })
  await failure(http.request({ url: server.url, method: 'GET', timeoutMs: 300 }), 'a call that gets no answer')
  assert.equal((await answer({ url: `${server.url}/answer`, method: 'GET' })).body, 'yes')
})

export const limitCases = [silent, dripping, capped, cappedByDefault, endless, aborted, abortedBefore, goesOn]
