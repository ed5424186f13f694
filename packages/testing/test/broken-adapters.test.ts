import type { Claims, Commit, RequestStore, StepCheckpoints, StepLogs } from '@pao/core/ports'
import type { Contract, StoresFixture } from '@pao/testing'
import { catalogDefinitionsContract, claimsContract, requestStoreContract, stepCheckpointsContract, stepLogsContract } from '@pao/testing'
import { describe, expect, test } from 'vitest'
import { memoryFixture } from './memory-fixture.js'

type Break = (stores: StoresFixture) => Partial<StoresFixture>

interface BrokenAdapter { readonly law: string; readonly refusedBy: string; readonly broken: Break }

const requests = (change: (store: RequestStore, stores: StoresFixture) => Partial<RequestStore>): Break =>
  (stores) => ({ requests: { ...stores.requests, ...change(stores.requests, stores) } })
const claims = (change: (one: Claims, stores: StoresFixture) => Partial<Claims>): Break =>
  (stores) => ({ claims: { ...stores.claims, ...change(stores.claims, stores) } })
const checkpoints = (change: (one: StepCheckpoints) => Partial<StepCheckpoints>): Break =>
  (stores) => ({ checkpoints: { ...stores.checkpoints, ...change(stores.checkpoints) } })
const logs = (change: (one: StepLogs) => Partial<StepLogs>): Break => (stores) => ({ logs: { ...stores.logs, ...change(stores.logs) } })

const withoutEpoch = ({ epoch, ...commit }: Commit): Commit => commit

const brokenRequestStores: readonly BrokenAdapter[] = [
  {
    law: '1: everything or nothing', refusedBy: 'commit writes request, steps, history, logs and expected signals',
    broken: requests((store) => ({ commit: (commit) => store.commit({ ...commit, logs: [] }) })),
  },
  {
    law: '1: expected signals too', refusedBy: 'submit writes request, steps, history, logs and expected signals',
    broken: requests((store) => ({ submit: (commit, key) => store.submit({ ...commit, effects: [] }, key) })),
  },
  {
    law: '2: no epoch check', refusedBy: 'commit with a stale epoch changes no row: claim-lost',
    broken: requests((store) => ({ commit: (commit) => store.commit(withoutEpoch(commit)) })),
  },
  {
    law: '2: no owner check', refusedBy: 'commit under the epoch of another owner: claim-lost',
    broken: requests((store) => ({ commit: (commit) => store.commit({ ...commit, owner: 'b52c0a3c-9d0e-4f4e-8a55-0d8a3a3f7c01' }) })),
  },
  {
    law: '2: no version check', refusedBy: 'commit with a stale version changes no row: conflict, with the version',
    broken: requests((store) => ({
      commit: async (commit) => store.commit({ ...commit, expectedVersion: (await store.load(commit.after.id))?.request.version ?? 0 }),
    })),
  },
  {
    law: '2: conflict before claim-lost', refusedBy: 'commit with a stale epoch and a stale version: claim-lost',
    broken: requests((store) => ({
      commit: async (commit) => {
        const version = (await store.load(commit.after.id))?.request.version ?? 0
        return version === commit.expectedVersion ? store.commit(commit) : { kind: 'conflict', version }
      },
    })),
  },
  {
    law: '3: outside events take over', refusedBy: 'commit without epoch under a live claim (take) leaves the claim',
    broken: requests((store, stores) => ({
      commit: async (commit) => {
        const answer = await store.commit(commit)
        if (commit.epoch !== undefined || commit.claim !== 'take') return answer
        await stores.elapse(commit.leaseMs ?? 0)
        await stores.elapse(1)
        await stores.claims.claimLost({ owner: commit.owner, limit: 100, leaseMs: 1_000 })
        return answer
      },
    })),
  },
  {
    law: '3: take does not take', refusedBy: 'commit with take gets a free claim under a higher epoch',
    broken: requests((store) => ({ commit: (commit) => store.commit({ ...commit, claim: commit.claim === 'take' ? 'keep' : commit.claim }) })),
  },
  {
    law: '3: a commit never prolongs', refusedBy: 'commit under the claim prolongs it by its lease, and leaves it without one',
    broken: requests((store) => ({ commit: ({ leaseMs, ...commit }) => store.commit(commit) })),
  },
  {
    law: '4: keys forgotten', refusedBy: 'submit with a known key writes nothing and names the first request (one after the other)',
    broken: requests((store) => ({ submit: (commit) => store.submit(commit) })),
  },
  {
    law: '4: key looked up before it is written', refusedBy: 'of concurrent submissions with one key exactly one is accepted',
    broken: requests((store) => {
      const known = new Map<string, { readonly requestId: string; readonly bodyHash: string }>()
      return {
        submit: async (commit, key) => {
          const first = key === undefined ? undefined : known.get(key.key)
          if (first !== undefined) return { kind: 'replayed', requestId: first.requestId, sameBody: first.bodyHash === key?.bodyHash }
          const answer = await store.submit(commit)
          if (key !== undefined) known.set(key.key, { requestId: commit.after.id, bodyHash: key.bodyHash })
          return answer
        },
      }
    }),
  },
  {
    law: '4: the body is not compared', refusedBy: 'submit with a known key and another body says so',
    broken: requests((store) => ({
      submit: async (commit, key) => {
        const answer = await store.submit(commit, key)
        return answer.kind === 'replayed' ? { ...answer, sameBody: true } : answer
      },
    })),
  },
  {
    law: '4: the principal is not part of the key', refusedBy: 'the same key of another principal or route is another key',
    broken: requests((store) => ({ submit: (commit, key) => store.submit(commit, key && { ...key, principal: 'anybody' }) })),
  },
  {
    law: '5: a repeated commit is a conflict', refusedBy: 'commit called again with the same id is applied once, also behind a later one',
    broken: requests((store) => {
      const seen = new Set<string>()
      return {
        commit: async (commit) => {
          if (seen.has(commit.commitId)) return { kind: 'conflict', version: commit.expectedVersion + 1 }
          seen.add(commit.commitId)
          return store.commit(commit)
        },
      }
    }),
  },
  {
    law: '6: the ledger is not stored', refusedBy: 'load gives a retried request back with its new revision, iterations, approvals and ledger',
    broken: requests((store) => ({
      load: async (id) => {
        const stored = await store.load(id)
        return stored && { ...stored, request: { ...stored.request, ledger: [] } }
      },
    })),
  },
  {
    law: '7: find asks nobody', refusedBy: 'find and list show a request to its requester, its teams and administrators, and to nobody else',
    broken: requests((store) => ({ find: (id) => store.load(id) })),
  },
  {
    law: '7: list shows all', refusedBy: 'find and list show a request to its requester, its teams and administrators, and to nobody else',
    broken: requests((store) => ({ list: (query) => store.list({ ...query, viewer: { id: 'root', teams: [], administrator: true } }) })),
  },
  {
    law: '7: team shows own', refusedBy: 'list keeps own requests and those of the team apart',
    broken: requests((store) => ({ list: (query) => store.list({ ...query, scope: 'visible' }) })),
  },
  {
    law: '8: pages by the instant alone', refusedBy: 'list walks every row that was there exactly once, under concurrent inserts',
    broken: requests((store) => ({
      list: (query) => store.list({ ...query, ...(query.after === undefined ? {} : { after: { ...query.after, id: '' } }) }),
    })),
  },
  {
    law: '9: never forgets a reference', refusedBy: 'expecting names the step that waits for a reference, until it waits no more',
    broken: requests((store) => {
      const known = new Map<string, { readonly requestId: string; readonly step: string }>()
      return {
        expecting: async (service, reference) => {
          const found = await store.expecting(service, reference)
          if (found !== undefined) known.set(`${service} ${reference}`, found)
          return known.get(`${service} ${reference}`)
        },
      }
    }),
  },
  {
    law: '10: strands', refusedBy: 'commit that would strand the request is refused whole',
    broken: requests((store) => ({ commit: (commit) => store.commit(commit.wakeAt === undefined ? { ...commit, wakeAt: 1 } : commit) })),
  },
]

