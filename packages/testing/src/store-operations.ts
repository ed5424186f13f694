import type { ClaimChange, Committed, Submitted } from '@pao/core/ports'
import fc from 'fast-check'
import { aCommit, aSubmission } from './a-commit.js'
import { aRequest, aStep } from './a-request.js'
import { firstOwner, longLeaseMs, secondOwner } from './owners.js'
import { storedEvidence } from './request-store/stored-evidence.js'
import { sha256 } from './sha256.js'
import type { StoresFixture } from './stores-fixture.js'

/** One call of a storing port. Offsets make guards stale; `request` is an index into the ids of a run. */
export type StoreOperation =
  | { readonly kind: 'submit'; readonly request: number; readonly commitId: string; readonly claim: ClaimChange; readonly second: boolean; readonly key?: string }
  | {
    readonly kind: 'commit'; readonly request: number; readonly commitId: string; readonly claim: ClaimChange; readonly stranger: boolean
    readonly versionOffset: number; readonly epochOffset?: number; readonly awake: boolean; readonly change: StepChange
  }
  | { readonly kind: 'claim-due'; readonly second: boolean; readonly limit: number }
  | { readonly kind: 'renew'; readonly second: boolean }
  | { readonly kind: 'release'; readonly request: number; readonly stranger: boolean; readonly epochOffset: number }

interface StepChange { readonly failures: number; readonly output?: fc.JsonValue; readonly ended: boolean }

export interface StoreRun { readonly ids: readonly string[]; readonly operations: readonly StoreOperation[] }

const owner = (second: boolean): string => second ? secondOwner : firstOwner

const common = { request: fc.nat({ max: 2 }), commitId: fc.uuid(), claim: fc.constantFrom<ClaimChange>('keep', 'take', 'release') }

/** By another process than the one that was the last to get the claim. */
const stranger = fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) })

const mostlyCurrent = fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.constantFrom(-1, 1) })

/** JSON that PostgreSQL holds: no NUL, no lone surrogate, no negative zero. What comes from people is refused earlier. */
const json = fc.jsonValue({ maxDepth: 3, stringUnit: 'grapheme' })
  .map((value) => JSON.parse(JSON.stringify(value).replaceAll('\\u0000', '')) as fc.JsonValue)

const change: fc.Arbitrary<StepChange> = fc.record({ failures: fc.nat({ max: 5 }), output: json, ended: fc.boolean() }, { requiredKeys: ['failures', 'ended'] })

const operation: fc.Arbitrary<StoreOperation> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('submit' as const), ...common, second: fc.boolean(), key: fc.constantFrom('one', 'two') }, { requiredKeys: ['kind', 'request', 'commitId', 'claim', 'second'] }) },
  {
    weight: 8,
    arbitrary: fc.record({ kind: fc.constant('commit' as const), ...common, stranger, versionOffset: mostlyCurrent, epochOffset: mostlyCurrent, awake: fc.boolean(), change },
      { requiredKeys: ['kind', 'request', 'commitId', 'claim', 'stranger', 'versionOffset', 'awake', 'change'] }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('claim-due' as const), second: fc.boolean(), limit: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('renew' as const), second: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('release' as const), request: fc.nat({ max: 2 }), stranger, epochOffset: mostlyCurrent }) },
)

/** Calls in any order, most of them with guards that hold. */
export const storeRuns: fc.Arbitrary<StoreRun> = fc.record({
  ids: fc.uniqueArray(fc.uuid({ version: 7 }), { minLength: 3, maxLength: 3 }),
  operations: fc.array(operation, { minLength: 5, maxLength: 25 }),
})

interface Claimed { readonly second: boolean; readonly epoch: number }

interface Holding { readonly owner: string; readonly epoch: number }

type Holdings = ReadonlyMap<string, Claimed>

type Answer = Submitted | Committed | { readonly refused: string } | readonly unknown[] | boolean | 'not stored'

