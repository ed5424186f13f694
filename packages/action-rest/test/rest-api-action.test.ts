import { isActionFailure, wasSent } from '@pao/core/action'
import type { Classification, JsonObject } from '@pao/core/action'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import { restApiAction } from '../src/index.js'
import type { RestConfig } from '../src/index.js'
import { contextOf, serve } from './loopback.js'

const action = restApiAction()
type Run = Awaited<ReturnType<typeof action.run>>

const decode = (config: unknown): RestConfig => {
  const result = action.config.schema['~standard'].validate(config)
  if (result instanceof Promise || result.issues !== undefined) throw new Error(JSON.stringify(result))
  return result.value
}

const failed = async (promise: Promise<Run>): Promise<Classification> => {
  const error: unknown = await promise.then((outcome) => { throw new Error(JSON.stringify(outcome)) }, (thrown: unknown) => thrown)
  if (!isActionFailure(error)) throw error
  return error.classification
}

const answering = (status: number, body = '', headers: Readonly<Record<string, string>> = {}) =>
  serve((_call, response) => { response.writeHead(status, headers).end(body) })

describe('the call', () => {
  test('carries method, query, headers, JSON body and the step\'s key', async () => {
    const { url, seen } = await answering(201, '{"arn":"a:b","deep":{"list":[{"id":1},{"id":2}]}}')
    const config = decode({
      endpoint: { url: `${url}/queues?x=1`, method: 'POST' }, headers: { 'X-Team': 'checkout' },
      body: { content_template: '{"name": "orders"}' },
      parsing: { extract: [{ path: '$.arn', name: 'arn', required: true }, { path: '$.deep.list[*].id', name: 'ids' }, { path: '$.none', name: 'none' }] },
    })
    const context = contextOf(config)
    expect(await action.run(context)).toEqual({ kind: 'succeeded', output: { arn: 'a:b', ids: [1, 2], status_code: 201 } })
    expect(seen).toMatchObject([{
      method: 'POST', path: '/queues?x=1', body: '{"name": "orders"}',
      headers: { 'x-team': 'checkout', 'content-type': 'application/json', 'idempotency-key': 'request-1:create:0' },
    }])
    expect(context.lines).toEqual([`POST ${url}/queues answered 201 in 0 ms`])
  })

  test('sends the key under the header that the document names, and none with a GET', async () => {
    const { url, seen } = await answering(200, '{}')
    await action.run(contextOf(decode({ endpoint: { url, method: 'POST' }, idempotency: { header: 'X-Request-Token' } })))
    await action.run(contextOf(decode({ endpoint: { url, method: 'DELETE' } })))
    await action.run(contextOf(decode({ endpoint: { url, method: 'GET' } })))
    expect(seen[0]?.headers).toMatchObject({ 'x-request-token': 'request-1:create:0' })
    expect(seen[0]?.headers).not.toHaveProperty('idempotency-key')
    expect(seen[1]?.headers).toHaveProperty('idempotency-key')
    expect(seen[2]?.headers).not.toHaveProperty('idempotency-key')
  })

  test.each([
    [{ type: 'json', content_template: { a: [1, null, 'ü"'] } }, '{"a":[1,null,"ü\\""]}', 'application/json'],
    [{ type: 'form', content_template: { a: 'x&y=z', b: 2, c: true, d: null } }, 'a=x%26y%3Dz&b=2&c=true&d=', 'application/x-www-form-urlencoded'],
    [{ type: 'form', content_template: 'a=x%26y&b=2' }, 'a=x%26y&b=2', 'application/x-www-form-urlencoded'],
    [{ type: 'xml', content_template: '<a>1</a>' }, '<a>1</a>', 'application/xml'],
    [{ type: 'raw', content_template: 'plain' }, 'plain', 'text/plain; charset=utf-8'],
  ])('sends the body %j', async (body, text, type) => {
    const { url, seen } = await answering(200)
    await action.run(contextOf(decode({ endpoint: { url, method: 'PUT' }, body })))
    expect(seen).toMatchObject([{ body: text, headers: { 'content-type': type } }])
  })

  test.each([
    [{ type: 'json', content_template: '{"a": }' }, 'BODY_INVALID'],
    [{ type: 'form', content_template: { a: ['x'] } }, 'BODY_INVALID'],
    [{ type: 'form', content_template: ['a'] }, 'BODY_INVALID'],
    [{ type: 'raw', content_template: 1 }, 'BODY_INVALID'],
    [{ type: 'xml', content_template: { a: 1 } }, 'BODY_INVALID'],
  ])('sends nothing where the body is %j', async (body, code) => {
    const { url, seen } = await answering(200)
    expect(await failed(action.run(contextOf(decode({ endpoint: { url, method: 'POST' }, body }))))).toMatchObject({ kind: 'fatal', code })
    expect(seen).toEqual([])
  })
})

