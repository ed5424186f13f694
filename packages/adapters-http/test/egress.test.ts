import net from 'node:net'
import { isPaoError, wasSent } from '@pao/core/action'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { parseEgressAllow } from '../src/index.js'
import type { ResolvedAddress } from '../src/index.js'
import { client, serve } from './server.js'

/** Counts every attempt of this process to open a TCP connection. */
const spyOnConnect = () => vi.spyOn(net.Socket.prototype, 'connect')
let connect: ReturnType<typeof spyOnConnect>
beforeEach(() => { connect = spyOnConnect() })
afterEach(() => { connect.mockRestore() })

const refusal = async (promise: Promise<unknown>): Promise<string> => {
  const error: unknown = await promise.then(() => { throw new Error('it was not refused') }, (thrown: unknown) => thrown)
  if (!isPaoError(error, 'EGRESS_REFUSED')) throw error
  expect(wasSent(error)).toBe(false)
  return error.message
}

/** Never reached: every name has a public address, so that only the URL itself can be the reason. */
const publicOnly = () => Promise.resolve([{ address: '93.184.216.34', family: 4 as const }])

describe('addresses that are refused', () => {
  test.each([
    // loopback in its spellings
    'http://127.0.0.1/', 'http://127.1/', 'http://127.0.1/', 'http://2130706433/', 'http://0x7f000001/', 'http://0x7f.0.0.1/', 'http://017700000001/',
    'http://0177.0.0.1/', 'http://127.0.0.1./', 'http://127.255.255.254/', 'http://①②⑦.⓪.⓪.①/', 'http://127。0。0。1/', 'http://[::1]/', 'http://[0:0:0:0:0:0:0:1]/',
    'http://[::0001]/', 'http://%31%32%37.0.0.1/',
    // unspecified, "this network", broadcast
    'http://0.0.0.0/', 'http://0/', 'http://0.1.2.3/', 'http://[::]/', 'http://255.255.255.255/',
    // private
    'http://10.0.0.1/', 'http://10.255.255.255/', 'http://172.16.0.1/', 'http://172.31.255.255/', 'http://192.168.0.1/', 'http://192.168.1.1:8080/', 'https://10.1.2.3/',
    'http://167772161/', 'http://[fc00::1]/', 'http://[fd12:3456::1]/', 'http://[fec0::1]/',
    // link-local and metadata
    'http://169.254.169.254/latest/meta-data/', 'http://2852039166/', 'http://0xa9fea9fe/', 'http://169.254.170.2/', 'http://[fe80::1]/', 'http://[fd00:ec2::254]/',
    'http://100.100.100.200/', 'http://168.63.129.16/',
    // carrier-grade NAT, multicast, reserved, documentation, benchmarking
    'http://100.64.0.1/', 'http://224.0.0.1/', 'http://239.255.255.250/', 'http://[ff02::1]/', 'http://240.0.0.1/', 'http://192.0.2.1/', 'http://198.18.0.1/',
    'http://[2001:db8::1]/', 'http://[100::1]/',
    // IPv4 inside IPv6
    'http://[::ffff:127.0.0.1]/', 'http://[::ffff:7f00:1]/', 'http://[::ffff:8.8.8.8]/', 'http://[::127.0.0.1]/', 'http://[::7f00:1]/', 'http://[64:ff9b::7f00:1]/',
    'http://[64:ff9b:1::7f00:1]/', 'http://[2002:7f00:1::]/', 'http://[2001:0:7f00:1::]/', 'http://[5f00::1]/',
  ])('%s', async (url) => {
    await refusal(client([], { resolve: publicOnly }).request({ url, method: 'GET' }))
    expect(connect).not.toHaveBeenCalled()
  })

  test.each([
    'ftp://example.com/', 'file:///etc/passwd', 'gopher://example.com/', 'data:text/plain,x', 'javascript:1', 'unix:/var/run/docker.sock', 'ws://example.com/',
    'http://user:pass@example.com/', 'http://user@example.com/', 'http://:pass@example.com/', '//example.com/', '/path', '', 'http://', 'http://[::1', 'http://a b/', 'http://exa\0mple/',
  ])('as a URL: %j', async (url) => {
    const message = await refusal(client([], { resolve: publicOnly }).request({ url, method: 'GET' }))
    expect(message).not.toContain('pass@')
    expect(connect).not.toHaveBeenCalled()
  })

  test.each<readonly [string, readonly ResolvedAddress[]]>([
    ['a private address', [{ address: '10.0.0.7', family: 4 }]],
    ['loopback over IPv6', [{ address: '::1', family: 6 }]],
    ['the metadata service', [{ address: '169.254.169.254', family: 4 }]],
    ['a mapped address', [{ address: '::ffff:10.0.0.7', family: 6 }]],
    ['a link-local address with a zone', [{ address: 'fe80::1%eth0', family: 6 }]],
    ['a public and then a private address', [{ address: '93.184.216.34', family: 4 }, { address: '10.0.0.7', family: 4 }]],
    ['something that is no address', [{ address: 'localhost', family: 4 }]],
  ])('a name that resolves to %s', async (_what, addresses) => {
    await refusal(client([], { resolve: () => Promise.resolve(addresses) }).request({ url: 'https://innocent.example/secret?token=canary', method: 'POST' }))
    expect(connect).not.toHaveBeenCalled()
  })

  test('the message names host, reason and cure, and no more of the URL', async () => {
    const resolve = () => Promise.resolve([{ address: '10.0.0.7', family: 4 as const }])
    expect(await refusal(client([], { resolve }).request({ url: 'https://jira.corp/secret?token=canary', method: 'POST' })))
      .toBe('the egress policy refuses jira.corp:443: jira.corp resolves to 10.0.0.7, a private address. If it is meant, add jira.corp:443 to PAO_EGRESS_ALLOW')
    expect(await refusal(client([]).request({ url: 'http://[::1]:81/', method: 'GET' }))).toContain('[::1]:81 to PAO_EGRESS_ALLOW')
  })
})

