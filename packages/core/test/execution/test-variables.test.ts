import { describe, expect, test } from 'vitest'
import { testConfigVariables, testItemVariables } from '../../src/execution/test-variables.js'
import type { VariableSamples } from '../../src/execution/test-variables.js'
import { MASK } from '../../src/execution/dry-run.js'
import { edited, load, queue } from '../catalog/documents.js'

const samples = (change: Partial<VariableSamples> = {}): VariableSamples => ({
  fields: { queue_name: 'orders', stage: 'prod', access_key: 'hunter2' }, output: { 'create-queue': { arn: 'arn:1' } }, env: { QUEUE_API: 'https://queues.example' },
  caller: { id: 'ada', email: 'ada@example.org', teams: ['payments'], roles: [] }, correlationId: 'c-1', at: Date.UTC(2026, 10, 23), ...change,
})
const item = (source = queue) => load(source).item!

describe('an item', () => {
  test('each step is rendered, with what each expression reads, is and gives', () => {
    const { fieldProblems, configs } = testItemVariables(item(), samples())
    expect(fieldProblems).toEqual([])
    expect(configs.map(({ step, action, rendered }) => [step, action, rendered])).toEqual([
      ['create-queue', 'rest-api', expect.objectContaining({ body: { type: 'json', content_template: '{"name": "orders", "days": 7}' }, endpoint: { url: 'https://queues.example/queues', method: 'POST' } })],
      ['announce', 'rest-api', expect.objectContaining({ body: { content_template: '{"arn": "arn:1"}' } })],
    ])
    const [url, body] = configs[0]!.templates
    expect(url).toMatchObject({ path: 'endpoint.url', target: 'url', expressions: [{ source: 'env.QUEUE_API', line: 1, column: 3, position: 'url:base', reads: ['env.QUEUE_API'], value: 'https://queues.example', type: { kind: 'string' } }] })
    expect(body?.expressions).toMatchObject([
      { source: 'json(fields.queue_name)', position: 'json:value', reads: ['fields.queue_name'], type: { kind: 'string', secret: false } },
      { source: 'default(fields.retention, 7)', reads: ['fields.retention'], value: 7, type: { kind: 'number', optional: false } },
    ])
  })
  test('what is missing is named, with whether the rendering goes on without it', () => {
    const { configs } = testItemVariables(item(), samples({ fields: { queue_name: 'orders', stage: 'dev' }, output: {}, env: {} }))
    expect(configs.map(({ step, rendered }) => [step, rendered])).toEqual([['create-queue', undefined], ['announce', undefined]])
    expect(configs[0]?.templates.map(({ missing, failure }) => [missing.map(({ path, guarded }) => `${path} ${guarded ? 'guarded' : 'needed'}`), failure?.code])).toEqual([
      [['env.QUEUE_API needed'], 'missing-env'], [['fields.retention guarded'], undefined],
    ])
    expect(configs[1]?.templates[1]).toMatchObject({ missing: [{ path: 'output.create-queue.arn' }], failure: { code: 'missing-output', line: 1, column: 16 } })
  })
  test('one step alone, and problems of the sample fields', () => {
    const { fieldProblems, configs } = testItemVariables(item(), samples({ fields: { queue_name: 'Orders' } }), 'announce')
    expect(configs.map(({ step }) => step)).toEqual(['announce'])
    expect(fieldProblems).toMatchObject([{ field: 'queue_name', constraint: 'pattern' }])
  })
  test('passwords and secrets are never told', () => {
    const source = edited(['idempotency: { header: Idempotency-Key }', 'idempotency: { header: Idempotency-Key }\n          headers: { X-Key: "{{secrets.QUEUE_TOKEN}}{{fields.access_key}}" }'])
    const answer = testItemVariables(item(source), samples())
    expect(JSON.stringify(answer)).not.toContain('hunter2')
    const header = answer.configs[0]?.templates.find(({ path }) => path === 'headers.X-Key')
    expect(header?.expressions).toMatchObject([{ value: MASK, type: { secret: true } }, { value: MASK, type: { secret: true } }])
  })
})

describe('a template or a config alone', () => {
  test('loops, conditions and generated values', () => {
    const { configs } = testConfigVariables({ config: '{{#each fields.names}}{{this}} {{/each}}{{#if fields.stage == "prod"}}!{{/if}}{{request.user.id}} {{system.date}}', target: 'text' }, samples({ fields: { names: ['a', 'b'], stage: 'prod' } }))
    expect(configs[0]?.rendered).toBe('a b !ada 2026-11-23')
    expect(configs[0]?.templates[0]?.expressions.map(({ source, position, value, type }) => [source, position, value, type.kind])).toEqual([
      ['fields.names', 'loop', ['a', 'b'], 'array'], ['this', 'text', undefined, 'string'], ['fields.stage == "prod"', 'condition', true, 'boolean'],
      ['request.user.id', 'text', 'ada', 'string'], ['system.date', 'text', '2026-11-23', 'string'],
    ])
  })
  test('a name that there is not, with a suggestion; with an item the older spellings too', () => {
    const [config] = testConfigVariables({ config: { size: '{{fields.stagee}}' } }, samples()).configs
    expect(config?.templates).toMatchObject([{ path: 'size', missing: [{ path: 'fields.stagee' }], issues: [{ code: 'unknown-field', suggestion: 'fields.stage', line: 1, column: 3 }] }])
    expect(testConfigVariables({ config: '{{.current.basics.queue_name}}' }, samples(), item()).configs[0]).toMatchObject({ rendered: 'orders', templates: [{ expressions: [{ reads: ['fields.queue_name'], value: 'orders' }] }] })
  })
  test('what cannot be read is told with its place', () => {
    expect(testConfigVariables({ config: { a: ['x', 'one\n{{uper(fields.stage)}}'] } }, samples()).configs).toMatchObject([{ templates: [], issues: [{ path: 'a[1]', code: 'unknown-function', line: 2, column: 3 }] }])
  })
  test('a member of the prototype is missing, not there', () => {
    expect(testConfigVariables({ config: '{{default(output.toString, 1)}}' }, samples()).configs[0]).toMatchObject({ rendered: 1, templates: [{ missing: [{ path: 'output.toString', guarded: true }] }] })
  })
})