describe('authentication', () => {
  const authenticated = async (authentication: unknown, secrets: Readonly<Record<string, string>>) => {
    const { url, seen } = await answering(200)
    const context = contextOf(decode({ endpoint: { url, method: 'GET' }, authentication }), { secrets })
    await action.run(context)
    return { headers: seen[0]?.headers, hidden: context.hidden }
  }

  test('bearer, basic and API key come from secrets by name', async () => {
    expect((await authenticated({ type: 'bearer', credentials: { token_ref: 'T' } }, { T: 's3cret' })).headers).toMatchObject({ authorization: 'Bearer s3cret' })
    const basic = await authenticated({ type: 'basic', credentials: { username: 'u', password_ref: 'P' } }, { P: 'pä' })
    expect(basic.headers).toMatchObject({ authorization: `Basic ${Buffer.from('u:pä').toString('base64')}` })
    expect(basic.hidden).toEqual(['pä', Buffer.from('u:pä').toString('base64')])
    expect((await authenticated({ type: 'api-key', credentials: { api_key_ref: 'K' } }, { K: 'k' })).headers).toMatchObject({ 'x-api-key': 'k' })
    expect((await authenticated({ type: 'api-key', credentials: { api_key_ref: 'K', api_key_header: 'X-Auth' } }, { K: 'k' })).headers).toMatchObject({ 'x-auth': 'k' })
  })

  test('only the secrets of the type in use are declared', () => {
    const credentials = { username: 'u', password_ref: 'P', token_ref: 'T', api_key_ref: 'K' }
    const names = (type: string) => action.secrets?.(decode({ endpoint: { url: 'https://a' }, authentication: { type, credentials } }))
    expect(['basic', 'bearer', 'api-key', 'none', 'oauth2'].map(names)).toEqual([['P'], ['T'], ['K'], [], []])
  })

  test('oauth2 is refused before the call', async () => {
    const { url, seen } = await answering(200)
    expect(await failed(action.run(contextOf(decode({ endpoint: { url }, authentication: { type: 'oauth2' } }))))).toMatchObject({ kind: 'fatal', code: 'NOT_SUPPORTED' })
    expect(seen).toEqual([])
  })
})

describe('what running it twice would do', () => {
  test.each([
    ['GET', {}, 'none'], ['HEAD', {}, 'none'], ['PUT', {}, 'idempotent'], ['DELETE', {}, 'idempotent'], ['POST', {}, 'create'], ['PATCH', {}, 'create'],
    ['POST', { idempotency: { header: 'Idempotency-Key' } }, 'idempotent'], ['PATCH', { idempotency: { header: 'K' } }, 'idempotent'], ['GET', { idempotency: { header: 'K' } }, 'none'],
  ])('%s %j: %s', async (method, more, effect) => {
    const config = decode({ endpoint: { url: 'https://a.example/b', method }, ...more })
    expect((action.effect as (config: RestConfig) => string)(config)).toBe(effect)
    expect((await action.reconcile?.(contextOf(config)))?.kind).toBe(effect === 'create' ? 'unsure' : 'absent')
  })

  test('an unsure effect is never asked about again by a timer: a person must say', async () => {
    const config = decode({ endpoint: { url: 'https://a.example/b?token=canary', method: 'POST' } })
    const answer = await action.reconcile?.(contextOf(config))
    expect(answer).not.toHaveProperty('askAgainInMs')
    expect(JSON.stringify(answer)).not.toContain('canary')
  })

  test('a lost answer keeps its mark, so that the engine knows that it was sent', async () => {
    const { url } = await serve((_call, response) => { response.destroy() })
    const context = contextOf(decode({ endpoint: { url: `${url}/queues?token=canary`, method: 'POST' } }))
    const error: unknown = await action.run(context).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'HTTP_CONNECTION' })
    expect(wasSent(error)).toBe(true)
    expect(context.lines).toEqual([expect.stringMatching(/^POST http:\/\/127\.0\.0\.1:\d+\/queues gave no answer in 0 ms: no answer \(/)])
  })
})