describe('a listed host', () => {
  test('may be loopback, on its port only', async () => {
    const server = await serve((_request, response) => { response.end('yes') })
    const egress = parseEgressAllow(`Provision.Internal.:${server.port}`)
    const http = client([], { egress, resolve: () => Promise.resolve([{ address: '127.0.0.1', family: 4 }]) })
    expect((await http.request({ url: `http://provision.internal:${server.port}/`, method: 'GET' })).body).toBe('yes')
    await refusal(http.request({ url: `http://provision.internal:${server.port + 1}/`, method: 'GET' }))
    await refusal(http.request({ url: `http://other.internal:${server.port}/`, method: 'GET' }))
    await refusal(http.request({ url: `http://x.provision.internal:${server.port}/`, method: 'GET' }))
  })

  test('without a port may be reached on every port; without a scheme\'s port the default counts', async () => {
    const resolve = () => Promise.resolve([{ address: '10.0.0.7', family: 4 as const }])
    connect.mockImplementation(function (this: net.Socket) { queueMicrotask(() => { this.destroy(new Error('stopped by the test')) }); return this })
    const tried = async (allow: string, url: string): Promise<boolean> => {
      connect.mockClear()
      await client([], { egress: parseEgressAllow(allow), resolve }).request({ url, method: 'GET', timeoutMs: 500 }).catch(() => undefined)
      return connect.mock.calls.length > 0
    }
    expect(await tried('jira.corp', 'http://jira.corp:8443/')).toBe(true)
    expect(await tried('jira.corp:443', 'https://jira.corp/')).toBe(true)
    expect(await tried('jira.corp:443', 'http://jira.corp/')).toBe(false)
    expect(await tried('jira.corp:80', 'http://jira.corp/')).toBe(true)
  })

  test('a refusal quotes nothing of an address but scheme and host: it may hold a secret', async () => {
    for (const url of ['https://host:99999/canary', 'not a url canary', 'ftp://h.example/canary', 'https://user:canary@h.example/canary']) {
      expect(await refusal(client([]).request({ url, method: 'GET' }))).not.toContain('canary')
    }
  })

  test('is not a way to the metadata service, unless its address is listed itself', async () => {
    const resolve = () => Promise.resolve([{ address: '169.254.169.254', family: 4 as const }])
    const message = await refusal(client([], { egress: parseEgressAllow('jira.corp'), resolve }).request({ url: 'http://jira.corp/', method: 'GET' }))
    expect(message).toContain('add 169.254.169.254:80 to PAO_EGRESS_ALLOW')
    expect(connect).not.toHaveBeenCalled()
  })
})

