import { describe, expect, test } from 'vitest'
import type { ActionContext, AnyAction } from '../../src/action/action.js'
import { ActionFailure, fatal, unknownOutcome } from '../../src/action/action-failure.js'
import { type Outcome, parked, succeeded } from '../../src/action/outcome.js'
import type { Json, JsonObject } from '../../src/json.js'
import { replay } from '../../src/request/replay.js'
import { documentOf, scripted } from './engine-fixture.js'
import { virtualWorld } from './virtual-engine.js'

const oneStep = documentOf('      - { id: one, type: first, config: { text: "{{fields.name}}" } }')
type Run = (context: ActionContext<JsonObject>) => Outcome | Promise<Outcome>

/** Runs one step with this action to its end, and checks that what is stored is what its history tells, as JSON. */
const outcomeOf = async (action: AnyAction) => {
  const world = virtualWorld(oneStep)
  const errors: unknown[] = []
  const logger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: (fields: unknown) => { errors.push(fields) } }
  const orchestrator = await world.engine([action], { logger })
  const requestId = await world.submit(orchestrator)
  const request = await world.reaches(requestId, ['completed', 'failed'], 600_000)
  const history = await world.stores.requests.history(requestId)
  expect(errors).toEqual([])
  expect(JSON.parse(JSON.stringify(request))).toEqual(request)
  expect(replay(JSON.parse(JSON.stringify(history.flatMap(({ events }) => events))))).toEqual(request)
  const [step] = request.steps
  if (step === undefined) throw new Error('no step')
  return { step, lines: (await world.stores.logs.read({ requestId, limit: 20_000 })).lines, orchestrator, world }
}

const ran = (run: Run, effect: 'none' | 'create' = 'none') => outcomeOf(scripted('first', { effect, run }))
const self: { again?: unknown } = {}
self.again = self
const garbage = (value: unknown): Run => () => value as never
const thrown = (value: unknown): Run => () => { throw value }

describe('what an action throws', () => {
  test.each<[string, unknown]>([
    ['a text', 'no'], ['undefined', undefined], ['null', null], ['a number', 7], ['a function', () => 1],
    ['an error without a text for a message', Object.assign(new Error('x'), { message: { deep: 1 } })],
    ['an object that throws when it is read', new Proxy({}, { get: () => { throw new Error('not readable') } })],
    ['a failure that says nothing', new ActionFailure({} as never)],
    ['a failure of another kind', new ActionFailure({ kind: 'maybe' as never, code: 'X', message: 'x' })],
  ])('%s: fatal where repeating is harmless, unknown for a creation', async (_, value) => {
    expect((await ran(thrown(value))).step).toMatchObject({ state: 'failed', failure: { kind: 'fatal', code: 'ACTION_ERROR' } })
    expect((await ran(thrown(value), 'create')).step).toMatchObject({ state: 'failed', failure: { kind: 'unknown' } })
  })

  test('details that hold themselves, or are too large, are left out; the failure stands', async () => {
    for (const details of [self, 'x'.repeat(100_000)]) {
      const { step } = await ran(thrown(fatal('REFUSED', 'no', { details: details as never })))
      expect(step).toMatchObject({ failure: { kind: 'fatal', code: 'REFUSED', message: 'no' } })
      expect(step).not.toHaveProperty('failure.details')
    }
  })

  test('a pause that is no length is left out', async () => {
    const { step } = await ran(thrown(new ActionFailure({ kind: 'retryable', code: 'BUSY', message: 'x', retryAfterMs: NaN })))
    expect(step).toMatchObject({ failure: { kind: 'retryable', code: 'BUSY' } })
    expect(step).not.toHaveProperty('failure.retryAfterMs')
  })

  test('a message is hidden before it is cut: no half of a secret is left at the end', async () => {
    const secret = 'correct-horse-battery'
    const { step } = await ran(({ sensitive }) => {
      sensitive(secret)
      throw fatal('REFUSED', `${'x'.repeat(3_990)}${secret}`)
    })
    expect(JSON.stringify(step)).not.toContain('correct')
  })

  test('a classify that throws, or says nonsense, leaves it to the default', async () => {
    for (const classify of [() => { throw new Error('no') }, () => ({ kind: 7 }), () => null]) {
      const { step } = await outcomeOf({ ...scripted('first', { run: thrown(new Error('boom')) }), classify: classify as never })
      expect(step).toMatchObject({ failure: { kind: 'fatal', code: 'ACTION_ERROR', message: 'boom' } })
    }
  })

  test('an effect that throws counts as a creation', async () => {
    const { step } = await outcomeOf({ ...scripted('first', { run: thrown(new Error('boom')) }), effect: () => { throw new Error('no') } })
    expect(step).toMatchObject({ state: 'failed', failure: { kind: 'unknown' } })
  })
})

