import { postgresClaims, postgresRequestStore, postgresStepCheckpoints } from '@pao/adapters-postgres'
import type { Commit } from '@pao/core/ports'
import { aCommit, aRequest, aStep, aSubmission } from '@pao/testing'
import type { Pool } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { claimDue, claimLost, nextDue, release, renew } from '../src/sql/claim.js'
import { loadCheckpoints, saveCheckpoint } from '../src/sql/checkpoint.js'
import { commit, commits, standing } from '../src/sql/commit.js'
import { find, load } from '../src/sql/load.js'
import type { RowStatement } from '../src/sql/row-statement.js'
import { rowKinds } from '../src/sql/row-statement.js'
import type { Statement } from '../src/sql/statement.js'
import { recall, submissions } from '../src/sql/submit.js'
import { write } from '../src/sql/write.js'
import type { PostgresFixture } from './postgres-fixture.js'
import { createPostgresFixture } from './postgres-fixture.js'

let fixture: PostgresFixture
beforeAll(async () => { fixture = await createPostgresFixture() })
afterAll(() => fixture.close())

/** The pool, with a count of what goes over it. */
const counting = (pool: Pool) => {
  const sent: unknown[] = []
  const query = (...parts: readonly [unknown, ...unknown[]]) => {
    sent.push(parts[0])
    return (pool.query as (...all: readonly unknown[]) => unknown)(...parts)
  }
  return { sent, pool: new Proxy(pool, { get: (target, name) => name === 'query' ? query : Reflect.get(target, name) as unknown }) }
}

/** The commits of a request of three steps: each one ends a step and starts the next. */
const threeSteps = (): readonly Commit[] => {
  const ids = ['one', 'two', 'three']
  const running = (id: string) => aStep(id, { state: 'in_progress', execution: 1, executions: 1, mode: 'run', startedAt: 1, deadline: 2, inputHash: 'ab' } as never)
  const done = (id: string) => aStep(id, { state: 'completed', executions: 1, endedAt: 3, output: { id }, adopted: false, inputHash: 'ab' } as never)
  const stepsAt = (place: number) => ids.map((id, index) => index < place ? done(id) : index === place ? running(id) : aStep(id))
  const accepted = aRequest({ steps: ids }, { status: { state: 'in_progress', course: 'forward' }, steps: stepsAt(0) })
  const commits = [aSubmission(accepted, { claim: 'take', leaseMs: 30_000 })]
  for (const place of [1, 2, 3]) {
    const before = commits.at(-1)!.after
    const log = { step: ids[place - 1]!, iteration: 1, execution: 1, at: 3, level: 'info', message: 'done' } as const
    const status = place === 3 ? { state: 'completed', at: 4 } as const : before.status
    const { wakeAt, ...next } = aCommit(before, { version: before.version + 2, steps: stepsAt(place), status }, { epoch: 1, claim: place === 3 ? 'release' : 'keep', logs: [log] })
    commits.push(next)
  }
  return commits
}

