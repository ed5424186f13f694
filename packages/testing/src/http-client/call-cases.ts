import assert from 'node:assert/strict'
import type { HttpRequest } from '@pao/core/action'
import { scene } from './http-client-fixture.js'

const methods: readonly HttpRequest['method'][] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']

const asAsked = scene('method, path, query, headers and body arrive as they were asked', 'HttpRequest', async ({ answer, serve }) => {
  const server = await serve((_request, response) => { response.end() })
  for (const method of methods) {
    await answer({ url: `${server.url}/a%20b/c?d=e%26f&g`, method, headers: { 'X-Key': 'v w', authorization: 'Bearer t' }, ...(method === 'GET' ? {} : { body: `{"of":"${method} ü€"}` }) })
    const arrived = server.seen.at(-1)
    assert.equal(arrived?.method, method)
    assert.equal(arrived.path, '/a%20b/c?d=e%26f&g')
    assert.equal(arrived.headers['x-key'], 'v w')
    assert.equal(arrived.headers.authorization, 'Bearer t')
    assert.equal(arrived.body, method === 'GET' ? '' : `{"of":"${method} ü€"}`)
  }
})

const headOnly = scene('HEAD gives status and headers, and no body', 'HttpRequest', async ({ answer, serve }) => {
  const server = await serve((_request, response) => { response.writeHead(200, { 'content-length': '1000', 'x-a': 'b' }).end() })
  const answered = await answer({ url: server.url, method: 'HEAD' })
  assert.deepEqual([answered.status, answered.headers['x-a'], answered.body], [200, 'b', ''])
})

const asAnswered = scene('status, headers and body come back: names in lower case, repeated ones joined', 'HttpResponse', async ({ answer, serve }) => {
  const server = await serve((_request, response) => {
    response.writeHead(418, { 'X-Many': ['a', 'b'], 'Content-Type': 'application/json' })
    // A character that is split over two chunks.
    const body = Buffer.from('{"tea":"grün"}')
    response.write(body.subarray(0, 11))
    setImmediate(() => { response.end(body.subarray(11)) })
  })
  const answered = await answer({ url: server.url, method: 'GET' })
  assert.equal(answered.status, 418)
  assert.equal(answered.headers['x-many'], 'a, b')
  assert.equal(answered.headers['content-type'], 'application/json')
  assert.equal(answered.body, '{"tea":"grün"}')
  assert.deepEqual(answered.json(), { tea: 'grün' })
})

const bytes = scene('a body that is no text is given byte by byte where that is asked for', 'HttpRequest.bodyEncoding', async ({ answer, serve }) => {
  const body = Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Uint8Array.from({ length: 256 }, (_, index) => index)])
  const server = await serve((_request, response) => { response.end(body) })
  const answered = await answer({ url: server.url, method: 'GET', bodyEncoding: 'latin1' })
  assert.deepEqual(Buffer.from(answered.body, 'latin1'), body)
})

const notJson = scene('json of a body that is none throws a SyntaxError that quotes nothing of it', 'HttpResponse.json', async ({ answer, serve }) => {
  const server = await serve((_request, response) => { response.end('<p>canary</p>') })
  const answered = await answer({ url: server.url, method: 'GET' })
  assert.throws(() => answered.json(), (error) => error instanceof SyntaxError && !`${error.message}${error.stack}`.includes('canary'), 'must throw a SyntaxError without the body')
})

const statuses = scene('a status is never an error', '4', async ({ answer, serve }) => {
  const server = await serve((request, response) => { response.writeHead(Number(request.url?.slice(1))).end('said') })
  for (const status of [201, 204, 301, 400, 401, 404, 409, 429, 500, 503]) {
    const answered = await answer({ url: `${server.url}/${status}`, method: 'POST' })
    assert.equal(answered.status, status)
  }
})

const ownAnswers = scene('each call gets its own answer, one after the other', '6', async ({ answer, serve }) => {
  const server = await serve((request, response) => { response.end(request.url) })
  for (const name of ['/a', '/b', '/a', '/c']) assert.equal((await answer({ url: `${server.url}${name}`, method: 'GET' })).body, name)
})

const ownAnswersAtOnce = scene('each call gets its own answer, at the same time', '6', async ({ answer, serve }) => {
  const server = await serve((request, response) => {
    // Later ones are answered first.
    setTimeout(() => { response.end(request.url) }, 60 - 5 * Number(request.url?.slice(1)))
  })
  const names = Array.from({ length: 12 }, (_, index) => `/${index}`)
  const answers = await Promise.all(names.map((name) => answer({ url: `${server.url}${name}`, method: 'GET' })))
  assert.deepEqual(answers.map(({ body }) => body), names)
})

const sentOnce = scene('a call is sent once, also when it fails', '6', async ({ answer, http, serve, failure }) => {
  const server = await serve((request, response) => {
    if (request.url === '/busy') response.writeHead(503).end()
    else request.socket.resetAndDestroy()
  })
  for (const method of ['GET', 'PUT', 'POST'] as const) {
    await failure(http.request({ url: `${server.url}/reset`, method }), `${method} whose connection is reset`)
    await answer({ url: `${server.url}/busy`, method })
  }
  assert.equal(server.seen.length, 6, `6 calls were sent ${server.seen.length} times`)
})

export const callCases = [asAsked, headOnly, asAnswered, bytes, notJson, statuses, ownAnswers, ownAnswersAtOnce, sentOnce]
