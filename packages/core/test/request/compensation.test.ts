import { given } from '@pao/testing'
import { describe, expect, test } from 'vitest'
import type { RequestEvent } from '../../src/request/request-event.js'
import { abort, accepted, began, cancel, failed, failure, interrupted, parked, planned, planOf, retry, start, succeeded, timer, untilSignal } from './requests.js'

const plan = (more = {}) => planOf([planned('a'), planned('b'), planned('read', { effect: 'none' }), planned('c', { retry: { attempts: 1, delayMs: 1_000, backoff: 'linear', maxDelayMs: 1_000, on: ['error'] } }), planned('d')], more)
const done = (...ids: readonly string[]): readonly RequestEvent[] => ids.flatMap((id) => [began(id), succeeded(id)])
const back = (step: string, execution = 2, at = start + 10_000): RequestEvent => began(step, { at, execution, mode: 'compensate' })
const undone = (step: string, execution = 2): RequestEvent => ({ type: 'step-compensated', at: start + 11_000, step, execution })
const goingBack = [accepted(plan({ onFailure: 'compensate' })), ...done('a', 'b', 'read', 'c'), began('d')]

describe('a plan that takes effects back when it fails', () => {
  test('walks the ledger backwards, one effect at a time', () => {
    const failing = given(...goingBack).when(failed('d')).then()
    expect(failing.request.status).toMatchObject({ state: 'in_progress', course: 'backward', failure: { steps: ['d'] } })
    expect(failing.effect('prepare-step')).toEqual({ type: 'prepare-step', step: 'c', mode: 'compensate' })
    given(...goingBack, failed('d')).when(back('b')).rejected('NOT_IN_THIS_STATE')
    const first = given(...goingBack, failed('d')).when(back('c')).then()
    expect(first.step('c')).toMatchObject({ state: 'compensating', output: { of: 'c' }, executions: 2 })
    expect(first.effect('execute-step')).toEqual({ type: 'execute-step', step: 'c', iteration: 1, execution: 2, mode: 'compensate', payload: { of: 'c' } })
    const next = given(...goingBack, failed('d'), back('c')).when(undone('c')).then()
    expect(next.step('c')).toMatchObject({ state: 'compensated', output: { of: 'c' } })
    expect(next.effect('prepare-step')?.step).toBe('b')
    const last = given(...goingBack, failed('d'), back('c'), undone('c'), back('b'), undone('b'), back('a')).when(undone('a')).then()
    expect(last.request.status).toMatchObject({ state: 'failed', failure: { steps: ['d'], cause: 'step' } })
  })

  test('a step without effect, or that cannot take it back, is passed over', () => {
    const keeps = accepted(planOf([planned('a', { compensable: false }), planned('b')], { onFailure: 'compensate' }))
    expect(given(keeps, ...done('a'), began('b')).when(failed('b')).then().request.status.state).toBe('failed')
  })

  test('nothing is taken back while nobody knows what a step did', () => {
    const history = [...goingBack, failed('d', failure('unknown')), began('d', { at: start + 60_000, execution: 2, mode: 'reconcile' })]
    const { request } = given(...history).when({ type: 'step-reconciled', at: start + 60_000, step: 'd', execution: 2, verdict: { unsure: 'no search' } }).then()
    expect(request.status).toMatchObject({ state: 'failed', failure: { needsPerson: ['d'] } })
  })

  test('after it, a retry does everything anew in the next iteration', () => {
    const history = [...goingBack, failed('d'), back('c'), undone('c'), back('b'), undone('b'), back('a'), undone('a')]
    const { request } = given(...history).when(retry()).then()
    expect(request.steps.map(({ id, iteration, state }) => [id, iteration, state])).toEqual([['a', 2, 'pending'], ['b', 2, 'pending'], ['read', 1, 'completed'], ['c', 2, 'pending'], ['d', 1, 'pending']])
    expect(request.superseded.map(({ id, state }) => [id, state])).toEqual([['a', 'compensated'], ['b', 'compensated'], ['c', 'compensated']])
  })

  test('and what failed after it, and is known to be absent, may read what they give now: it is done anew too', () => {
    const retried = [...goingBack, failed('d'), back('c'), undone('c'), back('b'), undone('b'), back('a'), undone('a'), retry(), { type: 'request-started', at: start + 15_000 }] as const
    const remade = (['a', 'b', 'c'] as const).flatMap((id): RequestEvent[] => [began(id, { at: start + 20_000, execution: 1 }), succeeded(id)])
    const other = began('d', { at: start + 30_000, execution: 1, inputHash: 'of what they gave the second time' })
    expect(given(...retried, ...remade).when(other).then().step('d')).toMatchObject({ state: 'in_progress', iteration: 2, executions: 1 })
    expect(given(...retried, ...remade).when(began('d', { at: start + 30_000, execution: 2 })).then().step('d')).toMatchObject({ iteration: 1, executions: 2 })
    const kept = [accepted(plan()), ...done('a', 'b', 'read', 'c'), began('d'), failed('d'), retry(), { type: 'request-started', at: start + 15_000 }] as const
    given(...kept).when(began('d', { at: start + 30_000, execution: 1, inputHash: 'another' })).rejected('NOT_IN_THIS_STATE')
  })

  test('what is known to exist is not made again with another input, unless a person says so', () => {
    const lasting = accepted(planOf([planned('a'), planned('b', { compensable: false })], { onFailure: 'compensate' }))
    const failedTicket = [lasting, ...done('a'), began('b'), parked('b', untilSignal({ until: start + 5_000 })), timer(start + 5_000), back('a'), undone('a')]
    const again = (...redo: readonly string[]) => given(...failedTicket, retry({ redo }), { type: 'request-started', at: start + 15_000 }, began('a', { at: start + 20_000, execution: 1 }), succeeded('a'))
    again().when(began('b', { at: start + 30_000, execution: 1, inputHash: 'other' })).rejected('NOT_IN_THIS_STATE')
    expect(again('b').when(began('b', { at: start + 30_000, execution: 1, inputHash: 'other' })).then().step('b')).toMatchObject({ iteration: 2 })
  })

  test('what is parked is taken back too', () => {
    const wide = accepted(planOf([planned('a'), planned('b')], { limit: 2, onFailure: 'compensate' }))
    const history = [wide, began('a'), parked('a'), began('b'), failed('b')]
    const { step } = given(...history).when(back('a')).then()
    expect(step('a').state).toBe('compensating')
    expect(step('a')).not.toHaveProperty('output')
    expect(given(...history, back('a')).when(undone('a')).then().step('a')).toMatchObject({ state: 'compensated' })
  })

  test('a cancel on the way does not stop it', () => {
    const { request, effects } = given(...goingBack, failed('d'), back('c')).when(cancel(false)).then()
    expect(request.status).toMatchObject({ state: 'cancelling', course: 'backward', compensate: true, then: 'cancelled' })
    expect(effects.map(({ type }) => type)).not.toContain('interrupt-step')
    const rest = [back('b'), undone('b'), back('a')]
    expect(given(...goingBack, failed('d'), back('c'), cancel(false), undone('c'), ...rest).when(undone('a')).then().request.status.state).toBe('cancelled')
  })
})

