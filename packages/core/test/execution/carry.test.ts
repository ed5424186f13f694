import { afterEach, describe, expect, test } from 'vitest'
import { fatal, retryable, unknownOutcome } from '../../src/action/action-failure.js'
import { parked, succeeded } from '../../src/action/outcome.js'
import { PaoError } from '../../src/errors.js'
import type { Json } from '../../src/json.js'
import { memorySecrets, memoryStores, systemClock } from '../../src/memory/index.js'
import type { Commit, RequestStore } from '../../src/ports/request-store.js'
import { replay } from '../../src/request/replay.js'
import { type Fixture, ada, carriedOut, documentOf, engineOf, root, scripted } from './engine-fixture.js'

const running: Fixture[] = []
const started = async (fixture: Fixture): Promise<Fixture> => {
  running.push(fixture)
  await fixture.orchestrator.start()
  return fixture
}
afterEach(async () => { await Promise.all(running.splice(0).map(({ orchestrator }) => orchestrator.stop({ graceMs: 200 }))) })

const threeSteps = documentOf(`
      - { id: one, type: first, config: { text: "{{fields.name}}" } }
      - { id: two, type: second, config: { seen: "{{output.one.said}}" } }
      - { id: three, type: second, config: { seen: "{{output.two.said}}" } }`)
const oneStep = documentOf('      - { id: one, type: first, config: { text: "{{fields.name}}" } }')
const says = (field: 'text' | 'seen') => ({ run: ({ config }: { config: Record<string, Json> }) => succeeded({ said: `${String(config[field])}!` }) })