describe('what an action gives', () => {
  test.each<[string, unknown]>([
    ['nothing', undefined], ['null', null], ['a text', 'done'], ['an outcome of no kind', {}], ['an outcome of another kind', { kind: 'finished', output: {} }],
  ])('%s is no outcome', async (_, value) => {
    expect((await ran(garbage(value))).step).toMatchObject({ state: 'failed', failure: { kind: 'fatal', code: 'OUTCOME_INVALID' } })
    expect((await ran(garbage(value), 'create')).step).toMatchObject({ state: 'failed', failure: { kind: 'unknown' } })
  })

  test.each<[string, unknown]>([
    ['nothing', undefined], ['no reference', { until: 'signal' }], ['an empty reference', { until: 'signal', reference: { service: '', id: '' } }],
    ['a time that is none', { until: 'time', at: NaN }], ['a pause that is none', { until: 'signal', reference: { service: 'a', id: 'b' }, pollEveryMs: NaN }],
    ['a pause without end', { until: 'signal', reference: { service: 'a', id: 'b' }, pollEveryMs: Infinity }],
  ])('a wait for %s is refused', async (_, park) => {
    expect((await ran(() => parked(park as never))).step).toMatchObject({ state: 'failed', failure: { kind: 'fatal', code: 'PARK_INVALID' } })
  })

  test('a wait may have no end; its reference is kept in a form that every store takes, without secrets', async () => {
    const world = virtualWorld(oneStep)
    const orchestrator = await world.engine([scripted('first', { run: ({ sensitive }) => {
      sensitive('correct-horse')
      return parked({ until: 'signal', reference: { service: 'jira:main', id: 'a\u0000b\ud800', url: 'https://x/?t=correct-horse' }, timeoutMs: Infinity })
    } })])
    const requestId = await world.submit(orchestrator)
    await world.clock.advance(1_000)
    const [step] = (await world.load(requestId)).steps
    expect(step).toMatchObject({ state: 'waiting', waitFor: { until: Date.UTC(9999, 11, 31), reference: { id: 'a\ufffdb\ufffd', url: 'https://x/?t=[redacted]' } } })
    expect(await world.stores.requests.expecting('jira:main', 'a\ufffdb\ufffd')).toEqual({ requestId, step: 'one' })
  })

  test('values that JSON does not know are kept as JSON would have them', async () => {
    const output = { big: 12n, none: NaN, undef: undefined, call: () => 1, date: new Date(0), ['nul\u0000']: 'half \ud800', list: [undefined, Symbol('s')] }
    expect((await ran(() => succeeded(output as never))).step).toMatchObject({
      state: 'completed', output: { big: '12', none: null, date: '1970-01-01T00:00:00.000Z', 'nul\ufffd': 'half \ufffd', list: [null, null] },
    })
  })

  test('a key named __proto__ is data, and changes no object', async () => {
    const output = JSON.parse('{ "__proto__": { "admin": true }, "constructor": { "prototype": { "admin": true } } }') as Json
    const { step } = await ran(() => succeeded(output))
    if (step.state !== 'completed') throw new Error(step.state)
    expect(Object.keys(step.output as JsonObject)).toEqual(['__proto__', 'constructor'])
    expect(({} as { admin?: true }).admin).toBeUndefined()
    expect((step.output as { admin?: true }).admin).toBeUndefined()
  })

  const shared = Array.from({ length: 40 }).reduce<unknown>((inner) => [inner, inner], 'leaf')
  const deep = Array.from({ length: 5_000 }).reduce<unknown>((inner) => [inner], 'leaf')
  test.each<[string, unknown, string]>([
    ['that holds itself', self, 'ACTION_ERROR'], ['nested without end', deep, 'ACTION_ERROR'], ['of parts shared without end', shared, 'ACTION_ERROR'],
    ['of 2 MiB', 'x'.repeat(2 * 1024 * 1024), 'OUTPUT_TOO_LARGE'], ['of 2 MiB in half as many characters', 'é'.repeat(1024 * 1024), 'OUTPUT_TOO_LARGE'],
  ])('an output %s fails the step', async (_, output, code) => {
    expect((await ran(() => succeeded(output as never))).step).toMatchObject({ state: 'failed', failure: { kind: 'fatal', code } })
    expect((await ran(() => succeeded(output as never), 'create')).step).toMatchObject({ state: 'failed', failure: { kind: 'unknown' } })
  })

  test('an action that never ends, whatever its signal says, is left behind after its time', async () => {
    const { step, orchestrator } = await ran(() => new Promise(() => undefined))
    expect(step).toMatchObject({ state: 'failed', failure: { phase: 'timeout', code: 'STEP_TIMEOUT' } })
    expect(orchestrator.health().carried).toBe(0)
  })
})

