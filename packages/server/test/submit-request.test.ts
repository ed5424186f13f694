import type { SubmitAnswer, SubmitCommand } from '@pao/core'
import { PaoError } from '@pao/core'
import { describe, expect, test } from 'vitest'
import { waitSeconds } from '../src/routes/submit-request.js'
import { api, ID, NOW, orchestrator, serviceRequest, view } from './api-fixture.js'
import { expectProblem } from './problem-expectation.js'

const queued = view(serviceRequest({ status: { state: 'queued', since: NOW } }))
const completed = view(serviceRequest({ status: { state: 'completed', at: NOW } }))

const submitting = (answer: SubmitAnswer = { kind: 'accepted', request: queued }, more = {}) => {
  const commands: SubmitCommand[] = []
  return { ...api({ orchestrator: orchestrator({ submit: (command) => { commands.push(command); return Promise.resolve(answer) }, ...more }) }), commands }
}

const body = { catalogItemId: 'database-postgresql', fields: { name: 'orders-db' } }

describe('POST /requests', () => {
  test('is accepted with 202, a place to look and everything that an answer carries', async () => {
    const { call, commands } = submitting()
    const answer = await call('POST', '/api/v1/requests', { body: { ...body, environment: 'production', version: '1.0.0', metadata: { correlationId: 'corr-77', tags: ['a'] } }, headers: { 'X-PAO-User': 'ada', 'Idempotency-Key': '"k-1"' } })
    expect(answer.status).toBe(202)
    expect(answer.headers.get('location')).toBe(`/api/v1/requests/req-${ID}`)
    expect(answer.json).toMatchObject({
      id: `req-${ID}`, catalogItemId: 'database-postgresql', status: 'queued', mode: 'automatic', modeReason: null, createdAt: new Date(NOW).toISOString(),
      progress: { completedActions: 1, totalActions: 3, percentComplete: 33 }, estimatedCompletionAt: new Date(NOW + 3_600_000).toISOString(), allowedActions: [],
      input: { name: 'orders-db', password: '••••••' },
    })
    expect(answer.text).not.toContain('sealed:')
    expect(commands).toEqual([{
      caller: { id: 'ada', teams: [], roles: ['developer'] }, itemId: 'database-postgresql', fields: { name: 'orders-db' }, environment: 'production', version: '1.0.0',
      correlationId: 'corr-77', idempotency: { route: 'POST /api/v1/requests', key: 'k-1', body: { ...body, environment: 'production', version: '1.0.0', metadata: { correlationId: 'corr-77', tags: ['a'] } } },
    }])
  })

  test('the correlation id of the header goes along; a malformed one is replaced', async () => {
    const { call, commands } = submitting()
    await call('POST', '/api/v1/requests', { body, headers: { 'X-Correlation-Id': 'trace-9' } })
    await call('POST', '/api/v1/requests', { body, headers: { 'X-Correlation-Id': 'bad id' } })
    expect(commands[0]?.correlationId).toBe('trace-9')
    expect(commands[1]?.correlationId).toMatch(/^corr-[0-9a-f-]{36}$/)
  })

  test('waits only when asked: 201 when it has ended, 202 when it has not', async () => {
    const waits: number[] = []
    const ended = submitting(undefined, { wait: (_id: string, _viewer: unknown, ms: number) => { waits.push(ms); return Promise.resolve(completed) } })
    const first = await ended.call('POST', '/api/v1/requests', { body, headers: { prefer: 'wait=5' } })
    expect([first.status, first.headers.get('preference-applied'), first.json.progress.percentComplete]).toEqual([201, 'wait=5', 100])
    const still = submitting(undefined, { wait: (_id: string, _viewer: unknown, ms: number) => { waits.push(ms); return Promise.resolve(queued) } })
    const second = await still.call('POST', '/api/v1/requests', { body, headers: { prefer: 'respond-async, wait=100' } })
    expect([second.status, second.headers.get('preference-applied')]).toEqual([202, 'wait=30'])
    expect(waits).toEqual([5000, 30_000])
  })

  test.each([[undefined, undefined], ['wait=10', 10], ['respond-async, wait=10', 10], ['wait="7"; foo', 7], ['wait=31', 30], ['wait=x', undefined], ['await=3', undefined], ['wait=-1', undefined]])(
    'Prefer: %s means %s', (header, seconds) => { expect(waitSeconds(header)).toBe(seconds) })

  test('a replay says so and shows the present state', async () => {
    const answer = await submitting({ kind: 'replayed', request: completed }).call('POST', '/api/v1/requests', { body, headers: { 'Idempotency-Key': 'k' } })
    expect([answer.status, answer.headers.get('idempotency-replayed'), answer.json.status]).toEqual([202, 'true', 'completed'])
  })

  test('a dry run writes nothing and shows what would happen, passwords masked', async () => {
    const dryRun = () => Promise.resolve({ kind: 'dry-run' as const, mode: 'manual' as const, modeReason: 'no terraform', input: { password: '••••••' }, steps: [] })
    for (const [path, sent] of [['/api/v1/requests', { ...body, dryRun: true }], ['/api/v1/requests?dryRun=true', body]] as const) {
      const answer = await api({ orchestrator: orchestrator({ dryRun }) }).call('POST', path, { body: sent })
      expect([answer.status, answer.json]).toEqual([200, { kind: 'dry-run', mode: 'manual', modeReason: 'no terraform', input: { password: '••••••' }, steps: [] }])
    }
  })
})

