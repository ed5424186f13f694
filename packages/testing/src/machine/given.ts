import assert from 'node:assert/strict'
import { transition } from '@pao/core'
import type { RejectionCode, RequestEffect, RequestEvent, RequestState, ServiceRequest, Step, Transition } from '@pao/core'
import { deepFreeze } from './deep-freeze.js'
import type { Machine } from './machine.js'
import { onlyDecided } from './only-decided.js'

/** What must be so after the event. What is absent is not looked at. */
export interface Expected {
  readonly state?: RequestState
  /** Number of events applied. */
  readonly version?: number
  /** State of the current row of each step that is named. */
  readonly steps?: Readonly<Record<string, Step['state']>>
  /** Names of all effects, in order. */
  readonly effects?: readonly RequestEffect['type'][]
}

/** A request after the event under test. */
export interface Then {
  readonly request: ServiceRequest
  readonly effects: readonly RequestEffect[]
  /** Names of the effects, in order. */
  readonly names: readonly RequestEffect['type'][]
  /** The current row of a step; fails when there is none. */
  step(id: string): Step
  effect<T extends RequestEffect['type']>(type: T): Extract<RequestEffect, { readonly type: T }> | undefined
}

export interface When {
  /** Fails when the event was rejected, or when something is not as expected. */
  then(expected?: Expected): Then
  /** Fails when the event was accepted, or rejected with another code. Answers the message for people. */
  rejected(code: RejectionCode): string
}

export interface Given {
  when(event: RequestEvent): When
}

const outcome = (request: ServiceRequest, effects: readonly RequestEffect[]): Then => ({
  request,
  effects,
  names: effects.map((effect) => effect.type),
  step: (id) => request.steps.find((row) => row.id === id) ?? assert.fail(`no step ${id}`),
  effect: <T extends RequestEffect['type']>(type: T) => effects.find((effect): effect is Extract<RequestEffect, { readonly type: T }> => effect.type === type),
})

const expectOf = (after: Then, expected: Expected): Then => {
  if (expected.state !== undefined) assert.equal(after.request.status.state, expected.state, `the request is ${after.request.status.state}, not ${expected.state}`)
  if (expected.version !== undefined) assert.equal(after.request.version, expected.version, `version ${after.request.version}, not ${expected.version}`)
  for (const [id, state] of Object.entries(expected.steps ?? {})) assert.equal(after.step(id).state, state, `step ${id} is ${after.step(id).state}, not ${state}`)
  if (expected.effects !== undefined) assert.deepEqual(after.names, expected.effects)
  return after
}

const replayed = (machine: Machine, history: readonly RequestEvent[]): ServiceRequest | undefined => {
  let request: ServiceRequest | undefined
  for (const event of history) {
    const answer = machine(request, event)
    if ('rejection' in answer) assert.fail(`given: ${event.type} at version ${(request?.version ?? 0) + 1} does not fit: ${answer.rejection.message}`)
    request = answer.request
  }
  return request
}

const whenOf = (answer: Transition, event: RequestEvent): When => ({
  then: (expected = {}) => {
    // `await` would call it with two functions.
    assert.notEqual(typeof expected, 'function', 'given(…).when(…) is no promise: call then with what is expected')
    if ('rejection' in answer) assert.fail(`${event.type} was rejected: ${answer.rejection.code}: ${answer.rejection.message}`)
    return expectOf(outcome(answer.request, answer.effects), expected)
  },
  rejected: (code) => {
    if (!('rejection' in answer)) assert.fail(`${event.type} was accepted`)
    assert.equal(answer.rejection.code, code, answer.rejection.message)
    assert.deepEqual(Object.keys(answer), ['rejection'], 'a rejection changes nothing')
    return answer.rejection.message
  },
})

/** `given` for another machine than that of @pao/core: one that wraps it, say. */
export const givenOf = (machine: Machine) => (...history: readonly RequestEvent[]): Given => {
  const before = deepFreeze(replayed(machine, deepFreeze(history)))
  return { when: (event) => whenOf(onlyDecided(machine, before, deepFreeze(event)), event) }
}

/**
 * Given a history, when an event comes, then the machine says what follows. Fails when the history is not one that the machine accepts.
 * Each `when` also asserts that nothing ran: what is handed to the machine is frozen, its answer is plain data, the same twice, and no
 * promise, timer or other work begins while it decides.
 */
export const given = givenOf(transition)
