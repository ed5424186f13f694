import { given } from '@pao/testing'
import { describe, expect, test } from 'vitest'
import type { RequestEvent } from '../../src/request/request-event.js'
import { abort, accepted, approve, because, began, cancel, failed, failure, interrupted, parked, planned, planOf, reconciled, retry, revisionOf, stageOf, start, succeeded, ticket, timer, untilSignal } from './requests.js'

const three = accepted(planOf([planned('a'), planned('b'), planned('c')]))
const secondFailed = [three, began('a'), succeeded('a'), began('b'), failed('b')]
const unsure = [three, began('a'), failed('a', failure('unknown')), began('a', { at: start + 60_000, execution: 2, mode: 'reconcile' }), reconciled('a', { unsure: 'no search' })]
const startedAgain = { type: 'request-started', at: start + 600_000 } as const
const escalation = { type: 'escalation-requested', cause: because('please help') } as const

describe('retry', () => {
  test('queues the request, due at once, with the failed step pending and what is done kept', () => {
    const { request, step, effects } = given(...secondFailed).when(retry()).then()
    expect(request.status).toEqual({ state: 'queued', since: start + 500_000 })
    expect(step('a')).toMatchObject({ state: 'completed' })
    expect(step('b')).toMatchObject({ state: 'pending', iteration: 1, executions: 1, failures: 0, after: { code: 'HTTP_503' } })
    expect(effects).toEqual([{ type: 'wake-at', at: start + 500_000 }, { type: 'release-claim' }])
  })

  test('tells nobody a second time that the request has started', () => {
    expect(given(...secondFailed, retry()).when(startedAgain).then().names).toEqual(['prepare-step', 'wake-at'])
  })

  test('without edits keeps the iteration, and so the key', () => {
    const { effect } = given(...secondFailed, retry(), startedAgain).when(began('b', { at: start + 600_000, execution: 2 })).then()
    expect(effect('execute-step')).toMatchObject({ iteration: 1, execution: 2, mode: 'run' })
  })

  test('with edits that change the input of the failed step raises the iteration', () => {
    const revision = revisionOf(planOf([planned('a'), planned('b'), planned('c')]), { number: 2, input: { size: 'large' } })
    const history = [...secondFailed, retry({ revision }), startedAgain]
    const { request, step, effect } = given(...history).when(began('b', { at: start + 600_000, execution: 1, inputHash: 'other' })).then()
    expect(effect('execute-step')).toMatchObject({ iteration: 2, execution: 1, mode: 'run' })
    expect(step('b')).toMatchObject({ iteration: 2, executions: 1, inputHash: 'other', revision: 2 })
    expect(request.superseded).toMatchObject([{ id: 'b', iteration: 1, state: 'failed', failure: { code: 'HTTP_503' } }])
    given(...history).when(began('b', { at: start + 600_000, execution: 2, inputHash: 'other' })).rejected('STALE_EXECUTION')
    expect(given(...history).when(began('b', { at: start + 600_000, execution: 2 })).then().effect('execute-step')).toMatchObject({ iteration: 1 })
  })

  test('with edits that make a step needless skips it, also where it was to be tried again when the deadline came', () => {
    const plan = planOf([planned('a', { retry: { attempts: 3, delayMs: 60_000, backoff: 'linear', maxDelayMs: 60_000, on: ['error'] } })])
    const late = [accepted(plan, { revision: revisionOf(plan, { timeoutMs: 10_000 }) }), began('a'), failed('a', failure('retryable')), timer(start + 10_000)]
    const { request } = given(...late).when(retry({ revision: revisionOf(plan, { number: 2, timeoutMs: 10_000 }) })).then()
    expect(request.steps).toMatchObject([{ state: 'retrying', mode: 'run' }])
    const history = [...late, retry({ revision: revisionOf(plan, { number: 2 }) }), startedAgain]
    const skipped = given(...history).when({ type: 'step-skipped', at: start + 600_000, step: 'a', why: 'condition' }).then()
    expect(skipped.request.status.state).toBe('completed')
    expect(skipped.step('a')).toMatchObject({ state: 'skipped', why: 'condition', executions: 1 })
  })

  test('of a step that has made something looks for it first', () => {
    const plan = accepted(planOf([planned('a')]))
    const history = [plan, began('a'), parked('a', untilSignal({ until: start + 5_000 })), { type: 'timer-fired', at: start + 5_000 } as const, retry(), startedAgain]
    given(...history).when(began('a', { at: start + 600_000, execution: 2 })).rejected('NOT_IN_THIS_STATE')
    expect(given(...history).when(began('a', { at: start + 600_000, execution: 2, mode: 'reconcile' })).then().effect('execute-step')).toMatchObject({ mode: 'reconcile', iteration: 1 })
  })

  test('makes anew, under a new key, what was made and is gone: a compensation may have taken it back without an answer', () => {
    const plan = accepted(planOf([planned('a')]))
    const parkedAndFailed = [plan, began('a'), parked('a', untilSignal({ until: start + 5_000 })), { type: 'timer-fired', at: start + 5_000 } as const, retry(), startedAgain]
    const asked = [...parkedAndFailed, began('a', { at: start + 600_000, execution: 2, mode: 'reconcile' })]
    const { request, step, effect } = given(...asked).when(reconciled('a', 'absent', { at: start + 600_001 })).then()
    expect(step('a')).toMatchObject({ state: 'pending', iteration: 2, executions: 0 })
    expect(request.superseded).toMatchObject([{ id: 'a', iteration: 1, state: 'compensated' }])
    expect(effect('prepare-step')).toMatchObject({ step: 'a', mode: 'run' })
  })

  test('what is gone each time is given up: its failures are counted on', () => {
    const round = (number: number): RequestEvent[] => {
      const at = start + 600_000 + number * 1_000_000
      return [
        began('a', { at, execution: 1 }), parked('a', untilSignal({ until: at + 10_000 }), { at: at + 1, execution: 1 }), { type: 'signal-received', at: at + 2, reference: ticket, delivery: `d-${number}`, payload: {} },
        began('a', { at: at + 3, execution: 2, mode: 'resume' }), failed('a', failure('unknown'), { at: at + 4, execution: 2 }),
        began('a', { at: at + 500_000, execution: 3, mode: 'reconcile' }), reconciled('a', 'absent', { at: at + 500_001, execution: 3 }),
      ]
    }
    const rounds = (count: number) => given(accepted(planOf([planned('a')])), ...Array.from({ length: count }, (_, number) => round(number)).flat().slice(0, -1))
    const last = (count: number) => round(count - 1).at(-1)!
    expect(rounds(5).when(last(5)).then().step('a')).toMatchObject({ state: 'pending', iteration: 6, failures: 5 })
    expect(rounds(6).when(last(6)).then().step('a')).toMatchObject({ state: 'failed', failure: { code: 'RECOVERY_EXHAUSTED' } })
  })

  test('of a step that is still looked into looks with the input that may have made something', () => {
    const plan = planOf([planned('a'), planned('b')], { limit: 2 })
    const revision = revisionOf(plan, { number: 2, input: { size: 'large' } })
    const history = [accepted(plan), began('a'), began('b'), failed('a', failure('unknown')), failed('b'), retry({ revision }), startedAgain]
    const looked = began('a', { at: start + 600_000, execution: 2, mode: 'reconcile', inputHash: 'other' })
    const { step, effect } = given(...history).when(looked).then()
    expect(effect('execute-step')).toMatchObject({ iteration: 1, execution: 2, mode: 'reconcile' })
    expect(step('a')).toMatchObject({ inputHash: 'input of a', revision: 1 })
  })

  test('redo does finished work anew in the next iteration; the earlier output is kept for compensation', () => {
    const { request, step } = given(...secondFailed).when(retry({ redo: ['a'] })).then()
    expect(step('a')).toEqual({ id: 'a', iteration: 2, executions: 0, failures: 0, references: [], state: 'pending' })
    expect(request.superseded).toMatchObject([{ id: 'a', iteration: 1, state: 'completed', output: { of: 'a' } }])
    given(...secondFailed).when(retry({ redo: ['c'] })).rejected('NOT_IN_THIS_STATE')
    given(...secondFailed).when(retry({ redo: ['nowhere'] })).rejected('UNKNOWN_STEP')
  })

  test('only a failed request, and only with the next revision', () => {
    given(three).when(retry()).rejected('NOT_IN_THIS_STATE')
    given(...secondFailed).when(retry({ revision: revisionOf(planOf([]), { number: 3 }) })).rejected('STALE_PLAN')
  })

  test('an edited plan decides which steps there are; what is gone stays known', () => {
    const plan = planOf([planned('b'), planned('d')], { quota: [{ team: 'payments', resource: 'db', environment: 'dev', amount: 1 }] })
    const { request, effects } = given(...secondFailed).when(retry({ revision: revisionOf(plan, { number: 2 }) })).then()
    expect(request.steps.map(({ id, state }) => [id, state])).toEqual([['b', 'pending'], ['d', 'pending']])
    expect(request.superseded).toMatchObject([{ id: 'a', state: 'completed' }])
    expect(effects).toContainEqual({ type: 'reserve-quota', claims: plan.quota })
  })

  test('a condition is asked again when the input is edited', () => {
    const history = [three, { type: 'step-skipped', at: start, step: 'a', why: 'condition' } as const, began('b'), failed('b')]
    expect(given(...history).when(retry()).then().step('a').state).toBe('skipped')
    const revision = revisionOf(planOf([planned('a'), planned('b'), planned('c')]), { number: 2 })
    expect(given(...history).when(retry({ revision })).then().step('a').state).toBe('pending')
  })

  describe('and approvals', () => {
    const approved = [accepted(planOf([planned('a')]), { approvals: [stageOf(1)] }), approve(), { type: 'request-started', at: start + 20_000 } as const, began('a', { at: start + 20_000 }), failed('a', undefined, { at: start + 21_000 })]
    const revision = (planDigest: string) => revisionOf(planOf([planned('a')]), { number: 2, planDigest })
    const stages = [stageOf(1, { planDigest: 'digest-2' })]

    test('another plan with stages is approved anew; the old stages are superseded', () => {
      const { request, effects } = given(...approved).when(retry({ revision: revision('digest-2'), approvals: stages })).then()
      expect(request.status).toEqual({ state: 'pending_approval', stage: 1 })
      expect(request.approvals.map(({ state, planDigest }) => [state, planDigest])).toEqual([['superseded', 'digest-1'], ['open', 'digest-2']])
      expect(effects).toContainEqual({ type: 'open-approval', stage: 1 })
      const edited = [...approved, retry({ revision: revision('digest-2'), approvals: stages })]
      given(...edited).when(approve()).rejected('STALE_PLAN')
      expect(given(...edited).when(approve(1, undefined, { planDigest: 'digest-2' })).then().request.status.state).toBe('queued')
    })
    test('the same plan stays approved, and another one without stages needs nobody', () => {
      expect(given(...approved).when(retry({ revision: revision('digest-1'), approvals: stages })).then().request.status.state).toBe('queued')
      expect(given(...approved).when(retry({ revision: revision('digest-2'), approvals: [] })).then().request.status.state).toBe('queued')
    })
  })
})

