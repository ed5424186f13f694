import assert from 'node:assert/strict'
import type { CatalogDefinition } from '@pao/core/ports'
import type { Contract, ContractCase } from './contract.js'
import { sha256 } from './sha256.js'
import type { StoresFixture } from './stores-fixture.js'

const definition = (itemId: string, version: string): CatalogDefinition => {
  const source = `metadata: { id: ${itemId}, version: ${version} } # “é”\n`
  return { hash: sha256(source), kind: 'CatalogItem', itemId, version, path: `databases/${itemId}.yaml`, source }
}

const byItem = (definitions: readonly CatalogDefinition[]): readonly CatalogDefinition[] => definitions.toSorted((a, b) => a.itemId < b.itemId ? -1 : 1)

const lastServed: ContractCase<StoresFixture> = {
  name: 'served gives the last definition of each item, find every one that was served',
  law: '1, 2',
  run: async (create) => {
    const { definitions } = await create()
    const [first, second, other] = [definition('postgresql', '1.0.0'), definition('postgresql', '1.1.0'), definition('dns', '2.0.0')]
    assert.deepEqual(await definitions.served(), [])
    await definitions.serve([first, other], 1_000)
    await definitions.serve([second], 2_000)
    assert.deepEqual(byItem(await definitions.served()), [other, second])
    for (const one of [first, second, other]) assert.deepEqual(await definitions.find(one.hash), one)
    assert.equal(await definitions.find(sha256('unknown')), undefined)
  },
}

const servedAgain: ContractCase<StoresFixture> = {
  name: 'an earlier definition can be served again, and the same one twice',
  law: '2',
  run: async (create) => {
    const { definitions } = await create()
    const [first, second] = [definition('postgresql', '1.0.0'), definition('postgresql', '1.1.0')]
    for (const one of [first, first, second, first]) await definitions.serve([one], 1_000)
    assert.deepEqual(await definitions.served(), [first])
    const moved = { ...first, path: 'elsewhere/postgresql.yaml' }
    await definitions.serve([moved], 2_000)
    assert.deepEqual(await definitions.served(), [moved])
  },
}

const withdrawn: ContractCase<StoresFixture> = {
  name: 'what is withdrawn is served no more and still found',
  law: '2',
  run: async (create) => {
    const { definitions } = await create()
    const [gone, kept] = [definition('postgresql', '1.0.0'), definition('dns', '2.0.0')]
    await definitions.serve([gone, kept], 1_000)
    await definitions.withdraw(['postgresql', 'unknown'])
    assert.deepEqual(await definitions.served(), [kept])
    assert.deepEqual(await definitions.find(gone.hash), gone)
    await definitions.serve([gone], 3_000)
    assert.deepEqual(byItem(await definitions.served()), [kept, gone])
  },
}

/** The laws of port CatalogDefinitions. */
export const catalogDefinitionsContract: Contract<StoresFixture> = { port: 'CatalogDefinitions', cases: [lastServed, servedAgain, withdrawn] }
