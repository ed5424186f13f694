import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { memoryStores, silentLogger, systemClock } from '@pao/core/memory'
import type { CatalogSource } from '@pao/core/ports'
import { expect, onTestFinished, test } from 'vitest'
import { folderCatalogSource } from '../src/folder-catalog-source.js'
import { createServedCatalog } from '../src/served-catalog.js'
import { documentOf } from './api-fixture.js'

test('no refresh reads while another one reads or stores', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'pao-refreshes-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  await writeFile(join(directory, 'item-one.yaml'), documentOf({ id: 'item-one' }))
  let [under, most] = [0, 0]
  const alone = async <Answer>(work: () => Promise<Answer>): Promise<Answer> => {
    under += 1
    most = Math.max(most, under)
    for (let turns = 0; turns < 5; turns += 1) await turn()
    return work().finally(() => { under -= 1 })
  }
  const folder = folderCatalogSource(directory)
  const source: CatalogSource = { ...folder, read: (signal) => alone(() => folder.read(signal)) }
  const { syncs } = memoryStores()
  const catalog = createServedCatalog({
    source, profile: 'compat', templateEnv: [], sealing: true, clock: systemClock(), logger: silentLogger(), actions: [],
    owner: 'replica', architectureTeam: 'architecture', syncs: { ...syncs, record: (...given) => alone(() => syncs.record(...given)) },
  })
  const first = catalog.refresh({ rebuild: true })
  await turn()
  await Promise.all([first, catalog.refresh({ rebuild: true }), catalog.refresh({ rebuild: true }), catalog.follow()])
  expect(most).toBe(1)
})
