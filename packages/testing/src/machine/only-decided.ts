import assert from 'node:assert/strict'
import { createHook } from 'node:async_hooks'
import type { RequestEvent, ServiceRequest, Transition } from '@pao/core'
import type { Machine } from './machine.js'

/** What began (promises, timers, sockets …) while the function ran. */
const begunBy = <T>(run: () => T): { readonly answer: T; readonly begun: readonly string[] } => {
  const begun: string[] = []
  const hook = createHook({ init: (_id, type) => { begun.push(type) } })
  hook.enable()
  try {
    return { answer: run(), begun }
  } finally {
    hook.disable()
  }
}

/** Asks the machine and asserts that it only decided: no work began, and the answer is plain data and the same twice. */
export const onlyDecided = (machine: Machine, before: ServiceRequest | undefined, event: RequestEvent): Transition => {
  const { answer, begun } = begunBy(() => machine(before, event))
  assert.deepEqual(begun, [], `the machine began work of its own: ${begun.join(', ')}`)
  // A function or a promise in an answer cannot be cloned.
  assert.doesNotThrow(() => structuredClone(answer), 'the answer is not plain data')
  assert.deepEqual(machine(before, event), answer, 'the same event gives another answer the second time')
  return answer
}