describe('an effect that nobody knows', () => {
  test('must be told about before a retry', () => {
    expect(given(...unsure).when(retry()).rejected('UNRESOLVED_EFFECT')).toContain('a')
    given(...unsure).when(retry({ resolved: [{ step: 'b', effect: 'absent' }, { step: 'a', effect: 'absent' }] })).rejected('NOT_IN_THIS_STATE')
    given(...secondFailed).when(retry({ resolved: [{ step: 'nowhere', effect: 'absent' }] })).rejected('UNKNOWN_STEP')
  })

  test('present: its output is adopted', () => {
    const { step, request } = given(...unsure).when(retry({ resolved: [{ step: 'a', effect: { present: { id: 4 } } }] })).then()
    expect(step('a')).toMatchObject({ state: 'completed', output: { id: 4 }, adopted: true })
    expect(request.ledger).toEqual([{ step: 'a', iteration: 1 }])
  })

  test('parked: it is waited for', () => {
    const { step, effects } = given(...unsure).when(retry({ resolved: [{ step: 'a', effect: { parked: untilSignal() } }] })).then()
    expect(step('a').state).toBe('waiting')
    expect(effects).toContainEqual({ type: 'expect-signal', step: 'a', reference: ticket })
  })

  test('absent: it is run again', () => {
    const history = [...unsure, retry({ resolved: [{ step: 'a', effect: 'absent' }] }), startedAgain]
    expect(given(...history).when(began('a', { at: start + 600_000, execution: 3 })).then().effect('execute-step')).toMatchObject({ mode: 'run', iteration: 1 })
  })
})

