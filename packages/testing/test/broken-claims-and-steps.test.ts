import { catalogDefinitionsContract, claimsContract, stepCheckpointsContract, stepLogsContract } from '@pao/testing'
import type { Break } from './broken-stores.js'
import { brokenStores, checkpoints, claims, firstOwner, freeClaim, logs, secondOwner } from './broken-stores.js'
import { memoryFixture } from './memory-fixture.js'
import { refusesMutants } from './mutants.js'

interface BrokenAdapter { readonly law: string; readonly refusedBy: string | readonly string[]; readonly broken: Break }

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
    broken: claims((one) => ({ release: async (options) => { await one.release({ ...options, owner: firstOwner }); return false } })) },
  { law: '1: claims nothing', refusedBy: 'claimDue claims what is due, once',
    broken: claims((one, stores) => ({ claimDue: async (options) => {
      const found = await one.claimDue(options)
      for (const { requestId } of found) await freeClaim(stores, requestId)
      return found
    } })) },
  { law: '2: minds no claim', refusedBy: 'claimDue leaves what is claimed, whatever its wake-at',
    broken: claims((one, stores) => ({ claimDue: async (options) => {
      const { data } = await stores.requests.list({ viewer: { id: 'root', teams: [], administrator: true }, scope: 'visible', limit: 200 })
      for (const { request } of data) await freeClaim(stores, request.id)
      return one.claimDue(options)
    } })) },
  { law: '2: reads lost leases before it claims them', refusedBy: 'concurrent claimLost never give one request twice',
    broken: claims((one) => {
      const recent: { readonly requestId: string; readonly epoch: number }[] = []
      return { claimLost: async (options) => { const found = await one.claimLost(options); recent.push(...found); return recent.slice(0, options.limit) } }
    }) },
  { law: '4: wakes what has ended', refusedBy: 'release of a request that has ended wakes it no more',
    broken: claims((one) => {
      let woken: number | undefined
      return {
        release: async (options) => { const held = await one.release(options); if (held) woken = options.wakeAt; return held },
        nextDue: async () => woken ?? one.nextDue(),
      }
    }) },
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
  { law: '2: saves for whoever holds the claim', refusedBy: 'save of an owner whose request was taken over writes nothing',
    broken: checkpoints((one, stores) => ({ save: async (scope, name, value, claim) => {
      const answer = await one.save(scope, name, value, claim)
      const [current] = await stores.claims.renew({ owner: secondOwner, requestIds: [scope.requestId], leaseMs: 60_000 })
      return answer === 'saved' || current === undefined ? answer : one.save(scope, name, value, { owner: secondOwner, epoch: current.epoch })
    } })) },
]

const brokenLogs: readonly BrokenAdapter[] = [
  { law: '1: no fence', refusedBy: 'append under a claim that is not current writes nothing',
    broken: logs((one) => ({ append: (id, lines) => one.append(id, lines, { owner: firstOwner, epoch: 1 }) })) },
  { law: '2: sorted by time', refusedBy: 'lines are read in the order in which they were written, by append and by commit',
    broken: logs((one) => ({ read: async (query) => { const page = await one.read(query); return { ...page, lines: page.lines.toSorted((a, b) => a.at - b.at) } } })) },
  { law: '3: next repeats a line', refusedBy: 'pages follow one another without a gap or a repetition, also while lines are written',
    broken: logs((one) => ({ read: ({ after, ...query }) => one.read(after === undefined ? query : { ...query, after: String(Number(after) - 1) }) })) },
  { law: '2: a level shows only itself', refusedBy: 'a level shows itself and what is worse',
    broken: logs((one) => ({ read: async ({ level, ...query }) => { const page = await one.read(query); return { ...page, lines: page.lines.filter((line) => level === undefined || line.level === level) } } })) },
  { law: '3: next also at the end', refusedBy: 'pages follow one another without a gap or a repetition, also while lines are written',
    broken: logs((one) => ({ read: async (query) => ({ next: '9', ...await one.read(query) }) })) },
]

const brokenDefinitions: readonly BrokenAdapter[] = [
  { law: '1: finds only what is served', refusedBy: ['every definition that was kept is found, and no other', 'what a sync recorded is found, also when it was withdrawn; keeping serves nothing'],
    broken: ({ definitions, syncs }) => ({ definitions: { ...definitions, find: async (hash) => (await syncs.served()).some((one) => one.hash === hash) ? definitions.find(hash) : undefined } }) },
  { law: '2: the first path stays', refusedBy: 'the same definition may be kept twice, in one call too; the last path is its path',
    broken: ({ definitions }) => {
      const known = new Set<string>()
      return { definitions: { ...definitions, keep: async (given, at) => {
        await definitions.keep(given.filter(({ hash }) => !known.has(hash)), at)
        for (const { hash } of given) known.add(hash)
      } } }
    } },
]

const mutants = (adapters: readonly BrokenAdapter[]) => adapters.map(({ law, refusedBy, broken }) => brokenStores(law, refusedBy, broken))

refusesMutants(claimsContract, memoryFixture, mutants(brokenClaims))
refusesMutants(stepCheckpointsContract, memoryFixture, mutants(brokenCheckpoints))
refusesMutants(stepLogsContract, memoryFixture, mutants(brokenLogs))
refusesMutants(catalogDefinitionsContract, memoryFixture, mutants(brokenDefinitions))