describe('hot path', () => {
  test('a request of three steps costs four statements and four commits, submission included', async () => {
    await fixture.create()
    const { sent, pool } = counting(fixture.pool)
    const requests = postgresRequestStore(pool)
    const [submission, ...commits] = threeSteps()
    const key = { principal: 'ada', route: 'POST /requests', key: 'key-1', bodyHash: 'ab' }
    expect(await requests.submit(submission!, key)).toEqual({ kind: 'accepted', epoch: 1 })
    for (const one of commits) expect((await requests.commit(one)).kind).toBe('committed')
    expect(sent).toHaveLength(4)
    expect((await requests.load(submission!.after.id))?.request).toEqual(commits.at(-1)!.after)
    expect(await writers()).toBe(4)
  })

  /** Transactions that any row in the database comes from. */
  const writers = async (): Promise<number> => {
    const tables = ['requests', 'request_revisions', 'request_steps', 'request_history', 'step_logs', 'idempotency_keys']
    const { rows } = await fixture.pool.query<{ count: number }>(
      `select count(distinct xid)::int as count from (${tables.map((table) => `select xmin::text as xid from pao.${table}`).join(' union all ')}) as written(xid)`)
    return rows[0]!.count
  }

  test('everything that is sent there is a named statement outside a transaction block', async () => {
    const { sent, pool } = counting(fixture.pool)
    const [requests, claims, checkpoints] = [postgresRequestStore(pool), postgresClaims(pool), postgresStepCheckpoints(pool)]
    const request = aRequest()
    const owner = '0c1f6f0e-52a7-4a39-9a0f-6a1e0f6b2e02'
    await requests.submit(aSubmission(request))
    const [claim] = await claims.claimDue({ owner, limit: 50, leaseMs: 1_000 })
    await claims.renew({ owner, requestIds: [request.id], leaseMs: 1_000 })
    await checkpoints.save({ requestId: request.id, step: 'create', iteration: 1, inputHash: 'ab' }, 'made', { value: 1 }, { owner, epoch: claim!.epoch })
    await requests.commit(aCommit(request, {}, { owner, epoch: claim!.epoch }))
    await requests.load(request.id)
    expect(sent.length).toBe(6)
    for (const one of sent) expect(one).toMatchObject({ name: expect.stringMatching(/^pao_/) as string, text: expect.not.stringMatching(/\b(begin|notify)\b/) as string })
  })

  interface Plan { readonly 'Node Type': string; readonly 'Relation Name'?: string; readonly 'Index Name'?: string; readonly Plans?: readonly Plan[] }

  const readsAll = (node: Plan): boolean => ['Seq Scan', 'Hash Join', 'Merge Join'].includes(node['Node Type'])

  const nodes = (plan: Plan): readonly Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodes)]

  const explain = async ({ text }: Statement, values: readonly string[]): Promise<readonly Plan[]> => {
    const client = await fixture.pool.connect()
    try {
      await client.query(`prepare explained as ${text}`)
      const { rows } = await client.query<{ 'QUERY PLAN': readonly [{ readonly Plan: Plan }] }>(`explain (format json) execute explained${values.length === 0 ? '' : `(${values.join(', ')})`}`)
      return nodes(rows[0]!['QUERY PLAN'][0].Plan)
    } finally {
      await client.query('deallocate explained')
      client.release()
    }
  }

  const id = "'0190b3a0-0000-7000-8000-000000000000'"
  const owner = id
  /** No rows, and how long it may wait for a lock. */
  const noRows = ({ kinds }: RowStatement, ...others: readonly string[]): readonly string[] => [...kinds.flatMap((kind) => rowKinds[kind].map(() => "'{}'")), ...others]
  test.each<[string, Statement, readonly string[], string]>([
    ['commit', commit('pao'), noRows(commit('pao')), 'requests_pkey'],
    ['commits', commits('pao'), noRows(commits('pao'), "'300'"), 'requests_pkey'],
    ['submissions and commits', write('pao'), noRows(write('pao'), "'300'"), 'requests_pkey'],
    ['standing', standing('pao'), [`array[${id}]::uuid[]`, "'{1}'", `array[${id}]::uuid[]`], 'requests_pkey'],
    ['load', load('pao'), [id], 'requests_pkey'],
    ['find', find('pao'), [id, "'ada'", "'{}'", 'false'], 'requests_pkey'],
    ['release', release('pao'), [id, owner, '1', 'now()'], 'requests_pkey'],
    ['save checkpoint', saveCheckpoint('pao'), [id, owner, '1', "'s'", '1', "'h'", "'n'", "'1'", 'false'], 'requests_pkey'],
    ['load checkpoints', loadCheckpoints('pao'), [id, "'s'", '1', "'h'"], 'step_checkpoints_pkey'],
    ['recall', recall('pao'), ["'a'", "'b'", "'c'", "'ab'"], 'idempotency_keys_pkey'],
    ['claim what is due', claimDue('pao'), [owner, '5', '1000'], 'requests_due'],
    ['next due', nextDue('pao'), [], 'requests_due'],
    ['claim what is lost', claimLost('pao'), [owner, '5', '1000'], 'requests_claimed'],
    ['renew', renew('pao'), [owner, `array[${id}]::uuid[]`, '1000'], 'requests_pkey'],
  ])('%s reads by an index, never a whole table', async (_, statement, values, index) => {
    const plan = await explain(statement, values)
    expect(plan.filter(readsAll)).toEqual([])
    expect(plan.map((node) => node['Index Name'])).toContain(index)
  })

  test('so do batches, over tables with many rows and fresh statistics', async () => {
    const requests = postgresRequestStore(fixture.pool)
    const all = Array.from({ length: 600 }, () => aRequest())
    await Promise.all(all.map((request) => requests.submit(aSubmission(request))))
    await fixture.pool.query('analyze')
    const batch = all.slice(0, 128)
    expect((await Promise.all(batch.map((request) => requests.commit(aCommit(request))))).every(({ kind }) => kind === 'committed')).toBe(true)
    for (const statement of [commits('pao'), submissions('pao'), write('pao')]) {
      const plan = await explain(statement, noRows(statement, "'300'"))
      expect(plan.filter(readsAll)).toEqual([])
      const used = plan.flatMap((node) => node['Node Type'].includes('Index') ? [node['Index Name']] : [])
      expect(used).toEqual(statement.name === 'pao_submissions' ? [] : ['requests_pkey', 'request_steps_pkey'])
    }
  })
})
