import { describe, expect, test } from 'vitest'
import { allowedActions } from '../../src/request/allowed-actions.js'
import { requestEdges } from '../../src/request/edges.js'
import { failureContext } from '../../src/request/failure-context.js'
import { progress } from '../../src/request/progress.js'
import { replay } from '../../src/request/replay.js'
import { abort, accepted, ada, approve, because, began, cancel, failed, failure, parked, person, planned, planOf, reconciled, stageOf, start, succeeded, ticket } from './requests.js'

const plan = planOf([planned('a', { onFailure: 'continue', compensable: false }), planned('b', { action: 'jira-ticket' }), planned('c')])
const history = [accepted(plan), began('a'), succeeded('a')]

describe('progress', () => {
  test('what an abort has skipped was not done', () => {
    expect(progress(replay([...history, began('b'), failed('b'), abort()]))).toMatchObject({ completedActions: 1, percentComplete: 33 })
  })
  test('counts what ended well and shows where the request is', () => {
    expect(progress(replay([accepted(plan)]))).toMatchObject({ completedActions: 0, totalActions: 3, percentComplete: 0, currentAction: { index: 0, id: 'a', type: 'rest-api', status: 'pending' } })
    expect(progress(replay(history))).toMatchObject({ completedActions: 1, percentComplete: 33, currentAction: { index: 1, id: 'b', type: 'jira-ticket', status: 'pending' } })
    expect(progress(replay([...history, began('b')])).currentAction).toEqual({ index: 1, id: 'b', type: 'jira-ticket', status: 'in_progress', startedAt: start + 1_000 })
    expect(progress(replay([...history, began('b'), parked('b')])).currentAction).toEqual({ index: 1, id: 'b', type: 'jira-ticket', status: 'waiting', startedAt: start + 2_000, externalReference: ticket })
  })

  test('is rounded down', () => {
    expect(progress(replay([...history, began('b'), succeeded('b')])).percentComplete).toBe(66)
  })

  test('of a failed request shows the step that failed, not one that was tolerated', () => {
    expect(progress(replay([accepted(plan), began('a'), failed('a'), began('b'), failed('b')]))).toMatchObject({ completedActions: 1, percentComplete: 33, currentAction: { id: 'b', status: 'failed' } })
  })

  test('is 100 only at the end', () => {
    const done = progress(replay([...history, began('b'), succeeded('b'), began('c'), succeeded('c')]))
    expect(done).toEqual({ completedActions: 3, totalActions: 3, percentComplete: 100 })
    const byHand = replay([accepted(plan), began('a'), succeeded('a'), began('b'), failed('b'), { type: 'escalation-requested', cause: because('') }, { type: 'escalation-resolved', cause: because(''), verdict: 'completed' }])
    expect(progress(byHand).percentComplete).toBe(100)
    expect(progress(replay([accepted(planOf([]))])).percentComplete).toBe(100)
  })
})

describe('allowed actions', () => {
  const facts = { person: ada, requester: false, owner: false, admin: false }
  const failedRequest = replay([...history, began('b'), failed('b')])
  const running = replay([...history, began('b')])

  test('depend on the state and on who asks', () => {
    expect(allowedActions(failedRequest, { ...facts, requester: true })).toEqual(['retry', 'abort', 'escalate'])
    expect(allowedActions(failedRequest, { ...facts, owner: true })).toEqual(['retry', 'abort', 'escalate'])
    expect(allowedActions(failedRequest, { ...facts, admin: true })).toEqual([])
    expect(allowedActions(failedRequest, facts)).toEqual([])
    expect(allowedActions(running, { ...facts, requester: true })).toEqual(['cancel'])
    expect(allowedActions(running, { ...facts, admin: true })).toEqual(['cancel'])
    expect(allowedActions(replay([accepted(plan, { room: false }), cancel()]), { ...facts, requester: true, owner: true, admin: true })).toEqual([])
  })

  test('approvers see their stage until they have decided or given the vote away', () => {
    const stage = stageOf(1, { need: 2, approvers: [{ kind: 'user', name: 'grace' }, { kind: 'group', name: 'security' }] })
    const waiting = [accepted(plan, { approvals: [stage] })]
    const of = (id: string, ...teams: readonly string[]) => ({ ...facts, person: person(id, ...teams) })
    expect(allowedActions(replay(waiting), of('grace'))).toEqual(['approve', 'reject', 'delegate'])
    expect(allowedActions(replay(waiting), of('linus', 'security'))).toEqual(['approve', 'reject', 'delegate'])
    expect(allowedActions(replay(waiting), of('joan'))).toEqual([])
    expect(allowedActions(replay(waiting), { ...facts, requester: true })).toEqual(['cancel'])
    expect(allowedActions(replay([...waiting, approve()]), of('grace'))).toEqual([])
    const delegated = [...waiting, { type: 'approval-delegated', stage: 1, to: 'joan', cause: because('', start, person('grace')) } as const]
    expect(allowedActions(replay(delegated), of('grace'))).toEqual([])
    expect(allowedActions(replay(delegated), of('joan'))).toEqual(['approve', 'reject', 'delegate'])
  })

  test('the edge table names each pair of state and event once', () => {
    const pairs = requestEdges.map(({ from, event }) => `${from ?? ''} ${event}`)
    expect(new Set(pairs).size).toBe(pairs.length)
    for (const state of ['completed', 'cancelled', 'rejected', 'aborted']) expect(requestEdges.filter(({ from }) => from === state)).toEqual([])
  })
})

describe('the context of a failure', () => {
  test('says what failed, what is there and what is to be cleaned up', () => {
    const unsure = [...history, began('b'), parked('b'), { type: 'signal-received', at: start + 3_000, reference: ticket, delivery: 'd', payload: null } as const,
      began('b', { at: start + 3_000, execution: 2, mode: 'resume' }), failed('b', failure('fatal', { code: 'TICKET_REJECTED' }), { execution: 2 })]
    expect(failureContext(replay(unsure))).toEqual({
      requestId: '0192-request', at: start + 2_000, cause: 'step',
      failedActions: [{ step: 'b', action: 'jira-ticket', iteration: 1, executions: 2, failure: failure('fatal', { code: 'TICKET_REJECTED' }), needsPerson: false }],
      partialResources: [
        { step: 'a', action: 'rest-api', iteration: 1, references: [], output: { of: 'a' } },
        { step: 'b', action: 'jira-ticket', iteration: 1, references: [ticket] },
      ],
      cleanupRequired: [
        { step: 'a', action: 'rest-api', references: [], priority: 'medium', automated: false },
        { step: 'b', action: 'jira-ticket', references: [ticket], priority: 'low', automated: true },
      ],
    })
  })

  test('puts first what nobody knows', () => {
    const request = replay([...history, began('b'), failed('b', failure('unknown')), began('b', { at: start + 60_000, execution: 2, mode: 'reconcile' }), reconciled('b', { unsure: 'no search' })])
    expect(failureContext(request)).toMatchObject({ failedActions: [{ step: 'b', needsPerson: true }], cleanupRequired: [{ step: 'b', priority: 'high' }, { step: 'a', priority: 'medium' }] })
  })

  test('is there when the request has failed, is escalated, or was given up', () => {
    expect(failureContext(replay(history))).toBeUndefined()
    const given = [...history, began('b'), failed('b')]
    expect(failureContext(replay([...given, abort()]))).toMatchObject({
      failedActions: [{ step: 'b' }], partialResources: failureContext(replay(given))?.partialResources, cleanupRequired: failureContext(replay(given))?.cleanupRequired,
    })
  })
})
