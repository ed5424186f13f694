import { describe, expect, test } from 'vitest'
import { parked, succeeded } from '../../src/action/outcome.js'
import type { RequestStore } from '../../src/ports/request-store.js'
import { replay } from '../../src/request/replay.js'
import { ada, documentOf, root, scripted } from './engine-fixture.js'
import { applyOutside, away, gate, oneStep, threeSteps } from './fault-fixture.js'
import { LEASE_MS, virtualWorld } from './virtual-engine.js'

describe('a claim that is lost', () => {
  test('what a zombie still does writes nothing: no outcome, no checkpoint, no log line', async () => {
    const world = virtualWorld(oneStep)
    const held = gate<void>()
    const thrown: unknown[] = []
    const zombie = scripted('first', { effect: 'create', run: async ({ checkpoint, log }) => {
      await held.opened
      log.info('from the dead')
      await new Promise<void>((resolve) => { world.clock.schedule(3_000, resolve) })
      await checkpoint('late', async () => 'work').catch((error: unknown) => {
        thrown.push(error)
        throw error
      })
      return succeeded({ by: 'zombie' })
    } })
    const first = await world.engine([zombie], { claims: { ...world.stores.claims, renew: () => Promise.reject(away()), claimLost: () => Promise.reject(away()) } })
    const requestId = await world.submit(first)
    await world.engine([scripted('first', { effect: 'create', run: () => { throw new Error('made already') }, reconcile: async () => ({ kind: 'present', output: { by: 'heir' } }) })])
    const request = await world.reaches(requestId, ['completed'])
    const before = await world.stores.requests.history(requestId)
    held.open()
    await world.clock.advance(10_000)
    expect(request.steps[0]).toMatchObject({ output: { by: 'heir' }, adopted: true })
    expect(thrown).toMatchObject([{ code: 'CLAIM_LOST' }])
    expect(await world.stores.requests.history(requestId)).toEqual(before)
    expect((await world.stores.logs.read({ requestId, limit: 10 })).lines).toEqual([])
    const { iteration, inputHash = '' } = request.steps[0] ?? { iteration: 0 }
    expect(await world.stores.checkpoints.load({ requestId, step: 'one', iteration, inputHash })).toEqual(new Map())
    expect(first.health().carried).toBe(0)
  })

  test('an outcome that comes while another process carries the request is dropped, and so are its log lines', async () => {
    const world = virtualWorld(oneStep)
    const held = gate<void>()
    const deaf = { ...world.stores.claims, renew: () => Promise.reject(away()), claimLost: () => Promise.reject(away()) }
    const first = await world.engine([scripted('first', { run: async ({ log }) => {
      await held.opened
      log.info('from the dead')
      return succeeded({ by: 'zombie' })
    } })], { claims: deaf })
    const requestId = await world.submit(first)
    await world.engine([scripted('first', { run: async () => {
      await new Promise<void>((resolve) => { world.clock.schedule(9_000, resolve) })
      return succeeded({ by: 'heir' })
    } })])
    expect(await world.clock.advanceUntil(async () => (await world.types(requestId)).at(-1) === 'step-started' && (await world.load(requestId)).steps[0]?.executions === 3, 30_000)).toBe(true)
    const before = await world.stores.requests.history(requestId)
    held.open()
    await world.clock.advance(2_000)
    expect(await world.stores.requests.history(requestId)).toEqual(before)
    const request = await world.reaches(requestId, ['completed'])
    expect(request.steps[0]).toMatchObject({ output: { by: 'heir' }, executions: 3, failures: 1 })
    expect((await world.stores.logs.read({ requestId, limit: 10 })).lines).toEqual([])
  })

  test('an acceptance that is answered after the lease starts nothing: somebody else has the request by then', async () => {
    const world = virtualWorld(oneStep)
    let calls = 0
    const create = scripted('first', { effect: 'create', run: () => { calls += 1; return succeeded({}) }, reconcile: async () => ({ kind: calls === 0 ? 'absent' : 'present', output: {} }) })
    const requests: RequestStore = { ...world.stores.requests, submit: async (commit, key) => {
      const answer = await world.stores.requests.submit(commit, key)
      await new Promise<void>((resolve) => { world.clock.schedule(2 * LEASE_MS, resolve) })
      return answer
    } }
    const slow = await world.engine([create], { requests })
    await world.engine([create])
    const requestId = await world.submit(slow)
    await world.reaches(requestId, ['completed'])
    await world.clock.advance(3 * LEASE_MS)
    expect(calls).toBe(1)
  })

  test('a commit that is known to be written only after a takeover starts nothing either', async () => {
    const world = virtualWorld(threeSteps)
    const calls = new Map<string, number>()
    const create = scripted('first', {
      effect: 'create',
      run: ({ key }) => { calls.set(key, (calls.get(key) ?? 0) + 1); return succeeded({}) },
      reconcile: async ({ key }) => calls.has(key) ? { kind: 'present', output: {} } : { kind: 'absent' },
    })
    let outage: 'before' | 'now' | 'over' = 'before'
    const commit: RequestStore['commit'] = async (change) => {
      if (outage === 'over') return world.stores.requests.commit(change)
      if (outage === 'before') await world.stores.requests.commit(change)
      outage = 'now'
      throw away()
    }
    const { claims } = world.stores
    const unlessAway = <Answer>(work: () => Promise<Answer>): Promise<Answer> => outage === 'now' ? Promise.reject(away()) : work()
    const first = await world.engine([create], { requests: { ...world.stores.requests, commit }, claims: {
      ...claims, renew: (options) => unlessAway(() => claims.renew(options)),
      claimDue: (options) => unlessAway(() => claims.claimDue(options)), claimLost: (options) => unlessAway(() => claims.claimLost(options)),
    } })
    // Between a renewal and the next: it is the commit that learns first that the store is back.
    world.clock.schedule(2 * LEASE_MS + 500, () => { outage = 'over' })
    const requestId = await world.submit(first)
    await world.clock.advance(0)
    await world.engine([create])
    await world.reaches(requestId, ['completed'])
    await world.clock.advance(3 * LEASE_MS)
    expect([...calls.values()]).toEqual([1, 1, 1])
  })

  test.each([['written', { kind: 'committed' }], ['refused', { kind: 'claim-lost' }]] as const)('a commit that is answered without the claim (%s) starts nothing, however little time has passed', async (kind, answer) => {
    const world = virtualWorld(threeSteps)
    const calls: string[] = []
    const commit: RequestStore['commit'] = async (change) => {
      if (kind === 'written') await world.stores.requests.commit(change)
      return answer
    }
    const first = await world.engine([scripted('first', { run: ({ key }) => { calls.push(key); return succeeded({}) } })], {
      requests: { ...world.stores.requests, commit }, claims: { ...world.stores.claims, claimDue: async () => [], claimLost: async () => [] },
    })
    const requestId = await world.submit(first)
    await world.clock.advance(2_000)
    expect((await world.types(requestId)).at(-1)).toBe('step-started')
    expect(calls).toHaveLength(1)
    expect(first.health().carried).toBe(0)
  })

  test('an answer that took longer than a lease proves no claim: it is asked again before the call', async () => {
    const world = virtualWorld(oneStep)
    let calls = 0
    const create = scripted('first', { effect: 'create', run: () => { calls += 1; return succeeded({}) }, reconcile: async () => ({ kind: calls === 0 ? 'absent' : 'present', output: {} }) })
    const after = <Answer>(ms: number, answer: Answer): Promise<Answer> => new Promise((resolve) => { world.clock.schedule(ms, () => { resolve(answer) }) })
    const { requests, claims } = world.stores
    let cutOffUntil: number | undefined
    const renew: typeof claims.renew = async (options) => {
      if (cutOffUntil !== undefined && world.clock.now() < cutOffUntil) throw away()
      const first = cutOffUntil === undefined
      cutOffUntil ??= world.clock.now() + 3 * LEASE_MS
      const answer = await claims.renew(options)
      return first ? after(3 * LEASE_MS, answer) : answer
    }
    const slow = await world.engine([create], {
      requests: { ...requests, submit: async (commit, key) => after(1.5 * LEASE_MS, await requests.submit(commit, key)) },
      claims: { ...claims, claimDue: async () => [], claimLost: async () => [], renew },
    })
    const requestId = await world.submit(slow)
    await world.engine([create])
    await world.reaches(requestId, ['completed'])
    await world.clock.advance(8 * LEASE_MS)
    expect(calls).toBe(1)
    expect(slow.health().carried).toBe(0)
  })

  test('stops what still runs: its signal is aborted', async () => {
    const world = virtualWorld(oneStep)
    const held = gate<void>()
    const signals: AbortSignal[] = []
    const first = await world.engine([scripted('first', { run: async ({ signal }) => { signals.push(signal); await held.opened; return succeeded({}) } })], {
      claims: { ...world.stores.claims, renew: async () => [] },
    })
    await world.submit(first)
    await world.clock.advance(LEASE_MS / 2)
    expect(signals.map(({ aborted }) => aborted)).toEqual([true])
    held.open()
    await world.clock.advance(0)
    expect(first.health().carried).toBe(0)
  })
})