describe('a name is resolved once and its address pinned', () => {
  test('a resolver that changes its mind after the check is not asked again', async () => {
    const answers = [[{ address: '93.184.216.34', family: 4 as const }], [{ address: '127.0.0.1', family: 4 as const }]]
    const resolve = vi.fn(() => Promise.resolve(answers.shift() ?? []))
    let looked: unknown
    connect.mockImplementation(function (this: net.Socket, options: unknown) {
      const [{ lookup }] = (Array.isArray(options) ? options : [options]) as [net.TcpNetConnectOpts]
      lookup?.('rebind.example', { all: true }, (_error, addresses) => { looked = addresses })
      queueMicrotask(() => { this.destroy(new Error('stopped by the test')) })
      return this
    } as typeof net.Socket.prototype.connect)
    await client([], { resolve }).request({ url: 'http://rebind.example/', method: 'GET', timeoutMs: 500 }).catch(() => undefined)
    expect(resolve).toHaveBeenCalledTimes(1)
    expect(looked).toEqual([{ address: '93.184.216.34', family: 4 }])
  })

  test('of several addresses the next is tried when one does not answer', async () => {
    const server = await serve((_request, response) => { response.end('v4') })
    const http = client([], {
      egress: parseEgressAllow(`both.test:${server.port}`),
      resolve: () => Promise.resolve([{ address: '::1', family: 6 }, { address: '127.0.0.1', family: 4 }]),
    })
    expect((await http.request({ url: `http://both.test:${server.port}/`, method: 'GET' })).body).toBe('v4')
  })
})

describe('redirects', () => {
  test('are not followed unless asked for, and never for a write', async () => {
    const server = await serve((request, response) => { response.writeHead(request.url === '/b' ? 200 : 302, { location: '/b' }).end() })
    const http = client([server])
    expect((await http.request({ url: `${server.url}/a`, method: 'GET' })).status).toBe(302)
    expect((await http.request({ url: `${server.url}/a`, method: 'POST', redirects: 3 })).status).toBe(302)
    expect((await http.request({ url: `${server.url}/a`, method: 'GET', redirects: 1 })).status).toBe(200)
  })

  test('stop at the number asked for', async () => {
    const server = await serve((_request, response) => { response.writeHead(302, { location: '/again' }).end() })
    expect((await client([server]).request({ url: server.url, method: 'GET', redirects: 2 })).status).toBe(302)
    expect(server.seen).toHaveLength(3)
  })

  test.each(['http://10.0.0.1/', 'http://169.254.169.254/latest/', 'http://[::1]/', 'file:///etc/passwd', 'http://u:p@example.com/', 'http://localhost:1/'])(
    'to %s are refused', async (location) => {
      const server = await serve((_request, response) => { response.writeHead(302, { location }).end() })
      const error: unknown = await client([server], { resolve: () => Promise.resolve([{ address: '127.0.0.1', family: 4 }]) })
        .request({ url: server.url, method: 'GET', redirects: 3 }).catch((thrown: unknown) => thrown)
      expect(isPaoError(error, 'EGRESS_REFUSED')).toBe(true)
      expect(connect).toHaveBeenCalledTimes(1)
    })

  test('to another origin take no credential along', async () => {
    const target = await serve((_request, response) => { response.end() })
    const server = await serve((request, response) => {
      response.writeHead(307, { location: request.url === '/other' ? `${target.url}/t` : '/other' }).end()
    })
    await client([server, target]).request({ url: `${server.url}/same`, method: 'GET', redirects: 3, headers: { authorization: 'Bearer canary', 'x-api-key': 'canary', cookie: 'canary', accept: 'a/b' } })
    expect(server.seen[1]?.headers).toMatchObject({ authorization: 'Bearer canary' })
    expect(target.seen[0]?.headers).toMatchObject({ accept: 'a/b' })
    expect(JSON.stringify(target.seen)).not.toContain('canary')
  })
})

describe('parseEgressAllow', () => {
  test('reads names, addresses and ports', () => {
    expect(parseEgressAllow(' Jira.Internal.:443, 10.0.0.5 ,[::1]:9000,[FD00::0:1], localhost:8080 ')).toEqual([
      { host: 'jira.internal', port: 443 }, { host: '10.0.0.5' }, { host: '::1', port: 9000 }, { host: 'fd00::1' }, { host: 'localhost', port: 8080 },
    ])
    expect(parseEgressAllow('')).toEqual([])
    expect(parseEgressAllow(' , ')).toEqual([])
  })

  test.each(['http://a', 'a:0', 'a:65536', 'a:b', '::1:80', '[::1', '[nonsense]:1', 'a b', '*', '10.0.0.0/8', 'a:1:2'])('refuses %j with the cure', (text) => {
    expect(() => parseEgressAllow(text)).toThrow(expect.objectContaining({ code: 'CONFIGURATION', message: expect.stringContaining('PAO_EGRESS_ALLOW') as string }))
  })
})