const submit = ({ requests }: StoresFixture, id: string, { request, commitId, claim, second, key }: Extract<StoreOperation, { kind: 'submit' }>) =>
  requests.submit(
    aSubmission(aRequest({ priority: (['low', 'normal', 'critical'] as const)[request] ?? 'low' }, { id }), { commitId, claim, owner: owner(second), leaseMs: longLeaseMs, wakeAt: request + 1 }),
    key === undefined ? undefined : { principal: 'ada', route: 'POST /requests', key, bodyHash: sha256(id) },
  )

const commit = async ({ requests }: StoresFixture, id: string, held: Holding, operation: Extract<StoreOperation, { kind: 'commit' }>): Promise<Answer> => {
  const stored = await requests.load(id)
  if (stored === undefined) return 'not stored'
  const { failures, output, ended } = operation.change
  const step = output === undefined ? aStep('create', { failures }) : aStep('create', { state: 'completed', endedAt: 7, output, adopted: false, failures } as never)
  const built = aCommit(stored.request, {
    steps: [step, ...stored.request.steps.slice(1)],
    ...(ended ? { status: { state: 'completed' as const, at: 7 } } : {}),
  }, { commitId: operation.commitId, claim: operation.claim, owner: held.owner, ...(operation.epochOffset === undefined ? {} : { epoch: held.epoch + operation.epochOffset }) })
  const { wakeAt, ...asleep } = built
  return requests.commit({ ...asleep, expectedVersion: built.expectedVersion + operation.versionOffset, ...(operation.awake ? { wakeAt: 5 } : {}) })
}

const perform = async (stores: StoresFixture, ids: readonly string[], known: Holdings, operation: StoreOperation): Promise<Answer> => {
  const id = ('request' in operation ? ids[operation.request] : undefined) ?? ''
  const { second, epoch } = known.get(id) ?? { second: false, epoch: 0 }
  const held: Holding = { owner: owner('stranger' in operation ? second !== operation.stranger : second), epoch }
  switch (operation.kind) {
    case 'submit': return submit(stores, id, operation)
    case 'commit': return commit(stores, id, held, operation)
    case 'claim-due': return stores.claims.claimDue({ owner: owner(operation.second), limit: operation.limit, leaseMs: longLeaseMs })
    case 'renew': return (await stores.claims.renew({ owner: owner(operation.second), requestIds: ids, leaseMs: longLeaseMs })).toSorted((a, b) => a.requestId < b.requestId ? -1 : 1)
    case 'release': return stores.claims.release({ owner: held.owner, requestId: id, epoch: held.epoch + operation.epochOffset, wakeAt: 3 })
  }
}

const refusalOf = (error: unknown): Answer => {
  const { code } = error as { readonly code?: string }
  if (code === undefined) throw error
  return { refused: code }
}

/** Claims as callers know them: from claims, submissions and commits that answered an epoch. */
const learn = (known: Map<string, Claimed>, ids: readonly string[], operation: StoreOperation, answer: Answer): void => {
  if (operation.kind === 'claim-due' || operation.kind === 'renew') {
    for (const { requestId, epoch } of answer as readonly { readonly requestId: string; readonly epoch: number }[]) known.set(requestId, { second: operation.second, epoch })
  }
  const id = 'request' in operation ? ids[operation.request] : undefined
  if (id === undefined || typeof answer !== 'object' || !('epoch' in answer) || answer.epoch === undefined) return
  const second = 'second' in operation ? operation.second : (known.get(id)?.second ?? false) !== ('stranger' in operation && operation.stranger)
  known.set(id, { second, epoch: answer.epoch })
}

/** What the calls answered and what can be read afterwards. Two adapters of the ports give the same for the same run. */
export const performStoreRun = async (stores: StoresFixture, { ids, operations }: StoreRun) => {
  const known = new Map<string, Claimed>()
  const answers: Answer[] = []
  for (const operation of operations) {
    const answer = await perform(stores, ids, known, operation).catch(refusalOf)
    answers.push(answer)
    learn(known, ids, operation, answer)
  }
  const page = await stores.requests.list({ viewer: { id: 'root', teams: [], administrator: true }, scope: 'visible', limit: 200 })
  return { answers, evidence: await Promise.all(ids.map((id) => storedEvidence(stores, id))), page, nextDue: await stores.claims.nextDue() }
}
