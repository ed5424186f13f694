import { given } from '@pao/testing'
import { describe, expect, test } from 'vitest'
import { accepted, began, cancel, failed, failure, interrupted, parked, planned, planOf, reconciled, retry, revisionOf, start, succeeded, timer, untilSignal } from './requests.js'

const one = accepted(planOf([planned('create')]))
const three = accepted(planOf([planned('a'), planned('b'), planned('c')]))
const policy = { attempts: 2, delayMs: 1_000, backoff: 'exponential', maxDelayMs: 10_000, on: ['error', 'timeout'] } as const
const withRetry = accepted(planOf([planned('create', { retry: policy })]))

describe('starting', () => {
  test('counts the execution before it runs and says what to run', () => {
    const { step, effects } = given(one).when(began('create')).then()
    expect(step('create')).toEqual({
      id: 'create', iteration: 1, executions: 1, failures: 0, references: [], inputHash: 'input of create', revision: 1,
      state: 'in_progress', execution: 1, mode: 'run', startedAt: start + 1_000, deadline: start + 31_000,
    })
    expect(effects).toEqual([{ type: 'execute-step', step: 'create', iteration: 1, execution: 1, mode: 'run' }, { type: 'wake-at', at: start + 31_000 }])
  })

  test('only the step whose turn it is starts, with the next number and the expected mode', () => {
    given(three).when(began('b')).then()
    given(three, began('a')).when(began('b')).rejected('NOT_IN_THIS_STATE')
    given(three).when(began('nowhere')).rejected('UNKNOWN_STEP')
    given(three).when(began('a', { execution: 2 })).rejected('STALE_EXECUTION')
    given(three).when(began('a', { mode: 'resume' })).rejected('NOT_IN_THIS_STATE')
    given(three).when(began('a', { mode: 'compensate' })).rejected('NOT_IN_THIS_STATE')
    given(accepted(planOf([planned('a'), planned('b', { dependsOn: ['a'] })]))).when(began('b')).rejected('NOT_IN_THIS_STATE')
  })

  test('a step that could not be prepared fails without having run', () => {
    const { step, request } = given(one).when(failed('create', failure('fatal', { phase: 'prepare', code: 'TEMPLATE' }))).then()
    expect(step('create')).toMatchObject({ state: 'failed', executions: 0, failures: 1 })
    expect(request.status.state).toBe('failed')
    given(one).when(failed('create', undefined, { execution: 2 })).rejected('STALE_EXECUTION')
  })

  test('a condition skips', () => {
    const { step, effect } = given(three).when({ type: 'step-skipped', at: start, step: 'a', why: 'condition' }).then()
    expect(step('a')).toMatchObject({ state: 'skipped', why: 'condition' })
    expect(effect('prepare-step')).toEqual({ type: 'prepare-step', step: 'b', mode: 'run' })
    given(three).when({ type: 'step-skipped', at: start, step: 'a', why: 'fallback-not-needed' }).rejected('NOT_IN_THIS_STATE')
    given(three).when({ type: 'step-skipped', at: start, step: 'nowhere', why: 'condition' }).rejected('UNKNOWN_STEP')
    given(three, began('a')).when({ type: 'step-skipped', at: start, step: 'a', why: 'condition' }).rejected('NOT_IN_THIS_STATE')
  })
})

