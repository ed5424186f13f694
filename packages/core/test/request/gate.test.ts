import { given } from '@pao/testing'
import { describe, expect, test } from 'vitest'
import { abort, accepted, ada, approve, because, cancel, failed, person, planned, planOf, revisionOf, stageOf, start, timer } from './requests.js'

const plan = planOf([planned('create')])
const quota = [{ team: 'payments', resource: 'db', environment: 'dev', amount: 2 }]
const started = { type: 'request-started', at: start + 100 } as const

describe('acceptance', () => {
  test('with a free worker the request starts in the same commit', () => {
    const { request, effects } = given().when(accepted(plan)).then()
    expect(request.status).toEqual({ state: 'in_progress', course: 'forward' })
    expect(request).toMatchObject({ version: 1, ledger: [], superseded: [], steps: [{ id: 'create', iteration: 1, executions: 0, failures: 0, state: 'pending' }] })
    expect(effects).toEqual([{ type: 'notify', notice: 'start' }, { type: 'prepare-step', step: 'create', mode: 'run' }, { type: 'wake-at', at: start }])
  })

  test('without room it is queued, due at once, held by nobody', () => {
    const { request, effects } = given().when(accepted(plan, { room: false })).then()
    expect(request.status).toEqual({ state: 'queued', since: start })
    expect(effects).toEqual([{ type: 'wake-at', at: start }, { type: 'release-claim' }])
  })

  test('quota is reserved', () => {
    expect(given().when(accepted(planOf(plan.steps, { quota }))).then().effect('reserve-quota')).toEqual({ type: 'reserve-quota', claims: quota })
  })

  test('with approvals it waits for people, and only the first stage is open', () => {
    const { request, effects } = given().when(accepted(plan, { approvals: [stageOf(1), stageOf(2)] })).then()
    expect(request.status).toEqual({ state: 'pending_approval', stage: 1 })
    expect(request.approvals.map(({ state }) => state)).toEqual(['open', 'not-open'])
    expect(effects).toEqual([
      { type: 'open-approval', stage: 1 }, { type: 'notify', notice: 'approval-required' }, { type: 'wake-at', at: undefined }, { type: 'release-claim' },
    ])
  })

  test('a plan without steps is completed at once', () => {
    expect(given().when(accepted(planOf([]))).then().request.status).toEqual({ state: 'completed', at: start })
  })

  test('a plan that can never start fails instead of waiting for ever', () => {
    const circle = planOf([planned('a', { dependsOn: ['b'] }), planned('b', { dependsOn: ['a'] })])
    const { request } = given().when(accepted(circle)).then()
    expect(request.status).toMatchObject({ state: 'failed', failure: { steps: ['a', 'b'], cause: 'step' } })
    expect(request.steps[0]).toMatchObject({ state: 'failed', failure: { code: 'BLOCKED' } })
  })

  test('happens once, and first', () => {
    given(accepted(plan)).when(accepted(plan)).rejected('NOT_IN_THIS_STATE')
    given().when(started).rejected('NOT_IN_THIS_STATE')
  })

  test('the allowance counts from the start of the request', () => {
    const revision = revisionOf(plan, { timeoutMs: 60_000 })
    expect(given().when(accepted(plan, { revision })).then().request.revision.deadline).toBe(start + 60_000)
    expect(given(accepted(plan, { revision, approvals: [stageOf(1)] })).when(approve()).then().request.revision.deadline).toBe(start + 10_000 + 60_000)
  })
})

describe('the start of a queued request', () => {
  test('goes forward and prepares the first step', () => {
    const { request, names } = given(accepted(plan, { room: false })).when(started).then()
    expect(request.status).toEqual({ state: 'in_progress', course: 'forward' })
    expect(names).toEqual(['notify', 'prepare-step', 'wake-at'])
  })

  test('after its deadline fails instead', () => {
    const late = accepted(plan, { room: false, revision: revisionOf(plan, { deadline: start + 50 }) })
    expect(given(late).when(started).then().request.status).toMatchObject({ state: 'failed', failure: { cause: 'deadline', steps: [] } })
  })

  test('is refused in any other state', () => {
    given(accepted(plan)).when(started).rejected('NOT_IN_THIS_STATE')
    given(accepted(plan, { approvals: [stageOf(1)] })).when(started).rejected('NOT_IN_THIS_STATE')
  })
})

