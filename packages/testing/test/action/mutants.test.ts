import type { AnyAction } from '@pao/core/action'
import type { ActionWorld, Contract } from '@pao/testing'
import { actionContract } from '@pao/testing'
import { describe, expect, test } from 'vitest'
import { fakeQueues } from './fake-queues.js'
import { mutants } from './mutants.js'
import { declaration, queueAction } from './queue-action.js'

const cases = [{ title: 'a queue by name', config: { name: '{{fields.name}}' }, fields: { name: 'orders' }, edited: { name: 'invoices' } }]
const contractOf = (action: AnyAction, previous: readonly AnyAction[] = [declaration]): Contract<ActionWorld> => actionContract({ action, cases, previous })
const sound = contractOf({ ...queueAction(), version: '1.1.0' })

const caseOf = (contract: Contract<ActionWorld>, name: string) => contract.cases.find((each) => each.name === name)

describe('the contract of actions', () => {
  test('has a mutant for each of its rules', () => {
    const refused = new Set(mutants.map(({ refusedBy }) => refusedBy))
    expect(sound.cases.map(({ name }) => name).filter((name) => !refused.has(name)), 'rules without a mutant').toEqual([])
    expect([...refused].filter((name) => caseOf(sound, name) === undefined), 'rules that are none').toEqual([])
  })

  test.each(sound.cases)('lets the good one through: $name', ({ run }) => run(async () => fakeQueues()))

  test.each(mutants)('refuses an action that $breaks: $refusedBy', async ({ refusedBy, because, action }) => {
    const create = async (): Promise<ActionWorld> => {
      const vendor = fakeQueues()
      return { ...vendor, action: action(vendor) }
    }
    const own = action(fakeQueues())
    const refusing = caseOf(contractOf(own, own.version === '3.0.0' ? [] : [declaration]), refusedBy)
    await expect(refusing?.run(create)).rejects.toMatchObject({ code: 'ERR_ASSERTION', message: expect.stringMatching(because) as string })
  })
})
