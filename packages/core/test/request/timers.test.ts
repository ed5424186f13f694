import { given } from '@pao/testing'
import { describe, expect, test } from 'vitest'
import type { RequestEvent } from '../../src/request/request-event.js'
import { abort, accepted, began, because, cancel, failed, failure, interrupted, parked, planned, planOf, reconciled, retry, revisionOf, signal, start, succeeded, ticket, timer, untilSignal } from './requests.js'

const one = accepted(planOf([planned('ticket')]))
const waiting = [one, began('ticket'), parked('ticket')]
const until = start + 900_000

describe('a parked step', () => {
  test('holds no worker, expects its signal and has an end', () => {
    const { step, request, effects } = given(one, began('ticket')).when(parked('ticket')).then()
    expect(step('ticket')).toMatchObject({ state: 'waiting', since: start + 2_000, mode: 'resume', references: [ticket] })
    expect(request.ledger).toEqual([{ step: 'ticket', iteration: 1 }])
    expect(effects).toEqual([{ type: 'expect-signal', step: 'ticket', reference: ticket }, { type: 'wake-at', at: until }, { type: 'release-claim' }])
  })

  test('is resumed by its signal, with the payload', () => {
    const { step, effect } = given(...waiting).when(signal({ status: 'Done' })).then()
    expect(step('ticket')).toMatchObject({ state: 'retrying', mode: 'resume', payload: { status: 'Done' }, dueAt: start + 100_000 })
    expect(step('ticket')).not.toHaveProperty('failure')
    expect(effect('prepare-step')).toEqual({ type: 'prepare-step', step: 'ticket', mode: 'resume' })
    const resumed = given(...waiting, signal()).when(began('ticket', { at: start + 100_000, execution: 2, mode: 'resume' })).then()
    expect(resumed.effect('execute-step')).toMatchObject({ mode: 'resume', execution: 2, payload: { status: 'Done' } })
    expect(resumed.step('ticket')).toMatchObject({ payload: { status: 'Done' } })
  })

  test('hears a signal once, and only its own', () => {
    given(...waiting, signal()).when(signal()).rejected('NOT_IN_THIS_STATE')
    given(...waiting).when({ ...signal(), reference: { service: 'jira:other', id: 'OPS-1' } } as ReturnType<typeof signal>).rejected('UNKNOWN_STEP')
    given(...waiting).when({ ...signal(), reference: { service: 'jira:main', id: 'OPS-2' } } as ReturnType<typeof signal>).rejected('UNKNOWN_STEP')
  })

  test('does not hear an earlier reference of its own', () => {
    const other = { ...ticket, id: 'OPS-2' }
    const history = [...waiting, signal(), began('ticket', { at: start + 100_000, execution: 2, mode: 'resume' }), parked('ticket', untilSignal({ reference: other }), { at: start + 110_000, execution: 2 })]
    given(...history).when(signal()).rejected('NOT_IN_THIS_STATE')
    expect(given(...history).when({ ...signal(), reference: other } as ReturnType<typeof signal>).then().step('ticket').references).toEqual([ticket, other])
  })

  test('fails when the wait runs out', () => {
    const { step, request } = given(...waiting).when(timer(until)).then()
    expect(step('ticket')).toMatchObject({ state: 'failed', failure: { kind: 'fatal', phase: 'timeout', code: 'WAIT_TIMEOUT' } })
    expect(request.status).toMatchObject({ state: 'failed', failure: { cause: 'step' } })
    expect(given(...waiting).when(timer(until - 1)).then().step('ticket').state).toBe('waiting')
  })

  test('escalates the request when the document asks for it, once nothing runs', () => {
    const escalating = [one, began('ticket'), parked('ticket', untilSignal({ onTimeout: 'escalate' }))]
    const { request, names } = given(...escalating).when(timer(until)).then()
    expect(request.status).toMatchObject({ state: 'escalated', failure: { steps: ['ticket'], cause: 'wait' }, cause: { by: 'system' } })
    expect(names).toEqual(['notify', 'open-escalation', 'wake-at', 'release-claim'])
    const wide = accepted(planOf([planned('ticket'), planned('b')], { limit: 2 }))
    const busy = [wide, began('ticket'), parked('ticket', untilSignal({ onTimeout: 'escalate' })), began('b')]
    expect(given(...busy).when(timer(until)).then().request.status).toMatchObject({ state: 'in_progress', course: 'settling' })
    expect(given(...busy, timer(until)).when(succeeded('b')).then().request.status.state).toBe('escalated')
  })

  test('is polled with a pause in between, also when it asks for none', () => {
    const eager = [one, began('ticket'), parked('ticket', untilSignal({ pollEveryMs: 0 }))]
    expect(given(...eager).when(timer(start + 2_000)).then().step('ticket')).toMatchObject({ waitFor: { pollAt: start + 2_010 } })
  })

  test('is polled, and the next poll is set', () => {
    const polled = [one, began('ticket'), parked('ticket', untilSignal({ pollEveryMs: 5_000 }))]
    expect(given(one, began('ticket')).when(parked('ticket', untilSignal({ pollEveryMs: 5_000 }))).then().effects).toContainEqual({ type: 'wake-at', at: start + 7_000 })
    const { effects } = given(...polled).when(timer(start + 7_500)).then()
    expect(effects).toEqual([{ type: 'observe-step', step: 'ticket', reference: ticket }, { type: 'wake-at', at: start + 12_500 }, { type: 'release-claim' }])
  })

  test('is polled first when its action says so', () => {
    const { effects } = given(one, began('ticket')).when(parked('ticket', untilSignal({ pollEveryMs: 5_000, pollAt: start + 2_500 }))).then()
    expect(effects).toContainEqual({ type: 'wake-at', at: start + 2_500 })
  })

  test('shows what the outside says; older observations change nothing', () => {
    const seen = { type: 'external-status-changed', at: start + 50_000, reference: ticket, status: 'In Review', note: 'next week', nextPollAt: start + 60_000 } as const
    const { step, effects } = given(...waiting).when(seen).then()
    expect(step('ticket')).toMatchObject({ state: 'waiting', external: { status: 'In Review', note: 'next week', asOf: start + 50_000 } })
    expect(effects).toContainEqual({ type: 'wake-at', at: start + 60_000 })
    expect(given(...waiting, seen).when({ ...seen, at: start + 40_000, status: 'Open' }).then().step('ticket')).toMatchObject({ external: { status: 'In Review' } })
    given(...waiting).when({ ...seen, reference: { service: 'jira:main', id: 'OPS-2' } }).rejected('UNKNOWN_STEP')
  })

  test('in a failed request keeps the signal that comes, and is carried on with it after a retry', () => {
    const wide = accepted(planOf([planned('ticket'), planned('b')], { limit: 2 }))
    const history = [wide, began('ticket'), parked('ticket'), began('b'), failed('b')]
    const { step, request, effects } = given(...history).when(signal()).then()
    expect(request.status.state).toBe('failed')
    expect(step('ticket')).toMatchObject({ state: 'retrying', mode: 'resume' })
    expect(effects).toEqual([{ type: 'wake-at', at: undefined }, { type: 'release-claim' }])
    const gone = given(...history, signal(), retry()).when({ type: 'request-started', at: start + 600_000 }).then()
    expect(gone.effect('prepare-step')).toEqual({ type: 'prepare-step', step: 'ticket', mode: 'resume' })
  })

  test('in a cancelling request hears nothing', () => {
    const wide = accepted(planOf([planned('ticket'), planned('b')], { limit: 2 }))
    given(wide, began('ticket'), parked('ticket'), began('b'), cancel()).when(signal()).rejected('NOT_IN_THIS_STATE')
  })

  test('whose resume was lost and which is still awaited outside is resumed with what ended its wait', () => {
    const history = [...waiting, signal({ n: 1 }), began('ticket', { at: start + 100_000, execution: 2, mode: 'resume' })]
    expect(given(...history).when(interrupted('ticket', 'owner-lost', { at: start + 110_000, execution: 2 })).then().step('ticket')).toMatchObject({ mode: 'reconcile', payload: { n: 1 } })
    const asked = [...history, interrupted('ticket', 'owner-lost', { at: start + 110_000, execution: 2 }), began('ticket', { at: start + 110_000, execution: 3, mode: 'reconcile' })]
    const { step, effect } = given(...asked).when(reconciled('ticket', { parked: untilSignal() }, { at: start + 111_000, execution: 3 })).then()
    expect(step('ticket')).toMatchObject({ state: 'retrying', mode: 'resume', payload: { n: 1 } })
    expect(effect('prepare-step')).toEqual({ type: 'prepare-step', step: 'ticket', mode: 'resume' })
  })

  test('whose resume never comes to an answer is not resumed for ever', () => {
    const turn = (index: number): readonly RequestEvent[] => {
      const at = start + 100_000 + index * 1_000_000
      const execution = 2 + index * 2
      return [
        began('ticket', { at, execution, mode: 'resume' }), failed('ticket', failure('unknown'), { at: at + 1, execution }),
        began('ticket', { at: at + 500_000, execution: execution + 1, mode: 'reconcile' }), reconciled('ticket', { parked: untilSignal() }, { at: at + 500_001, execution: execution + 1 }),
      ]
    }
    const after = (count: number) => {
      const turns = Array.from({ length: count }, (_, index) => turn(index)).flat()
      return given(...waiting, signal({ n: 1 }), ...turns.slice(0, -1)).when(turns.at(-1) as RequestEvent).then().step('ticket')
    }
    expect(after(5)).toMatchObject({ state: 'retrying', mode: 'resume' })
    expect(after(6)).toMatchObject({ state: 'failed', failure: { code: 'RECOVERY_EXHAUSTED' } })
  })
})