describe('events from outside', () => {
  const waits = (held: Promise<unknown>) => scripted('first', {
    effect: 'create',
    run: () => parked({ until: 'signal', reference: { service: 'jira:main', id: 'OPS-1' }, pollEveryMs: 1_000 }),
    observe: async () => ({ status: 'Done', payload: 'fixed' }),
    resume: async (_, payload) => { await held; return succeeded({ payload }) },
  })

  test('a change from outside while a step runs drops no outcome: it is applied to the newer state', async () => {
    const world = virtualWorld(oneStep)
    const held = gate<void>()
    let loads = 0
    // The reload that the conflict makes necessary meets an outage: it is waited for as well.
    const load: RequestStore['load'] = (id) => {
      loads += 1
      return loads === 3 ? Promise.reject(away()) : world.stores.requests.load(id)
    }
    const orchestrator = await world.engine([waits(held.opened)], { requests: { ...world.stores.requests, load } })
    const requestId = await world.submit(orchestrator)
    expect(await world.clock.advanceUntil(async () => (await world.load(requestId)).steps[0]?.state === 'in_progress' && (await world.types(requestId)).includes('signal-received'), 10_000)).toBe(true)
    loads = 2
    await applyOutside(world, requestId, { type: 'external-status-changed', at: world.clock.now(), reference: { service: 'jira:main', id: 'OPS-1' }, status: 'Reopened' })
    held.open()
    const request = await world.reaches(requestId, ['completed'], LEASE_MS / 2)
    expect(loads).toBeGreaterThan(3)
    expect(request.steps[0]).toMatchObject({ output: { payload: 'fixed' }, external: { status: 'Reopened' } })
    const history = await world.stores.requests.history(requestId)
    expect(replay(history.flatMap(({ events }) => events))).toEqual(request)
  })

  test('a live read keeps its own deadline though a more patient poll asks the same already', async () => {
    const world = virtualWorld(oneStep)
    const action = scripted('first', {
      effect: 'create',
      run: () => parked({ until: 'signal', reference: { service: 'jira:main', id: 'OPS-1' }, pollEveryMs: 1_000, status: 'Open' }),
      observe: () => new Promise(() => undefined),
    })
    const orchestrator = await world.engine([action])
    const requestId = await world.submit(orchestrator)
    await world.clock.advanceUntil(() => orchestrator.health().carried === 1 && world.clock.now() > 0, 1)
    await world.clock.advance(2_000)
    expect(orchestrator.health().carried).toBe(1)
    const before = world.clock.now()
    const view = await world.clock.until(orchestrator.findLive(requestId, root, 2_000))
    expect(world.clock.now() - before).toBe(2_000)
    expect(view?.request.steps[0]).toMatchObject({ state: 'waiting', external: { status: 'Open' } })
  })
})

