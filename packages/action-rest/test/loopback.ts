import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { markSent, PaoError } from '@pao/core/action'
import type { ActionContext, HttpClient, Json } from '@pao/core/action'
import { afterEach } from 'vitest'
import { restApiAction } from '../src/index.js'
import type { RestConfig } from '../src/index.js'

export interface SeenCall {
  readonly method: string
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

const cleanups: (() => Promise<unknown>)[] = []
afterEach(async () => { await Promise.all(cleanups.splice(0).map((cleanup) => cleanup())) })

/** A real HTTP server on loopback that records what arrives. */
export const serve = async (listener: (call: SeenCall, response: ServerResponse) => void): Promise<{ readonly url: string; readonly seen: readonly SeenCall[] }> => {
  const seen: SeenCall[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => { chunks.push(chunk) }).on('end', () => {
      const call = { method: request.method ?? '', path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks).toString() }
      seen.push(call)
      listener(call, response)
    })
  })
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
  cleanups.push(() => new Promise((resolve) => { server.closeAllConnections(); server.close(resolve) }))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen }
}

/** The port as its laws say, over fetch: enough for loopback. */
const http: HttpClient = {
  request: async ({ url, method, headers = {}, body }) => {
    const response = await fetch(url, { method, headers: { ...headers }, redirect: 'manual', ...(body === undefined ? {} : { body }) }).catch((error: unknown) => {
      const code = ((error as Error).cause as NodeJS.ErrnoException | undefined)?.code
      throw markSent(new PaoError('HTTP_CONNECTION', `no answer (${code ?? 'unknown'})`, { retryable: true }), code !== 'ECONNREFUSED')
    })
    const text = await response.text()
    const json = (): Json => {
      try { return JSON.parse(text) as Json } catch { throw new SyntaxError('the answer is not JSON') }
    }
    return { status: response.status, headers: Object.fromEntries(response.headers), body: text, json }
  },
}

export interface TestContext extends ActionContext<RestConfig> {
  readonly lines: readonly string[]
  readonly hidden: readonly string[]
}

/** A context whose secrets are those that the action declared, as the engine's are. */
export const contextOf = (config: RestConfig, options: { readonly secrets?: Readonly<Record<string, string>>; readonly attempt?: number } = {}): TestContext => {
  const lines: string[] = []
  const hidden: string[] = []
  const log = (message: string): void => { lines.push(message) }
  const declared = restApiAction().secrets?.(config) ?? []
  return {
    config, key: 'request-1:create:0', attempt: options.attempt ?? 1, signal: new AbortController().signal,
    request: {
      id: 'request-1', correlationId: 'c-1', subject: { kind: 'item', id: 'queue', version: '1.0.0', name: 'Queue' }, step: 'create',
      requester: { id: 'dev', teams: [] }, acceptedAt: 0,
    },
    log: { debug: log, info: log, warn: log, error: log },
    now: () => 1_000,
    secret: (name) => {
      const value = options.secrets?.[name]
      if (!declared.includes(name) || value === undefined) throw new PaoError('SECRET_NOT_DECLARED', `no secret ${name}`)
      hidden.push(value)
      return Promise.resolve(value)
    },
    sensitive: (value) => { hidden.push(value) },
    checkpoint: (_name, work) => work(),
    http, lines, hidden,
  }
}
