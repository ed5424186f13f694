import { memoryStores } from '@pao/core/memory'
import type { Commit, RequestStore, StepLogs } from '@pao/core/ports'
import { aCommit, aRequest, aStep, aSubmission } from '@pao/testing'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { LossyProxy } from './lossy-proxy.js'
import type { PostgresFixture } from './postgres-fixture.js'
import { createPostgresFixture } from './postgres-fixture.js'

let fixture: PostgresFixture
beforeAll(async () => { fixture = await createPostgresFixture() })
afterAll(() => fixture.close())

const owner = 'b52c0a3c-9d0e-4f4e-8a55-0d8a3a3f7c01'

const mostly = <T>(usual: T, ...others: readonly T[]): fc.Arbitrary<T> =>
  fc.oneof({ weight: 6, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constantFrom(...others) })

const change = fc.record({
  commitId: fc.uuid(),
  versionOffset: mostly(0, -1, 1),
  epoch: fc.constantFrom<'current' | 'none'>('current', 'none'),
  epochOffset: mostly(0, 1),
  claim: fc.constantFrom<Commit['claim']>('keep', 'take', 'release'),
  /** Without a wake-at, a commit that gives the claim back is refused whole. */
  awake: mostly(true, false),
  wide: fc.boolean(),
  again: mostly(false, true),
})

/** What one caller does to one request, call after call. */
const script = fc.record({
  id: fc.uuid({ version: 7 }), commitId: fc.uuid(), claim: fc.constantFrom<Commit['claim']>('keep', 'take'), keyed: fc.boolean(), again: mostly(false, true),
  changes: fc.array(change, { maxLength: 4 }),
})

const fault = fc.record({ afterCalls: fc.nat({ max: 60 }), kind: fc.constantFrom<'lose' | 'reset'>('lose', 'reset') })

const runs = fc.record({ scripts: fc.uniqueArray(script, { minLength: 20, maxLength: 40, selector: ({ id }) => id }), faults: fc.array(fault, { maxLength: 3 }) })

type Script = typeof script extends fc.Arbitrary<infer T> ? T : never
type Change = Script['changes'][number]
type Run = typeof runs extends fc.Arbitrary<infer T> ? T : never

interface Stores { readonly requests: RequestStore; readonly logs: StepLogs }

const answerOf = (call: Promise<unknown>): Promise<unknown> => call.catch((error: unknown) => ({ refused: (error as { readonly code?: string }).code }))

const commitOf = (before: Commit['after'], held: number, { commitId, versionOffset, epoch, epochOffset, claim, awake, wide }: Change): Commit => {
  const built = aCommit(before, wide ? { steps: [aStep('create', { failures: before.version }), ...before.steps.slice(1)], revision: { ...before.revision, deadline: before.version } } : {}, {
    commitId, claim, owner, leaseMs: 60_000, ...(epoch === 'current' ? { epoch: held + epochOffset } : {}),
    ...(wide ? { logs: [{ step: 'create', iteration: 1, execution: 1, at: 1, level: 'info', message: commitId }] } : {}),
  })
  const { wakeAt, ...asleep } = built
  return { ...(awake ? built : asleep), expectedVersion: built.expectedVersion + versionOffset }
}

const play = async ({ requests, logs }: Stores, { id, commitId, claim, keyed, again, changes }: Script): Promise<unknown> => {
  const request = aRequest({}, { id })
  const submission = aSubmission(request, { commitId, claim, owner, leaseMs: 60_000 })
  const submit = () => answerOf(requests.submit(submission, keyed ? { principal: 'ada', route: 'POST /requests', key: id, bodyHash: 'ab' } : undefined))
  const answers: unknown[] = again ? await Promise.all([submit(), submit()]) : [await submit()]
  let current = request
  let held = claim === 'take' ? 1 : 0
  for (const one of changes) {
    const commit = commitOf(current, held, one)
    const answer = await answerOf(requests.commit(commit)) as { readonly kind?: string; readonly epoch?: number }
    answers.push(answer, ...one.again ? [await answerOf(requests.commit(commit))] : [])
    if (answer.kind === 'committed') [current, held] = [commit.after, answer.epoch ?? held]
  }
  return { answers, stored: await requests.load(id), history: await requests.history(id), lines: await logs.read({ requestId: id, limit: 100 }) }
}

/** Calls are counted over all callers: a fault strikes in the middle of what is under way. */
const withFaults = (requests: RequestStore, faults: Run['faults'], proxy: LossyProxy): RequestStore => {
  let calls = 0
  const counted = <Arguments extends readonly unknown[], Answer>(call: (...given: Arguments) => Promise<Answer>) => (...given: Arguments): Promise<Answer> => {
    calls += 1
    for (const { kind } of faults.filter(({ afterCalls }) => afterCalls === calls)) {
      if (kind === 'lose') proxy.loseNextReply()
      else {
        proxy.setDown(true)
        setTimeout(() => { proxy.setDown(false) }, 40)
      }
    }
    return call(...given)
  }
  return { ...requests, submit: counted(requests.submit), commit: counted(requests.commit) }
}

const playAll = (stores: Stores, { scripts }: Run): Promise<readonly unknown[]> => Promise.all(scripts.map((one) => play(stores, one)))

test('many callers at once, with answers lost and connections reset: every answer and every row as in memory', async () => {
  const seen = new Set<string>()
  await fc.assert(fc.asyncProperty(runs, async (run) => {
    await fixture.create()
    const model = await playAll(memoryStores(), run)
    for (const answer of (model as readonly { readonly answers: readonly object[] }[]).flatMap(({ answers }) => answers)) seen.add(String(Object.values(answer)[0]))
    const { requests, logs } = fixture.stores
    expect(await playAll({ requests: withFaults(requests, run.faults, fixture.proxy), logs }, run)).toStrictEqual(model)
  }), { numRuns: 15 })
  expect([...seen].toSorted()).toEqual(['INVARIANT', 'accepted', 'claim-lost', 'committed', 'conflict'])
  expect(fixture.proxy.lost()).toBeGreaterThan(0)
}, 60_000)
