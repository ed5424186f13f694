import { runAction } from '@pao/testing'
import { expect, test } from 'vitest'
import { fakeQueues } from './fake-queues.js'
import { queueAction } from './queue-action.js'

const options = (vendor = fakeQueues()) => ({ config: { name: '{{fields.name}}' }, fields: { name: 'orders' }, secrets: { QUEUE_TOKEN: 'canary' }, http: vendor.http })

test('a step waits, is asked about, and ends', async () => {
  const vendor = fakeQueues()
  const waiting = await runAction(queueAction(), options(vendor))
  expect(waiting).toMatchObject({ state: 'waiting', references: [{ service: 'queues', id: 'q-1' }] })
  expect(waiting.checkpoints).toEqual(new Map([['queue', 'q-1']]))
  expect(waiting.log.map(({ message }) => message)).toEqual(['queue orders was asked for'])
  expect(waiting.calls.map(({ method, url }) => `${method} ${url}`)).toEqual(['POST https://queues.example.com/queues'])
  expect((await waiting.observe()).state).toBe('waiting')
  vendor.finish({ id: 'q-1' })
  const ended = await waiting.pass(120_000)
  expect(ended).toMatchObject({ state: 'succeeded', output: { id: 'q-1', url: 'https://queues.example.com/queues/q-1' }, request: { status: { state: 'completed' } } })
  expect(ended.points.map(({ when, port, name, mode }) => `${when} ${port} ${name} ${mode ?? ''}`)).toMatchInlineSnapshot(`
    [
      "before checkpoints (load) run",
      "after checkpoints (load) run",
      "before secrets QUEUE_TOKEN run",
      "after secrets QUEUE_TOKEN run",
      "before http POST https://queues.example.com/queues run",
      "after http POST https://queues.example.com/queues run",
      "before checkpoints queue run",
      "after checkpoints queue run",
      "before store step-parked ",
      "after store step-parked ",
      "before secrets QUEUE_TOKEN observe",
      "after secrets QUEUE_TOKEN observe",
      "before http GET https://queues.example.com/queues/q-1 observe",
      "after http GET https://queues.example.com/queues/q-1 observe",
      "before secrets QUEUE_TOKEN observe",
      "after secrets QUEUE_TOKEN observe",
      "before http GET https://queues.example.com/queues/q-1 observe",
      "after http GET https://queues.example.com/queues/q-1 observe",
      "before store signal-received, step-started ",
      "after store signal-received, step-started ",
      "before store step-succeeded ",
      "after store step-succeeded ",
    ]
  `)
})

test('a crash at each point, another process: one queue', async () => {
  const recorded = await (await runAction(queueAction(), options())).resume({ id: 'q-1' })
  expect(recorded.points.length).toBeGreaterThan(10)
  for (const { number } of recorded.points) {
    const vendor = fakeQueues()
    let run = await runAction(queueAction(), { ...options(vendor), crashAt: number })
    for (let turn = 0; turn < 4 && run.state !== 'succeeded'; turn += 1) run = run.state === 'waiting' ? await run.resume({ id: 'q-1' }, { crashAt: number }) : await run.again()
    expect([run.state, vendor.effects()]).toEqual(['succeeded', ['q-1']])
  }
})