describe('time', () => {
  test('the request\'s deadline passes while a step runs: the step is recorded, nothing after it starts, the request fails', async () => {
    const world = virtualWorld(threeSteps.replace('mode: automatic', 'mode: automatic, timeout: 5'))
    let calls = 0
    const slow = scripted('first', { run: async () => {
      calls += 1
      await new Promise<void>((resolve) => { world.clock.schedule(8_000, resolve) })
      return succeeded({ calls })
    } })
    const orchestrator = await world.engine([slow])
    const requestId = await world.submit(orchestrator)
    const request = await world.reaches(requestId, ['failed'])
    expect(request.status).toMatchObject({ failure: { cause: 'deadline' } })
    expect(request.steps.map(({ state }) => state)).toEqual(['completed', 'pending', 'pending'])
    expect(calls).toBe(1)
    const types = await world.types(requestId)
    expect(types.indexOf('timer-fired')).toBeLessThan(types.indexOf('step-succeeded'))
  })

  test('an execution whose time is over before its call is not called', async () => {
    const world = virtualWorld(documentOf(`
      - { id: one, type: first, config: {} }
      - { id: two, type: second, config: {}, timeout: 5 }`))
    let calls = 0
    let cut = false
    const requests: RequestStore = { ...world.stores.requests, commit: async (change) => {
      if (!cut) {
        cut = true
        world.clock.schedule(20_000, () => { cut = false })
      }
      if (world.clock.now() < opens) throw away()
      return world.stores.requests.commit(change)
    } }
    const opens = world.clock.now() + 7_000
    const orchestrator = await world.engine(
      [scripted('first', { run: () => succeeded({}) }), scripted('second', { effect: 'create', run: () => { calls += 1; return succeeded({}) } })], { requests },
    )
    const requestId = await world.submit(orchestrator)
    const request = await world.reaches(requestId, ['failed'])
    expect(request.steps[1]).toMatchObject({ failure: { kind: 'retryable', code: 'STEP_TIMEOUT' } })
    expect(calls).toBe(0)
  })
})