const brokenClaims: readonly BrokenAdapter[] = [
  { law: '1: the epoch stays', refusedBy: 'each new claim of a request has a higher epoch than all before',
    broken: claims((one) => ({
      claimDue: async (options) => (await one.claimDue(options)).map((claim) => ({ ...claim, epoch: 1 })),
      release: async (options) => { for (let epoch = 1; epoch < 9; epoch += 1) if (await one.release({ ...options, epoch })) return true; return false },
    })) },
  { law: '2: takes what is not due', refusedBy: 'claimDue leaves what is due later, until it is; nextDue says when',
    broken: claims((one, stores) => ({ claimDue: async (options) => { await stores.elapse(1_500); return one.claimDue(options) } })) },
  { law: '2: no order', refusedBy: 'claimDue takes higher priority first, then what is longest due, and no more than its limit',
    broken: claims((one) => ({ claimDue: async (options) => (await one.claimDue(options)).toReversed() })) },
  { law: '2: no limit', refusedBy: 'claimDue takes higher priority first, then what is longest due, and no more than its limit',
    broken: claims((one) => ({ claimDue: (options) => one.claimDue({ ...options, limit: 100 }) })) },
  { law: '2: takes live leases over', refusedBy: 'claimLost takes over leases that ran out, under a higher epoch, and no others',
    broken: claims((one, stores) => ({ claimLost: async (options) => { await stores.elapse(100_000); return one.claimLost(options) } })) },
  { law: '2: reads before it claims', refusedBy: 'concurrent claimDue never give one request twice',
    broken: claims((one) => {
      const recent: { readonly requestId: string; readonly epoch: number }[] = []
      return { claimDue: async (options) => { const found = await one.claimDue(options); recent.push(...found); return recent.slice(0, options.limit) } }
    }) },
  { law: '3: renews what is lost', refusedBy: 'renew prolongs, tells version and status, and leaves out what is lost',
    broken: claims((one) => ({
      renew: async (options) => options.requestIds.map((requestId) => ({ requestId, epoch: 1, version: 2, status: 'in_progress' })).concat((await one.renew(options)).slice(0, 0) as never),
    })) },
  { law: '3: does not prolong', refusedBy: 'renew saves a lease that ran out and that nobody took over',
    broken: claims((one) => ({ renew: (options) => one.renew({ ...options, leaseMs: -1 }) })) },
  { law: '4: release by anybody', refusedBy: 'release changes nothing unless owner and epoch are current',
    broken: claims((one) => ({ release: async (options) => { await one.release({ ...options, owner: 'b52c0a3c-9d0e-4f4e-8a55-0d8a3a3f7c01' }); return false } })) },
]