describe('cancel', () => {
  test('ends what does not run at once, and gives the quota back', () => {
    const quota = [{ team: 'payments', resource: 'db', environment: 'dev', amount: 1 }]
    const { request, effects } = given(accepted(planOf([planned('a')], { quota }), { room: false })).when(cancel()).then()
    expect(request.status).toMatchObject({ state: 'cancelled', cause: { reason: 'not needed' } })
    expect(effects).toContainEqual({ type: 'release-quota', claims: quota })
    expect(given(three, began('a'), parked('a')).when(cancel()).then()).toMatchObject({ request: { status: { state: 'cancelled' }, steps: [{ state: 'skipped', why: 'request-ended' }, {}, {}] } })
  })

  test('with compensation looks into what was interrupted, and takes back what is found', () => {
    const history = [three, began('a'), cancel(true), interrupted('a', 'cancel')]
    expect(given(three, began('a'), cancel(true)).when(interrupted('a', 'cancel')).then().effect('prepare-step')).toEqual({ type: 'prepare-step', step: 'a', mode: 'reconcile' })
    const found = given(...history, began('a', { at: start + 3_000, execution: 2, mode: 'reconcile' })).when(reconciled('a', { present: { id: 1 } })).then()
    expect(found.request.status).toMatchObject({ state: 'cancelling', course: 'backward' })
    expect(found.effect('prepare-step')).toEqual({ type: 'prepare-step', step: 'a', mode: 'compensate' })
  })

  test('with compensation of what nobody knows fails, and names it', () => {
    const history = [three, began('a'), cancel(true), interrupted('a', 'cancel'), began('a', { at: start + 3_000, execution: 2, mode: 'reconcile' })]
    expect(given(...history).when(reconciled('a', { unsure: 'no search' })).then().request.status).toMatchObject({ state: 'failed', failure: { cause: 'compensation', needsPerson: ['a'] } })
  })

  test('is refused where nothing is under way', () => {
    given(...secondFailed).when(cancel()).rejected('NOT_IN_THIS_STATE')
    given(three, began('a'), cancel()).when(cancel()).rejected('NOT_IN_THIS_STATE')
  })
})