describe('success', () => {
  test('keeps the output, notes the effect and goes on with the next step', () => {
    const { request, step, effects } = given(three, began('a')).when(succeeded('a', { id: 7 })).then()
    expect(step('a')).toMatchObject({ state: 'completed', output: { id: 7 }, adopted: false, endedAt: start + 2_000 })
    expect(request.ledger).toEqual([{ step: 'a', iteration: 1 }])
    expect(effects).toEqual([{ type: 'prepare-step', step: 'b', mode: 'run' }, { type: 'wake-at', at: start + 2_000 }])
  })

  test('of the last step completes the request, uses the quota and tells people', () => {
    const quota = [{ team: 'payments', resource: 'db', environment: 'dev', amount: 1 }]
    const { request, effects } = given(accepted(planOf([planned('create')], { quota })), began('create')).when(succeeded('create')).then()
    expect(request.status).toEqual({ state: 'completed', at: start + 2_000 })
    expect(effects).toEqual([
      { type: 'use-quota', claims: quota }, { type: 'notify', notice: 'success' }, { type: 'notify', notice: 'post-fulfillment' },
      { type: 'wake-at', at: undefined }, { type: 'release-claim' },
    ])
  })

  test('a step without effects leaves no trace in the ledger', () => {
    const reading = accepted(planOf([planned('read', { effect: 'none' })]))
    expect(given(reading, began('read')).when(succeeded('read')).then().request.ledger).toEqual([])
  })

  test('of an execution that does not run is refused', () => {
    given(one).when(succeeded('create')).rejected('STALE_EXECUTION')
    given(one, began('create')).when(succeeded('create', null, { execution: 2 })).rejected('STALE_EXECUTION')
    given(one, began('create')).when(succeeded('nowhere')).rejected('UNKNOWN_STEP')
    given(one, began('create'), interrupted('create', 'owner-lost')).when(succeeded('create')).rejected('STALE_EXECUTION')
  })
})

describe('failure', () => {
  test('fatal: the step fails, the steps behind it stay pending, the request fails', () => {
    const { request, step, names } = given(three, began('a')).when(failed('a')).then()
    expect(step('a')).toMatchObject({ state: 'failed', tolerated: false })
    expect(step('b').state).toBe('pending')
    expect(request.status).toEqual({ state: 'failed', failure: { at: start + 2_000, steps: ['a'], cause: 'step', needsPerson: [] } })
    expect(names).toEqual(['notify', 'wake-at', 'release-claim'])
  })

  test('retryable without a retry block is final', () => {
    expect(given(one, began('create')).when(failed('create', failure('retryable'))).then().step('create').state).toBe('failed')
  })

  test('retryable is tried again as often as retry.attempts says, later and later', () => {
    const first = given(withRetry, began('create')).when(failed('create', failure('retryable'))).then()
    expect(first.step('create')).toMatchObject({ state: 'retrying', dueAt: start + 3_000, mode: 'run', failures: 1 })
    expect(first.effects).toEqual([{ type: 'wake-at', at: start + 3_000 }, { type: 'release-claim' }])
    const again = [timer(start + 3_000), began('create', { at: start + 3_000, execution: 2 })]
    const history = [withRetry, began('create'), failed('create', failure('retryable')), ...again]
    const second = given(...history).when(failed('create', failure('retryable'), { at: start + 4_000, execution: 2 })).then()
    expect(second.step('create')).toMatchObject({ state: 'retrying', dueAt: start + 6_000, executions: 2, failures: 2 })
    const third = given(...history, failed('create', failure('retryable'), { at: start + 4_000, execution: 2 }), began('create', { at: start + 6_000, execution: 3 }))
      .when(failed('create', failure('retryable'), { at: start + 7_000, execution: 3 })).then()
    expect(third.step('create')).toMatchObject({ state: 'failed', executions: 3, failures: 3 })
  })

  test('a retry does not start before it is due', () => {
    given(withRetry, began('create'), failed('create', failure('retryable'))).when(began('create', { at: start + 2_999, execution: 2 })).rejected('NOT_IN_THIS_STATE')
  })

  test('a second rendering must give the recorded input', () => {
    given(withRetry, began('create'), failed('create', failure('retryable'))).when(began('create', { at: start + 3_000, execution: 2, inputHash: 'another' })).rejected('NOT_IN_THIS_STATE')
  })

  test('continue tolerates, but never an effect that nobody knows', () => {
    const tolerant = accepted(planOf([planned('a', { onFailure: 'continue' }), planned('b')]))
    const { step, effect } = given(tolerant, began('a')).when(failed('a')).then()
    expect(step('a')).toMatchObject({ state: 'failed', tolerated: true })
    expect(effect('prepare-step')?.step).toBe('b')
    const history = [tolerant, began('a'), failed('a', failure('unknown')), began('a', { at: start + 60_000, execution: 2, mode: 'reconcile' })]
    const unsure = given(...history).when(reconciled('a', { unsure: 'no search' })).then()
    expect(unsure.request.status).toMatchObject({ state: 'failed', failure: { needsPerson: ['a'] } })
  })
})

