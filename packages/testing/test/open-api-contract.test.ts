import type { Json, JsonObject } from '@pao/core/action'
import type { OpenApiDocument, SentCall } from '@pao/testing'
import { mismatchText, openApiContract } from '@pao/testing'
import { describe, expect, test } from 'vitest'

const json = (schema: JsonObject): JsonObject => ({ content: { 'application/json': { schema } } })

const name: JsonObject = { $ref: '#/components/schemas/Name' }

/** What 3.0 and 3.1 write alike. */
const documentOf = (openapi: string, schemas: JsonObject): OpenApiDocument => ({
  openapi,
  servers: [{ url: 'https://example.org/v2' }],
  paths: {
    '/users/{id}': {
      parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'integer', minimum: 1 } }],
      get: {
        parameters: [
          { name: 'expand', in: 'query', schema: { type: 'array', items: { type: 'string', enum: ['teams', 'roles'] } } },
          { name: 'ids', in: 'query', explode: false, schema: { type: 'array', items: { type: 'integer' } } },
          { name: 'deep', in: 'query', schema: { type: 'boolean' } },
          { name: 'X-Tenant', in: 'header', required: true, schema: { type: 'string', maxLength: 3 } },
        ],
        responses: { 200: { description: '', ...json({ $ref: '#/components/schemas/User' }) }, '4XX': { description: '', ...json({ type: 'object' }) } },
      },
      put: { requestBody: { required: true, ...json({ $ref: '#/components/schemas/User' }) }, responses: { 204: { description: '' } } },
      post: { requestBody: { $ref: '#/components/requestBodies/Note' }, responses: { default: { $ref: '#/components/responses/Any' } } },
      delete: { responses: { 204: { description: '' } } },
    },
    '/users/me': { get: { responses: { 200: { description: '', ...json(name) } } } },
    '/files/{path}': { get: { responses: { 200: { description: '', content: { 'text/plain': {} } } } } },
  },
  components: {
    schemas: { Name: { type: 'string', minLength: 2 }, ...schemas },
    requestBodies: { Note: { content: { 'text/plain': {}, 'application/json': { schema: name } } } },
    responses: { Any: { description: '', ...json({}) } },
  },
})

const user = (more: JsonObject): JsonObject => ({
  User: { type: 'object', required: ['id', 'name', 'secret'], properties: { id: { type: 'integer', readOnly: true }, name, secret: { type: 'string', writeOnly: true }, ...more }, additionalProperties: false },
})

const old = openApiContract(documentOf('3.0.3', user({
  nick: { type: 'string', nullable: true, enum: ['a', 'b'] }, boss: { nullable: true, allOf: [name] }, alias: { ...name, nullable: true }, age: { type: 'number', minimum: 0, exclusiveMinimum: true },
  nullable: { type: 'boolean' }, example: { type: 'string' }, ref: { $ref: '#/components/schemas/Name', minLength: 50 },
})))

const call = (method: string, path: string, more: { readonly query?: string; readonly headers?: Readonly<Record<string, string>>; readonly body?: Json } = {}): SentCall => ({
  method, path, query: new URLSearchParams(more.query), headers: { ...(more.body === undefined ? {} : { 'content-type': 'application/json; charset=utf-8' }), ...more.headers },
  ...(more.body === undefined ? {} : { body: JSON.stringify(more.body) }),
})

const tenant = { headers: { 'x-tenant': 'abc' } }
const right = { name: 'ada', secret: 's' }

