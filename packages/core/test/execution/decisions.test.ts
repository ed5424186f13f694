import { describe, expect, test } from 'vitest'
import { fatal, unknownOutcome } from '../../src/action/action-failure.js'
import { parked, succeeded } from '../../src/action/outcome.js'
import { MASK } from '../../src/execution/dry-run.js'
import type { Engine } from '../../src/execution/engine.js'
import { createObservations } from '../../src/execution/observations.js'
import { wait } from '../../src/execution/read.js'
import { createRequestListeners } from '../../src/execution/request-listeners.js'
import type { JsonObject } from '../../src/json.js'
import { memoryPorts } from '../../src/memory/index.js'
import type { FieldCipher } from '../../src/ports/field-cipher.js'
import type { RequestStore } from '../../src/ports/request-store.js'
import { ada, documentOf, root, scripted } from './engine-fixture.js'
import { virtualWorld } from './virtual-engine.js'

const twoSteps = `
      - { id: one, type: first, config: { text: "{{fields.name}}" } }
      - { id: two, type: second, config: { size: "{{fields.size}}", token: "{{fields.token}}" } }`
const fields = `          - { id: size, name: Size, type: string }
          - { id: token, name: Token, type: password }`

/** Reversible, so that a test can tell a value sealed once from one sealed anew. */
const openCipher = (): FieldCipher => {
  let count = 0
  return {
    seal: async (clear, context) => { count += 1; return `sealed:k1:${count}:${Buffer.from(JSON.stringify([clear, context])).toString('base64')}` },
    open: async (sealed, context) => {
      const [clear, bound] = JSON.parse(Buffer.from(sealed.split(':')[3] ?? '', 'base64').toString()) as [string, string]
      if (bound !== context) throw new Error('sealed for another place')
      return clear
    },
    digest: async (clear) => `digest of ${clear.length}`,
  }
}

const failing = async () => {
  const world = virtualWorld(documentOf(twoSteps, fields))
  const seen: JsonObject[] = []
  const ones: string[] = []
  const first = scripted('first', { run: ({ config, key }) => { ones.push(key); return succeeded({ said: config['text'] ?? null }) } })
  const second = scripted('second', { run: ({ config }) => {
    seen.push(config)
    if (config['size'] !== 'large') throw fatal('TOO_SMALL', 'it does not fit')
    return succeeded({})
  } })
  const orchestrator = await world.engine([first, second], { cipher: openCipher() })
  const requestId = await world.submit(orchestrator, { name: 'one', size: 'small', token: 'hunter2-hunter2' })
  await world.reaches(requestId, ['failed'])
  const retry = (edited: JsonObject | undefined, redo: readonly string[] = []) => orchestrator.retry({
    caller: ada, requestId, reason: 'edited', resolved: [], redo, ...(edited === undefined ? {} : { fields: edited }),
  })
  return { world, orchestrator, requestId, retry, seen, ones }
}