describe('fallback', () => {
  const plan = planOf([planned('main', { onFailure: { fallback: 'spare' } }), planned('spare'), planned('after', { dependsOn: ['main'] })])

  test('runs when its primary failed, and what depends on the primary waits for it', () => {
    const failing = given(accepted(plan), began('main')).when(failed('main')).then()
    expect(failing.step('main')).toMatchObject({ tolerated: true })
    expect(failing.effect('prepare-step')).toEqual({ type: 'prepare-step', step: 'spare', mode: 'run' })
    given(accepted(plan), began('main'), failed('main')).when(began('after')).rejected('NOT_IN_THIS_STATE')
    expect(given(accepted(plan), began('main'), failed('main'), began('spare')).when(succeeded('spare')).then().effect('prepare-step')?.step).toBe('after')
  })

  test('is skipped when its primary ended well, and cannot run', () => {
    const done = [accepted(plan), began('main'), succeeded('main')]
    given(...done).when(began('spare')).rejected('NOT_IN_THIS_STATE')
    expect(given(...done).when({ type: 'step-skipped', at: start, step: 'spare', why: 'fallback-not-needed' }).then().step('spare')).toMatchObject({ state: 'skipped', why: 'fallback-not-needed' })
    given(...done).when({ type: 'step-skipped', at: start, step: 'spare', why: 'condition' }).rejected('NOT_IN_THIS_STATE')
  })

  test('waits until its primary has ended, also where there is a free place', () => {
    const wide = accepted(planOf(plan.steps, { limit: 2 }))
    expect(given(wide).when(began('main')).then().effect('prepare-step')).toBeUndefined()
    given(wide, began('main')).when(began('spare')).rejected('NOT_IN_THIS_STATE')
  })

  test('may name its primary as a dependency', () => {
    const linked = accepted(planOf([planned('main', { onFailure: { fallback: 'spare' } }), planned('spare', { dependsOn: ['main'] })]))
    expect(given(linked, began('main')).when(failed('main')).then().effect('prepare-step')?.step).toBe('spare')
  })

  test('that fails too fails the request', () => {
    expect(given(accepted(plan), began('main'), failed('main'), began('spare')).when(failed('spare')).then().request.status).toMatchObject({ state: 'failed', failure: { steps: ['spare'] } })
  })
})