const brokenCheckpoints: readonly BrokenAdapter[] = [
  { law: '1: absence becomes null', refusedBy: 'what was saved is loaded: falsy values, null and absence apart',
    broken: checkpoints((one) => ({ save: (scope, name, value, claim) => one.save(scope, name, 'absent' in value ? { value: null } : value, claim) })) },
  { law: '1: the input does not matter', refusedBy: 'another request, step, iteration or input finds nothing',
    broken: checkpoints((one) => ({
      load: (scope) => one.load({ ...scope, inputHash: '' }), save: (scope, name, value, claim) => one.save({ ...scope, inputHash: '' }, name, value, claim),
    })) },
  { law: '2: no fence', refusedBy: 'save under a claim that is not current writes nothing: claim-lost',
    broken: checkpoints((one) => ({ save: (scope, name, value, claim) => one.save(scope, name, value, { ...claim, epoch: 1 }) })) },
  { law: '3: the last value wins', refusedBy: 'the first value of a name stays',
    broken: checkpoints((one) => {
      const last = new Map<string, never>()
      return {
        save: (scope, name, value, claim) => { last.set(name, value as never); return one.save(scope, name, value, claim) },
        load: async (scope) => new Map([...(await one.load(scope))].map(([name, value]) => [name, last.get(name) ?? value])),
      }
    }) },
]

const brokenLogs: readonly BrokenAdapter[] = [
  { law: '1: no fence', refusedBy: 'append under a claim that is not current writes nothing',
    broken: logs((one) => ({ append: (id, lines) => one.append(id, lines, { owner: 'b52c0a3c-9d0e-4f4e-8a55-0d8a3a3f7c01', epoch: 1 }) })) },
  { law: '2: sorted by time', refusedBy: 'lines are read in the order in which they were written, by append and by commit',
    broken: logs((one) => ({ read: async (query) => { const page = await one.read(query); return { ...page, lines: page.lines.toSorted((a, b) => a.at - b.at) } } })) },
  { law: '3: next repeats a line', refusedBy: 'pages follow one another without a gap or a repetition, also while lines are written',
    broken: logs((one) => ({ read: ({ after, ...query }) => one.read(after === undefined ? query : { ...query, after: String(Number(after) - 1) }) })) },
]

const brokenDefinitions: readonly BrokenAdapter[] = [
  { law: '1: forgets what is withdrawn', refusedBy: 'what is withdrawn is served no more and still found',
    broken: ({ definitions }) => ({ definitions: { ...definitions, find: async (hash) => (await definitions.served()).find((one) => one.hash === hash) } }) },
  { law: '2: the first stays', refusedBy: 'served gives the last definition of each item, find every one that was served',
    broken: ({ definitions }) => {
      const items = new Set<string>()
      return { definitions: { ...definitions, serve: async (given, at) => {
        await definitions.serve(given.filter(({ itemId }) => !items.has(itemId)), at)
        for (const { itemId } of given) items.add(itemId)
      } } }
    } },
]

const refuses = (contract: Contract<StoresFixture>, adapters: readonly BrokenAdapter[]): void => {
  describe(`the contract ${contract.port} refuses an adapter that breaks law`, () => {
    test.each(adapters)('$law', async ({ refusedBy, broken }) => {
      const one = contract.cases.find(({ name }) => name === refusedBy)
      expect(one, `no case "${refusedBy}"`).toBeDefined()
      await expect(one!.run(memoryFixture)).resolves.toBeUndefined()
      const create = async (): Promise<StoresFixture> => {
        const stores = await memoryFixture()
        return { ...stores, ...broken(stores) }
      }
      await expect(one!.run(create)).rejects.toMatchObject({ code: 'ERR_ASSERTION' })
    })
  })
}

refuses(requestStoreContract, brokenRequestStores)
refuses(claimsContract, brokenClaims)
refuses(stepCheckpointsContract, brokenCheckpoints)
refuses(stepLogsContract, brokenLogs)
refuses(catalogDefinitionsContract, brokenDefinitions)
