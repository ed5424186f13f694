import { randomUUID } from 'node:crypto'
import type { Commit, Committed, IdempotencyKey, StoredRequest, Submitted } from '@pao/core/ports'
import type { StoresFixture } from '@pao/testing'
import { requestStoreContract } from '@pao/testing'
import type { Break } from './broken-stores.js'
import { brokenStores, firstOwner, freeClaim, requests, secondOwner } from './broken-stores.js'
import { memoryFixture } from './memory-fixture.js'
import { refusesMutants } from './mutants.js'

const withoutEpoch = ({ epoch, ...commit }: Commit): Commit => commit

interface Sending {
  commit(commit: Commit, again: boolean): Promise<Committed>
  submit(commit: Commit, again: boolean, key: IdempotencyKey | undefined): Promise<Submitted>
}

/** An adapter that sends again what got no reply, in its own way. */
const sentAgain = (send: (stores: StoresFixture) => Partial<Sending>): Break => (stores) => {
  let losing = false
  const twice = async <Answer>(call: (again: boolean) => Promise<Answer>): Promise<Answer> => {
    const answer = await call(false)
    if (!losing) return answer
    losing = false
    return call(true)
  }
  const { commit, submit } = send(stores)
  return {
    loseNextReply: () => { losing = true },
    requests: {
      ...stores.requests,
      ...(commit === undefined ? {} : { commit: (one) => twice((again) => commit(one, again)) }),
      ...(submit === undefined ? {} : { submit: (one, key) => twice((again) => submit(one, again, key)) }),
    },
  }
}