describe('statuses', () => {
  const run = async (status: number, config: JsonObject, headers = {}, body = '') => {
    const { url } = await answering(status, body, headers)
    return action.run(contextOf(decode({ ...config, endpoint: { url, ...config['endpoint'] as object } })))
  }
  const POST = { endpoint: { method: 'POST' } }

  test.each([
    [POST, 400, 'fatal'], [POST, 404, 'fatal'], [POST, 408, 'retryable'], [POST, 425, 'retryable'], [POST, 429, 'retryable'], [POST, 500, 'unknown'], [POST, 503, 'unknown'],
    [POST, 302, 'fatal'],
    [{ endpoint: { method: 'PUT' } }, 503, 'retryable'], [{ endpoint: { method: 'GET' } }, 500, 'retryable'], [{ endpoint: { method: 'GET' } }, 404, 'fatal'],
    [{ ...POST, idempotency: { header: 'K' } }, 500, 'retryable'], [{ ...POST, idempotency: { header: 'K' } }, 409, 'fatal'],
    [{ ...POST, response: { expected_status: [202] } }, 200, 'unknown'], [{ endpoint: { method: 'PUT' }, response: { expected_status: [202] } }, 200, 'fatal'],
  ])('%j answered %i: %s', async (config, status, kind) => {
    expect(await failed(run(status, config))).toMatchObject({ kind, code: `HTTP_${status}` })
  })

  test('Retry-After is honoured', async () => {
    expect(await failed(run(429, POST, { 'retry-after': '7' }))).toMatchObject({ kind: 'retryable', retryAfterMs: 7_000 })
  })

  test('what the service says is quoted, cut, and only where it says it in a known form', async () => {
    expect((await failed(run(422, POST, {}, '{"title":"Invalid","detail":"name is taken"}'))).message).toMatch(/answered 422: name is taken$/)
    expect((await failed(run(422, POST, {}, JSON.stringify({ message: 'x'.repeat(900) })))).message.length).toBeLessThan(400)
    expect((await failed(run(502, POST, {}, '<html>canary</html>'))).message).not.toContain('canary')
    expect((await failed(run(400, POST, {}, '{"error":{"canary":1}}'))).message).not.toContain('canary')
  })

  test.each([
    [{ ...POST, response: { expected_status: [202, 409] } }, 409], [{ ...POST, response: { error_on_non_2xx: false } }, 404], [POST, 204],
  ])('%j takes %i for success', async (config, status) => {
    expect(await run(status, config)).toEqual({ kind: 'succeeded', output: { status_code: status } })
  })

  test('a DELETE made again may find that nothing is left', async () => {
    const { url } = await answering(404)
    const config = decode({ endpoint: { url, method: 'DELETE' } })
    expect(await failed(action.run(contextOf(config, { attempt: 1 })))).toMatchObject({ code: 'HTTP_404' })
    expect(await action.run(contextOf(config, { attempt: 2 }))).toMatchObject({ kind: 'succeeded', output: { status_code: 404 } })
  })
})