describe('carrying a request', () => {
  test('three steps run in order, read each other, and cost four commits', async () => {
    const clock = systemClock()
    const stores = memoryStores(clock)
    const commits: Commit[] = []
    const requests: RequestStore = {
      ...stores.requests,
      submit: (commit, key) => { commits.push(commit); return stores.requests.submit(commit, key) },
      commit: (commit) => { commits.push(commit); return stores.requests.commit(commit) },
    }
    const fixture = await started(engineOf(threeSteps, [scripted('first', says('text')), scripted('second', says('seen'))], { ...stores, requests, clock }))
    const { request } = await carriedOut(fixture)
    expect(request.status.state).toBe('completed')
    expect(request.steps.map((step) => step.state === 'completed' ? step.output : step.state)).toEqual([{ said: 'one!' }, { said: 'one!!' }, { said: 'one!!!' }])
    expect(commits).toHaveLength(4)
    expect(commits.map((commit) => commit.entry.types)).toEqual([
      ['request-accepted', 'step-started'], ['step-succeeded', 'step-started'], ['step-succeeded', 'step-started'], ['step-succeeded'],
    ])
  })

  test('the history replays to the stored state and its chain holds', async () => {
    const fixture = await started(engineOf(threeSteps, [scripted('first', says('text')), scripted('second', says('seen'))]))
    const view = await carriedOut(fixture)
    const history = await fixture.ports.requests.history(view.request.id)
    expect(replay(history.flatMap((entry) => entry.events))).toEqual(view.request)
    expect(history.at(-1)?.hash).toBe(view.chainHash)
  })

  test('a retryable failure is tried again as the document says, with the same key', async () => {
    const keys: string[] = []
    const first = scripted('first', { run: ({ key, attempt }) => {
      keys.push(key)
      if (attempt < 3) throw retryable('BUSY', 'not now')
      return succeeded({ attempt })
    } })
    const document = documentOf('      - { id: one, type: first, config: {}, retry: { attempts: 2, delay: 0, backoff: linear } }')
    const { request } = await carriedOut(await started(engineOf(document, [first])))
    expect(request.steps[0]).toMatchObject({ state: 'completed', executions: 3, output: { attempt: 3 } })
    expect(new Set(keys).size).toBe(1)
  })

  test('without a retry block a failure is final, what comes behind stays pending, and a person can retry or abort', async () => {
    let broken = true
    const first = scripted('first', { run: () => {
      if (broken) throw fatal('NO_ROOM', 'there is no room')
      return succeeded({ said: 'done' })
    } })
    const fixture = await started(engineOf(threeSteps, [first, scripted('second', says('seen'))]))
    const failed = await carriedOut(fixture)
    expect(failed.request.status).toMatchObject({ state: 'failed', failure: { steps: ['one'], needsPerson: [] } })
    expect(failed.request.steps.map((step) => step.state)).toEqual(['failed', 'pending', 'pending'])
    broken = false
    const answer = await fixture.orchestrator.retry({ caller: ada, requestId: failed.request.id, reason: 'room was made', resolved: [], redo: [] })
    expect(answer.kind).toBe('done')
    expect((await fixture.orchestrator.wait(failed.request.id, root, 3_000))?.request.status.state).toBe('completed')
    const again = await fixture.orchestrator.abort({ caller: ada, requestId: failed.request.id, reason: 'too late' })
    expect(again).toMatchObject({ kind: 'rejected', rejection: { code: 'NOT_IN_THIS_STATE' } })
  })

  test('abort ends a failed request; steps that never ran are skipped with it', async () => {
    const fixture = await started(engineOf(threeSteps, [scripted('first', { run: () => { throw fatal('NO', 'no') } }), scripted('second', says('seen'))]))
    const failed = await carriedOut(fixture)
    const answer = await fixture.orchestrator.abort({ caller: ada, requestId: failed.request.id, reason: 'not needed' })
    if (answer.kind !== 'done') throw new Error(answer.kind)
    expect(answer.request.request.status).toMatchObject({ state: 'aborted', cause: { reason: 'not needed' } })
    expect(answer.request.request.steps.map((step) => step.state)).toEqual(['failed', 'skipped', 'skipped'])
  })

  test('a stranger finds nothing to decide on, a team-mate may look but not decide', async () => {
    const fixture = await started(engineOf(oneStep, [scripted('first', { run: () => { throw fatal('NO', 'no') } })]))
    const { request } = await carriedOut(fixture)
    const decide = (id: string, teams: string[]) => fixture.orchestrator.abort({ caller: { id, teams, roles: [] }, requestId: request.id, reason: '' })
    expect((await decide('eve', ['other'])).kind).toBe('not-found')
    expect((await decide('bob', ['checkout'])).kind).toBe('forbidden')
    expect((await decide('pat', ['platform-team'])).kind).toBe('done')
  })

  test('an execution past its timeout is aborted; what may be repeated failed retryably, a creation is looked into', async () => {
    const slow = scripted('first', { run: ({ signal }) => new Promise((_, reject) => { signal.addEventListener('abort', () => { reject(new Error('stopped')) }) }) })
    const document = documentOf('      - { id: one, type: first, config: {}, timeout: 1 }')
    const { request } = await carriedOut(await started(engineOf(document, [slow])))
    expect(request.steps[0]).toMatchObject({ state: 'failed', failure: { kind: 'retryable', phase: 'timeout', code: 'STEP_TIMEOUT' } })
  })

  test('conditions skip a step and the request goes on', async () => {
    const document = documentOf(`
      - { id: one, type: first, config: {}, conditions: [{ field: name, operator: eq, value: other }] }
      - { id: two, type: first, config: { text: "{{fields.name}}" } }`)
    const { request } = await carriedOut(await started(engineOf(document, [scripted('first', says('text'))])))
    expect(request.steps.map((step) => step.state)).toEqual(['skipped', 'completed'])
  })

  test('a step whose output is missing fails before any call', async () => {
    let calls = 0
    const document = documentOf(`
      - { id: one, type: first, config: {}, conditions: [{ field: name, operator: eq, value: other }] }
      - { id: two, type: second, config: { seen: "{{output.one.said}}" } }`)
    const { request } = await carriedOut(await started(engineOf(document, [
      scripted('first', says('text')), scripted('second', { run: () => { calls += 1; return succeeded({}) } }),
    ])))
    expect(request.steps[1]).toMatchObject({ state: 'failed', failure: { phase: 'prepare', kind: 'fatal' } })
    expect(calls).toBe(0)
  })
})

