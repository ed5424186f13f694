import { readFileSync } from 'node:fs'
import { replay, transition } from '@pao/core'
import type { RequestEvent } from '@pao/core'
import { aRequest, aRequestAccepted, given, givenOf, stepFailed, stepParked, stepStarted, stepSucceeded } from '@pao/testing'
import type { Machine } from '@pao/testing'
import { describe, expect, test } from 'vitest'

const accepted = aRequestAccepted({ steps: ['create', 'verify'] })

describe('given, when, then', () => {
  test('an accepted event: state, version, steps and effects', () => {
    const after = given(accepted, stepStarted('create')).when(stepSucceeded('create', { id: 7 })).then({
      state: 'in_progress', version: 3, steps: { create: 'completed', verify: 'pending' }, effects: ['prepare-step', 'wake-at'],
    })
    expect(after.effect('prepare-step')).toMatchObject({ step: 'verify', mode: 'run' })
    expect(after.step('create')).toMatchObject({ output: { id: 7 } })
    expect(() => after.step('nowhere')).toThrow('no step nowhere')
  })

  test('a rejected event: its code, and the message for people', () => {
    expect(given(accepted).when(stepSucceeded('create')).rejected('STALE_EXECUTION')).toContain('create')
  })

  test('the first event of a request', () => {
    given().when(accepted).then({ state: 'in_progress', version: 1 })
    given().when(stepStarted('create')).rejected('NOT_IN_THIS_STATE')
  })

  test('failures and waits', () => {
    given(accepted, stepStarted('create')).when(stepFailed('create', { kind: 'fatal', code: 'HTTP_400' })).then({ state: 'failed', steps: { create: 'failed' } })
    given(accepted, stepStarted('create')).when(stepParked('create', { service: 'jira:main', id: 'OPS-1' })).then({ steps: { create: 'waiting' } })
  })

  test.each<[string, () => unknown, string]>([
    ['another state', () => given().when(accepted).then({ state: 'failed' }), 'the request is in_progress, not failed'],
    ['another version', () => given().when(accepted).then({ version: 2 }), 'version 1, not 2'],
    ['another state of a step', () => given().when(accepted).then({ steps: { create: 'completed' } }), 'step create is pending, not completed'],
    ['other effects', () => given().when(accepted).then({ effects: ['wake-at'] }), 'prepare-step'],
    ['a rejection', () => given(accepted).when(accepted).then(), 'request-accepted was rejected: NOT_IN_THIS_STATE'],
    ['no rejection', () => given().when(accepted).rejected('STALE_PLAN'), 'request-accepted was accepted'],
    ['another rejection', () => given(accepted).when(accepted).rejected('STALE_PLAN'), ''],
    ['a history that is none', () => given(stepStarted('create')), 'given: step-started at version 1 does not fit'],
    ['a promise', () => given().when(accepted).then((() => undefined) as never), 'is no promise'],
  ])('%s fails the test', (_, run, message) => {
    expect(run).toThrow(expect.objectContaining({ code: 'ERR_ASSERTION', message: expect.stringContaining(message) as string }))
  })
})

describe('nothing runs: given refuses a machine', () => {
  const breaking = (change: (answer: Exclude<ReturnType<Machine>, { readonly rejection: unknown }>) => unknown): Machine => (request, event) => {
    const answer = transition(request, event)
    return 'rejection' in answer ? answer : change(answer) as ReturnType<Machine>
  }
  let calls = 0
  test.each<[string, Machine, string]>([
    ['that begins a promise', breaking((answer) => { void Promise.resolve(); return answer }), 'began work of its own: PROMISE'],
    ['that sets a timer', breaking((answer) => { clearTimeout(setTimeout(() => undefined, 1_000)); return answer }), 'began work of its own: Timeout'],
    ['that reads a file for later', breaking((answer) => { queueMicrotask(() => { readFileSync('/dev/null') }); return answer }), 'began work of its own: Microtask'],
    ['whose answer holds a function', breaking((answer) => ({ ...answer, effects: [() => undefined] })), 'not plain data'],
    ['that answers otherwise the second time', breaking((answer) => ({ ...answer, request: { ...answer.request, id: String(calls += 1) } })), 'another answer the second time'],
  ])('%s', (_, machine, message) => {
    expect(() => givenOf(machine)().when(accepted)).toThrow(expect.objectContaining({ code: 'ERR_ASSERTION', message: expect.stringContaining(message) as string }))
  })

  test('that writes to the request or the event', () => {
    const writing: Machine = (request, event) => {
      if (request !== undefined) (request as { version: number }).version = 9
      return transition(request, event)
    }
    const dating: Machine = (request, event) => {
      (event as { at: number }).at = 9
      return transition(request, event)
    }
    expect(() => givenOf(writing)(accepted, stepStarted('create')).when(stepSucceeded('create'))).toThrow(TypeError)
    expect(() => givenOf(dating)().when(aRequestAccepted())).toThrow(TypeError)
  })
})

test('aRequest is what its acceptance makes of nothing, but for what runs', () => {
  const event = aRequestAccepted({ requesterId: 'grace', room: false })
  const { revision, accepted: acceptance } = aRequest({ requesterId: 'grace' })
  const request = replay([event as RequestEvent])
  expect(request).toMatchObject({ version: 1, status: { state: 'queued' }, revision, accepted: acceptance })
})
