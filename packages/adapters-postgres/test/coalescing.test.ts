import type { PostgresRequestStore } from '@pao/adapters-postgres'
import { createPostgresPool, createPostgresStores, postgresRequestStore } from '@pao/adapters-postgres'
import type { Commit } from '@pao/core/ports'
import { aCommit, aRequest, aStep, aSubmission } from '@pao/testing'
import type { Pool } from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { commit, commits } from '../src/sql/commit.js'
import { rowKinds } from '../src/sql/row-statement.js'
import { submissions, submit } from '../src/sql/submit.js'
import { write } from '../src/sql/write.js'
import type { PostgresFixture } from './postgres-fixture.js'
import { createPostgresFixture } from './postgres-fixture.js'
import type { SentStatement } from './watched-pool.js'
import { watchedPool } from './watched-pool.js'

type ServiceRequest = Commit['after']

let fixture: PostgresFixture
let proxied: Pool
let requests: PostgresRequestStore
let sent: SentStatement[]
beforeAll(async () => {
  fixture = await createPostgresFixture()
  proxied = createPostgresPool({ connectionString: fixture.proxy.url })
})
afterAll(async () => {
  await proxied.end()
  await fixture.close()
})
beforeEach(async () => {
  await fixture.create()
  const watched = watchedPool(proxied)
  sent = watched.sent
  requests = postgresRequestStore(watched.pool)
})

const many = (count: number): readonly ServiceRequest[] => Array.from({ length: count }, () => aRequest())

const submitted = async (count: number): Promise<readonly ServiceRequest[]> => {
  const all = many(count)
  await Promise.all(all.map((request) => requests.submit(aSubmission(request))))
  sent.length = 0
  return all
}

const commitAll = (all: readonly ServiceRequest[]) => Promise.all(all.map((request) => requests.commit(aCommit(request))))

const historyLengths = async (): Promise<readonly number[]> =>
  (await fixture.pool.query<{ rows: number }>('select count(*)::int as rows from pao.request_history group by request_id')).rows.map(({ rows }) => rows)

/** Ids of the requests in a statement: the first column of submissions and of commits. */
const sentIds = ({ name, values }: SentStatement): readonly string[] => {
  const kinds = [submit, submissions, commit, commits, write].map((of) => of('pao')).find((known) => known.name === name)?.kinds ?? []
  let at = 0
  return kinds.flatMap((kind) => {
    const column = values[at]
    at += rowKinds[kind].length
    return kind === 'submissions' || kind === 'commits' ? uuidsOf(column as Buffer) : []
  })
}