/** Right in all but its fields. */
const whole = (fields: string): string => `{"catalogItemId":"x","fields":${fields}}`

describe('refused submissions', () => {
  const refused = (code: 'CATALOG_ITEM_NOT_FOUND' | 'VALIDATION_ERROR' | 'ITEM_NOT_ORDERABLE' | 'IDEMPOTENCY_CONFLICT'): SubmitAnswer =>
    ({ kind: 'refused', code, message: 'because', problems: code === 'VALIDATION_ERROR' ? [{ field: 'name', constraint: 'required', message: 'is needed' }, { field: 'environment', constraint: 'required', message: 'is needed' }] : [] })

  test.each([['CATALOG_ITEM_NOT_FOUND', 404], ['VALIDATION_ERROR', 400], ['ITEM_NOT_ORDERABLE', 409], ['IDEMPOTENCY_CONFLICT', 422]] as const)('%s is %i', async (code, status) => {
    expectProblem(await submitting(refused(code)).call('POST', '/api/v1/requests', { body }), status, code)
  })

  test('every problem is listed, with a pointer to fields', async () => {
    const answer = await submitting(refused('VALIDATION_ERROR')).call('POST', '/api/v1/requests', { body })
    expect(answer.json.errors).toEqual([
      { field: 'name', constraint: 'required', message: 'is needed', pointer: '/fields/name' },
      { field: 'environment', constraint: 'required', message: 'is needed' },
    ])
    expect(answer.json.error.details.errors).toEqual(answer.json.errors)
  })

  test('a bundle is named by bundleId or catalogItemId; input by group goes on as it is, and its problems keep their place', async () => {
    const { call, commands } = submitting({ kind: 'refused', code: 'VALIDATION_ERROR', message: 'because', problems: [{ field: 'size', constraint: 'max', message: 'is too large', pointer: '/input/primary/size' }] })
    const answer = await call('POST', '/api/v1/requests', { body: { bundleId: 'bundle-web', input: { name: 'shop', primary: { size: 5 } } } })
    expect(answer.json.errors).toEqual([{ field: 'size', constraint: 'max', message: 'is too large', pointer: '/input/primary/size' }])
    expect(commands).toMatchObject([{ itemId: 'bundle-web', input: { name: 'shop', primary: { size: 5 } } }])
  })

  test('unknown members are refused, all at once, with a guess', async () => {
    const answer = await submitting().call('POST', '/api/v1/requests', { body: { catalogItemID: 'x', status: 'completed', metadata: { correlationID: 'x' }, fields: [] } })
    expectProblem(answer, 400, 'VALIDATION_ERROR')
    expect(answer.json.errors.map(({ field, constraint, suggestion }: Record<string, string>) => [field, constraint, suggestion])).toEqual([
      ['catalogItemID', 'unknown', 'catalogItemId'], ['status', 'unknown', undefined], ['catalogItemId', 'required', undefined],
      ['fields', 'type', undefined], ['correlationID', 'unknown', 'correlationId'],
    ])
  })

  test.each([
    [{ catalogItemId: 7 }, 'catalogItemId'], [{ catalogItemId: '' }, 'catalogItemId'], [{ ...body, environment: 1 }, 'environment'], [{ ...body, dryRun: 'yes' }, 'dryRun'],
    [{ ...body, metadata: { correlationId: 'a b' } }, 'metadata.correlationId'], [{ ...body, metadata: { tags: [1] } }, 'metadata.tags'], [{ ...body, input: {} }, 'input'],
    [{ ...body, bundleId: 'web' }, 'bundleId'], [{ bundleId: '' }, 'bundleId'], [{ catalogItemId: 'x'.repeat(129) }, 'catalogItemId'],
  ])('%j', async (sent, field) => {
    const { call, commands } = submitting()
    const answer = await call('POST', '/api/v1/requests', { body: sent })
    expectProblem(answer, 400, 'VALIDATION_ERROR')
    expect(answer.json.errors.map((error: { field: string }) => error.field)).toContain(field)
    expect(commands).toEqual([])
  })

  test.each(['', 'a b', 'x'.repeat(256), 'é'])('Idempotency-Key "%s" is refused', async (key) => {
    expectProblem(await submitting().call('POST', '/api/v1/requests', { body, headers: { 'Idempotency-Key': key } }), 400, 'VALIDATION_ERROR')
  })

  test.each([
    ['{', 400, 'VALIDATION_ERROR'], ['[]', 400, 'VALIDATION_ERROR'], ['null', 400, 'VALIDATION_ERROR'], ['"x"', 400, 'VALIDATION_ERROR'], ['', 400, 'VALIDATION_ERROR'],
    ['{"catalogItemId":"x","fields":{"__proto__":{"a":1}}}', 400, 'VALIDATION_ERROR'], ['{"fields":{"a":[{"constructor":1}]}}', 400, 'VALIDATION_ERROR'],
    ['{"prototype":1}', 400, 'VALIDATION_ERROR'], [whole('{"a":"\\u0000"}'), 400, 'VALIDATION_ERROR'], [whole('{"a":"\\ud800"}'), 400, 'VALIDATION_ERROR'], [whole('{"\\u0000":1}'), 400, 'VALIDATION_ERROR'],
    [whole('{"a":{"constructor":1}}'), 400, 'VALIDATION_ERROR'], [whole('{"a":[{"__proto__":1}]}'), 400, 'VALIDATION_ERROR'],
    [whole(`{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`), 400, 'VALIDATION_ERROR'], [whole(`${'{"a":'.repeat(33)}1${'}'.repeat(33)}`), 400, 'VALIDATION_ERROR'],
    [whole(`{"a":[${'1,'.repeat(20_001)}1]}`), 400, 'VALIDATION_ERROR'], [`{"a":"${'x'.repeat(1024 * 1024)}"}`, 413, 'PAYLOAD_TOO_LARGE'],
  ])('%.40s is refused', async (raw, status, code) => {
    const { call, commands } = submitting()
    expectProblem(await call('POST', '/api/v1/requests', { raw, headers: { 'content-type': 'application/json' } }), status, code)
    expect(commands).toEqual([])
  })

  test('the depth of 32 is still read, and a body that lies about its length is cut off', async () => {
    const { call, commands } = submitting()
    expect((await call('POST', '/api/v1/requests', { raw: `{"catalogItemId":"x","fields":{"a":${'['.repeat(30)}1${']'.repeat(30)}}}`, headers: { 'content-type': 'application/json' } })).status).toBe(202)
    expect(commands).toHaveLength(1)
    const lying = await call('POST', '/api/v1/requests', { raw: `{"a":"${'x'.repeat(1024 * 1024)}"}`, headers: { 'content-type': 'application/json', 'content-length': '10' } })
    expectProblem(lying, 413, 'PAYLOAD_TOO_LARGE')
  })

  test('a body that says nothing of its length is cut off', async () => {
    const silent = await submitting().call('POST', '/api/v1/requests', { raw: `{"a":"${'x'.repeat(1024 * 1024)}"}`, chunked: true, headers: { 'content-type': 'application/json' } })
    expectProblem(silent, 413, 'PAYLOAD_TOO_LARGE')
  })

  test('a body that announces too much is not read', async () => {
    const answer = await submitting().call('POST', '/api/v1/requests', { raw: '{}', headers: { 'content-type': 'application/json', 'content-length': String(1024 * 1024 + 1) } })
    expectProblem(answer, 413, 'PAYLOAD_TOO_LARGE')
  })

  test('text that is not UTF-8, and a compressed body', async () => {
    const latin = Buffer.from(whole('{"a":"\u00e9"}'), 'latin1')
    expectProblem(await submitting().call('POST', '/api/v1/requests', { raw: latin, headers: { 'content-type': 'application/json' } }), 400, 'VALIDATION_ERROR')
    expectProblem(await submitting().call('POST', '/api/v1/requests', { raw: new Uint8Array([0x7b, 0xff, 0x7d]), headers: { 'content-type': 'application/json' } }), 400, 'VALIDATION_ERROR')
    expectProblem(await submitting().call('POST', '/api/v1/requests', { raw: '{}', headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' } }), 415, 'UNSUPPORTED_MEDIA_TYPE')
  })

  test('without the database it is 503 with Retry-After; a bug is 500; neither tells why, the log does', async () => {
    const down = api({ orchestrator: orchestrator({ submit: () => Promise.reject(new PaoError('STORE_UNAVAILABLE', 'connect ECONNREFUSED db.internal')) }) })
    const answer = await down.call('POST', '/api/v1/requests', { body })
    expectProblem(answer, 503, 'SERVICE_UNAVAILABLE')
    expect(answer.headers.get('retry-after')).toMatch(/^\d+$/)
    expect(answer.text).not.toContain('db.internal')
    expect(down.logged[0]?.fields).toMatchObject({ correlationId: answer.json.correlationId })
    const bug = await api({ orchestrator: orchestrator({ submit: () => { throw new TypeError('undefined is not a function in /srv/x.ts:1:2') } }) }).call('POST', '/api/v1/requests', { body })
    expectProblem(bug, 500, 'INTERNAL_ERROR')
    expect(bug.text).not.toContain('undefined is not')
  })
})