const mutants: readonly { readonly law: string; readonly refusedBy: string | readonly string[]; readonly broken: Break }[] = [
  {
    law: '1: everything or nothing', refusedBy: 'commit writes request, steps, history, logs and expected signals',
    broken: requests((store) => ({ commit: (commit) => store.commit({ ...commit, logs: [] }) })),
  },
  {
    law: '1: expected signals too', refusedBy: 'submit writes request, steps, history, logs and expected signals',
    broken: requests((store) => ({ submit: (commit, key) => store.submit({ ...commit, effects: [] }, key) })),
  },
  {
    law: '2: no epoch check', refusedBy: ['commit with a stale epoch changes no row: claim-lost', 'takeover of a lease that ran out, then a commit of the old owner: claim-lost'],
    broken: requests((store) => ({ commit: (commit) => store.commit(withoutEpoch(commit)) })),
  },
  {
    law: '2: no owner check', refusedBy: 'commit under the epoch of another owner: claim-lost',
    broken: requests((store) => ({ commit: (commit) => store.commit({ ...commit, owner: firstOwner }) })),
  },
  {
    law: '2: no version check', refusedBy: ['commit with a stale version changes no row: conflict, with the version', 'of two commits on one version, one after the other, the second is a conflict'],
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
  {
    law: '3: a submission takes no claim', refusedBy: 'submit with take holds the claim from the first moment',
    broken: requests((store) => ({ submit: (commit, key) => store.submit({ ...commit, claim: 'keep' }, key) })),
  },
  {
    law: '5: a repeated submission is a second one', refusedBy: 'submit called again with the same commit is accepted once',
    broken: requests((store) => ({ submit: (commit, key) => store.submit({ ...commit, commitId: randomUUID() }, key) })),
  },
  {
    law: '1: another request under a known id passes as accepted', refusedBy: 'submit of another request under an id that is stored is refused',
    broken: requests((store) => ({ submit: (commit, key) => store.submit(commit, key).catch(() => ({ kind: 'accepted' as const })) })),
  },
  {
    law: '10: strands a submission', refusedBy: 'submit of a request that nobody would carry is refused whole',
    broken: requests((store) => ({ submit: (commit, key) => store.submit(commit.wakeAt === undefined ? { ...commit, wakeAt: 1 } : commit, key) })),
  },
  {
    law: '2: what is not stored has the version that was expected', refusedBy: 'commit of a request that is not stored: conflict with version 0',
    broken: requests((store) => ({ commit: async (commit) => {
      const answer = await store.commit(commit)
      return answer.kind === 'conflict' && answer.version === 0 ? { kind: 'conflict', version: commit.expectedVersion } : answer
    } })),
  },
  {
    law: '2: the version is checked before it is written', refusedBy: 'of concurrent commits on one version exactly one is committed',
    broken: requests((store) => ({ commit: async (commit) => {
      const version = (await store.load(commit.after.id))?.request.version ?? 0
      if (version !== commit.expectedVersion) return { kind: 'conflict', version }
      const answer = await store.commit(commit)
      return answer.kind === 'conflict' ? store.commit({ ...commit, expectedVersion: answer.version }) : answer
    } })),
  },
  {
    law: '5: a commit is sent again as another one when its reply is lost', refusedBy: 'a commit whose reply is lost is settled and applied once',
    broken: sentAgain(({ requests: store }) => ({ commit: (commit, again) => store.commit(again ? { ...commit, commitId: randomUUID() } : commit) })),
  },
  {
    law: '5: a submission is sent again as another one when its reply is lost', refusedBy: 'a submission whose reply is lost is settled and accepted once',
    broken: sentAgain(({ requests: store }) => ({ submit: (commit, again, key) => store.submit(again ? { ...commit, commitId: randomUUID() } : commit, key) })),
  },
  {
    law: '10: does not say when a request has ended', refusedBy: 'a final state may have neither claim nor wake-at, and ends the request',
    broken: requests((store) => ({ load: async (id) => {
      const { endedAt, ...stored } = await store.load(id) ?? {}
      return stored as StoredRequest
    } })),
  },
  {
    law: '6: writes no steps when it is not told what was before', refusedBy: 'commit that does not say what was before is written as a whole',
    broken: requests((store) => ({ commit: async (commit) => {
      const steps = (await store.load(commit.after.id))?.request.steps ?? []
      return store.commit(commit.before === undefined ? { ...commit, after: { ...commit.after, steps } } : commit)
    } })),
  },
  {
    law: '3: outside events free the claim',
    refusedBy: ['keep', 'take', 'release'].map((claim) => `commit without epoch under a live claim (${claim}) leaves the claim`),
    broken: requests((store, stores) => ({ commit: async (commit) => {
      const answer = await store.commit(commit)
      if (commit.epoch === undefined) await freeClaim(stores, commit.after.id)
      return answer
    } })),
  },
  {
    law: '3: outside events prolong', refusedBy: 'commit without epoch does not prolong the claim of another',
    broken: requests((store, stores) => ({ commit: async (commit) => {
      if (commit.epoch === undefined) await stores.claims.renew({ owner: firstOwner, requestIds: [commit.after.id], leaseMs: commit.leaseMs ?? 0 })
      return store.commit(commit)
    } })),
  },
  {
    law: '3: keep takes', refusedBy: 'commit with keep takes no claim',
    broken: requests((store) => ({ commit: (commit) => store.commit({ ...commit, claim: commit.claim === 'keep' ? 'take' : commit.claim }) })),
  },
  {
    law: '3: release keeps', refusedBy: 'commit with release frees the claim, due at its wake-at',
    broken: requests((store) => ({ commit: (commit) => store.commit({ ...commit, claim: commit.claim === 'release' ? 'keep' : commit.claim }) })),
  },
  {
    law: '2: a lease that ran out is lost at once', refusedBy: 'commit under a lease that ran out and that nobody took over is committed',
    broken: requests((store, stores) => ({ commit: async (commit) => {
      if (commit.epoch !== undefined) await stores.claims.claimLost({ owner: secondOwner, limit: 100, leaseMs: 60_000 })
      return store.commit(commit)
    } })),
  },
  {
    law: '2: writes and says claim-lost', refusedBy: 'takeover of a lease that ran out while the old owner commits: either the commit was first or it wrote nothing',
    broken: requests((store) => ({ commit: async (commit) => {
      const answer = await store.commit(commit)
      if (answer.kind === 'claim-lost') await store.commit(withoutEpoch(commit))
      return answer
    } })),
  },
  {
    law: '6: absent is null', refusedBy: 'load and find answer undefined for what is not there',
    broken: requests((store) => ({ load: async (id) => await store.load(id) ?? null as never })),
  },
  {
    law: '7: no status is every status', refusedBy: 'list filters by status, item and time, newest first',
    broken: requests((store) => ({ list: ({ status, ...query }) => store.list(status === undefined || status.length === 0 ? query : { ...query, status }) })),
  },
  {
    law: '7: oldest first', refusedBy: 'list filters by status, item and time, newest first',
    broken: requests((store) => ({ list: async (query) => { const page = await store.list(query); return { ...page, data: page.data.toReversed() } } })),
  },
  {
    law: '6, 7: list leaves out what is long', refusedBy: 'list and find give what load gives',
    broken: requests((store) => ({ list: async (query) => {
      const page = await store.list(query)
      return { ...page, data: page.data.map((stored) => ({ ...stored, request: { ...stored.request, ledger: [] } })) }
    } })),
  },
  {
    law: '9: a reference is forgotten for everybody', refusedBy: 'a reference belongs to the request that was the last to expect it',
    broken: requests((store) => {
      const gone = new Set<string>()
      const waiting = (request: Commit['after'] | undefined): readonly string[] =>
        (request?.steps ?? []).flatMap((step) => step.state === 'waiting' && step.waitFor.kind === 'signal' ? [step.waitFor.reference.id] : [])
      return {
        commit: (commit) => {
          const still = waiting(commit.after)
          for (const id of waiting(commit.before)) if (!still.includes(id)) gone.add(id)
          return store.commit(commit)
        },
        expecting: async (service, reference) => gone.has(reference) ? undefined : store.expecting(service, reference),
      }
    }),
  },
  {
    law: '2, 9: a reference is taken before the guards', refusedBy: 'a refused commit takes no reference from the request that waits for it',
    broken: requests((store) => {
      const taken = new Map<string, { readonly requestId: string; readonly step: string }>()
      return {
        commit: (commit) => {
          for (const effect of commit.effects) if (effect.type === 'expect-signal') taken.set(effect.reference.id, { requestId: commit.after.id, step: effect.step })
          return store.commit(commit)
        },
        expecting: async (_, reference) => taken.get(reference),
      }
    }),
  },
  {
    law: '6: steps are put where the plan has them', refusedBy: 'a step that stands elsewhere than in the plan is read where it stood, with all that it knows',
    broken: requests((store) => ({
      load: async (id) => {
        const stored = await store.load(id)
        if (stored === undefined || stored.request.version > 1) return stored
        const { plan } = stored.request.revision
        return { ...stored, request: { ...stored.request, steps: plan.steps.map((step, place) => ({ ...stored.request.steps[place]!, id: step.id })) } }
      },
    })),
  },
  {
    law: '6: the acceptance is read from the request', refusedBy: 'a first event that says something else than the request is read as it was written',
    broken: requests((store) => ({
      history: async (id) => {
        const [entries, stored] = [await store.history(id), await store.load(id)]
        return entries.map((entry) => ({ ...entry, events: entry.events.map((event) => event.type === 'request-accepted' && stored !== undefined ? { ...event, accepted: stored.request.accepted } : event) }))
      },
    })),
  },
  {
    law: '6: what was read is what is stored', refusedBy: 'what was read does not change when the request does',
    broken: requests((store) => {
      const live = new Map<string, object>()
      const load = async (id: string): Promise<StoredRequest> => {
        const one = Object.assign(live.get(id) ?? {}, await store.load(id))
        live.set(id, one)
        return one as StoredRequest
      }
      return { load, commit: async (commit) => { const answer = await store.commit(commit); await load(commit.after.id); return answer } }
    }),
  },
]

refusesMutants(requestStoreContract, memoryFixture, mutants.map(({ law, refusedBy, broken }) => brokenStores(law, refusedBy, broken)))