/** An array of the binary format: 20 bytes about it, then each value behind its length. */
const uuidsOf = (column: Buffer): readonly string[] =>
  Array.from({ length: column.readInt32BE(12) }, (_, place) => column.toString('hex', 24 + 20 * place, 40 + 20 * place).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'))

const names = (): readonly string[] => sent.map(({ name }) => name)

describe('writes that are made at the same time', () => {
  test('a lone one is one statement of one row', async () => {
    const [request] = await submitted(1)
    expect((await requests.commit(aCommit(request!))).kind).toBe('committed')
    expect(names()).toEqual(['pao_commit'])
    expect(sentIds(sent[0]!)).toEqual([request!.id])
  })

  test('go out together, split in two, and submissions with commits', async () => {
    const all = await submitted(40)
    const answers = await Promise.all([...all.map((request) => requests.commit(aCommit(request))), ...many(40).map((request) => requests.submit(aSubmission(request)))])
    expect(new Set(answers.map(({ kind }) => kind))).toEqual(new Set(['committed', 'accepted']))
    expect(sent.map((one) => sentIds(one).length)).toEqual([40, 40])
    expect(names()).toEqual(['pao_commits', 'pao_submissions'])
    sent.length = 0
    await Promise.all([requests.commit(aCommit(aRequest())), requests.submit(aSubmission(aRequest()))])
    expect(names()[0]).toBe('pao_write')
  })

  test.each([
    { inFlight: 1, most: 4 }, { inFlight: 16, most: 8 }, { inFlight: 64, most: 12 }, { inFlight: 256, most: 24 },
  ])('$inFlight requests of four writes: at most $most transactions', async ({ inFlight, most }) => {
    await Promise.all(many(inFlight).map(async (request) => {
      await requests.submit(aSubmission(request))
      let last = request
      for (let count = 0; count < 3; count += 1) {
        const commit = aCommit(last)
        expect((await requests.commit(commit)).kind).toBe('committed')
        last = commit.after
      }
    }))
    const { rows } = await fixture.pool.query<{ transactions: number; rows: number }>('select count(distinct xid)::int as transactions, count(*)::int as rows from pao.request_history')
    expect(rows[0]!.rows).toBe(4 * inFlight)
    expect(rows[0]!.transactions).toBeLessThanOrEqual(most)
  })

  test('rows are sorted, so that two processes lock them in one order', async () => {
    const all = await submitted(30)
    const other = watchedPool(fixture.pool)
    const elsewhere = postgresRequestStore(other.pool)
    const answers = await Promise.all([commitAll(all.toReversed()), Promise.all(all.map((request) => elsewhere.commit(aCommit(request))))])
    for (const statement of [...sent, ...other.sent]) {
      const ids = sentIds(statement)
      expect(ids).toEqual(ids.toSorted())
    }
    for (const [place, request] of all.entries()) {
      const kinds = [answers[0][all.length - 1 - place]!.kind, answers[1][place]!.kind].toSorted()
      expect(kinds, request.id).toEqual(['committed', 'conflict'])
    }
    expect(await historyLengths()).toEqual(all.map(() => 2))
  })

  test('a submission whose event tells of other values than its rows: each is kept as it is', async () => {
    const [request] = many(1)
    const submission = aSubmission(request!)
    const other = { ...submission, after: { ...request!, accepted: { ...request!.accepted, correlationId: 'other' }, revision: { ...request!.revision, input: null } } }
    await Promise.all([requests.submit(other), ...many(3).map((one) => requests.submit(aSubmission(one)))])
    expect((await requests.load(request!.id))?.request).toEqual(other.after)
    expect(await requests.history(request!.id)).toEqual([submission.entry])
  })

  test('rows of every kind go with their requests; two requests may expect one reference', async () => {
    const all = await submitted(6)
    const reference = { service: 'jira:main', id: 'OPS-1' }
    const commits = all.map((request, place) => aCommit(request, { revision: { ...request.revision, number: 2, input: { place } } }, place % 2 === 0 ? {} : {
      effects: [{ type: 'expect-signal', step: 'create', reference }],
      logs: [1, 2].map((execution) => ({ step: 'create', iteration: 1, execution, at: 1, level: 'info', message: `line of ${place}` }) as const),
    }))
    await Promise.all(commits.map((commit) => requests.commit(commit)))
    expect(sent).toHaveLength(1)
    for (const [place, commit] of commits.entries()) {
      expect((await requests.load(commit.after.id))?.request).toEqual(commit.after)
      const { lines } = await fixture.stores.logs.read({ requestId: commit.after.id, limit: 10 })
      expect(lines.map(({ message, execution }) => [message, execution])).toEqual(place % 2 === 0 ? [] : [[`line of ${place}`, 1], [`line of ${place}`, 2]])
    }
    const { rows } = await fixture.pool.query<{ request_id: string }>('select request_id from pao.expected_signals')
    expect(all.filter((_, place) => place % 2 === 1).map(({ id }) => id)).toContain(rows[0]!.request_id)
  })

  test('rows of each kind go with a lone write too', async () => {
    const [first, second, third] = await submitted(3)
    const reference = { service: 'jira:main', id: 'ALONE-1' }
    await requests.commit(aCommit(first!, {}, { effects: [{ type: 'expect-signal', step: 'create', reference }] }))
    await requests.commit(aCommit(second!, {}, { logs: [{ step: 'create', iteration: 1, execution: 1, at: 1, level: 'info', message: 'a line' }] }))
    const edited = aCommit(third!, { revision: { ...third!.revision, number: 2, input: { place: 3 } } })
    await requests.commit(edited)
    const { rows } = await fixture.pool.query<{ request_id: string }>("select request_id from pao.expected_signals where reference = 'ALONE-1'")
    expect(rows).toEqual([{ request_id: first!.id }])
    expect((await fixture.stores.logs.read({ requestId: second!.id, limit: 10 })).lines).toMatchObject([{ message: 'a line' }])
    expect((await requests.load(third!.id))?.request).toEqual(edited.after)
  })
})

describe('writes that may not share a statement', () => {
  test('two of one request: the second finds what the first has done', async () => {
    const [request] = await submitted(1)
    const answers = await Promise.all([requests.commit(aCommit(request!)), requests.commit(aCommit(request!))])
    expect(answers).toEqual([{ kind: 'committed' }, { kind: 'conflict', version: 2 }])
    expect(names().filter((name) => name === 'pao_commit')).toHaveLength(2)
  })

  test('two under one key: one is accepted, the other replayed', async () => {
    const key = { principal: 'ada', route: 'POST /requests', key: 'twice', bodyHash: 'ab' }
    const [first, second] = many(2)
    const answers = await Promise.all([requests.submit(aSubmission(first!), key), requests.submit(aSubmission(second!), { ...key, bodyHash: 'cd' })])
    expect(answers).toEqual([{ kind: 'accepted' }, { kind: 'replayed', requestId: first!.id, sameBody: false }])
    expect(await requests.load(second!.id)).toBeUndefined()
  })

  test('two under one key among others: the others share one statement, and nothing is sent twice', async () => {
    const key = { principal: 'ada', route: 'POST /requests', key: 'among others', bodyHash: 'ab' }
    const all = many(8)
    const answers = await Promise.all(all.map((request, place) => requests.submit(aSubmission(request), place === 2 || place === 3 ? key : undefined)))
    expect(answers.map(({ kind }) => kind)).toEqual(all.map((_, place) => place === 3 ? 'replayed' : 'accepted'))
    expect(sent.flatMap(sentIds).toSorted()).toEqual(all.map(({ id }) => id).toSorted())
  })

  test('refused ones are told apart, and the others are written', async () => {
    const all = await submitted(9)
    const owner = 'b52c0a3c-9d0e-4f4e-8a55-0d8a3a3f7c01'
    const answers = await Promise.all(all.map((request, place) => requests.commit(
      place === 2 ? aCommit(request, {}, { owner, epoch: 7 }) : place === 5 ? { ...aCommit(request), expectedVersion: 4 } : aCommit(request))))
    expect(answers.map(({ kind }) => kind)).toEqual(all.map((_, place) => place === 2 ? 'claim-lost' : place === 5 ? 'conflict' : 'committed'))
    expect(answers[5]).toEqual({ kind: 'conflict', version: 1 })
    expect(names()).toEqual(['pao_commits', 'pao_standing'])
  })
})

describe('a row that PostgreSQL refuses', () => {
  const nul = 'a\u0000b'

  test.each([
    ['of data', (request: ServiceRequest) => aCommit(request, { steps: [aStep(nul)] })],
    ['of integrity', (request: ServiceRequest) => { const { wakeAt, ...stranded } = aCommit(request); return stranded }],
    ['of cardinality', (request: ServiceRequest) => aCommit(request, { steps: [aStep('create', { failures: 1 }), aStep('create', { failures: 2 })] })],
  ])('%s is found out: it alone is rejected, the others are written once', async (_, poisoned) => {
    const all = await submitted(31)
    const poison = 17
    const answers = await Promise.allSettled(all.map((request, place) => requests.commit(place === poison ? poisoned(request) : aCommit(request))))
    expect(answers.flatMap(({ status }, place) => status === 'rejected' ? [place] : [])).toEqual([poison])
    expect(answers[poison]).toMatchObject({ reason: { code: 'INVARIANT' } })
    expect((await historyLengths()).toSorted()).toEqual([1, ...Array.from({ length: 30 }, () => 2)])
    expect(sent.length).toBeLessThanOrEqual(1 + 2 * 5)
  })

  test('what cannot even be written as JSON disturbs nobody', async () => {
    const all = await submitted(3)
    const circular: Record<string, unknown> = {}
    circular['self'] = circular
    const answers = await Promise.allSettled(all.map((request, place) => requests.commit(place === 1 ? aCommit(request, { ledger: circular as never }) : aCommit(request))))
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(answers[1]).toMatchObject({ reason: { code: 'INVARIANT' } })
  })

  test('a submission that was written before is found among new ones', async () => {
    const before = aSubmission(aRequest())
    await requests.submit(before)
    const answers = await Promise.all([...many(5).map((request) => aSubmission(request)), before].map((submission) => requests.submit(submission)))
    expect(answers).toEqual(Array.from({ length: 6 }, () => ({ kind: 'accepted' })))
    expect(await historyLengths()).toEqual([1, 1, 1, 1, 1, 1])
  })
})

describe('a lock that somebody else holds', () => {
  test('is waited for by its own row only', async () => {
    const all = await submitted(12)
    const client = await fixture.pool.connect()
    await client.query('begin')
    await client.query('select from pao.requests where id = $1 for update', [all[4]!.id])
    const locked = requests.commit(aCommit(all[4]!))
    let done = false
    void locked.then(() => { done = true })
    const others = await commitAll(all.filter((_, place) => place !== 4))
    expect(others.every(({ kind }) => kind === 'committed')).toBe(true)
    expect((await commitAll([aRequest()]))[0]).toEqual({ kind: 'conflict', version: 0 })
    expect(done).toBe(false)
    await client.query('commit')
    client.release()
    expect((await locked).kind).toBe('committed')
    expect(await historyLengths()).toEqual(all.map(() => 2))
    expect((await fixture.pool.query("select current_setting('lock_timeout') as wait")).rows).toEqual([{ wait: '0' }])
  })
})

describe('answers that get lost', () => {
  test('of a batch: one look tells who was written, and nothing is sent again', async () => {
    const all = await submitted(20)
    fixture.proxy.loseNextReply()
    expect((await commitAll(all)).map(({ kind }) => kind)).toEqual(all.map(() => 'committed'))
    expect(names()).toEqual(['pao_commits', 'pao_standing'])
    expect(await historyLengths()).toEqual(all.map(() => 2))
  })

  test('while one of them was refused: the same answers as with a good connection', async () => {
    const all = await submitted(6)
    await requests.commit(aCommit(all[3]!))
    fixture.proxy.loseNextReply()
    expect((await commitAll(all)).map(({ kind }) => kind)).toEqual(all.map((_, place) => place === 3 ? 'conflict' : 'committed'))
    expect(await historyLengths()).toEqual(all.map(() => 2))
  })

  test('no database: all that waits is told within bounds, and the writer goes on when it is back', async () => {
    const all = await submitted(10)
    fixture.proxy.setDown(true)
    const answers = await Promise.allSettled(all.map((request) => requests.commit(aCommit(request))))
    for (const answer of answers) expect(answer).toMatchObject({ status: 'rejected', reason: { code: 'STORE_UNAVAILABLE', retryable: true } })
    fixture.proxy.setDown(false)
    expect((await commitAll(all)).map(({ kind }) => kind)).toEqual(all.map(() => 'committed'))
  })
})

test('the end of the stores waits for what was begun', async () => {
  const stores = createPostgresStores({ connectionString: fixture.url })
  const all = many(80)
  const answers = Promise.all(all.map((request) => stores.requests.submit(aSubmission(request))))
  await stores.end()
  expect((await answers).map(({ kind }) => kind)).toEqual(all.map(() => 'accepted'))
  await expect(stores.requests.submit(aSubmission(aRequest()))).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', retryable: false })
})