describe('what nobody knows', () => {
  test('a lost answer of a creation is reconciled: present is adopted, the effect is made once', async () => {
    let made = 0
    const first = scripted('first', {
      effect: 'create',
      run: () => { made += 1; throw unknownOutcome('LOST', 'the answer was lost') },
      reconcile: async () => ({ kind: 'present', output: { id: 'x1' } }),
    })
    const { request } = await carriedOut(await started(engineOf(oneStep, [first])))
    expect(request.steps[0]).toMatchObject({ state: 'completed', adopted: true, output: { id: 'x1' } })
    expect(made).toBe(1)
  })

  test('absent runs again under the same key', async () => {
    const keys: string[] = []
    const first = scripted('first', {
      effect: 'create',
      run: ({ key }) => {
        keys.push(key)
        if (keys.length === 1) throw unknownOutcome('LOST', 'the answer was lost')
        return succeeded({ said: 'made' })
      },
      reconcile: async () => ({ kind: 'absent' }),
    })
    const { request } = await carriedOut(await started(engineOf(oneStep, [first])))
    expect(request.status.state).toBe('completed')
    expect(keys).toHaveLength(2)
    expect(keys[0]).toBe(keys[1])
  })

  test('unsure stops for a person; a retry must say what became of the effect', async () => {
    let made = 0
    const first = scripted('first', {
      effect: 'create',
      run: () => { made += 1; throw unknownOutcome('LOST', 'the answer was lost') },
      reconcile: async () => ({ kind: 'unsure', why: 'the vendor cannot be asked' }),
    })
    const fixture = await started(engineOf(oneStep, [first]))
    const { request } = await carriedOut(fixture)
    expect(request.status).toMatchObject({ state: 'failed', failure: { needsPerson: ['one'] } })
    const blind = await fixture.orchestrator.retry({ caller: ada, requestId: request.id, reason: '', resolved: [], redo: [] })
    expect(blind).toMatchObject({ kind: 'rejected', rejection: { code: 'UNRESOLVED_EFFECT' } })
    await fixture.orchestrator.retry({ caller: ada, requestId: request.id, reason: 'I looked', resolved: [{ step: 'one', effect: { present: { id: 'x9' } } }], redo: [] })
    const after = await fixture.orchestrator.wait(request.id, root, 3_000)
    expect(after?.request.steps[0]).toMatchObject({ state: 'completed', adopted: true, output: { id: 'x9' } })
    expect(made).toBe(1)
  })

  test('unsure for now is asked again by a timer', async () => {
    let asked = 0
    const first = scripted('first', {
      effect: 'create',
      run: () => { throw unknownOutcome('LOST', 'the answer was lost') },
      reconcile: async () => { asked += 1; return asked < 3 ? { kind: 'unsure', why: 'the index lags', askAgainInMs: 100 } : { kind: 'present', output: {} } },
    })
    const { request } = await carriedOut(await started(engineOf(oneStep, [first])))
    expect(request.status.state).toBe('completed')
    expect(asked).toBe(3)
  })
})

describe('waiting', () => {
  test('a step parks until a time and holds no worker while it does', async () => {
    const first = scripted('first', {
      run: ({ now }) => parked({ until: 'time', at: now() + 150 }),
      resume: async (_, payload) => succeeded({ payload }),
    })
    const fixture = await started(engineOf(oneStep, [first], {}, { workers: 1 }))
    const answer = await fixture.orchestrator.submit({ caller: ada, itemId: 'test-item', fields: { name: 'one' } })
    if (answer.kind !== 'accepted') throw new Error(answer.kind)
    await new Promise((resolve) => { setTimeout(resolve, 60) })
    expect(fixture.orchestrator.health().carried).toBe(0)
    const view = await fixture.orchestrator.wait(answer.request.request.id, root, 3_000)
    expect(view?.request.status.state).toBe('completed')
  })

  const ticket = (observations: { status: string; payload?: Json }[]) => scripted('first', {
    effect: 'create',
    run: () => parked({ until: 'signal', reference: { service: 'jira:main', id: 'OPS-1' }, pollEveryMs: 30, status: 'Open' }),
    observe: async () => observations.length > 1 ? observations.shift() ?? { status: 'Open' } : observations[0] ?? { status: 'Open' },
    resume: async (_, payload) => succeeded({ resolution: payload }),
  })

  test('polls end the wait; those that show nothing new leave no history', async () => {
    const fixture = await started(engineOf(oneStep, [ticket([{ status: 'Open' }, { status: 'Open' }, { status: 'In Progress' }, { status: 'Done', payload: 'fixed' }])]))
    const waiting = await carriedOut(fixture)
    expect(waiting.request.steps[0]).toMatchObject({ state: 'waiting', external: { status: 'Open' } })
    const until = Date.now() + 3_000
    let view = waiting
    while (view.request.status.state === 'in_progress' && Date.now() < until) {
      await new Promise((resolve) => { setTimeout(resolve, 20) })
      view = await fixture.orchestrator.find(waiting.request.id, root) ?? view
    }
    expect(view.request.steps[0]).toMatchObject({ state: 'completed', output: { resolution: 'fixed' }, external: { status: 'In Progress' } })
    const types = (await fixture.ports.requests.history(waiting.request.id)).flatMap((entry) => entry.types)
    expect(types).toEqual([
      'request-accepted', 'step-started', 'step-parked', 'external-status-changed', 'signal-received', 'step-started', 'step-succeeded',
    ])
  })

  test('a live read that shows the end carries the request on; readers at once share one question', async () => {
    let asked = 0
    const first = scripted('first', {
      effect: 'create',
      run: () => parked({ until: 'signal', reference: { service: 'jira:main', id: 'OPS-1' }, pollEveryMs: 60_000 }),
      observe: async () => {
        asked += 1
        await new Promise((resolve) => { setTimeout(resolve, 40) })
        return { status: 'Done', payload: 'fixed' }
      },
      resume: async (_, payload) => succeeded({ resolution: payload }),
    })
    const fixture = await started(engineOf(oneStep, [first]))
    const { request } = await carriedOut(fixture)
    await Promise.all([1, 2, 3].map(() => fixture.orchestrator.findLive(request.id, root)))
    expect(asked).toBe(1)
    expect((await fixture.orchestrator.wait(request.id, root, 3_000))?.request.status.state).toBe('completed')
  })

  test('a live read of an outside that hangs answers with the last known value in time', async () => {
    const first = scripted('first', {
      effect: 'create',
      run: () => parked({ until: 'signal', reference: { service: 'jira:main', id: 'OPS-1' }, status: 'Open' }),
      observe: () => new Promise(() => undefined),
    })
    const fixture = await started(engineOf(oneStep, [first]))
    const { request } = await carriedOut(fixture)
    const before = Date.now()
    const view = await fixture.orchestrator.findLive(request.id, root, 50)
    expect(Date.now() - before).toBeLessThan(1_000)
    expect(view?.request.steps[0]).toMatchObject({ state: 'waiting', external: { status: 'Open' } })
  })
})