describe('waits for a time and for a service', () => {
  test('a time that has come resumes the step', () => {
    const history = [one, began('ticket'), parked('ticket', { kind: 'time', until: start + 9_000 })]
    const { step, effect } = given(...history).when(timer(start + 9_000)).then()
    expect(step('ticket')).toMatchObject({ state: 'retrying', mode: 'resume', payload: null })
    expect(effect('prepare-step')?.mode).toBe('resume')
  })

  test('a service that may be called again gets the same question, and nothing was counted', () => {
    const park = parked('ticket', { kind: 'service', service: 'jira:main', why: 'breaker-open', until: start + 9_000 })
    expect(given(one, began('ticket')).when(park).then().request.ledger).toEqual([])
    const { step, effect } = given(one, began('ticket'), park).when(timer(start + 9_000)).then()
    expect(step('ticket')).toMatchObject({ state: 'retrying', mode: 'run', failures: 0 })
    expect(effect('prepare-step')?.mode).toBe('run')
  })

  test('a reconcile that could not ask asks again, also while cancelling with compensation', () => {
    const wide = accepted(planOf([planned('ticket'), planned('b')], { limit: 2 }))
    const lost = [wide, began('ticket'), began('b'), cancel(true), interrupted('ticket', 'cancel'), began('ticket', { execution: 2, mode: 'reconcile', at: start + 3_000 })]
    const park = parked('ticket', { kind: 'service', service: 'jira:main', why: 'breaker-open', until: start + 9_000 }, { execution: 2 })
    const parkedThen = given(...lost, park).when(succeeded('b')).then()
    expect(parkedThen.request.status.state).toBe('cancelling')
    expect(parkedThen.effects).toContainEqual({ type: 'wake-at', at: start + 9_000 })
    expect(given(...lost, park, succeeded('b')).when(timer(start + 9_000)).then().effect('prepare-step')).toEqual({ type: 'prepare-step', step: 'ticket', mode: 'reconcile' })
  })
})