describe('a retry with edited input', () => {
  test('what was done with other values is refused, and nothing is written, unless it is to be done again', async () => {
    const { world, requestId, retry, ones } = await failing()
    const before = await world.load(requestId)
    const refused = await retry({ name: 'other', size: 'large' })
    expect(refused).toMatchObject({ kind: 'refused', refusal: { code: 'VALIDATION_ERROR', problems: [{ constraint: 'completed-step', message: expect.stringContaining('one') }] } })
    expect(await world.load(requestId)).toEqual(before)
    expect((await retry({ name: 'other', size: 'large' }, ['one'])).kind).toBe('done')
    const request = await world.reaches(requestId, ['completed'])
    expect(request.steps[0]).toMatchObject({ iteration: 2, output: { said: 'other' } })
    expect(ones.map((key) => key.slice(-5))).toEqual(['one:1', 'one:2'])
  })

  test('what is not touched by the edit is not done again; a password that is not typed again stays, sealed as it was', async () => {
    const { world, requestId, retry, seen, ones } = await failing()
    const sealed = (await world.load(requestId)).revision.input as JsonObject
    expect((await retry({ name: 'one', size: 'large' })).kind).toBe('done')
    const request = await world.reaches(requestId, ['completed'])
    expect(request.revision).toMatchObject({ number: 2, input: { size: 'large', token: sealed['token'] } })
    expect(seen.map(({ token }) => token)).toEqual(['hunter2-hunter2', 'hunter2-hunter2'])
    expect(ones).toHaveLength(1)
    const everything = JSON.stringify([request, await world.stores.requests.history(requestId)])
    expect(everything).not.toContain('hunter2')
  })

  test('a password that comes back as the mask that people see is not the mask', async () => {
    const { world, requestId, retry, seen } = await failing()
    const sealed = (await world.load(requestId)).revision.input as JsonObject
    expect((await retry({ name: 'one', size: 'large', token: MASK })).kind).toBe('done')
    const request = await world.reaches(requestId, ['completed'])
    expect((request.revision.input as JsonObject)['token']).toBe(sealed['token'])
    expect(seen.at(-1)).toMatchObject({ token: 'hunter2-hunter2' })
  })

  test('a password that is typed again is sealed anew and used', async () => {
    const { world, requestId, retry, seen } = await failing()
    const sealed = (await world.load(requestId)).revision.input as JsonObject
    expect((await retry({ name: 'one', size: 'large', token: 'tr0ub4dor-and-3' })).kind).toBe('done')
    const request = await world.reaches(requestId, ['completed'])
    expect((request.revision.input as JsonObject)['token']).not.toBe(sealed['token'])
    expect(seen.at(-1)).toMatchObject({ token: 'tr0ub4dor-and-3' })
    expect(JSON.stringify([request, await world.stores.requests.history(requestId)])).not.toContain('tr0ub4dor')
  })

  test('it may be given by group, and what is wrong is told where it stands', async () => {
    const { world, orchestrator, requestId } = await failing()
    const retry = (input: JsonObject, more = {}) => orchestrator.retry({ caller: ada, requestId, reason: 'edited', resolved: [], redo: [], input, ...more })
    const sealed = (await world.load(requestId)).revision.input as JsonObject
    expect(await retry({ basics: { name: 'one', sice: 'large' } })).toMatchObject({ kind: 'refused', refusal: { problems: [{ constraint: 'unknown', pointer: '/input/basics/sice' }] } })
    expect(await retry({ basics: { size: 7 } })).toMatchObject({ kind: 'refused', refusal: { problems: [{ field: 'name', pointer: '/input/basics/name' }, { field: 'size', pointer: '/input/basics/size' }] } })
    expect(await retry({}, { fields: {} })).toMatchObject({ kind: 'refused', refusal: { problems: expect.arrayContaining([expect.objectContaining({ constraint: 'conflict', pointer: '/input' })]) as unknown } })
    expect((await retry({ basics: { name: 'one', size: 'large' } })).kind).toBe('done')
    expect((await world.reaches(requestId, ['completed'])).revision.input).toEqual({ name: 'one', size: 'large', token: sealed['token'] })
  })

  test('input that does not fit the form is refused', async () => {
    const { retry } = await failing()
    expect(await retry({ size: 'large' })).toMatchObject({ kind: 'refused', refusal: { problems: [{ field: 'name' }] } })
    expect(await retry({ name: 'one', size: 'large', stranger: 1 })).toMatchObject({ kind: 'refused' })
  })
})

describe('people at the same time', () => {
  test('of many decisions at once exactly one holds', async () => {
    const { world, orchestrator, requestId, retry } = await failing()
    const abort = () => orchestrator.abort({ caller: ada, requestId, reason: 'enough' })
    const answers = await Promise.all(Array.from({ length: 50 }, (_, index) => index % 2 === 0 ? retry(undefined) : abort()))
    expect(answers.filter(({ kind }) => kind === 'done')).toHaveLength(1)
    expect(answers.filter((answer) => answer.kind === 'rejected' && answer.rejection.code === 'NOT_IN_THIS_STATE')).toHaveLength(49)
    expect((await world.types(requestId)).filter((type) => type === 'retry-requested' || type === 'abort-requested')).toHaveLength(1)
  })

  test('a decision for another version than the stored one is not taken', async () => {
    const { world, orchestrator, requestId } = await failing()
    const { version } = await world.load(requestId)
    expect(await orchestrator.abort({ caller: ada, requestId, reason: '', ifVersion: version - 1 })).toEqual({ kind: 'precondition-failed', version })
    expect((await orchestrator.abort({ caller: ada, requestId, reason: '', ifVersion: version })).kind).toBe('done')
  })
})

describe('a decision that is written late', () => {
  const create = documentOf('      - { id: one, type: first, config: {} }')
  const lost = () => { throw unknownOutcome('LOST', 'the answer was lost') }

  /** A request that has failed with an effect that nobody knows of; `late` decides through a process whose writes take their time. */
  const undecided = async () => {
    const world = virtualWorld(create)
    let runs = 0
    const action = scripted('first', { effect: 'create', run: () => { runs += 1; return lost() }, reconcile: async () => ({ kind: 'unsure', why: 'cannot be asked' }) })
    const prompt = await world.engine([action])
    const commit: RequestStore['commit'] = async (change) => {
      await new Promise<void>((resolve) => { world.clock.schedule(change.epoch === undefined ? 3_000 : 0, resolve) })
      return world.stores.requests.commit(change)
    }
    const late = await world.engine([], { requests: { ...world.stores.requests, commit } })
    const requestId = await world.submit(prompt)
    await world.reaches(requestId, ['failed'])
    return { world, prompt, late, requestId, runs: () => runs }
  }

  test('what was found out about one execution is not applied to a later one', async () => {
    const { world, prompt, late, requestId, runs } = await undecided()
    const absent = { caller: ada, requestId, reason: 'I looked', resolved: [{ step: 'one', effect: 'absent' as const }], redo: [] }
    const answer = late.retry(absent)
    await world.clock.advance(1_000)
    expect((await prompt.retry(absent)).kind).toBe('done')
    expect(await world.clock.until(answer)).toMatchObject({ kind: 'rejected', rejection: { code: 'NOT_IN_THIS_STATE' } })
    await world.clock.advance(20_000)
    expect((await world.load(requestId)).status).toMatchObject({ state: 'failed', failure: { needsPerson: ['one'] } })
    expect(runs()).toBe(2)
  })

  test('the version that a person asked for holds until the decision is written', async () => {
    const { world, prompt, late, requestId } = await undecided()
    const { version } = await world.load(requestId)
    const answer = late.abort({ caller: ada, requestId, reason: '', ifVersion: version })
    await world.clock.advance(1_000)
    await prompt.retry({ caller: ada, requestId, reason: '', resolved: [{ step: 'one', effect: 'absent' }], redo: [] })
    expect(await world.clock.until(answer)).toMatchObject({ kind: 'precondition-failed' })
    await world.clock.advance(20_000)
    expect((await world.load(requestId)).status.state).toBe('failed')
  })
})