describe('approvals', () => {
  const waiting = accepted(planOf(plan.steps, { quota }), { approvals: [stageOf(1, { need: 2, approvers: [{ kind: 'user', name: 'grace@example.org' }, { kind: 'group', name: 'security' }, { kind: 'owner', name: 'dba' }] }), stageOf(2)] })
  const single = accepted(plan, { approvals: [stageOf(1)] })
  const linus = person('linus', 'security')

  test('a stage needs as many different approvers as it says', () => {
    const first = given(waiting).when(approve(1)).then()
    expect(first.request).toMatchObject({ status: { state: 'pending_approval', stage: 1 }, approvals: [{ state: 'open' }, { state: 'not-open' }] })
    given(waiting, approve(1)).when(approve(1)).rejected('ALREADY_DECIDED')
    const second = given(waiting, approve(1)).when(approve(1, linus)).then()
    expect(second.request).toMatchObject({ status: { state: 'pending_approval', stage: 2 }, approvals: [{ state: 'approved' }, { state: 'open' }] })
    expect(second.names).toEqual(['close-approval', 'open-approval', 'notify', 'wake-at', 'release-claim'])
  })

  test('after the last stage the request is queued, due at once', () => {
    const { request, effects } = given(single).when(approve()).then()
    expect(request.status).toEqual({ state: 'queued', since: start + 10_000 })
    expect(effects).toContainEqual({ type: 'wake-at', at: start + 10_000 })
  })

  test('the owning team may decide, others not, and nobody twice through another role', () => {
    given(waiting).when(approve(1, person('edsger', 'dba'))).then()
    given(waiting).when(approve(1, person('mallory', 'sales'))).rejected('NOT_AN_APPROVER')
    given(waiting).when(approve(1, ada, { cause: because('by itself', start, 'system') })).rejected('NOT_AN_APPROVER')
  })

  test('one rejection ends the request and gives the quota back', () => {
    const { request, effects } = given(waiting).when(approve(1, linus, { verdict: 'reject' })).then()
    expect(request.status.state).toBe('rejected')
    expect(request.approvals.map(({ state }) => state)).toEqual(['rejected', 'superseded'])
    expect(request.steps[0]).toMatchObject({ state: 'skipped', why: 'request-ended' })
    expect(effects).toContainEqual({ type: 'release-quota', claims: quota })
  })

  test('a decision about another plan, a closed stage or one to come is refused', () => {
    given(single).when(approve(1, undefined, { planDigest: 'digest-0' })).rejected('STALE_PLAN')
    given(waiting, approve(1), approve(1, linus)).when(approve(1, person('joan', 'security'))).rejected('ALREADY_DECIDED')
    given(waiting).when(approve(2)).rejected('NOT_IN_THIS_STATE')
    given(single, approve()).when(approve()).rejected('ALREADY_DECIDED')
  })

  test('a delegated vote is cast once, by the delegate', () => {
    const delegated = { type: 'approval-delegated', stage: 1, to: 'joan', cause: because('away', start + 5_000, person('grace')) } as const
    const joan = person('joan')
    given(single).when({ ...delegated, cause: because('no', start, joan) }).rejected('NOT_AN_APPROVER')
    given(single).when({ ...delegated, to: 'grace' }).rejected('NOT_AN_APPROVER')
    given(single, delegated).when(approve()).rejected('NOT_AN_APPROVER')
    given(single, delegated).when(approve(1, joan)).rejected('NOT_AN_APPROVER')
    given(single, delegated).when(approve(1, joan, { onBehalfOf: 'linus' })).rejected('NOT_AN_APPROVER')
    const { request } = given(single, delegated).when(approve(1, joan, { onBehalfOf: 'grace' })).then()
    expect(request).toMatchObject({ status: { state: 'queued' }, approvals: [{ decisions: [{ onBehalfOf: 'grace', cause: { by: { id: 'joan' } } }] }] })
  })

  test('one person is not two approvers', () => {
    const delegated = { type: 'approval-delegated', stage: 1, to: 'linus', cause: because('away', start + 5_000, person('grace')) } as const
    given(waiting, delegated, approve(1, linus, { onBehalfOf: 'grace' })).when(approve(1, linus)).rejected('ALREADY_DECIDED')
    given(waiting, approve(1)).when(delegated).rejected('ALREADY_DECIDED')
  })

  describe('when the deadline passes', () => {
    const at = start + 30_000
    const passed = { type: 'approval-deadline-passed', stage: 1, at } as const
    const withDeadline = (onTimeout: 'reject' | 'escalate' | 'approve', more = {}) => accepted(plan, { approvals: [stageOf(1, { deadline: at, onTimeout, ...more })] })

    test('reject ends the request', () => {
      expect(given(withDeadline('reject')).when(passed).then().request).toMatchObject({ status: { state: 'rejected', cause: { by: 'system' } }, approvals: [{ state: 'timed-out' }] })
    })
    test('approve goes on', () => {
      expect(given(withDeadline('approve')).when(passed).then().request).toMatchObject({ status: { state: 'queued' }, approvals: [{ state: 'timed-out' }] })
    })
    test('escalate asks others, who have no deadline', () => {
      const { request, names } = given(withDeadline('escalate', { escalateTo: [{ kind: 'user', name: 'linus' }] })).when(passed).then()
      expect(request.status).toEqual({ state: 'pending_approval', stage: 1 })
      expect(request.approvals[0]).toMatchObject({ state: 'open', approvers: [{ kind: 'user', name: 'linus' }] })
      expect(request.approvals[0]).not.toHaveProperty('deadline')
      expect(names).toContain('notify')
      given(withDeadline('escalate', { escalateTo: [{ kind: 'user', name: 'linus' }] }), passed).when(approve()).rejected('NOT_AN_APPROVER')
    })
    test('a moment before, nothing happens; timers do not cover it', () => {
      given(withDeadline('reject')).when({ ...passed, at: at - 1 }).rejected('NOT_IN_THIS_STATE')
      given(single).when(passed).rejected('NOT_IN_THIS_STATE')
      given(withDeadline('reject')).when(timer(at)).rejected('NOT_IN_THIS_STATE')
    })
  })

  test('cancelling closes what is open', () => {
    const { request, effects } = given(waiting).when(cancel()).then()
    expect(request.status.state).toBe('cancelled')
    expect(request.approvals.map(({ state }) => state)).toEqual(['superseded', 'superseded'])
    expect(effects).toContainEqual({ type: 'close-approval', stage: 1 })
  })
})

test('final states refuse everything', () => {
  const ended = [accepted(plan, { room: false }), cancel()]
  for (const event of [started, cancel(), abort(), timer(start), failed('create')]) given(...ended).when(event).rejected('NOT_IN_THIS_STATE')
})
