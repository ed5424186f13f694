import assert from 'node:assert/strict'
import type { CatalogDefinition } from '@pao/core/ports'
import type { Contract, ContractCase } from './contract.js'
import { sha256 } from './sha256.js'
import type { StoresFixture } from './stores-fixture.js'

/** A definition with characters of several bytes in it. */
export const aDefinition = (itemId: string, version: string): CatalogDefinition => {
  const source = `metadata: { id: ${itemId}, version: ${version} } # “é”\n`
  return { hash: sha256(source), kind: 'CatalogItem', itemId, version, path: `databases/${itemId}.yaml`, source }
}

const kept: ContractCase<StoresFixture> = {
  name: 'every definition that was kept is found, and no other',
  law: '1',
  run: async (create) => {
    const { definitions } = await create()
    const [first, second, other] = [aDefinition('postgresql', '1.0.0'), aDefinition('postgresql', '1.1.0'), aDefinition('dns', '2.0.0')]
    await definitions.keep([first, other], 1_000)
    await definitions.keep([second], 2_000)
    for (const one of [first, second, other]) assert.deepEqual(await definitions.find(one.hash), one)
    assert.equal(await definitions.find(sha256('unknown')), undefined)
  },
}

const servedOnce: ContractCase<StoresFixture> = {
  name: 'what a sync recorded is found, also when it was withdrawn; keeping serves nothing',
  law: '1',
  run: async (create) => {
    const { definitions, syncs } = await create()
    const claim = await syncs.claim('replica', 60_000)
    assert(claim !== undefined)
    const definition = aDefinition('postgresql', '1.0.0')
    const nothing = { serve: [], withdraw: [], findings: [], forget: [] }
    await syncs.record(claim, { number: 1, revision: 'a', at: 1_000, files: 1 }, { ...nothing, serve: [definition] })
    await syncs.record(claim, { number: 2, revision: 'b', at: 2_000, files: 0 }, { ...nothing, withdraw: ['postgresql'] })
    await definitions.keep([aDefinition('dns', '1.0.0')], 3_000)
    assert.deepEqual(await definitions.find(definition.hash), definition)
    assert.deepEqual(await syncs.served(), [])
  },
}

const keptAgain: ContractCase<StoresFixture> = {
  name: 'the same definition may be kept twice, in one call too; the last path is its path',
  law: '2',
  run: async (create) => {
    const { definitions } = await create()
    const first = aDefinition('postgresql', '1.0.0')
    const moved = { ...first, path: 'elsewhere/postgresql.yaml' }
    for (const given of [[first], [first, first], [moved]]) await definitions.keep(given, 1_000)
    assert.deepEqual(await definitions.find(first.hash), moved)
  },
}

/** The laws of port CatalogDefinitions. */
export const catalogDefinitionsContract: Contract<StoresFixture> = { port: 'CatalogDefinitions', cases: [kept, servedOnce, keptAgain] }
