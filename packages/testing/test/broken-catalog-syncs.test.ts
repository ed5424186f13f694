import type { CatalogSyncs, SyncClaim } from '@pao/core/ports'
import { catalogSyncsContract } from '@pao/testing'
import type { Break } from './broken-stores.js'
import { brokenStores, secondOwner } from './broken-stores.js'
import { memoryFixture } from './memory-fixture.js'
import { refusesMutants } from './mutants.js'

interface BrokenAdapter { readonly law: string; readonly refusedBy: string | readonly string[]; readonly broken: Break }

const syncs = (change: (one: CatalogSyncs) => Partial<CatalogSyncs>): Break => (stores) => ({ syncs: { ...stores.syncs, ...change(stores.syncs) } })

const brokenSyncs: readonly BrokenAdapter[] = [
  { law: '1: everybody gets a claim', refusedBy: ['one owner has the claim until it is released or its lease runs out', 'of claims at once one is given'],
    broken: syncs((one) => ({ claim: async (owner, leaseMs) => await one.claim(owner, leaseMs) ?? { owner, epoch: 99 } })) },
  { law: '1: a release frees the claim of another', refusedBy: 'one owner has the claim until it is released or its lease runs out',
    broken: syncs((one) => {
      let held: SyncClaim | undefined
      return { claim: async (owner, leaseMs) => { const claim = await one.claim(owner, leaseMs); held = claim ?? held; return claim }, release: async () => { if (held !== undefined) await one.release(held) } }
    }) },
  { law: '1: a renewal is not kept', refusedBy: 'a renewed lease lasts; a lapsed one that nobody took still counts', broken: syncs(() => ({ renew: async () => true })) },
  { law: '2: no fence', refusedBy: 'a record without the claim, or out of turn, changes nothing',
    broken: syncs((one) => ({ record: async (_claim, sync, change) => { const claim = await one.claim(secondOwner, 60_000); return claim === undefined ? 'claim-lost' : one.record(claim, sync, change) } })) },
  { law: '2: whatever number', refusedBy: 'a record without the claim, or out of turn, changes nothing',
    broken: syncs((one) => ({ record: async (claim, sync, change) => one.record(claim, { ...sync, number: ((await one.state()).latest?.number ?? 0) + 1 }, change) })) },
  { law: '2: a repetition is refused', refusedBy: 'the same record again says recorded and changes nothing',
    broken: syncs((one) => ({ record: async (claim, sync, change) => (await one.state()).latest?.number === sync.number ? 'claim-lost' : one.record(claim, sync, change) })) },
  { law: '3: withdraws nothing', refusedBy: 'served gives the last version of each item; sources gives every version that was recorded',
    broken: syncs((one) => ({ record: (claim, sync, change) => one.record(claim, sync, { ...change, withdraw: [] }) })) },
  { law: '4: only what is served now', refusedBy: 'versions tells from when until when each one was served, the newest first',
    broken: syncs((one) => ({ versions: async (itemId, limit) => (await one.versions(itemId, limit)).filter(({ withdrawnAt }) => withdrawnAt === undefined) })) },
  { law: '4: the oldest first', refusedBy: 'versions tells from when until when each one was served, the newest first',
    broken: syncs((one) => ({ versions: async (itemId, limit) => (await one.versions(itemId, limit)).toReversed() })) },
  { law: '5: what is gone stays found', refusedBy: 'findings gives what is wrong now; validations what was found, each change once',
    broken: syncs((one) => ({ record: (claim, sync, change) => one.record(claim, sync, { ...change, forget: [] }) })) },
  { law: '5: only what the last sync named', refusedBy: 'what no sync names stays found, and a file keeps its last validations alone',
    broken: syncs((one) => {
      let named: readonly string[] = []
      return {
        record: (claim, sync, change) => { named = change.findings.map(({ path }) => path); return one.record(claim, sync, change) },
        findings: async () => (await one.findings()).filter(({ path }) => named.includes(path)),
      }
    }) },
  { law: '6: a problem stays', refusedBy: 'checked notes when the source was read, or why it was not; a record ends the problem',
    broken: syncs((one) => {
      let last: string | undefined
      return { checked: (claim, at, problem) => { last = problem ?? last; return one.checked(claim, at, last) } }
    }) },
  { law: '7: asks, then notes', refusedBy: 'a delivery is new once, also when many ask at once, and again when it was forgotten',
    broken: syncs((one) => {
      const seen = new Set<string>()
      return { firstSeen: async (host, id, at) => { const first = !seen.has(host + id); await one.state(); seen.add(host + id); return first && at > 0 } }
    }) },
]

refusesMutants(catalogSyncsContract, memoryFixture, brokenSyncs.map(({ law, refusedBy, broken }) => brokenStores(law, refusedBy, broken)))
