import assert from 'node:assert/strict'
import { markSent, PaoError } from '@pao/core/action'
import type { HttpClient, HttpRequest, HttpResponse, Json } from '@pao/core/action'
import type { Mismatch, OpenApiContract, SentCall } from './open-api-contract.js'
import { mismatchText, openApiContract } from './open-api-contract.js'
import type { OpenApiDocument } from './open-api-document.js'
import { serveFake } from './serve-fake.js'
import type { ServedFake } from './serve-fake.js'

/** A call as a route sees it. */
export interface FakeCall {
  /** `POST /rest/api/3/issue`, as the document names it. */
  readonly operation: string
  readonly method: string
  readonly url: URL
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** The body as JSON; as text where it is none. `undefined`: there was none. */
  readonly body: Json | undefined
}

export interface FakeAnswer {
  readonly status: number
  /** `content-type` default: `application/json` where there is a body. */
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as JSON; as it is where `content-type` says that it is something else. Absent: none. */
  readonly body?: Json
  /** Why this answer need not be described, for example "Jira is down". Default: it is checked. */
  readonly undescribed?: string
}

export type FakeRoute = FakeAnswer | ((call: FakeCall) => FakeAnswer | Promise<FakeAnswer>)

export interface FakeHttpOptions {
  /** What every call and every answer must fit. */
  readonly openapi: OpenApiDocument
  /** Answers by operation, as the document names it: `'POST /rest/api/3/issue'`. A name that it does not have throws. */
  readonly routes: Readonly<Record<string, FakeRoute>>
}

export interface FakeHttp extends HttpClient {
  /** Every call so far, those that did not fit too. */
  readonly calls: readonly FakeCall[]
  /** Everything that did not fit, one line each. */
  readonly mismatches: readonly string[]
  /** Fails when something did not fit. Call it at the end: code under test may swallow what `request` throws. */
  verify(): void
  /** The same routes behind a real server on 127.0.0.1. A mismatch is answered with 500 and kept for `verify`. Close it. */
  serve(): Promise<ServedFake>
}

const jsonOf = (text: string): Json => {
  try {
    return JSON.parse(text) as Json
  } catch {
    return text
  }
}

const lowered = (headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))

const bodyText = (body: Json | undefined, contentType: string): string =>
  body === undefined ? '' : typeof body === 'string' && !/[/+]json/.test(contentType) ? body : JSON.stringify(body)

const responseOf = ({ status, body }: FakeAnswer, headers: Readonly<Record<string, string>>): HttpResponse => {
  const text = bodyText(body, headers['content-type'] ?? '')
  const json = (): Json => {
    try {
      return JSON.parse(text) as Json
    } catch {
      throw new SyntaxError('the answer is not JSON')
    }
  }
  return { status, headers, body: text, json }
}

const refuseUnknownRoutes = ({ operations }: OpenApiContract, routes: FakeHttpOptions['routes']): void => {
  for (const name of Object.keys(routes)) {
    if (!operations.includes(name)) throw new Error(`the OpenAPI document has no operation "${name}"; it has ${operations.join(', ')}`)
  }
}

/** As the port's laws say of an aborted signal and of a body that is too long. */
const limited = (request: HttpRequest, response: HttpResponse): HttpResponse => {
  if (Buffer.byteLength(response.body) > (request.maxBodyBytes ?? 1_048_576)) throw markSent(new PaoError('HTTP_BODY_TOO_LARGE', 'the answer of the fake is longer than the cap'), true)
  return request.method === 'HEAD' ? { ...response, body: '' } : response
}

/**
 * An HttpClient whose answers a test decides, held to an OpenAPI document: what the code under test sends must fit it, and what the fake
 * answers too, so that neither invents an API. A mismatch throws an AssertionError that names operation, place and reason, and is kept.
 */
export const fakeHttp = ({ openapi, routes }: FakeHttpOptions): FakeHttp => {
  const contract = openApiContract(openapi)
  refuseUnknownRoutes(contract, routes)
  const calls: FakeCall[] = []
  const mismatches: string[] = []

  const hold = (found: readonly Mismatch[]): void => {
    if (found.length === 0) return
    const lines = found.map(mismatchText)
    mismatches.push(...lines)
    throw new assert.AssertionError({ message: lines.join('\n') })
  }

  const callOf = (request: HttpRequest, url: URL): FakeCall => {
    const found = contract.find(request.method, url.pathname)
    const body = request.body === undefined || request.body === '' ? undefined : jsonOf(request.body)
    const operation = found?.operation.name ?? `${request.method} ${url.pathname}`
    return { operation, method: request.method, url, params: found?.params ?? {}, query: url.searchParams, headers: lowered(request.headers ?? {}), body }
  }

  const routed = async (call: FakeCall): Promise<FakeAnswer> => {
    const route = Object.hasOwn(routes, call.operation) ? routes[call.operation] : undefined
    if (route === undefined) hold([{ in: 'request', operation: call.operation, pointer: 'path', reason: 'has no route in this fake' }])
    return typeof route === 'function' ? route(call) : route as FakeAnswer
  }

  const answered = async (request: HttpRequest): Promise<HttpResponse> => {
    const url = new URL(request.url)
    const call = callOf(request, url)
    calls.push(call)
    const sent: SentCall = { method: request.method, path: url.pathname, query: url.searchParams, headers: call.headers, ...(request.body === undefined ? {} : { body: request.body }) }
    hold(contract.request(sent))
    const answer = await routed(call)
    const headers = lowered({ ...(answer.body === undefined ? {} : { 'content-type': 'application/json' }), ...answer.headers })
    const { status, body, undescribed } = answer
    if (undescribed === undefined) {
      hold(contract.answer(request.method, url.pathname, { status, ...(body === undefined ? {} : { body }), ...(headers['content-type'] === undefined ? {} : { contentType: headers['content-type'] }) }))
    } else assert.notEqual(undescribed.trim(), '', 'an answer that is not described needs a reason')
    return limited(request, responseOf(answer, headers))
  }

  return {
    calls,
    mismatches,
    request: async (request) => {
      if (request.signal?.aborted === true) throw markSent(new PaoError('HTTP_CONNECTION', 'the call was given up before it began'), false)
      return answered(request)
    },
    verify: () => { assert.deepEqual(mismatches, [], `calls or answers do not fit the OpenAPI document:\n${mismatches.join('\n')}`) },
    serve: () => serveFake(answered, (reason) => { if (!mismatches.includes(reason)) mismatches.push(reason) }),
  }
}