describe('waiting for a request', () => {
  const waiting = documentOf('      - { id: one, type: first, config: {} }')

  test('many wait for one; all hear of its end at once, and nothing of them is left', async () => {
    const world = virtualWorld(waiting)
    const orchestrator = await world.engine([scripted('first', { run: async () => {
      await new Promise<void>((resolve) => { world.clock.schedule(1_234, resolve) })
      return succeeded({})
    } })])
    const requestId = await world.submit(orchestrator)
    const began = world.clock.now()
    const timers = world.clock.pending()
    const heard: number[] = []
    const waits = Promise.all(Array.from({ length: 300 }, () => orchestrator.wait(requestId, root, 30_000).then((view) => {
      heard.push(world.clock.now() - began)
      return view?.request.status.state
    })))
    expect(new Set(await world.clock.until(waits))).toEqual(new Set(['completed']))
    expect(new Set(heard)).toEqual(new Set([1_234]))
    expect(world.clock.pending()).toBeLessThanOrEqual(timers)
  })

  test('who knows how a request stands is told of its end without a read', async () => {
    const world = virtualWorld(waiting)
    let finds = 0
    const find: typeof world.stores.requests.find = (...given) => {
      finds += 1
      return world.stores.requests.find(...given)
    }
    const orchestrator = await world.engine([scripted('first', { run: async () => {
      await new Promise<void>((resolve) => { world.clock.schedule(200, resolve) })
      return succeeded({})
    } })], { requests: { ...world.stores.requests, find } })
    const requestId = await world.submit(orchestrator)
    const known = await orchestrator.find(requestId, root)
    finds = 0
    const view = await world.clock.until(orchestrator.wait(requestId, root, 30_000, known))
    expect([view?.request.status.state, finds]).toEqual(['completed', 0])
  })

  test('who waits is answered in time though nothing happens, and at once when it only waits for something outside', async () => {
    const world = virtualWorld(waiting)
    const hanging = await world.engine([scripted('first', { run: () => new Promise(() => undefined) })])
    const began = world.clock.now()
    const view = await world.clock.until(hanging.wait(await world.submit(hanging), root, 2_000))
    expect(view?.request.status.state).toBe('in_progress')
    expect(world.clock.now() - began).toBe(2_000)
    const parking = virtualWorld(waiting)
    const orchestrator = await parking.engine([scripted('first', { run: () => parked({ until: 'signal', reference: { service: 'a', id: 'b' } }) })])
    const before = parking.clock.now()
    await parking.clock.until(orchestrator.wait(await parking.submit(orchestrator), root, 30_000))
    expect(parking.clock.now()).toBe(before)
    expect(await orchestrator.wait('no-such-request', root, 30_000)).toBeUndefined()
  })

  test('listeners are let go however the wait ends', async () => {
    const world = virtualWorld(waiting)
    const orchestrator = await world.engine([scripted('first', { run: () => new Promise(() => undefined) })])
    const requestId = await world.submit(orchestrator)
    const inner = createRequestListeners()
    let open = 0
    let finds = 0
    const find: typeof world.stores.requests.find = (...given) => {
      finds += 1
      return finds === 4 ? Promise.reject(new Error('broken')) : world.stores.requests.find(...given)
    }
    const engine: Engine = {
      owner: 'test', options: { workers: 1, leaseMs: 1, pollMs: 1 }, observations: createObservations(), wake: () => undefined,
      definitions: { known: () => undefined, of: () => Promise.reject(new Error('unused')), loaded: () => Promise.reject(new Error('unused')), keep: () => Promise.reject(new Error('unused')) },
      ports: memoryPorts({ ...world.stores, clock: world.clock, requests: { ...world.stores.requests, find } }),
      listeners: { changed: inner.changed, listen: (id, callback) => {
        open += 1
        const close = inner.listen(id, callback)
        return () => { open -= 1; close() }
      } },
    }
    await world.clock.until(wait(engine, requestId, root, 700))
    await world.clock.until(wait(engine, requestId, root, 700).catch(() => undefined))
    await world.clock.until(wait(engine, 'no-such-request', root, 700))
    expect(finds).toBeGreaterThanOrEqual(5)
    expect(open).toBe(0)
  })
})
