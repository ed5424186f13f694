import { expect, test } from 'vitest'
import { succeeded } from '../../src/action/outcome.js'
import { createActionRegistry } from '../../src/catalog/action-registry.js'
import { createCatalog } from '../../src/catalog/catalog.js'
import { memoryPorts } from '../../src/memory/index.js'
import { createOrchestrator } from '../../src/orchestrator.js'
import type { Commit, IdempotencyKey, RequestStore } from '../../src/ports/request-store.js'
import { ada, documentOf, root, scripted } from './engine-fixture.js'

const document = documentOf(`
      - { id: one, type: first, config: { text: "{{fields.name}}" } }`)

/** A store over a transaction of somebody else's: what is submitted is there when they commit, and not before. */
const transactionOver = (requests: RequestStore) => {
  const pending: { readonly commit: Commit; readonly idempotency: IdempotencyKey | undefined }[] = []
  const store: Pick<RequestStore, 'submit' | 'recall' | 'load'> = {
    submit: (commit, idempotency) => {
      pending.push({ commit, idempotency })
      return Promise.resolve({ kind: 'accepted' })
    },
    recall: requests.recall,
    load: requests.load,
  }
  return { store, pending, commit: async () => { for (const { commit, idempotency } of pending.splice(0)) await requests.submit(commit, idempotency) } }
}

/** Its own looks are an hour apart: what happens is by `wake`. */
const engine = async () => {
  const ran: string[] = []
  const first = scripted('first', { run: ({ key }) => { ran.push(key); return succeeded({}) } })
  const ports = memoryPorts()
  const catalog = createCatalog([{ path: 'test-item.yaml', source: document }], { profile: 'compat', actions: createActionRegistry([first]), templateEnv: [] })
  const orchestrator = createOrchestrator({ catalog, actions: [first], ports, options: { pollMs: 3_600_000 } })
  await orchestrator.start()
  return { orchestrator, requests: ports.requests, ran }
}

const command = { caller: ada, itemId: 'test-item', fields: { name: 'one' } }

test('a submission in a transaction of the caller is queued without a claim, and carried out after its commit', async () => {
  const { orchestrator, requests, ran } = await engine()
  const transaction = transactionOver(requests)
  const answer = await orchestrator.submit(command, { requests: transaction.store })
  expect(answer).toMatchObject({ kind: 'accepted', request: { request: { status: { state: 'queued' } } } })
  expect(transaction.pending).toMatchObject([{ commit: { claim: 'keep', wakeAt: expect.any(Number) as number } }])
  const id = transaction.pending[0]?.commit.after.id ?? ''
  orchestrator.wake()
  expect([await orchestrator.find(id, root), ran, orchestrator.health().carried]).toEqual([undefined, [], 0])
  await transaction.commit()
  orchestrator.wake()
  expect((await orchestrator.wait(id, root, 5_000))?.request.status.state).toBe('completed')
  expect(ran).toHaveLength(1)
  await orchestrator.stop()
})

test('an Idempotency-Key is looked up and answered through the caller\'s transaction', async () => {
  const { orchestrator, requests } = await engine()
  const idempotency = { route: 'POST /orders', key: 'k1', body: { name: 'one' } }
  const first = await orchestrator.submit({ ...command, idempotency })
  if (first.kind !== 'accepted') throw new Error(JSON.stringify(first))
  const asked: string[] = []
  const store: Pick<RequestStore, 'submit' | 'recall' | 'load'> = {
    submit: (commit, key) => { asked.push('submit'); return requests.submit(commit, key) },
    recall: (key) => { asked.push('recall'); return requests.recall(key) },
    load: (id) => { asked.push('load'); return requests.load(id) },
  }
  expect(await orchestrator.submit({ ...command, idempotency }, { requests: store })).toMatchObject({ kind: 'replayed', request: { request: { id: first.request.request.id } } })
  expect(await orchestrator.submit({ ...command, itemId: 'gone', idempotency }, { requests: store })).toMatchObject({ kind: 'replayed' })
  expect(asked).toEqual(['submit', 'load', 'recall', 'load'])
  await orchestrator.stop()
})
