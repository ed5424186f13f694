import { expect } from 'vitest'
import { PaoError } from '../../src/errors.js'
import { commitOf } from '../../src/execution/commit-events.js'
import { systemIds } from '../../src/memory/index.js'
import { advance } from '../../src/request/advance.js'
import type { RequestEvent } from '../../src/request/request-event.js'
import { documentOf } from './engine-fixture.js'
import { LEASE_MS, type VirtualWorld } from './virtual-engine.js'

export const away = (): PaoError => new PaoError('STORE_UNAVAILABLE', 'away', { retryable: true })
export const oneStep = documentOf('      - { id: one, type: first, config: { text: "{{fields.name}}" } }')
export const threeSteps = documentOf(['one', 'two', 'three'].map((id) => `      - { id: ${id}, type: first, config: { text: "{{fields.name}}" } }`).join('\n'))
const nobody = 'nobody'

/** Something that a test ends when it wants to. */
export const gate = <Value>() => {
  let open = (_value: Value): void => undefined
  const opened = new Promise<Value>((resolve) => { open = resolve })
  return { opened, open: (value: Value) => { open(value) } }
}

/** Writes an event as somebody outside the claim would. */
export const applyOutside = async ({ stores }: VirtualWorld, requestId: string, event: RequestEvent): Promise<void> => {
  const stored = await stores.requests.load(requestId)
  if (stored === undefined) throw new Error('not stored')
  const advanced = advance(stored.request, event, undefined)
  if ('rejection' in advanced) throw new Error(advanced.rejection.message)
  const answer = await stores.requests.commit(commitOf(
    { before: stored.request, after: advanced.request, events: advanced.events, effects: advanced.effects, logs: [], chainHash: stored.chainHash },
    { owner: nobody, claim: 'keep', leaseMs: LEASE_MS }, systemIds(),
  ))
  expect(answer.kind).toBe('committed')
}
