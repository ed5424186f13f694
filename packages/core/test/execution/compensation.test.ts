import { expect, test } from 'vitest'
import { type ActionContext, defineAction } from '../../src/action/action.js'
import { fatal } from '../../src/action/action-failure.js'
import { type Outcome, parked, succeeded } from '../../src/action/outcome.js'
import type { Json, JsonObject } from '../../src/json.js'
import { ada, documentOf, scripted } from './engine-fixture.js'
import { virtualWorld } from './virtual-engine.js'

const makes = (undone: Json[], run: (context: ActionContext<JsonObject>) => Promise<Outcome>, more: object = {}) => defineAction<JsonObject, Json>({
  ...scripted('first', { effect: 'create', run, reconcile: async () => ({ kind: 'absent' }) }),
  effect: 'create',
  reconcile: async () => ({ kind: 'absent' }),
  compensate: async (_context, done) => { undone.push(done) },
  ...more,
})

const refuses = scripted('second', { run: async () => { throw fatal('REFUSED', 'no') } })
const STEPS = '      - { id: make, type: first, config: {} }\n      - { id: refuse, type: second, config: {} }'

const failed = async (actions: Parameters<ReturnType<typeof virtualWorld>['engine']>[0], steps = STEPS) => {
  const world = virtualWorld(documentOf(steps))
  const orchestrator = await world.engine(actions)
  const requestId = await world.submit(orchestrator)
  await world.reaches(requestId, ['failed'])
  return { world, orchestrator, requestId }
}

test('an abort that asks for it takes back what a completed step has given', async () => {
  const undone: Json[] = []
  const { world, orchestrator, requestId } = await failed([makes(undone, async () => succeeded({ id: 'q-1' })), refuses])
  await orchestrator.abort({ caller: ada, requestId, reason: 'not wanted any more', compensate: true })
  const ended = await world.reaches(requestId, ['aborted'])
  expect(undone).toEqual([{ id: 'q-1' }])
  expect(ended.steps[0]).toMatchObject({ state: 'compensated', output: { id: 'q-1' } })
})

test('an abort that does not ask for it leaves what exists', async () => {
  const undone: Json[] = []
  const { world, orchestrator, requestId } = await failed([makes(undone, async () => succeeded({ id: 'q-1' })), refuses])
  await orchestrator.abort({ caller: ada, requestId, reason: 'not wanted any more' })
  const ended = await world.reaches(requestId, ['aborted'])
  expect(undone).toEqual([])
  expect(ended.steps[0]).toMatchObject({ state: 'completed' })
})

test('a step that had made something and not ended is taken back without an output', async () => {
  const undone: Json[] = []
  const wait = async (): Promise<Outcome> => parked({ until: 'time', at: 0 })
  const { world, orchestrator, requestId } = await failed([makes(undone, wait, { resume: async () => { throw fatal('GONE', 'it is gone') } })], '      - { id: make, type: first, config: {} }')
  await orchestrator.abort({ caller: ada, requestId, reason: 'not wanted any more', compensate: true })
  await world.reaches(requestId, ['aborted'])
  expect(undone).toEqual([null])
})
