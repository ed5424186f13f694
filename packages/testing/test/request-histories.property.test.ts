import { replay } from '@pao/core'
import { memoryStores } from '@pao/core/memory'
import { aSubmission, given, virtualClock } from '@pao/testing'
import { requestHistories } from '@pao/testing/arbitraries'
import fc from 'fast-check'
import { expect, test } from 'vitest'

test('every history is one that the machine accepts, and they reach every state', () => {
  const states = new Set<string>()
  const steps = new Set<string>()
  fc.assert(fc.property(requestHistories, (history) => {
    const request = replay(history)
    expect(request.version).toBe(history.length)
    states.add(request.status.state)
    for (const { state } of request.steps) steps.add(state)
  }), { numRuns: 1_000, seed: 7 })
  expect([...states].toSorted()).toEqual(['aborted', 'cancelled', 'cancelling', 'completed', 'escalated', 'failed', 'in_progress', 'pending_approval', 'queued', 'rejected'])
  expect([...steps].toSorted()).toEqual(['compensated', 'compensating', 'completed', 'failed', 'in_progress', 'pending', 'retrying', 'skipped', 'waiting'])
})

test('the same seed gives the same histories', () => {
  const sample = () => fc.sample(requestHistories, { numRuns: 20, seed: 3 })
  expect(sample()).toEqual(sample())
})

test('given takes any of them, and a store gives back what came of it', async () => {
  await fc.assert(fc.asyncProperty(requestHistories, async (history) => {
    const last = history.at(-1)
    if (last === undefined) return
    const { request } = given(...history.slice(0, -1)).when(last).then({ version: history.length })
    const { requests } = memoryStores(virtualClock())
    await requests.submit(aSubmission(request))
    expect((await requests.load(request.id))?.request).toEqual(request)
  }), { numRuns: 50 })
})