describe('owners', () => {
  test('what a dead process left is taken up when its lease runs out, and looked into first', async () => {
    const clock = systemClock()
    const stores = memoryStores(clock)
    const asked: string[] = []
    const hanging = scripted('first', { effect: 'create', run: () => new Promise(() => undefined) })
    // Dead: it renews nothing any more and claims nothing.
    const dead = engineOf(oneStep, [hanging], { ...stores, claims: { ...stores.claims, claimDue: async () => [], claimLost: async () => [], renew: ({ requestIds }) => Promise.resolve(requestIds.map((requestId) => ({ requestId, epoch: 1, version: 0, status: '' }))) }, clock })
    await dead.orchestrator.start()
    const answer = await dead.orchestrator.submit({ caller: ada, itemId: 'test-item', fields: { name: 'one' } })
    if (answer.kind !== 'accepted') throw new Error(answer.kind)
    const alive = await started(engineOf(oneStep, [scripted('first', {
      effect: 'create', run: () => succeeded({}), reconcile: async () => { asked.push('reconcile'); return { kind: 'present', output: { found: true } } },
    })], { ...stores, clock }))
    const view = await alive.orchestrator.wait(answer.request.request.id, root, 4_000)
    await dead.orchestrator.stop({ graceMs: 20 })
    expect(view?.request.steps[0]).toMatchObject({ state: 'completed', adopted: true, output: { found: true } })
    expect(asked).toEqual(['reconcile'])
    const types = (await stores.requests.history(answer.request.request.id)).flatMap((entry) => entry.types)
    expect(types).toContain('step-interrupted')
  })

  test('a stop hands over: the interrupted execution is no failure, another process finishes', async () => {
    const clock = systemClock()
    const stores = memoryStores(clock)
    const hanging = scripted('first', { run: ({ signal }) => new Promise((_, reject) => { signal.addEventListener('abort', () => { reject(new Error('stopped')) }) }) })
    const going = engineOf(oneStep, [hanging], { ...stores, clock })
    await going.orchestrator.start()
    const answer = await going.orchestrator.submit({ caller: ada, itemId: 'test-item', fields: { name: 'one' } })
    if (answer.kind !== 'accepted') throw new Error(answer.kind)
    await going.orchestrator.stop({ graceMs: 100 })
    const coming = await started(engineOf(oneStep, [scripted('first', says('text'))], { ...stores, clock }))
    const view = await coming.orchestrator.wait(answer.request.request.id, root, 3_000)
    // Begun, asked whether it left an effect, run: the interruption is counted as an execution and not as a failure.
    expect(view?.request.steps[0]).toMatchObject({ state: 'completed', executions: 3, failures: 0 })
  })

  test('more requests than places: all are carried out, never more than places at once', async () => {
    let now = 0
    let most = 0
    const first = scripted('first', { run: async () => {
      now += 1
      most = Math.max(most, now)
      await new Promise((resolve) => { setTimeout(resolve, 5) })
      now -= 1
      return succeeded({})
    } })
    const fixture = await started(engineOf(oneStep, [first], {}, { workers: 3 }))
    const views = await Promise.all(Array.from({ length: 20 }, () => carriedOut(fixture)))
    expect(views.every(({ request }) => request.status.state === 'completed')).toBe(true)
    expect(most).toBe(3)
  })

  test('an outage of the store between call and commit loses no outcome', async () => {
    const clock = systemClock()
    const stores = memoryStores(clock)
    let outages = 2
    const requests: RequestStore = {
      ...stores.requests,
      commit: (commit) => {
        outages -= 1
        return outages >= 0 ? Promise.reject(new PaoError('STORE_UNAVAILABLE', 'away', { retryable: true })) : stores.requests.commit(commit)
      },
    }
    let calls = 0
    const first = scripted('first', { run: () => { calls += 1; return succeeded({}) } })
    const { request } = await carriedOut(await started(engineOf(oneStep, [first], { ...stores, requests, clock }, { leaseMs: 5_000 })))
    expect(request.status.state).toBe('completed')
    expect(calls).toBe(1)
  })
})

