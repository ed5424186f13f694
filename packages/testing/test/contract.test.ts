import type { test as nodeTest } from 'node:test'
import type { Contract, TestRunner } from '@pao/testing'
import { notApplicable, runContract } from '@pao/testing'
import { expect, expectTypeOf, test } from 'vitest'

const contract: Contract<{ readonly value: number }> = {
  port: 'Example',
  cases: [
    { name: 'is one', law: '1', run: async (create) => { if ((await create()).value !== 1) throw new Error('not one') } },
    { name: 'is small', law: '2', run: async (create) => { if ((await create()).value > 9) throw new Error('not small') } },
  ],
}

/** A runner that only notes what was registered. */
const recorder = () => {
  const registered: { name: string; run: () => Promise<void> }[] = []
  const skipped: string[] = []
  const runner: TestRunner = Object.assign((name: string, run: () => Promise<void>) => { registered.push({ name, run }) }, {
    skip: (name: string) => { skipped.push(name) },
  })
  return { runner, registered, skipped }
}

test('registers each case, which fails for an adapter that breaks it', async () => {
  const { runner, registered } = recorder()
  runContract(contract, { test: runner, create: async () => ({ value: 2 }) })
  expect(registered.map(({ name }) => name)).toEqual(['Example: is one', 'Example: is small'])
  await expect(registered[0]!.run()).rejects.toThrow('not one')
  await expect(registered[1]!.run()).resolves.toBeUndefined()
})

test('a skip carries its reason', () => {
  const { runner, registered, skipped } = recorder()
  runContract(contract, { test: runner, create: async () => ({ value: 2 }), skip: { 'is one': 'this adapter counts from two' } })
  expect(registered).toHaveLength(1)
  expect(skipped).toEqual(['Example: is one (this adapter counts from two)'])
})

test.each([
  ['an unknown case', { 'is two': 'because' }, 'has no case "is two"'],
  ['a name of Object.prototype', { toString: 'because' }, 'has no case "toString"'],
  ['an empty reason', { 'is one': ' ' }, 'needs a reason'],
])('skipping %s throws', (_, skip, message) => {
  const { runner } = recorder()
  expect(() => runContract(contract, { test: runner, create: async () => ({ value: 1 }), skip })).toThrow(message)
})

test('the runners of vitest and node:test fit as they are', () => {
  expectTypeOf<typeof test>().toExtend<TestRunner>()
  expectTypeOf<typeof nodeTest>().toExtend<TestRunner>()
})

test('a case that does not apply is skipped with its reason, and fails where the runner cannot show that', async () => {
  const { runner, registered } = recorder()
  runContract({ port: 'Example', cases: [{ name: 'waits', law: '1', run: () => Promise.reject(notApplicable('it never waits')) }] }, { test: runner, create: async () => undefined })
  const reasons: string[] = []
  await (registered[0]!.run as (test: { skip(reason: string): void }) => Promise<void>)({ skip: (reason) => { reasons.push(reason) } })
  expect(reasons).toEqual(['not applicable: it never waits'])
  await expect(registered[0]!.run()).rejects.toThrow('it never waits')
})