describe('other parts of an action', () => {
  test.each<[string, unknown]>([
    ['nothing', undefined], ['another kind', { kind: 'perhaps' }], ['a wait for nothing', { kind: 'parked' }], ['a question without end', { kind: 'unsure', why: 'x', askAgainInMs: NaN }],
  ])('a reconcile that answers %s leaves it to a person', async (_, answer) => {
    const { step } = await outcomeOf(scripted('first', {
      effect: 'create', run: () => { throw unknownOutcome('LOST', 'lost') }, reconcile: () => Promise.resolve(answer as never),
    }))
    expect(step).toMatchObject({ state: 'failed', failure: { kind: 'unknown' } })
  })

  test('a config schema that throws fails the step before any call, and does not come back for ever', async () => {
    const world = virtualWorld(documentOf(`
      - { id: one, type: first, config: {} }
      - { id: two, type: second, config: {} }`))
    let calls = 0
    const broken: AnyAction = { ...scripted('second', { run: () => { calls += 1; return succeeded({}) } }), config: {
      jsonSchema: {}, schema: { '~standard': { version: 1, vendor: 'test', validate: () => { throw new Error('bug') } } },
    } }
    const orchestrator = await world.engine([scripted('first', { run: () => succeeded({}) }), broken])
    const request = await world.reaches(await world.submit(orchestrator), ['failed'])
    expect(request.steps[1]).toMatchObject({ failure: { phase: 'prepare', kind: 'fatal', code: 'CONFIG_INVALID' } })
    expect(calls).toBe(0)
  })
})

describe('what an action logs', () => {
  test('10,000 lines, then one that says so', async () => {
    const { lines } = await ran(({ log }) => {
      for (let i = 0; i < 10_500; i += 1) log.info(`line ${i}`)
      return succeeded({})
    })
    expect(lines).toHaveLength(10_001)
    expect(lines.at(-2)?.message).toBe('line 9999')
    expect(lines.at(-1)).toMatchObject({ level: 'warn', message: expect.stringContaining('log bound') })
  })

  test('1 MiB, then one that says so', async () => {
    const { lines } = await ran(({ log }) => {
      for (let i = 0; i < 100; i += 1) log.info('x', { text: 'x'.repeat(100_000) })
      return succeeded({})
    })
    expect(lines).toHaveLength(11)
    expect(lines.at(-1)).toMatchObject({ level: 'warn', message: expect.stringContaining('log bound') })
  })

  test('a line that cannot be written as JSON is kept as far as it goes and breaks nothing', async () => {
    const { step, lines } = await ran(({ log }) => {
      log.info('with data', self as never)
      log.info(Object.create(null) as never)
      log.info(`${'x'.repeat(16 * 1024 - 1)}\u{1F600}`)
      return succeeded({})
    })
    expect(step.state).toBe('completed')
    expect(lines.map(({ message }) => message.slice(0, 9))).toEqual(['with data', '(a messag', 'xxxxxxxxx'])
    expect(lines.every(({ message }) => message.isWellFormed())).toBe(true)
  })
})
