import assert from 'node:assert/strict'
import type { RequestListener } from 'node:http'
import { isPaoError, wasSent } from '@pao/core/action'
import type { HttpClient, HttpRequest, HttpResponse } from '@pao/core/action'
import type { ContractCase, CreateFixture } from '../contract.js'
import { serveLoopback } from './loopback.js'
import type { LoopbackOptions, LoopbackServer } from './loopback.js'

export interface HttpClientFixture {
  /** A client that may reach these addresses of loopback, and no other private ones. */
  clientFor(allowed: readonly { readonly host: string; readonly port: number }[]): HttpClient
  /** Closes what `clientFor` made. Default: nothing. */
  close?(): Promise<void>
  /** How long a call may take to end after its deadline or abort, in milliseconds, before it counts as hanging. Default 5,000. */
  readonly patienceMs?: number
}

export interface Scene {
  /** May reach the servers of `serve`. */
  readonly http: HttpClient
  /** A call that must be answered. */
  readonly answer: (request: HttpRequest) => Promise<HttpResponse>
  readonly serve: (listener: RequestListener, options?: LoopbackOptions) => Promise<LoopbackServer>
  /** A server that the client may not reach. */
  readonly serveRefused: (listener: RequestListener) => Promise<LoopbackServer>
  /** The failure of a call, as the port's laws describe it. A call that is still under way after the fixture's patience fails the case. */
  readonly failure: (call: Promise<HttpResponse>, what: string) => Promise<{ readonly code: string; readonly sent: boolean; readonly text: string }>
}

export type HttpCase = ContractCase<HttpClientFixture>

const closedCodes = ['EGRESS_REFUSED', 'HTTP_DEADLINE', 'HTTP_BODY_TOO_LARGE', 'HTTP_CONNECTION']

/** Everything of an error that could come into a log. */
const textOf = (error: Error): string =>
  [error.message, error.stack ?? '', ...(error.cause instanceof Error ? [textOf(error.cause)] : [])].join('\n')

type Soon = <Value>(call: Promise<Value>, what: string) => Promise<Value>

const patiently = (patienceMs: number): Soon => async (call, what) => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => { reject(new assert.AssertionError({ message: `${what} did not end` })) }, patienceMs)
  })
  return Promise.race([call, late]).finally(() => { clearTimeout(timer) })
}

const failureWith = (soon: Soon): Scene['failure'] => async (call, what) => {
  const thrown: unknown = await soon(call.then(() => undefined, (error: unknown) => error), what)
  assert.ok(thrown !== undefined, `${what} did not fail`)
  assert.ok(isPaoError(thrown), `${what} must fail with a PaoError`)
  assert.ok(closedCodes.includes(thrown.code), `${what} failed with ${thrown.code}`)
  return { code: thrown.code, sent: wasSent(thrown), text: textOf(thrown) }
}

/** Which servers are open is known only when they listen: the client is made for each call. */
const clientOf = (fixture: HttpClientFixture, servers: readonly LoopbackServer[]): HttpClient => {
  const clients = new Map<number, HttpClient>()
  const current = (): HttpClient => {
    const made = clients.get(servers.length) ?? fixture.clientFor(servers.map(({ port }) => ({ host: '127.0.0.1', port })))
    clients.set(servers.length, made)
    return made
  }
  return { request: (request: HttpRequest) => current().request(request) }
}

/** Runs a case with servers that are closed behind it. */
export const scene = (name: string, law: string, play: (scene: Scene) => Promise<void>): HttpCase => ({
  name,
  law,
  run: async (create: CreateFixture<HttpClientFixture>) => {
    const fixture = await create()
    const open: LoopbackServer[] = []
    const refused: LoopbackServer[] = []
    const started = async (servers: LoopbackServer[], starting: Promise<LoopbackServer>): Promise<LoopbackServer> => {
      const server = await starting
      servers.push(server)
      return server
    }
    const http = clientOf(fixture, open)
    const soon = patiently(fixture.patienceMs ?? 5_000)
    const answer = (request: HttpRequest): Promise<HttpResponse> =>
      soon(http.request(request), 'a call').catch((error: unknown) => assert.fail(`a call that must be answered failed: ${String(error)}`))
    try {
      await play({
        http, answer, failure: failureWith(soon),
        serve: (listener, options) => started(open, serveLoopback(listener, options)),
        serveRefused: (listener) => started(refused, serveLoopback(listener)),
      })
    } finally {
      // Servers first: a client that waits for its calls would wait for ever.
      await Promise.all([...open, ...refused].map((server) => server.close()))
      await fixture.close?.()
    }
  },
})