describe('reading the answer', () => {
  const extract = [{ path: '$.id', name: 'id', required: true }]
  const read = async (config: JsonObject, body: string) => {
    const { url } = await answering(200, body, { 'content-type': 'text/html' })
    return action.run(contextOf(decode({ ...config, endpoint: { url, ...config['endpoint'] as object } })))
  }

  test.each([
    ['POST', '{}', 'unknown', 'ANSWER_INCOMPLETE'], ['GET', '{}', 'fatal', 'ANSWER_INCOMPLETE'], ['PUT', '', 'fatal', 'ANSWER_INCOMPLETE'],
    ['POST', '<html>canary</html>', 'unknown', 'ANSWER_NOT_JSON'], ['GET', '<html>canary</html>', 'fatal', 'ANSWER_NOT_JSON'], ['POST', '', 'unknown', 'ANSWER_INCOMPLETE'],
  ])('%s with %j: %s %s', async (method, body, kind, code) => {
    const failure = await failed(read({ endpoint: { method }, parsing: { extract } }, body))
    expect(failure).toMatchObject({ kind, code })
    expect(failure.message).not.toContain('canary')
  })

  test('null, false and 0 are values', async () => {
    const parsing = { extract: ['a', 'b', 'c'].map((name) => ({ path: `$.${name}`, name, required: true })) }
    expect(await read({ parsing }, '{"a":null,"b":false,"c":0}')).toMatchObject({ output: { a: null, b: false, c: 0 } })
  })

  test('an inherited member is not a value', async () => {
    expect(await read({ parsing: { extract: [{ path: '$.toString', name: 't' }, { path: '$.__proto__', name: 'p' }] } }, '{}')).toMatchObject({ output: { status_code: 200 } })
  })

  test('a text is read as a whole', async () => {
    expect(await read({ parsing: { type: 'text', extract: [{ path: '$', name: 'all' }] } }, 'plain')).toMatchObject({ output: { all: 'plain' } })
  })
})

describe('the declaration', () => {
  test('its schema is synchronous, names every problem, and its JSON Schema is closed', () => {
    const result = action.config.schema['~standard'].validate({ endpoint: { url: 1, method: 'BREW' }, response: { expected_status: ['x'] } })
    expect(result).not.toBeInstanceOf(Promise)
    expect((result as { issues: readonly unknown[] }).issues.length).toBeGreaterThanOrEqual(3)
    const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(action.config.jsonSchema)
    for (const { config } of action.examples) {
      expect(validate(config)).toBe(true)
      expect(decode(config)).toEqual(config)
    }
    expect(validate({ endpoint: { url: 'https://a', verify_tls: false } })).toBe(false)
  })

  test('an output of its own passes its schema', () => {
    expect(action.output.schema['~standard'].validate({ arn: 'a', list: [1, { a: null }], status_code: 200 })).toEqual({ value: { arn: 'a', list: [1, { a: null }], status_code: 200 } })
  })

  test('plan is pure and shows no query', () => {
    const config = decode({ endpoint: { url: 'https://a.example/b?token=canary', method: 'POST' } })
    const plan = () => action.plan(contextOf(config))
    expect(plan()).toEqual({ summary: 'POST https://a.example/b', changes: [{ kind: 'call', target: 'https://a.example/b' }] })
    expect(plan()).toEqual(plan())
  })

  test('declares what the document extracts', () => {
    expect(action.declaredOutputs?.({ parsing: { extract: [{ path: '$.a', name: 'a' }] } })).toEqual({ a: { 'x-optional': true } })
    expect(action.declaredOutputs?.({ parsing: { extract: [{ path: '$.a', name: 'a', required: true }] } })).toEqual({ a: {} })
    expect(action.declaredOutputs?.({ parsing: { type: 'text', extract: [{ path: '$', name: 'a' }] } })).toEqual({ a: { type: 'string' } })
    expect(action.declaredOutputs?.({})).toBeUndefined()
  })

  test('a body is encoded as what it is sent as; a secret may stand in header and body, never in the URL', () => {
    const rules = (config: JsonObject) => Object.fromEntries((action.templates as (config: JsonObject) => readonly { path: string; target: string; secrets?: boolean }[])(config)
      .map(({ path, target, secrets }) => [path, [target, secrets ?? false]]))
    expect(rules({})).toMatchObject({ 'endpoint.url': ['url', false], 'headers.*': ['header', true], 'body.content_template': ['json', true] })
    expect(rules({ body: { type: 'raw' } })).toMatchObject({ 'body.content_template': ['text', true] })
    expect(rules({ body: { type: 'raw' }, headers: { 'content-type': 'application/problem+json' } })).toMatchObject({ 'body.content_template': ['json', true] })
    for (const type of ['xml', 'form']) expect(rules({ body: { type } })).toMatchObject({ 'body.content_template': [type, true] })
    for (const [type, target] of [['application/soap+xml', 'xml'], ['application/yaml', 'yaml'], ['text/html; charset=utf-8', 'html'], ['application/x-www-form-urlencoded', 'form'], ['text/csv', 'text']] as const) {
      expect(rules({ body: { type: 'raw' }, headers: { 'Content-Type': type } })).toMatchObject({ 'body.content_template': [target, true] })
    }
  })
})