describe('a compensation that does not work', () => {
  const running = [...goingBack, failed('d'), back('c')]
  const broken = (kind: 'retryable' | 'fatal' | 'unknown', execution = 2, at = start + 12_000): RequestEvent => failed('c', failure(kind, { phase: 'compensate' }), { execution, at })

  test('for good: the effect and all that were made before it stay, and the request fails', () => {
    const { request, step } = given(...running).when(broken('fatal')).then()
    expect(step('c')).toMatchObject({ state: 'completed', output: { of: 'c' }, undo: { kind: 'fatal' } })
    expect(step('b').state).toBe('completed')
    expect(request.status).toMatchObject({ state: 'failed', failure: { cause: 'compensation', steps: ['d', 'c'] } })
  })

  test('can be asked for again', () => {
    const { effect } = given(...running, broken('fatal')).when(abort(true)).then()
    expect(effect('prepare-step')).toEqual({ type: 'prepare-step', step: 'c', mode: 'compensate' })
  })

  test('for now: it is begun again, as often as the step itself would be', () => {
    const paused = given(...running).when(broken('retryable')).then()
    expect(paused.step('c')).toMatchObject({ state: 'compensating', dueAt: start + 13_000, failures: 1 })
    expect(paused.effects).toEqual([{ type: 'wake-at', at: start + 13_000 }, { type: 'release-claim' }])
    given(...running, broken('retryable')).when(back('c', 3, start + 12_500)).rejected('NOT_IN_THIS_STATE')
    expect(given(...running, broken('retryable')).when(timer(start + 13_000)).then().effect('prepare-step')?.mode).toBe('compensate')
    const again = given(...running, broken('retryable'), back('c', 3, start + 13_000)).when(broken('retryable', 3, start + 14_000)).then()
    expect(again.request.status.state).toBe('failed')
  })

  test('what the step itself has failed before does not count', () => {
    const stumbled = [accepted(plan({ onFailure: 'compensate' })), ...done('a', 'b', 'read'), began('c'), failed('c', failure('retryable')), began('c', { at: start + 3_000, execution: 2 }), succeeded('c', null, { execution: 2 }), began('d'), failed('d'), back('c', 3)]
    expect(given(...stumbled).when(broken('retryable', 3)).then().step('c')).toMatchObject({ state: 'compensating', failures: 1 })
  })

  test('a lost answer is begun again: taking back twice is taking back once', () => {
    expect(given(...running).when(broken('unknown')).then().step('c')).toMatchObject({ state: 'compensating', dueAt: start + 13_000 })
  })

  test('interrupted: it is begun again at once, and only a lost owner counts', () => {
    expect(given(...running).when(interrupted('c', 'owner-lost', { execution: 2 })).then().step('c')).toMatchObject({ state: 'compensating', dueAt: start + 2_000, failures: 1 })
    const { step, names } = given(...running).when(interrupted('c', 'shutdown', { execution: 2 })).then()
    expect(step('c')).toMatchObject({ failures: 0 })
    expect(names).toEqual(['wake-at', 'release-claim'])
  })

  test('that takes its owner down each time ends, and the effect stays', () => {
    const history = [...running]
    for (let execution = 2; execution <= 6; execution += 1) {
      history.push(interrupted('c', 'owner-lost', { at: start + execution * 10_000, execution }), back('c', execution + 1, start + execution * 10_000))
    }
    const { step, request } = given(...history).when(interrupted('c', 'owner-lost', { at: start + 70_000, execution: 7 })).then()
    expect(request.status).toMatchObject({ state: 'failed', failure: { cause: 'compensation' } })
    expect(step('c')).toMatchObject({ state: 'completed', undo: { code: 'OWNER_LOST' } })
  })

  test('a service that cannot be asked makes it wait', () => {
    const park = parked('c', { kind: 'service', service: 'aws', why: 'rate-limit', until: start + 40_000 }, { execution: 2 })
    expect(given(...running).when(park).then().step('c')).toMatchObject({ state: 'compensating', dueAt: start + 40_000 })
    given(...running).when(parked('c', undefined, { execution: 2 })).rejected('NOT_IN_THIS_STATE')
    given(...running).when(succeeded('c', null, { execution: 2 })).rejected('NOT_IN_THIS_STATE')
  })

  test('that cannot be prepared fails without having run', () => {
    const { request, step } = given(...goingBack, failed('d')).when(broken('fatal')).then()
    expect(request.status).toMatchObject({ state: 'failed', failure: { cause: 'compensation' } })
    expect(step('c')).toMatchObject({ state: 'completed', executions: 1, undo: { kind: 'fatal' } })
  })
})

test('earlier iterations are taken back as well, the last made first', () => {
  const redone = [accepted(planOf([planned('a'), planned('b')])), ...done('a'), began('b'), failed('b'), retry({ redo: ['a'] }), { type: 'request-started', at: start + 600_000 } as const,
    began('a', { at: start + 600_000 }), succeeded('a', { of: 'second a' }), began('b', { at: start + 600_000, execution: 2 }), failed('b', undefined, { execution: 2 }), abort(true)]
  const first = given(...redone).when(back('a')).then()
  expect(first.effect('execute-step')).toMatchObject({ step: 'a', iteration: 2, mode: 'compensate' })
  expect(given(...redone, back('a')).when(undone('a')).then().request.status.state).toBe('cancelling')
  const second = given(...redone, back('a'), undone('a')).when(back('a')).then()
  expect(second.effect('execute-step')).toMatchObject({ step: 'a', iteration: 1, mode: 'compensate' })
  const { request } = given(...redone, back('a'), undone('a'), back('a')).when(undone('a')).then()
  expect(request.status.state).toBe('aborted')
  expect(request.superseded).toMatchObject([{ id: 'a', iteration: 1, state: 'compensated', output: { of: 'a' } }])
})
