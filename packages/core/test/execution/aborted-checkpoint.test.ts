import { expect, test } from 'vitest'
import { succeeded } from '../../src/action/outcome.js'
import type { Orchestrator } from '../../src/execution/orchestrator-api.js'
import { documentOf, scripted } from './engine-fixture.js'
import { virtualWorld } from './virtual-engine.js'

test('a checkpoint begins no work once its execution was aborted', async () => {
  const world = virtualWorld(documentOf('      - { id: make, type: first, config: {} }'))
  const done: string[] = []
  let aborted = new Promise<void>(() => undefined)
  let stopped: Promise<void> | undefined
  const action = scripted('first', { run: async ({ signal, checkpoint }) => {
    aborted = new Promise((resolve) => { signal.addEventListener('abort', () => { resolve() }) })
    await checkpoint('work', async () => { done.push('worked'); return null })
    return succeeded(null)
  } })
  const { checkpoints } = world.stores
  const engine: Orchestrator = await world.engine([action], { checkpoints: { ...checkpoints, load: async (scope) => {
    stopped = engine.stop({ graceMs: 2_000 })
    await aborted
    return checkpoints.load(scope)
  } } })
  await world.submit(engine)
  await world.clock.until(Promise.resolve(stopped))
  expect(done).toEqual([])
})