describe('lost answers', () => {
  const lost = [one, began('create'), failed('create', failure('unknown'))]
  const asking = began('create', { at: start + 60_000, execution: 2, mode: 'reconcile' })

  test('of a create are looked into, without any retry block', () => {
    const { step } = given(one, began('create')).when(failed('create', failure('unknown'))).then()
    expect(step('create')).toMatchObject({ state: 'retrying', mode: 'reconcile', dueAt: start + 3_000, failures: 1 })
    given(...lost).when(began('create', { at: start + 60_000, execution: 2 })).rejected('NOT_IN_THIS_STATE')
  })

  test.each(['none', 'idempotent'] as const)('of effect %s are asked again', (effect) => {
    const { step } = given(accepted(planOf([planned('put', { effect })])), began('put')).when(failed('put', failure('unknown'))).then()
    expect(step('put')).toMatchObject({ state: 'retrying', mode: 'run' })
  })

  test('of an effect that the config decides are looked into: it may be a creation', () => {
    const plan = accepted(planOf([planned('call', { effect: 'by-config' })]))
    expect(given(plan, began('call')).when(failed('call', failure('unknown'))).then().step('call')).toMatchObject({ state: 'retrying', mode: 'reconcile' })
    expect(given(plan, began('call')).when(interrupted('call', 'owner-lost')).then().step('call')).toMatchObject({ state: 'retrying', mode: 'reconcile' })
  })

  test('present: the effect is adopted', () => {
    const { step, request } = given(...lost, asking).when(reconciled('create', { present: { id: 9 } })).then()
    expect(step('create')).toMatchObject({ state: 'completed', output: { id: 9 }, adopted: true })
    expect(request).toMatchObject({ status: { state: 'completed' }, ledger: [{ step: 'create', iteration: 1 }] })
  })

  test('absent: it runs again at once under the same iteration', () => {
    const { step, effect } = given(...lost, asking).when(reconciled('create', 'absent')).then()
    expect(step('create')).toMatchObject({ state: 'retrying', mode: 'run', dueAt: start + 60_000 })
    expect(effect('prepare-step')).toEqual({ type: 'prepare-step', step: 'create', mode: 'run' })
    const { effect: executed } = given(...lost, asking, reconciled('create', 'absent')).when(began('create', { at: start + 60_000, execution: 3 })).then()
    expect(executed('execute-step')).toMatchObject({ iteration: 1, execution: 3, mode: 'run' })
  })

  test('repeatable: it runs again as well, and what it may have left stays uncertain until the run begins', () => {
    const { step, effect } = given(...lost, asking).when(reconciled('create', 'repeatable')).then()
    expect(step('create')).toMatchObject({ state: 'retrying', mode: 'run', dueAt: start + 60_000, uncertainSince: start + 2_000 })
    expect(effect('prepare-step')).toEqual({ type: 'prepare-step', step: 'create', mode: 'run' })
    expect(given(...lost, asking).when(reconciled('create', 'absent')).then().step('create')).not.toHaveProperty('uncertainSince')
  })

  test('parked: it exists and is awaited', () => {
    const { step, effect } = given(...lost, asking).when(reconciled('create', { parked: untilSignal() })).then()
    expect(step('create')).toMatchObject({ state: 'waiting', mode: 'resume', references: [{ id: 'OPS-1' }] })
    expect(effect('expect-signal')).toMatchObject({ step: 'create', reference: { id: 'OPS-1' } })
  })

  test('unsure with a time: asked again then', () => {
    const { step, effects } = given(...lost, asking).when(reconciled('create', { unsure: 'the index lags', askAgainAt: start + 90_000 })).then()
    expect(step('create')).toMatchObject({ state: 'retrying', mode: 'reconcile', dueAt: start + 90_000, failures: 1 })
    expect(effects).toEqual([{ type: 'wake-at', at: start + 90_000 }, { type: 'release-claim' }])
  })

  test('unsure with a time that is now, or past: asked again after a pause', () => {
    for (const askAgainAt of [0, start + 60_000]) {
      expect(given(...lost, asking).when(reconciled('create', { unsure: 'the index lags', askAgainAt })).then().step('create')).toMatchObject({ dueAt: start + 60_100 })
    }
  })

  test('unsure without: a person must say', () => {
    const { step, request } = given(...lost, asking).when(reconciled('create', { unsure: 'no search' })).then()
    expect(step('create')).toMatchObject({ state: 'failed', failure: { kind: 'unknown', code: 'EFFECT_UNSURE', message: 'no search' } })
    expect(request.status).toMatchObject({ state: 'failed', failure: { needsPerson: ['create'] } })
  })

  test('a reconcile that fails is repeated, and one that fails for good leaves the effect unknown', () => {
    expect(given(...lost, asking).when(failed('create', failure('retryable', { phase: 'reconcile' }), { at: start + 61_000, execution: 2 })).then().step('create')).toMatchObject({ state: 'retrying', mode: 'reconcile', failures: 2 })
    const fatal = given(...lost, asking).when(failed('create', failure('fatal', { phase: 'reconcile' }), { at: start + 61_000, execution: 2 })).then()
    expect(fatal.request.status).toMatchObject({ state: 'failed', failure: { needsPerson: ['create'] } })
  })

  test('the time of the lost answer is kept until it runs again', () => {
    const since = start + 2_000
    expect(given(one, began('create')).when(failed('create', failure('unknown'))).then().step('create').uncertainSince).toBe(since)
    const again = [...lost, asking, reconciled('create', { unsure: 'the index lags', askAgainAt: start + 90_000 })]
    expect(given(...lost, asking).when(interrupted('create', 'owner-lost', { at: start + 70_000, execution: 2 })).then().step('create').uncertainSince).toBe(since)
    expect(given(...again).when(began('create', { at: start + 90_000, execution: 3, mode: 'reconcile' })).then().step('create').uncertainSince).toBe(since)
    expect(given(...lost, asking, reconciled('create', 'absent')).when(began('create', { at: start + 60_000, execution: 3 })).then().step('create')).not.toHaveProperty('uncertainSince')
  })

  test('an answer of another kind is no answer', () => {
    given(...lost, asking).when(succeeded('create', null, { execution: 2 })).rejected('NOT_IN_THIS_STATE')
    given(...lost, asking).when(parked('create', untilSignal(), { execution: 2 })).rejected('NOT_IN_THIS_STATE')
    given(one, began('create')).when(reconciled('create', 'absent', { execution: 1 })).rejected('NOT_IN_THIS_STATE')
    given(one, began('create')).when({ type: 'step-compensated', at: start, step: 'create', execution: 1 }).rejected('NOT_IN_THIS_STATE')
  })

  test('lost, absent, lost, absent … ends', () => {
    const history = [one]
    let execution = 1
    for (let round = 1; round <= 6; round += 1) {
      const at = start + round * 200_000
      history.push(began('create', { at, execution }), failed('create', failure('unknown'), { at, execution }))
      history.push(began('create', { at: at + 100_000, execution: execution + 1, mode: 'reconcile' }))
      if (round < 6) history.push(reconciled('create', 'absent', { at: at + 100_000, execution: execution + 1 }))
      execution += 2
    }
    const { step, request } = given(...history).when(reconciled('create', 'absent', { at: start + 1_300_000, execution: 12 })).then()
    expect(step('create')).toMatchObject({ state: 'failed', failure: { code: 'RECOVERY_EXHAUSTED', kind: 'retryable' } })
    expect(request.status).toMatchObject({ state: 'failed', failure: { needsPerson: [] } })
  })
})