describe('a call', () => {
  test.each<[string, SentCall]>([
    ['with everything', call('GET', '/v2/users/7', { ...tenant, query: 'expand=teams&expand=roles&ids=1,2&deep=true' })],
    ['with no more than it must have', call('GET', '/v2/users/7', tenant)],
    ['of the more exact path', call('GET', '/v2/users/me')],
    ['of a path with slashes, where nothing else fits', call('GET', '/v2/files/a/b.txt')],
    ['without what is read-only', call('PUT', '/v2/users/7', { body: right })],
    ['with null where it may be', call('PUT', '/v2/users/7', { body: { ...right, nick: null, boss: null, alias: null, age: 0.1, nullable: true, example: 'x', ref: 'xy' } })],
    ['without a body that need not be', call('POST', '/v2/users/7')],
    ['with a body of another described type', { ...call('POST', '/v2/users/7', { headers: { 'content-type': 'text/plain' } }), body: 'not json' }],
  ])('%s fits', (_, sent) => {
    expect(old.request(sent).map(mismatchText)).toEqual([])
  })

  test.each<[string, SentCall, readonly string[]]>([
    ['path', call('GET', '/v2/groups/7'), ['request GET /v2/groups/7: path is not described']],
    ['base path', call('GET', '/users/me'), ['request GET /users/me: path is not described']],
    ['method', call('PATCH', '/v2/users/7'), ['request PATCH /v2/users/7: path is not described']],
    ['path parameter', call('DELETE', '/v2/users/zero'), ['request DELETE /users/{id}: path/id must be integer']],
    ['bound of a path parameter', call('DELETE', '/v2/users/0'), ['request DELETE /users/{id}: path/id must be >= 1']],
    ['missing header', call('GET', '/v2/users/7'), ['request GET /users/{id}: header/X-Tenant is required and was not sent']],
    ['header', call('GET', '/v2/users/7', { headers: { 'x-tenant': 'abcd' } }), ['request GET /users/{id}: header/X-Tenant must NOT have more than 3 characters']],
    ['query parameters', call('GET', '/v2/users/7', { ...tenant, query: 'expand=all&ids=1,x&deep=yes&more=1' }), [
      'request GET /users/{id}: query/expand/0 must be equal to one of the allowed values: ["teams","roles"]', 'request GET /users/{id}: query/ids/1 must be integer',
      'request GET /users/{id}: query/deep must be boolean', 'request GET /users/{id}: query/more is not described']],
    ['missing body', call('PUT', '/v2/users/7'), ['request PUT /users/{id}: body is required and was not sent']],
    ['body that nobody wants', call('DELETE', '/v2/users/7', { body: {} }), ['request DELETE /users/{id}: body was sent and is not described']],
    ['body', call('PUT', '/v2/users/7', { body: { name: 'a', more: 1 } }), [
      "request PUT /users/{id}: body must have required property 'secret'", 'request PUT /users/{id}: body must NOT have additional properties (more)', 'request PUT /users/{id}: body/name must NOT have fewer than 2 characters']],
    ['null', call('PUT', '/v2/users/7', { body: { ...right, name: null } }), ['request PUT /users/{id}: body/name must be string']],
    ['bound that is excluded', call('PUT', '/v2/users/7', { body: { ...right, age: 0 } }), ['request PUT /users/{id}: body/age must be > 0']],
    ['media type', call('PUT', '/v2/users/7', { headers: { 'content-type': 'text/xml' }, body: right }), ['request PUT /users/{id}: header/content-type is text/xml; described are application/json']],
    ['absent media type', { ...call('PUT', '/v2/users/7'), body: '{}' }, ['request PUT /users/{id}: header/content-type is absent; described are application/json']],
    ['body that is not JSON', { ...call('PUT', '/v2/users/7', { headers: { 'content-type': 'application/json' } }), body: '{' }, ['request PUT /users/{id}: body is not JSON']],
  ])('with a wrong %s does not', (_, sent, expected) => {
    expect(old.request(sent).map(mismatchText)).toEqual(expected)
  })
})

describe('an answer', () => {
  test.each<[string, string, Parameters<typeof old.answer>[2], readonly string[]]>([
    ['GET', '/v2/users/7', { status: 200, body: { id: 7, name: 'ada' } }, []],
    ['GET', '/v2/users/7', { status: 404, body: {} }, []],
    ['POST', '/v2/users/7', { status: 500, body: [1] }, []],
    ['DELETE', '/v2/users/7', { status: 204 }, []],
    ['GET', '/v2/files/a', { status: 200, body: 'text', contentType: 'text/plain' }, []],
    ['GET', '/v2/users/7', { status: 200, body: { name: 'ada' } }, ["answer GET /users/{id}: body must have required property 'id'"]],
    ['GET', '/v2/users/7', { status: 500, body: {} }, ['answer GET /users/{id}: status 500 is not described; described are 200, 4XX']],
    ['GET', '/v2/users/7', { status: 200 }, ['answer GET /users/{id}: body is described as application/json and was not given']],
    ['DELETE', '/v2/users/7', { status: 204, body: {} }, ['answer DELETE /users/{id}: body was given and is not described']],
    ['GET', '/v2/users/7', { status: 200, body: '<p>', contentType: 'text/html' }, ['answer GET /users/{id}: header/content-type is text/html; described are application/json']],
    ['GET', '/v2/nowhere', { status: 200 }, ['answer GET /v2/nowhere: path is not described']],
  ])('%s %s %j', (method, path, answer, expected) => {
    expect(old.answer(method, path, answer).map(mismatchText)).toEqual(expected)
  })
})

test('3.1 is JSON Schema as it is', () => {
  const contract = openApiContract(documentOf('3.1.0', user({ nick: { type: ['string', 'null'] }, age: { type: 'number', exclusiveMinimum: 0 }, kind: { const: 'person' }, ref: { $ref: '#/components/schemas/Name', minLength: 3 } })))
  expect(contract.request(call('PUT', '/v2/users/7', { body: { ...right, nick: null, age: 1, kind: 'person', ref: 'xyz' } }))).toEqual([])
  expect(contract.request(call('PUT', '/v2/users/7', { body: { ...right, nick: 1, age: 0, kind: 'robot', ref: 'xy' } })).map(({ pointer }) => pointer)).toEqual(['body/nick', 'body/age', 'body/kind', 'body/ref'])
})

test.each<[string, Partial<OpenApiDocument>, string]>([
  ['of another version', { openapi: '2.0' }, 'OpenAPI 2.0 is not supported'],
  ['that refers to nothing', { paths: { '/a': { get: { parameters: [{ $ref: '#/components/parameters/none' }] } } } }, 'refers to #/components/parameters/none, which it does not have'],
  ['that refers outside', { paths: { '/a': { $ref: 'other.yaml#/a' } } }, 'refers to other.yaml#/a, outside of itself'],
])('a document %s is refused', (_, change, message) => {
  expect(() => openApiContract({ ...documentOf('3.0.0', user({})), ...change })).toThrow(message)
})
