import type { JsonObject } from '@pao/core/action'
import { describe, expect, test } from 'vitest'
import { restApiAction } from '../src/index.js'

const action = restApiAction()
const normalize = (config: JsonObject) => {
  const normalized = action.normalize?.(config)
  if (normalized === undefined) throw new Error('rest-api normalises')
  return normalized
}
const findings = (config: JsonObject) => (action.lint?.(normalize(config).config) ?? []).map(({ path, severity, code }) => `${severity} ${code} ${path.join('.')}`)

describe('normalize', () => {
  test('leaves the canonical form as it is', () => {
    const config = {
      endpoint: { url: 'https://a', method: 'POST', timeout: 5 }, headers: { A: 'b' }, authentication: { type: 'bearer', credentials: { token_ref: 'T' } },
      body: { type: 'json', content_template: '{}' }, response: { expected_status: [201] }, parsing: { type: 'json', extract: [{ path: '$.a', name: 'a' }] }, idempotency: { header: 'K' },
    }
    expect(normalize(config)).toEqual({ config, warnings: [] })
  })

  test('brings the flat form into shape', () => {
    expect(normalize({
      url: 'https://a', method: 'put', timeout: 3, body_template: '{"a":1}', success_codes: [200, 201], response_mapping: { arn: '$.arn' },
      authentication: { type: 'api_key', config: { apiKeyRef: 'K' } }, headers: { 'X-Version': 2 },
    }).config).toEqual({
      endpoint: { url: 'https://a', method: 'PUT', timeout: 3 }, headers: { 'X-Version': '2' }, authentication: { type: 'api-key', credentials: { api_key_ref: 'K' } },
      body: { content_template: '{"a":1}' }, response: { expected_status: [200, 201] }, parsing: { extract: [{ path: '$.arn', name: 'arn' }] },
    })
  })

  test('reads contentTemplate, older body types and texts where a part is expected', () => {
    expect(normalize({ endpoint: 'https://a', body: { type: 'form-data', contentTemplate: { a: 'b' } } }).config).toMatchObject({ endpoint: { url: 'https://a' }, body: { type: 'form', content_template: { a: 'b' } } })
    expect(normalize({ endpoint: { url: 'https://a', method: 'POST' }, body: '{"a":1}' }).config).toMatchObject({ body: { content_template: '{"a":1}' } })
  })

  test('says which method it took when none was written', () => {
    const post = normalize({ endpoint: { url: 'https://a' }, body: { content_template: '{}' } })
    expect(post.config).toMatchObject({ endpoint: { method: 'POST' } })
    expect(post.warnings).toMatchObject([{ path: ['endpoint'], message: expect.stringContaining('POST') as string }])
    expect(normalize({ endpoint: { url: 'https://a' } }).config).toMatchObject({ endpoint: { method: 'GET' } })
  })

  test('hands a retry inside the config to the step', () => {
    const { config, step, warnings } = normalize({ endpoint: { url: 'https://a', method: 'GET' }, retry: { max_attempts: 2, on_status: [503], backoff: 'linear' } })
    expect(step).toEqual({ retry: { attempts: 2, backoff: 'linear' } })
    expect(config).not.toHaveProperty('retry')
    expect(warnings.map(({ path }) => path.join('.'))).toEqual(['retry', 'retry.on_status'])
  })

  test('keeps what it does not know or cannot read, for the schema to name', () => {
    expect(normalize({ endpoint: { url: 'https://a', method: 'GET', verify_tls: false }, headers: ['a'], response: 7, extra: 1 }).config)
      .toMatchObject({ endpoint: { verify_tls: false }, headers: ['a'], response: 7, extra: 1 })
  })
})

describe('lint', () => {
  const endpoint = { url: 'https://a.example/b', method: 'POST' }
  test.each<readonly [JsonObject, readonly string[]]>([
    [{ endpoint }, []],
    [{ endpoint: { url: '{{env.API}}/x', method: 'GET' } }, []],
    [{ endpoint: { url: '/relative', method: 'GET' } }, ['error url endpoint.url']],
    [{ endpoint: { ...endpoint, method: 'GET' }, body: { content_template: '{}' } }, ['error body-not-sent body']],
    [{ endpoint, authentication: { type: 'oauth2' } }, ['error not-supported authentication.type']],
    [{ endpoint, authentication: { type: 'bearer', credentials: { token: 'x' } } }, ['error inline-secret authentication.credentials.token', 'error credentials authentication.credentials']],
    [{ endpoint, authentication: { type: 'basic', credentials: { username: 'u', password_ref: 'P' } } }, []],
    [{ endpoint, body: { type: 'xml', content_template: '<a/>' } }, []],
    [{ endpoint, body: { type: 'xml', content_template: { a: 1 } } }, ['error body-xml body.content_template']],
    [{ endpoint, body: { type: 'form', content_template: 'a={{fields.x}}' } }, []],
    [{ endpoint, body: { type: 'form', content_template: ['a'] } }, ['error body-form body.content_template']],
    [{ endpoint, body: { type: 'raw', content_template: { a: 1 } } }, ['error body-raw body.content_template']],
    [{ endpoint, body: { content_template: '{}', encoding: 'latin1' } }, ['error not-supported body.encoding']],
    [{ endpoint, parsing: { type: 'xml' } }, ['error not-supported parsing.type']],
    [{ endpoint, parsing: { extract: [{ path: '$..a', name: 'a' }, { path: '$.b', name: 'status_code' }, { path: '$.c', name: 'a' }] } },
      ['error path parsing.extract.0.path', 'error output-name parsing.extract.1.name', 'error output-name parsing.extract.2.name']],
    [{ endpoint, parsing: { type: 'text', extract: [{ path: '$.a', name: 'a' }] } }, ['error path parsing.extract.0.path']],
    [{ endpoint, caching: { enabled: true }, circuit_breaker: { failure_threshold: 5 } }, ['warning not-supported caching', 'warning not-supported circuit_breaker']],
    [{ endpoint, caching: { enabled: false }, circuit_breaker: { enabled: false } }, []],
    [{ endpoint, headers: { 'idempotency-key': 'mine' } }, ['error idempotency-header headers.idempotency-key']],
    [{ endpoint, response: { expected_status: [200], error_on_non_2xx: false } }, ['warning no-effect response.error_on_non_2xx']],
  ])('%j: %j', (config, expected) => {
    expect(findings(config)).toEqual(expected)
  })
})