describe('interruptions', () => {
  test('a lost owner counts and is looked into at once', () => {
    const { step, effect } = given(one, began('create')).when(interrupted('create', 'owner-lost')).then()
    expect(step('create')).toMatchObject({ state: 'retrying', mode: 'reconcile', failures: 1, dueAt: start + 2_000, failure: { code: 'OWNER_LOST', kind: 'unknown' } })
    expect(effect('prepare-step')).toEqual({ type: 'prepare-step', step: 'create', mode: 'reconcile' })
  })

  test.each(['none', 'idempotent'] as const)('a lost owner of effect %s runs it again', (effect) => {
    const { step } = given(accepted(planOf([planned('put', { effect })])), began('put')).when(interrupted('put', 'owner-lost')).then()
    expect(step('put')).toMatchObject({ state: 'retrying', mode: 'run', failures: 1 })
  })

  test('a shutdown does not count, and the process that goes away starts nothing', () => {
    const { step, effects } = given(one, began('create')).when(interrupted('create', 'shutdown')).then()
    expect(step('create')).toMatchObject({ state: 'retrying', mode: 'reconcile', failures: 0, dueAt: start + 2_000 })
    expect(effects).toEqual([{ type: 'wake-at', at: start + 2_000 }, { type: 'release-claim' }])
  })

  test('a step that takes its owner down each time fails in the end', () => {
    const put = accepted(planOf([planned('put', { effect: 'idempotent' })]))
    const crashes = [1, 2, 3, 4, 5].flatMap((execution) => [began('put', { execution }), interrupted('put', 'owner-lost', { at: start + 1_000, execution })])
    const { step, request } = given(put, ...crashes, began('put', { execution: 6 })).when(interrupted('put', 'owner-lost', { execution: 6 })).then()
    expect(step('put')).toMatchObject({ state: 'failed', failure: { code: 'OWNER_LOST' } })
    expect(request.status.state).toBe('failed')
  })
})

