import { actionContract, runContract } from '@pao/testing'
import { test } from 'vitest'
import { fakeQueues } from './fake-queues.js'
import { queueAction } from './queue-action.js'

runContract(actionContract({
  action: queueAction(),
  cases: [{ title: 'a queue by name', config: { name: '{{fields.name}}' }, fields: { name: 'orders' }, edited: { name: 'invoices' } }],
}), { test, create: async () => fakeQueues() })
