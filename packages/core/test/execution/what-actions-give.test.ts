import { describe, expect, test } from 'vitest'
import type { ActionContext, AnyAction } from '../../src/action/action.js'
import { fatal, retryable, unknownOutcome } from '../../src/action/action-failure.js'
import type { HttpRequest } from '../../src/action/http.js'
import { type Outcome, parked, succeeded } from '../../src/action/outcome.js'
import { fromJsonSchema } from '../../src/form/from-json-schema.js'
import type { Json, JsonObject } from '../../src/json.js'
import { memorySecrets } from '../../src/memory/index.js'
import type { OrchestratorPorts } from '../../src/ports/orchestrator-ports.js'
import { documentOf, scripted } from './engine-fixture.js'
import { virtualWorld } from './virtual-engine.js'

type Context = ActionContext<JsonObject>

const oneStep = documentOf('      - { id: one, type: first, config: { text: "{{fields.name}}" }, timeout: 20 }')

const runs = async (action: AnyAction, over: Partial<OrchestratorPorts> = {}, source = oneStep) => {
  const world = virtualWorld(source)
  const orchestrator = await world.engine([action], over)
  const requestId = await world.submit(orchestrator)
  const request = await world.reaches(requestId, ['completed', 'failed'], 600_000)
  return { world, orchestrator, requestId, request, step: request.steps[0] }
}

describe('what it gives holds no secret', () => {
  const canary = 'canary-7f3a-value'
  const secrets = memorySecrets({ TOKEN: canary })
  const everything = async ({ world, requestId, request, orchestrator }: Awaited<ReturnType<typeof runs>>): Promise<string> => JSON.stringify([
    request, await world.stores.requests.history(requestId), (await world.stores.logs.read({ requestId, limit: 100 })).lines,
    [...(await orchestrator.find(requestId, { id: 'root', teams: [], administrator: true }))?.observed ?? []],
  ])

  test('an output', async () => {
    const told = await everything(await runs(scripted('first', { secrets: ['TOKEN'], run: async ({ secret }) => succeeded({ echo: `x ${await secret('TOKEN')}`, [canary]: 1 }) }), { secrets }))
    expect(told).not.toContain(canary)
    expect(told).toContain('x [redacted]')
  })

  test('a checkpoint', async () => {
    const run = await runs(scripted('first', { secrets: ['TOKEN'], run: async ({ secret, checkpoint }) => {
      const token = await secret('TOKEN')
      return succeeded({ kept: await checkpoint('made', async () => ({ token })) })
    } }), { secrets })
    const { iteration, inputHash = '' } = run.step ?? { iteration: 1 }
    expect([...await run.world.stores.checkpoints.load({ requestId: run.requestId, step: 'one', iteration, inputHash })]).toEqual([['made', { value: { token: '[redacted]' } }]])
  })

  test('what the outside shows', async () => {
    const world = virtualWorld(documentOf('      - { id: one, type: first, config: { text: "{{secrets.TOKEN}}" } }'))
    const seen: string[] = []
    const orchestrator = await world.engine([scripted('first', {
      run: () => parked({ until: 'signal', reference: { service: 'jira:main', id: 'OPS-1' }, pollEveryMs: 1_000 }),
      observe: async () => { seen.push('asked'); return { status: `open ${canary}`, note: canary } },
    })], { secrets })
    const requestId = await world.submit(orchestrator)
    await world.clock.advance(5_000)
    const viewer = { id: 'root', teams: [], administrator: true }
    const request = await world.load(requestId)
    expect(seen.length).toBeGreaterThan(0)
    const told = await everything({ world, requestId, request, orchestrator, step: request.steps[0] })
    expect(told).not.toContain(canary)
    expect((await orchestrator.find(requestId, viewer))?.observed.get('one')).toMatchObject({ status: 'open [redacted]', note: '[redacted]' })
  })
})