describe('several steps at once', () => {
  const wide = accepted(planOf([planned('a'), planned('b'), planned('c')], { limit: 2 }))

  test('start in order up to the limit', () => {
    expect(given(wide).when(began('a')).then().effect('prepare-step')?.step).toBe('b')
    const full = given(wide, began('a')).when(began('b')).then()
    expect(full.names).toEqual(['execute-step', 'wake-at'])
    given(wide, began('a'), began('b')).when(began('c')).rejected('NOT_IN_THIS_STATE')
    expect(given(wide, began('a'), began('b')).when(succeeded('a')).then().effect('prepare-step')?.step).toBe('c')
  })

  test('a parked step keeps its place: 1 means one after the other', () => {
    expect(given(three, began('a')).when(parked('a')).then().effect('prepare-step')).toBeUndefined()
    given(three, began('a'), parked('a')).when(began('b')).rejected('NOT_IN_THIS_STATE')
  })

  test('retries share the places too, when an edited plan has fewer', () => {
    const steps = [planned('a', { retry: policy }), planned('b', { retry: policy }), planned('c')]
    const narrow = { ...revisionOf(planOf(steps, { limit: 1 })), number: 2 }
    const history = [accepted(planOf(steps, { limit: 3 })), began('a'), began('b'), began('c'), failed('a', failure('retryable')), failed('b', failure('retryable')), failed('c'),
      retry({ revision: narrow }), { type: 'request-started', at: start + 600_000 } as const]
    const { names, effects } = given(...history).when(began('a', { at: start + 600_000, execution: 2 })).then()
    expect(names).toEqual(['execute-step', 'wake-at'])
    expect(effects).toContainEqual({ type: 'wake-at', at: start + 630_000 })
    given(...history, began('a', { at: start + 600_000, execution: 2 })).when(began('b', { at: start + 600_000, execution: 2 })).rejected('NOT_IN_THIS_STATE')
  })

  test('after a failure siblings finish and are recorded, nothing new starts', () => {
    const settling = given(wide, began('a'), began('b')).when(failed('a')).then()
    expect(settling.request.status).toMatchObject({ state: 'in_progress', course: 'settling', failure: { steps: ['a'] } })
    expect(settling.names).toEqual(['wake-at'])
    const ended = given(wide, began('a'), began('b'), failed('a')).when(succeeded('b')).then()
    expect(ended.step('b').state).toBe('completed')
    expect(ended.step('c').state).toBe('pending')
    expect(ended.request.status.state).toBe('failed')
    const both = given(wide, began('a'), began('b'), failed('a')).when(failed('b')).then()
    expect(both.request.status).toMatchObject({ failure: { steps: ['a', 'b'] } })
  })

  test('parked siblings stay parked over a failure', () => {
    const { request, step } = given(wide, began('a'), parked('a'), began('b')).when(failed('b')).then()
    expect(request.status.state).toBe('failed')
    expect(step('a').state).toBe('waiting')
    const again = given(wide, began('a'), parked('a'), began('b'), failed('b'), retry()).when({ type: 'request-started', at: start + 600_000 }).then()
    expect(again.effect('prepare-step')?.step).toBe('b')
  })
})

test('cancelling without compensation looks into nothing', () => {
  const wide = accepted(planOf([planned('a'), planned('b')], { limit: 2 }))
  const { request, names } = given(wide, began('a'), began('b'), cancel()).when(interrupted('a', 'cancel')).then()
  expect(request.status.state).toBe('cancelling')
  expect(names).toEqual(['wake-at'])
  given(wide, began('a'), began('b'), cancel(), interrupted('a', 'cancel')).when(began('a', { execution: 2, mode: 'reconcile', at: start + 3_000 })).rejected('NOT_IN_THIS_STATE')
})

test('cancelling interrupts what runs and ends when it has ended', () => {
  const { request, effects } = given(one, began('create')).when(cancel()).then()
  expect(request.status).toMatchObject({ state: 'cancelling', course: 'settling', compensate: false, then: 'cancelled' })
  expect(effects).toContainEqual({ type: 'interrupt-step', step: 'create', why: 'cancel' })
  const ended = given(one, began('create'), cancel()).when(interrupted('create', 'cancel')).then()
  expect(ended.request.status.state).toBe('cancelled')
  expect(ended.step('create')).toMatchObject({ state: 'failed', failure: { kind: 'unknown', code: 'INTERRUPTED' }, failures: 0 })
})