test('the deadline of the request does not keep a cancelling one from looking back', () => {
  const plan = planOf([planned('ticket'), planned('b')], { limit: 2 })
  const lost = [accepted(plan, { revision: revisionOf(plan, { deadline: start + 8_000 }) }), began('ticket'), began('b'), cancel(true), interrupted('ticket', 'cancel'),
    began('ticket', { execution: 2, mode: 'reconcile', at: start + 3_000 }), parked('ticket', { kind: 'service', service: 'jira:main', why: 'rate-limit', until: start + 9_000 }, { execution: 2 })]
  expect(given(...lost).when(timer(start + 9_000)).then().effect('prepare-step')?.mode).toBe('reconcile')
})

describe('deadlines', () => {
  const late = accepted(planOf([planned('a'), planned('b')]), { revision: revisionOf(planOf([planned('a'), planned('b')]), { deadline: start + 10_000 }) })

  test('of the request: it settles and fails; what runs may end', () => {
    expect(given(late).when(began('a')).then().effects).toContainEqual({ type: 'wake-at', at: start + 10_000 })
    const passed = given(late, began('a')).when(timer(start + 10_000)).then()
    expect(passed.request.status).toMatchObject({ state: 'in_progress', course: 'settling', failure: { cause: 'deadline' } })
    expect(passed.names).toEqual(['wake-at'])
    const ended = given(late, began('a'), timer(start + 10_000)).when(succeeded('a', null, { at: start + 11_000 })).then()
    expect(ended.request.status).toMatchObject({ state: 'failed', failure: { cause: 'deadline', steps: [] } })
    expect(ended.step('b').state).toBe('pending')
  })

  test('of the request, while it is queued or parked', () => {
    const queued = accepted(planOf([planned('a')]), { room: false, revision: revisionOf(planOf([planned('a')]), { deadline: start + 10_000 }) })
    expect(given(queued).when(timer(start + 10_000)).then().request.status).toMatchObject({ state: 'failed', failure: { cause: 'deadline' } })
    given(queued).when(timer(start + 9_999)).rejected('NOT_IN_THIS_STATE')
    const { request, step } = given(late, began('a'), parked('a')).when(timer(start + 10_000)).then()
    expect(request.status.state).toBe('failed')
    expect(step('a').state).toBe('waiting')
  })

  test('a retry after the deadline gets the allowance anew', () => {
    const allowance = accepted(planOf([planned('a')]), { revision: revisionOf(planOf([planned('a')]), { timeoutMs: 10_000 }) })
    const { request } = given(allowance, timer(start + 10_000)).when(retry()).then()
    expect(request).toMatchObject({ status: { state: 'queued' }, revision: { deadline: start + 510_000 } })
  })

  test('of an execution: it is interrupted once and its end still arrives', () => {
    const { effects, step } = given(one, began('ticket')).when(timer(start + 31_000)).then()
    expect(effects).toEqual([{ type: 'interrupt-step', step: 'ticket', why: 'deadline' }, { type: 'wake-at', at: undefined }])
    expect(step('ticket').state).toBe('in_progress')
    expect(given(one, began('ticket'), timer(start + 31_000)).when(failed('ticket', failure('unknown', { phase: 'timeout' }))).then().step('ticket').state).toBe('retrying')
  })
})

test('a timer with nothing due changes nothing but the version, and states without timers refuse it', () => {
  const { request, names } = given(...waiting).when(timer(start + 5_000)).then()
  expect(request.version).toBe(4)
  expect(names).toEqual(['wake-at', 'release-claim'])
  given(one, began('ticket'), failed('ticket')).when(timer(until)).rejected('NOT_IN_THIS_STATE')
  given(one, began('ticket'), failed('ticket'), { type: 'escalation-requested', cause: because('help') }).when(timer(until)).rejected('NOT_IN_THIS_STATE')
  given(one, began('ticket'), failed('ticket'), abort()).when(timer(until)).rejected('NOT_IN_THIS_STATE')
})