describe('a wrong answer', () => {
  const strict = (run: () => unknown, effect: 'none' | 'create'): AnyAction =>
    ({ ...scripted('first', { effect, run: run as () => Outcome }), output: fromJsonSchema({ type: 'object', required: ['id'] }) })

  test.each<[string, unknown, string]>([
    ['an output that its own schema refuses', succeeded({}), 'OUTPUT_INVALID'],
    ['an output that is too large', succeeded({ id: 'x'.repeat(1024 * 1024) }), 'OUTPUT_TOO_LARGE'],
    ['no outcome at all', undefined, 'OUTCOME_INVALID'],
    ['an outcome of another kind', { kind: 'done' }, 'OUTCOME_INVALID'],
    ['a wait for nothing', parked(undefined as never), 'PARK_INVALID'],
    ['a wait for a reference without a name', parked({ until: 'signal', reference: { service: '', id: 'OPS-1' } }), 'PARK_INVALID'],
    ['a wait until no moment', parked({ until: 'time', at: Number.NaN }), 'PARK_INVALID'],
  ])('%s: fatal where repeating is harmless; of a creation leaves its effect unknown', async (_what, answer, code) => {
    expect((await runs(strict(() => answer, 'none'))).step).toMatchObject({ state: 'failed', failure: { kind: 'fatal', code } })
    expect((await runs(strict(() => answer, 'create'))).step).toMatchObject({ state: 'failed', failure: { kind: 'unknown' } })
  })

  test('a question that failed is asked again: it is no unknown effect of its own', async () => {
    let asked = 0
    const { step, world, requestId } = await runs(scripted('first', {
      effect: 'create', run: () => { throw unknownOutcome('LOST', 'the answer was lost') },
      reconcile: async () => {
        asked += 1
        if (asked < 3) throw unknownOutcome('LOST', 'the answer was lost again')
        return { kind: 'present', output: {} }
      },
    }))
    expect(step).toMatchObject({ state: 'completed', adopted: true, failures: 3 })
    const events = (await world.stores.requests.history(requestId)).flatMap((entry) => entry.events)
    expect(events.flatMap((event) => event.type === 'step-failed' ? [event.failure.kind] : [])).toEqual(['unknown', 'retryable', 'retryable'])
  })
})

test('a creation that is past its timeout may have made something: it is looked into', async () => {
  const until = (signal: AbortSignal) => new Promise<Outcome>((_, reject) => { signal.addEventListener('abort', () => { reject(new Error('stopped')) }) })
  const slow = (effect: 'idempotent' | 'create') => scripted('first', { effect, run: ({ signal }) => until(signal), reconcile: async () => ({ kind: 'present', output: { found: true } }) })
  expect((await runs(slow('create'))).step).toMatchObject({ state: 'completed', adopted: true, output: { found: true }, executions: 2 })
  expect((await runs(slow('idempotent'))).step).toMatchObject({ state: 'failed', failure: { kind: 'retryable', code: 'STEP_TIMEOUT' } })
})

test('a line is at most 16 KiB long', async () => {
  const { world, requestId } = await runs(scripted('first', { run: ({ log }) => { log.info('x'.repeat(100_000)); return succeeded({}) } }))
  const { lines } = await world.stores.logs.read({ requestId, limit: 10 })
  expect(lines.map(({ message }) => message.length)).toEqual([16 * 1024])
})

test('a value that is nested too deeply, or shares its parts without end, is not kept', async () => {
  const nested = (levels: number): Json => levels === 0 ? 1 : [nested(levels - 1)]
  const shared = (levels: number): Json => {
    let value: Json = 1
    for (let level = 0; level < levels; level += 1) value = [value, value]
    return value
  }
  const { world, requestId } = await runs(scripted('first', { run: ({ log }) => {
    for (const data of [nested(150), nested(250), shared(21)]) log.info('a line', data)
    return succeeded({})
  } }))
  const { lines } = await world.stores.logs.read({ requestId, limit: 10 })
  const refused = '(data that cannot be written as JSON)'
  expect(lines.map(({ message, data }) => [message, data === refused])).toEqual([['a line', false], ['a line', true], ['a line', true]])
})