describe('abort', () => {
  test('ends a failed request and skips what was still to do', () => {
    const { request } = given(...secondFailed).when(abort()).then()
    expect(request.status.state).toBe('aborted')
    expect(request.steps.map(({ state }) => state)).toEqual(['completed', 'failed', 'skipped'])
    given(three).when(abort()).rejected('NOT_IN_THIS_STATE')
  })

  test('with compensation goes back first', () => {
    const { request, effect } = given(...secondFailed).when(abort(true)).then()
    expect(request.status).toMatchObject({ state: 'cancelling', course: 'backward', then: 'aborted' })
    expect(effect('prepare-step')).toEqual({ type: 'prepare-step', step: 'a', mode: 'compensate' })
  })

  test('with compensation is not held up by what nobody knows: people have seen that', () => {
    expect(given(...unsure).when(abort(true)).then().request.status.state).toBe('aborted')
  })
})

describe('escalation', () => {
  const escalated = [...secondFailed, escalation]

  test('of a failed request opens a ticket once', () => {
    const { request, effects } = given(...secondFailed).when(escalation).then()
    expect(request.status).toMatchObject({ state: 'escalated', failure: { steps: ['b'] }, cause: { reason: 'please help' } })
    expect(effects).toContainEqual({ type: 'open-escalation' })
    const opened = { type: 'escalation-opened', at: start + 700_000, ticket } as const
    expect(given(...escalated).when(opened).then().request.status).toMatchObject({ ticket: { id: 'OPS-1' } })
    given(...escalated, opened).when(opened).rejected('NOT_IN_THIS_STATE')
    given(three).when(opened).rejected('NOT_IN_THIS_STATE')
    given(three).when(escalation).rejected('NOT_IN_THIS_STATE')
  })

  test('ends completed or aborted', () => {
    const completed = given(...escalated).when({ type: 'escalation-resolved', cause: because('done by hand'), verdict: 'completed' }).then()
    expect(completed.request).toMatchObject({ status: { state: 'completed' }, steps: [{ state: 'completed' }, { state: 'failed' }, { state: 'skipped', why: 'request-ended' }] })
    expect(given(...escalated).when({ type: 'escalation-resolved', cause: because('not worth it'), verdict: 'aborted' }).then().request.status.state).toBe('aborted')
    given(...secondFailed).when({ type: 'escalation-resolved', cause: because('early'), verdict: 'aborted' }).rejected('NOT_IN_THIS_STATE')
    given(...escalated).when(retry()).rejected('NOT_IN_THIS_STATE')
  })
})