describe('secrets', () => {
  const canary = 'canary-7f3a-value'

  test('a secret reaches the action in clear and nothing else anywhere', async () => {
    const seen: unknown[] = []
    const first = scripted('first', { secrets: ['TOKEN'], run: async ({ config, log, secret }) => {
      seen.push(config['text'], await secret('TOKEN'))
      log.info(`using ${canary}`, { header: `Bearer ${Buffer.from(canary).toString('base64')}` })
      throw fatal('REFUSED', `the vendor said: bad token ${canary}`, { details: { token: canary } })
    } })
    const document = documentOf('      - { id: one, type: first, config: { text: "{{secrets.TOKEN}}" } }')
    const fixture = await started(engineOf(document, [first], { secrets: memorySecrets({ TOKEN: canary }) }))
    const { request } = await carriedOut(fixture)
    expect(seen).toEqual([canary, canary])
    const { lines } = await fixture.ports.logs.read({ requestId: request.id, limit: 100 })
    const everything = JSON.stringify([request, lines, await fixture.ports.requests.history(request.id)])
    expect(lines).toHaveLength(1)
    expect(everything).not.toContain(canary)
    expect(everything).not.toContain(Buffer.from(canary).toString('base64'))
    expect(everything).toContain('[redacted]')
  })

  test('an action that asks for a secret it did not declare fails', async () => {
    const first = scripted('first', { run: async ({ secret }) => succeeded({ got: await secret('OTHER') }) })
    const { request } = await carriedOut(await started(engineOf(oneStep, [first], { secrets: memorySecrets({ OTHER: canary }) })))
    expect(request.steps[0]).toMatchObject({ state: 'failed', failure: { code: 'SECRET_NOT_DECLARED', kind: 'fatal' } })
  })
})

describe('checkpoints', () => {
  test('work that was done is not repeated by a second execution, also when it gave nothing', async () => {
    const done: string[] = []
    const first = scripted('first', { run: async ({ checkpoint, attempt }) => {
      const a = await checkpoint('a', async () => { done.push('a'); return undefined })
      const b = await checkpoint('b', async () => { done.push('b'); return 0 })
      if (attempt === 1) throw retryable('BUSY', 'not now')
      return succeeded({ a: a === undefined, b })
    } })
    const document = documentOf('      - { id: one, type: first, config: {}, retry: { attempts: 1, delay: 0 } }')
    const { request } = await carriedOut(await started(engineOf(document, [first])))
    expect(request.steps[0]).toMatchObject({ state: 'completed', output: { a: true, b: 0 } })
    expect(done).toEqual(['a', 'b'])
  })

  test('the same name twice in one run is an error', async () => {
    const first = scripted('first', { run: async ({ checkpoint }) => {
      await checkpoint('a', async () => 1)
      await checkpoint('a', async () => 2)
      return succeeded({})
    } })
    const { request } = await carriedOut(await started(engineOf(oneStep, [first])))
    expect(request.steps[0]).toMatchObject({ state: 'failed', failure: { code: 'CHECKPOINT_REPEATED' } })
  })
})
