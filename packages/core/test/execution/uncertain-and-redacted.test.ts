import { afterEach, expect, test } from 'vitest'
import { defineAction } from '../../src/action/action.js'
import { fatal, unknownOutcome } from '../../src/action/action-failure.js'
import { succeeded } from '../../src/action/outcome.js'
import { fromJsonSchema } from '../../src/form/from-json-schema.js'
import type { Json, JsonObject } from '../../src/json.js'
import { memorySecrets } from '../../src/memory/index.js'
import { failureContext } from '../../src/request/failure-context.js'
import { type Fixture, ada, carriedOut, documentOf, engineOf, root, scripted } from './engine-fixture.js'

const running: Fixture[] = []
const started = async (fixture: Fixture): Promise<Fixture> => {
  running.push(fixture)
  await fixture.orchestrator.start()
  return fixture
}
afterEach(async () => { await Promise.all(running.splice(0).map(({ orchestrator }) => orchestrator.stop({ graceMs: 100 }))) })

const oneStep = documentOf('      - { id: one, type: first, config: { text: "{{fields.name}}" } }')

/** An action that asks in vain at an endpoint that honours its key, six times in no time. */
const idempotent = (run: (key: string) => void) => scripted('first', { effect: 'idempotent', run: ({ key }) => {
  run(key)
  throw unknownOutcome('LOST', 'the answer was lost', {})
} })

test('what was repeated in vain may exist: it is to be cleaned up, and an edited retry takes no new key unless told to', async () => {
  const keys = new Set<string>()
  const fixture = await started(engineOf(documentOf('      - { id: one, type: first, config: { text: "{{fields.name}}" }, retry: { attempts: 0, delay: 0 } }'), [idempotent((key) => keys.add(key))]))
  const { request } = await carriedOut(fixture, { name: 'one' }, 60_000)
  expect(request.steps[0]).toMatchObject({ state: 'failed', failure: { code: 'RECOVERY_EXHAUSTED' }, uncertainSince: expect.any(Number) })
  expect(failureContext(request)?.cleanupRequired).toMatchObject([{ step: 'one', priority: 'high' }])
  const retry = (redo: string[]) => fixture.orchestrator.retry({ caller: ada, requestId: request.id, reason: '', fields: { name: 'two' }, resolved: [], redo })
  expect(await retry([])).toMatchObject({ kind: 'refused', refusal: { problems: [{ constraint: 'completed-step' }] } })
  expect(keys.size).toBe(1)
  expect((await retry(['one'])).kind).toBe('done')
}, 90_000)

test('what a person says is present must be an output of the action', async () => {
  const first = defineAction<JsonObject, Json>({
    type: 'first', version: '1.0.0', apiVersion: 1, summary: 'of a test', examples: [], effect: () => 'create', templates: [{ path: '**', target: 'value' }],
    config: fromJsonSchema({ type: 'object' }), output: fromJsonSchema({ type: 'object', required: ['id'], properties: { id: { type: 'string' } } }),
    plan: () => ({ summary: '', changes: [] }), run: async () => { throw unknownOutcome('LOST', 'the answer was lost') },
    reconcile: async () => ({ kind: 'unsure', why: 'nobody knows' }), compensate: { impossible: 'not in tests' },
  })
  const fixture = await started(engineOf(oneStep, [first]))
  const { request } = await carriedOut(fixture)
  const say = (present: Json) => fixture.orchestrator.retry({ caller: ada, requestId: request.id, reason: '', resolved: [{ step: 'one', effect: { present } }], redo: [] })
  expect(await say('x')).toMatchObject({ kind: 'refused', refusal: { code: 'VALIDATION_ERROR', problems: [{ field: 'resolved.one.present' }] } })
  expect((await say({ id: 'db-1' })).kind).toBe('done')
  expect((await fixture.orchestrator.wait(request.id, root, 3_000))?.request.steps[0]).toMatchObject({ state: 'completed', adopted: true, output: { id: 'db-1' } })
})

test('an output that held a secret is not sent on as its place-holder', async () => {
  const sent: unknown[] = []
  const fixture = await started(engineOf(documentOf(`
      - { id: one, type: first, config: { text: "{{secrets.TOKEN}}" } }
      - { id: two, type: second, config: { text: "{{output.one.echo}}" } }`), [
    scripted('first', { secrets: ['TOKEN'], run: ({ config }) => succeeded({ echo: config['text'] ?? null }) }),
    scripted('second', { run: ({ config }) => { sent.push(config['text']); return succeeded({}) } }),
  ], { secrets: memorySecrets({ TOKEN: 'canary-99-value' }) }))
  const { request } = await carriedOut(fixture)
  expect(request.steps[1]).toMatchObject({ state: 'failed', failure: { code: 'OUTPUT_REDACTED', phase: 'prepare', message: expect.stringContaining('output.one.echo') } })
  expect(sent).toEqual([])
  const { lines } = await fixture.ports.logs.read({ requestId: request.id, limit: 10 })
  expect(lines).toMatchObject([{ level: 'warn', message: expect.stringContaining('holds a secret') }])
})

test('what exists is still told after the request was aborted', async () => {
  const fixture = await started(engineOf(documentOf(`
      - { id: one, type: first, config: {} }
      - { id: two, type: second, config: {} }`), [
    scripted('first', { effect: 'create', run: () => succeeded({ id: 'db-1' }) }), scripted('second', { run: () => { throw fatal('NO', 'no') } }),
  ]))
  const { request } = await carriedOut(fixture)
  const answer = await fixture.orchestrator.abort({ caller: ada, requestId: request.id, reason: 'not needed' })
  if (answer.kind !== 'done') throw new Error(answer.kind)
  expect(failureContext(answer.request.request)).toMatchObject({ partialResources: [{ step: 'one', output: { id: 'db-1' } }], cleanupRequired: [{ step: 'one', priority: 'medium' }] })
})
