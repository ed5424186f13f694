import assert from 'node:assert/strict'
import type { RejectionCode } from '../../src/request/rejection.js'
import type { RequestEffect } from '../../src/request/request-effect.js'
import type { RequestEvent } from '../../src/request/request-event.js'
import { replay } from '../../src/request/replay.js'
import type { ServiceRequest } from '../../src/request/service-request.js'
import type { Step } from '../../src/request/step.js'
import { transition } from '../../src/request/transition.js'
import { deepFreeze } from './deep-freeze.js'

/** A request after the event under test. */
export interface Then {
  readonly request: ServiceRequest
  readonly effects: readonly RequestEffect[]
  /** The current row of a step; fails when there is none. */
  step(id: string): Step
  /** Names of the effects, in order. */
  readonly names: readonly RequestEffect['type'][]
  effect<T extends RequestEffect['type']>(type: T): Extract<RequestEffect, { readonly type: T }> | undefined
}

function then(request: ServiceRequest, effects: readonly RequestEffect[]): Then {
  return {
    request, effects, names: effects.map((effect) => effect.type),
    step: (id) => request.steps.find((row) => row.id === id) ?? assert.fail(`no step ${id}`),
    effect: <T extends RequestEffect['type']>(type: T) => effects.find((effect): effect is Extract<RequestEffect, { readonly type: T }> => effect.type === type),
  }
}

/**
 * Given a history, when an event comes, then … The history must be one that the machine accepts. Everything handed to the
 * machine is frozen, so that a write to its arguments fails the test.
 */
export const given = (...history: readonly RequestEvent[]) => {
  const before = history.length === 0 ? undefined : deepFreeze(replay(deepFreeze(history)))
  return {
    when: (event: RequestEvent) => {
      const answer = transition(before, deepFreeze(event))
      return {
        then: (): Then => {
          assert.ok(!('rejection' in answer), 'rejection' in answer ? `rejected: ${answer.rejection.message}` : '')
          return then(answer.request, answer.effects)
        },
        rejected: (code: RejectionCode): string => {
          assert.ok('rejection' in answer, 'the event was accepted')
          assert.equal(answer.rejection.code, code, answer.rejection.message)
          assert.deepEqual(Object.keys(answer), ['rejection'])
          return answer.rejection.message
        },
      }
    },
  }
}
