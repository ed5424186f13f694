import assert from 'node:assert/strict'
import { scene } from './http-client-fixture.js'

const refusedAddress = scene('an address that the policy refuses gets no connection, by number and by name: not sent', '1, 3', async ({ http, serveRefused, failure }) => {
  const server = await serveRefused((_request, response) => { response.end('inside') })
  const { port } = server
  for (const host of ['127.0.0.1', 'localhost', '2130706433', '0x7f.1', '[::ffff:127.0.0.1]']) {
    const { code, sent } = await failure(http.request({ url: `http://${host}:${port}/`, method: 'GET', timeoutMs: 2_000 }), `a call of ${host}`)
    assert.deepEqual([code, sent], ['EGRESS_REFUSED', false], `a call of ${host}`)
  }
  assert.equal(server.connections(), 0)
})

const openAddress = scene('an address that the policy allows is reached, also beside a refused one', '1', async ({ answer, http, serve, serveRefused, failure }) => {
  const [open, closed] = [await serve((_request, response) => { response.end('open') }), await serveRefused((_request, response) => { response.end('inside') })]
  for (const _ of [1, 2]) {
    assert.equal((await answer({ url: open.url, method: 'GET' })).body, 'open')
    assert.equal((await failure(http.request({ url: closed.url, method: 'GET' }), 'a call of a refused port')).code, 'EGRESS_REFUSED')
  }
})

const otherSchemes = scene('what is no http or https URL is refused: not sent', '1, 3', async ({ http, failure }) => {
  for (const url of ['file:///etc/passwd', 'ftp://127.0.0.1/', 'data:text/plain,x', 'unix:/var/run/docker.sock', '/path', '', 'http://', 'http://user:secret@example.com/']) {
    const { code, sent } = await failure(http.request({ url, method: 'GET' }), `a call of ${JSON.stringify(url)}`)
    assert.deepEqual([code, sent], ['EGRESS_REFUSED', false], `a call of ${JSON.stringify(url)}`)
  }
})

const notFollowed = scene('redirects are answers unless they are asked for, and always for a write', 'redirects', async ({ answer, serve }) => {
  const server = await serve((request, response) => { response.writeHead(request.url === '/b' ? 200 : 302, { location: '/b' }).end() })
  assert.equal((await answer({ url: `${server.url}/a`, method: 'GET' })).status, 302)
  assert.equal((await answer({ url: `${server.url}/a`, method: 'POST', redirects: 3 })).status, 302)
  assert.deepEqual(server.seen.map(({ path }) => path), ['/a', '/a'])
})

const followed = scene('redirects are followed as often as they are asked for', 'redirects', async ({ answer, serve }) => {
  const server = await serve((request, response) => {
    const place = Number(request.url?.slice(1))
    response.writeHead(place < 3 ? 302 : 200, { location: `/${place + 1}` }).end(`at ${place}`)
  })
  assert.equal((await answer({ url: `${server.url}/0`, method: 'GET', redirects: 3 })).body, 'at 3')
  assert.equal((await answer({ url: `${server.url}/0`, method: 'GET', redirects: 2 })).status, 302)
})

const refusedRedirect = scene('a redirect to an address that the policy refuses gets no connection', '1', async ({ http, serve, serveRefused, failure }) => {
  const inside = await serveRefused((_request, response) => { response.end('inside') })
  const server = await serve((request, response) => { response.writeHead(302, { location: request.url === '/hop' ? inside.url : '/hop' }).end() })
  assert.equal((await failure(http.request({ url: server.url, method: 'GET', redirects: 5 }), 'a redirect to a refused address')).code, 'EGRESS_REFUSED')
  assert.equal(inside.connections(), 0)
})

const noCredentials = scene('a redirect to another origin takes no credential along', 'redirects', async ({ answer, serve }) => {
  const target = await serve((_request, response) => { response.end() })
  const server = await serve((request, response) => { response.writeHead(307, { location: request.url === '/other' ? target.url : '/other' }).end() })
  await answer({ url: server.url, method: 'GET', redirects: 3, headers: { authorization: 'Bearer canary', cookie: 'canary', 'x-api-key': 'canary' } })
  assert.equal(server.seen[1]?.headers.authorization, 'Bearer canary')
  assert.equal(target.seen.length, 1)
  assert.ok(!JSON.stringify(target.seen).includes('canary'), 'a credential went to another origin')
})

export const egressCases = [refusedAddress, openAddress, otherSchemes, notFollowed, followed, refusedRedirect, noCredentials]
