import { describe, expect, test } from 'vitest'
import type { MemoryStores } from '../../../src/memory/index.js'
import type { MemoryState } from '../../../src/memory/memory-state.js'
import type { RequestStore } from '../../../src/ports/request-store.js'
import type { ServiceRequest } from '../../../src/request/service-request.js'
import { type InvariantName, invariants } from './invariants.js'
import { check, shrink } from './report.js'
import { scenarioOf } from './scenario.js'
import type { Mutant } from './world.js'

const overRequests = (over: (requests: RequestStore, state: MemoryState) => Partial<RequestStore>): Mutant => ({
  stores: (stores, state): MemoryStores => ({ ...stores, requests: { ...stores.requests, ...over(stores.requests, state) } }),
})

const change = (request: ServiceRequest, name: string): ServiceRequest => ({ ...request, accepted: { ...request.accepted, correlationId: name } })

/** For each invariant something that is broken, and that its check must refuse. */
const mutants: Readonly<Record<InvariantName, Readonly<Record<string, Mutant>>>> = {
  'I1 durability': {
    'a store that answers before it has written': overRequests(() => ({ submit: () => Promise.resolve({ kind: 'accepted' }) })),
    'a store that forgets a decision': overRequests((requests) => ({
      commit: (commit) => commit.entry.actor === undefined ? requests.commit(commit) : Promise.resolve({ kind: 'committed' }),
    })),
  },
  'I2 no phantom': {
    'a store that ignores the Idempotency-Key': overRequests((requests) => ({ submit: (commit) => requests.submit(commit) })),
  },
  'I3 legal history': {
    'a store that keeps another state than its events tell of': overRequests((requests) => ({
      commit: (commit) => requests.commit({ ...commit, after: change(commit.after, 'another') }),
    })),
    'a store that takes a write for any version': overRequests((requests, state) => ({
      commit: (commit) => requests.commit({ ...commit, expectedVersion: state.rows.get(commit.after.id)?.stored.request.version ?? 0 }),
    })),
  },
  'I4 one owner': {
    'a store that takes a write under any epoch': overRequests((requests, state) => ({
      commit: (commit) => {
        const row = state.rows.get(commit.after.id)
        return requests.commit({ ...commit, expectedVersion: row?.stored.request.version ?? 0, ...(commit.epoch === undefined || row === undefined ? {} : { epoch: row.epoch, owner: row.claim?.owner ?? commit.owner }) })
      },
    })),
    'claims that give away what somebody holds': {
      stores: (stores, state) => ({
        ...stores,
        claims: { ...stores.claims, claimLost: (options) => {
          for (const [id, row] of state.rows) if (row.claim !== undefined) state.rows.set(id, { ...row, epoch: row.epoch - 1, claim: { ...row.claim, until: 0 } })
          return stores.claims.claimLost(options)
        } },
      }),
    },
  },
  'I5 effect bound': {
    'an action that finds nothing of what it has made': { performance: (performance) => ({ ...performance, reconcile: () => Promise.resolve({ kind: 'absent' }) }) },
    'a key of its own for each execution': {
      http: (http) => ({ request: (request) => http.request({ ...request, headers: { ...request.headers, 'idempotency-key': `${request.headers?.['idempotency-key'] ?? ''}0` } }) }),
    },
  },
  'I6 order': {
    'a store that answers before it has written': overRequests((requests, state) => ({
      commit: async (commit) => {
        state.clock.schedule(50, () => { void requests.commit(commit) })
        return { kind: 'committed', ...(commit.epoch === undefined ? {} : { epoch: commit.epoch }) }
      },
    })),
  },
  'I7 liveness': {
    'claims that nobody takes over': { stores: (stores) => ({ ...stores, claims: { ...stores.claims, claimLost: () => Promise.resolve([]) } }) },
    'retries that nobody looks for': { stores: (stores) => ({ ...stores, claims: { ...stores.claims, claimDue: () => Promise.resolve([]) } }) },
  },
  'I8 no leak': {
    'a cipher that seals nothing': { cipher: (cipher) => ({ ...cipher, seal: (clear) => Promise.resolve(clear), open: (sealed) => Promise.resolve(sealed) }) },
  },
  'I9 audit': {
    'a store that changes who did it': overRequests((requests) => ({ commit: (commit) => requests.commit({ ...commit, entry: { ...commit.entry, actor: 'somebody' } }) })),
    'a store that loses a history row': overRequests((requests, state) => ({
      commit: async (commit) => {
        const answer = await requests.commit(commit)
        const entries = state.history.get(commit.after.id) ?? []
        if (entries.length === 3) state.history.set(commit.after.id, entries.filter((_, index) => index !== 1))
        return answer
      },
    })),
  },
  'I10 isolation': {
    'a store that shows a request to everybody': overRequests((requests) => ({ find: (id) => requests.load(id) })),
    'a list of everything': overRequests((requests) => ({ list: (query) => requests.list({ ...query, viewer: { ...query.viewer, administrator: true } }) })),
  },
}

/** So many runs at most until a mutant is found. */
const MOST_SEEDS = 150

const refusedAt = async (invariant: InvariantName, mutant: Mutant): Promise<number | undefined> => {
  for (let seed = 1; seed <= MOST_SEEDS; seed += 1) {
    if ((await check(scenarioOf(seed), mutant)).some((violation) => violation.invariant === invariant)) return seed
  }
  return undefined
}

describe('each invariant refuses what breaks it', () => {
  for (const invariant of Object.keys(invariants) as InvariantName[]) {
    for (const [name, mutant] of Object.entries(mutants[invariant])) {
      test(`${invariant}: ${name}`, async () => { expect(await refusedAt(invariant, mutant)).toBeTypeOf('number') }, 60_000)
    }
  }
})

test('a violation is shrunk to what it needs', async () => {
  const mutant = mutants['I2 no phantom']['a store that ignores the Idempotency-Key'] ?? {}
  const seed = await refusedAt('I2 no phantom', mutant) ?? 0
  const [violation] = (await check(scenarioOf(seed), mutant)).filter(({ invariant }) => invariant === 'I2 no phantom')
  if (violation === undefined) throw new Error('nothing to shrink')
  const shrunk = await shrink(scenarioOf(seed), violation, mutant)
  expect(shrunk.faults.length + shrunk.acts.length).toBeLessThanOrEqual(1)
  expect(shrunk.submissions).toHaveLength(1)
}, 60_000)
