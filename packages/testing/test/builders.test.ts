import { createOrchestrator } from '@pao/core'
import { fatal, succeeded } from '@pao/core/action'
import { memoryPorts, memoryStores } from '@pao/core/memory'
import { aCatalog, anAction, anItem, aRequest, aSubmission, virtualClock } from '@pao/testing'
import { describe, expect, test } from 'vitest'

const ada = { id: 'ada', teams: ['payments'], roles: [] }
const administrator = { id: 'root', teams: [], administrator: true }

/** Orders the item and lets virtual time pass until it has come to rest. */
const ordered = async (actions: readonly ReturnType<typeof anAction>[], item = anItem({ steps: [{ id: 'make', type: 'test-action', config: { text: '{{fields.name}}' } }] })) => {
  const clock = virtualClock()
  const orchestrator = createOrchestrator({ catalog: aCatalog([item], actions), actions, ports: memoryPorts({ clock }) })
  await orchestrator.start()
  const answer = await clock.until(orchestrator.submit({ caller: ada, itemId: 'test-item', fields: { name: 'orders' } }))
  if (answer.kind !== 'accepted') throw new Error(JSON.stringify(answer))
  const view = await clock.until(orchestrator.wait(answer.request.request.id, administrator, 60_000))
  await clock.until(orchestrator.stop())
  return view?.request
}

describe('builders', () => {
  test('an item with an action can be ordered, and is carried out in virtual time', async () => {
    expect(await ordered([anAction()])).toMatchObject({ status: { state: 'completed' }, steps: [{ id: 'make', output: { text: 'orders' } }] })
  })

  test('an action does what the test says', async () => {
    const failing = anAction({ effect: 'create', run: async () => { throw fatal('REFUSED', 'no') } })
    expect(await ordered([failing])).toMatchObject({ status: { state: 'failed' }, steps: [{ failure: { code: 'REFUSED' } }] })
    const other = anAction({ type: 'other', run: async () => succeeded({ id: 7 }) })
    const item = anItem({ version: '2.0.0', steps: [{ id: 'one', type: 'other' }, { id: 'two', type: 'test-action', dependsOn: ['one'], config: { of: '{{output.one.id}}' } }] })
    expect(await ordered([anAction(), other], item)).toMatchObject({ accepted: { subject: { version: '2.0.0' } }, steps: [{ output: { id: 7 } }, { id: 'two', output: { of: 7 } }] })
  })

  test('a catalog that cannot be ordered from fails the test, and says why', () => {
    expect(() => aCatalog([anItem({ steps: [{ id: 'make', type: 'nowhere' }] })], [anAction()])).toThrow(/the catalog of this test has issues:\ntest-item\.yaml: .*nowhere/)
    expect(() => aCatalog([], [anAction({ type: 'Not Kebab' })])).toThrow(/action Not Kebab/)
  })

  test('requests and submissions are valid, and each its own', async () => {
    const stores = memoryStores(virtualClock())
    const [one, two] = [aRequest({ steps: ['a', 'b', 'c'], requesterId: 'grace' }), aRequest()]
    expect(one.id).not.toBe(two.id)
    for (const request of [one, two]) {
      expect(await stores.requests.submit(aSubmission(request))).toEqual({ kind: 'accepted' })
      expect((await stores.requests.load(request.id))?.request).toEqual(request)
    }
  })
})