describe('an outage', () => {
  test('a renewal that is never answered costs no claim', async () => {
    const world = virtualWorld(oneStep)
    let renewals = 0
    const renew: typeof world.stores.claims.renew = (options) => {
      renewals += 1
      return renewals === 1 ? new Promise(() => undefined) : world.stores.claims.renew(options)
    }
    const slow = scripted('first', { run: async () => {
      await new Promise<void>((resolve) => { world.clock.schedule(3 * LEASE_MS, resolve) })
      return succeeded({})
    } })
    const orchestrator = await world.engine([slow], { claims: { ...world.stores.claims, renew } })
    const requestId = await world.submit(orchestrator)
    await world.engine([slow])
    const request = await world.reaches(requestId, ['completed'])
    expect(request.steps[0]).toMatchObject({ executions: 1 })
  })

  test('a look for work that fails is not the last one', async () => {
    const world = virtualWorld(oneStep)
    let outage = true
    const { claims } = world.stores
    const first = scripted('first', { run: () => succeeded({}) })
    await world.engine([first], { claims: { ...claims, claimDue: (options) => outage ? Promise.reject(away()) : claims.claimDue(options) } })
    const elsewhere = await world.engine([first], { claims: { ...claims, claimDue: async () => [], claimLost: async () => [] } })
    await elsewhere.stop({ graceMs: 0 })
    const requestId = await world.submit(elsewhere)
    await world.clock.advance(3_000)
    expect((await world.load(requestId)).status.state).toBe('queued')
    outage = false
    await world.reaches(requestId, ['completed'])
  })

  test('a checkpoint whose first save fails is saved: the work is done once and the step succeeds', async () => {
    const world = virtualWorld(oneStep)
    let failures = 2
    let worked = 0
    const save: typeof world.stores.checkpoints.save = (...given) => {
      failures -= 1
      return failures >= 0 ? Promise.reject(away()) : world.stores.checkpoints.save(...given)
    }
    const action = scripted('first', { effect: 'create', run: async ({ checkpoint }) => succeeded({ id: await checkpoint('make', async () => { worked += 1; return 'x1' }) }) })
    const orchestrator = await world.engine([action], { checkpoints: { ...world.stores.checkpoints, save } })
    const request = await world.reaches(await world.submit(orchestrator), ['completed', 'failed'])
    expect(request.steps[0]).toMatchObject({ state: 'completed', adopted: false, output: { id: 'x1' } })
    expect(worked).toBe(1)
  })

  test('a submission that fails gives its place back', async () => {
    const world = virtualWorld(oneStep)
    let broken = true
    const submit: RequestStore['submit'] = (...given) => broken ? Promise.reject(away()) : world.stores.requests.submit(...given)
    const orchestrator = await world.engine([scripted('first', { run: () => new Promise(() => undefined) })], { requests: { ...world.stores.requests, submit } })
    for (let i = 0; i < 10; i += 1) await expect(orchestrator.submit({ caller: ada, itemId: 'test-item', fields: { name: 'one' } })).rejects.toThrow('away')
    broken = false
    const states = []
    for (let i = 0; i < 4; i += 1) states.push((await world.load(await world.submit(orchestrator))).status.state)
    expect(states).toEqual(['in_progress', 'in_progress', 'in_progress', 'in_progress'])
  })
})
