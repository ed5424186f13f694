import { memoryStores } from '@pao/core/memory'
import { performStoreRun, storeRuns } from '@pao/testing/arbitraries'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { PostgresFixture } from './postgres-fixture.js'
import { createPostgresFixture } from './postgres-fixture.js'

let fixture: PostgresFixture
beforeAll(async () => { fixture = await createPostgresFixture() })
afterAll(() => fixture.close())

test('any calls in any order answer and store the same as the memory adapters', async () => {
  const seen = new Set<string>()
  await fc.assert(fc.asyncProperty(storeRuns, async (run) => {
    const postgres = await fixture.create()
    const model = await performStoreRun({ ...memoryStores(), now: postgres.now, elapse: postgres.elapse }, run)
    for (const answer of model.answers) seen.add(kindOf(answer))
    expect(await performStoreRun(postgres, run)).toStrictEqual(model)
  }), { numRuns: 60 })
  expect([...seen]).toEqual(expect.arrayContaining(['accepted', 'replayed', 'committed', 'claim-lost', 'conflict', 'INVARIANT', 'true', 'false']))
}, 60_000)

const kindOf = (answer: unknown): string => {
  if (typeof answer !== 'object' || answer === null) return String(answer)
  return String((answer as { kind?: string }).kind ?? (answer as { refused?: string }).refused ?? 'list')
}