test('a checkpoint is kept for the input that it was made with', async () => {
  const made: Json[] = []
  const world = virtualWorld(oneStep)
  const orchestrator = await world.engine([scripted('first', { run: async ({ checkpoint, config }) => {
    await checkpoint('made', async () => { made.push(config['text'] ?? null); return made.length })
    throw fatal('REFUSED', 'no')
  } })])
  const requestId = await world.submit(orchestrator)
  const { steps: [step] } = await world.reaches(requestId, ['failed'])
  const scope = { requestId, step: 'one', iteration: 1, inputHash: step?.inputHash ?? '' }
  expect(scope.inputHash).toMatch(/^[0-9a-f]{64}$/)
  expect([...(await world.stores.checkpoints.load(scope)).keys()]).toEqual(['made'])
})

describe('calls', () => {
  const answer = { status: 200, headers: {}, body: '{}', json: () => ({}) }

  test('a call ends with its execution at the latest: by its time and by its signal', async () => {
    const sent: HttpRequest[] = []
    let seen: AbortSignal | undefined
    await runs(scripted('first', { run: async ({ http, signal }: Context) => {
      seen = signal
      await http.request({ url: 'https://a.example', method: 'GET' })
      await http.request({ url: 'https://a.example', method: 'GET', timeoutMs: 90_000 })
      await http.request({ url: 'https://a.example', method: 'GET', timeoutMs: 500, signal: new AbortController().signal })
      return succeeded({})
    } }), { http: { request: async (request) => { sent.push(request); return answer } } })
    expect(sent.map(({ timeoutMs }) => timeoutMs)).toEqual([20_000, 20_000, 500])
    expect([sent[0]?.signal, sent[1]?.signal]).toEqual([seen, seen])
  })

  test('the signal of a call is that of its execution too, when it has one of its own', async () => {
    const world = virtualWorld(oneStep)
    const sent: HttpRequest[] = []
    const orchestrator = await world.engine([scripted('first', { run: async ({ http }: Context) => {
      await http.request({ url: 'https://a.example', method: 'GET', signal: new AbortController().signal })
      return succeeded({})
    } })], { http: { request: (request) => { sent.push(request); return new Promise(() => undefined) } } })
    await world.submit(orchestrator)
    await world.clock.advance(30_000)
    expect(sent[0]?.signal?.aborted).toBe(true)
  })

  test('an execution that was aborted calls nothing more', async () => {
    let calls = 0
    const world = virtualWorld(oneStep)
    const orchestrator = await world.engine([scripted('first', { run: async ({ http, signal }: Context) => {
      await new Promise<void>((resolve) => { signal.addEventListener('abort', () => { resolve() }, { once: true }) })
      await http.request({ url: 'https://a.example', method: 'POST' })
      throw retryable('NEVER', 'it was called')
    } })], { http: { request: async () => { calls += 1; return answer } } })
    await world.submit(orchestrator)
    await world.clock.advance(30_000)
    expect(calls).toBe(0)
  })
})

test('what it gives is read under the names that the document gives, by later steps, their conditions and people', async () => {
  const got: Json[] = []
  const source = documentOf(`      - { id: one, type: first, config: {}, outputs: [{ address: "made.hosts[0]" }, { id: made.id }, { gone: made.none }] }
      - { id: two, type: second, config: { address: "{{output.one.address}}", id: "{{output.one.id}}" }, conditions: [{ field: output.one.address, operator: eq, value: a.example.org }] }`)
  const world = virtualWorld(source)
  const orchestrator = await world.engine([
    scripted('first', { run: () => succeeded({ id: 'of the call', made: { hosts: ['a.example.org'], id: 7 } }) }),
    scripted('second', { run: ({ config }) => { got.push(config); return succeeded({}) } }),
  ])
  const request = await world.reaches(await world.submit(orchestrator), ['completed', 'failed'], 600_000)
  expect(got).toEqual([{ address: 'a.example.org', id: 7 }])
  expect(request.steps[0]).toMatchObject({ state: 'completed', output: { id: 7, address: 'a.example.org', made: { id: 7 } } })
  expect(request.steps[0]).not.toHaveProperty('output.gone')
})
