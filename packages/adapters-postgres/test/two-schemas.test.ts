import {
  createPostgresPool, migrate, postgresCatalogDefinitions, postgresCatalogSyncs, postgresClaims, postgresRequestStore, postgresStepCheckpoints, postgresStepLogs,
} from '@pao/adapters-postgres'
import type { SubmitAnswer } from '@pao/core'
import type { Pool } from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { TestDatabase } from '../../../test-support/database.js'
import { createTestDatabase } from '../../../test-support/database.js'
import type { PostgresEngine } from './engine-fixture.js'
import { postgresEngine, root } from './engine-fixture.js'

const schemas = ['pao_red', 'pao_blue'] as const

let database: TestDatabase
let pool: Pool
let engines: readonly PostgresEngine[]

beforeAll(async () => {
  database = await createTestDatabase()
  // Few connections: each of them serves both.
  pool = createPostgresPool({ connectionString: database.url, max: 2 })
  await Promise.all(schemas.map((schema) => migrate(pool, { schema })))
})
afterAll(async () => {
  await pool.end()
  await database.drop()
})
beforeEach(async () => {
  engines = schemas.map((schema) => postgresEngine(pool, { schema, pollMs: 50 }))
  for (const { orchestrator } of engines) await orchestrator.start()
})
afterEach(async () => { for (const { orchestrator } of engines) await orchestrator.stop() })

const idOf = (answer: SubmitAnswer): string => {
  if (answer.kind === 'refused') throw new Error(answer.message)
  return answer.request.request.id
}

const requestsIn = async (schema: string) => (await pool.query<{ id: string }>(`select id from ${schema}.requests order by id`)).rows.map(({ id }) => id)

test('both carry their own requests over one pool, and neither sees the other\'s', async () => {
  const names = Array.from({ length: 20 }, (_, index) => `number ${index}`)
  const ids = await Promise.all(engines.map((engine, place) =>
    Promise.all(names.map(async (name) => idOf(await engine.orchestrator.submit(engine.command(`${place}: ${name}`, name)))))))
  const ends = await Promise.all(engines.flatMap((engine, place) => (ids[place] ?? []).map((id) => engine.orchestrator.wait(id, root, 10_000))))
  expect(ends.map((view) => view?.request.status.state)).toEqual(ends.map(() => 'completed'))
  for (const [place, engine] of engines.entries()) {
    expect([...engine.greeted].sort()).toEqual(names.map((name) => `${place}: ${name}`).sort())
    expect(await requestsIn(schemas[place] ?? '')).toEqual([...ids[place] ?? []].sort())
    expect(await engine.orchestrator.find(ids[1 - place]?.[0] ?? '', root)).toBeUndefined()
  }
})

test('each has prepared statements of its own on a connection of both', async () => {
  const client = await pool.connect()
  try {
    await client.query('begin')
    for (const [place, schema] of schemas.entries()) await engines[place]!.orchestrator.submit(engines[place]!.command('named'), { requests: postgresRequestStore(client, { schema }) })
    const { rows } = await client.query<{ name: string; statement: string }>('select name, statement from pg_prepared_statements order by name')
    for (const schema of schemas) {
      const own = rows.filter(({ name }) => name.startsWith(`${schema}_`))
      expect(own.length).toBeGreaterThan(0)
      expect(own.every(({ statement }) => !statement.includes(`${schemas.find((other) => other !== schema)}.`))).toBe(true)
    }
  } finally {
    await client.query('rollback')
    client.release()
  }
})

test('one transaction of the caller\'s writes into both, or into neither', async () => {
  const orderBoth = async (end: 'commit' | 'rollback'): Promise<readonly string[]> => {
    const client = await pool.connect()
    try {
      await client.query('begin')
      const ids: string[] = []
      for (const [place, schema] of schemas.entries()) {
        ids.push(idOf(await engines[place]!.orchestrator.submit(engines[place]!.command(end), { requests: postgresRequestStore(client, { schema }) })))
      }
      await client.query(end)
      return ids
    } finally {
      client.release()
    }
  }
  const [kept, undone] = [await orderBoth('commit'), await orderBoth('rollback')]
  for (const [place, { orchestrator, greeted }] of engines.entries()) {
    expect((await orchestrator.wait(kept[place] ?? '', root, 10_000))?.request.status.state).toBe('completed')
    expect(await orchestrator.find(undone[place] ?? '', root)).toBeUndefined()
    expect(greeted.filter((name) => name === 'commit' || name === 'rollback')).toEqual(['commit'])
  }
})

test('a schema goes with all that one PAO has, and the other goes on', async () => {
  await migrate(pool, { schema: 'pao_gone' })
  await pool.query('drop schema pao_gone cascade')
  const [red] = engines
  const id = idOf(await red!.orchestrator.submit(red!.command('still here')))
  expect((await red!.orchestrator.wait(id, root, 10_000))?.request.status.state).toBe('completed')
})

test.each(['Pao', 'pao-red', 'pao red', '', '1st', 'pg_red', 'x"; drop schema pao; --', 'x'.repeat(41)])('the schema name %j is refused by whatever takes it, with what to do', async (schema) => {
  const refusal = { code: 'CONFIGURATION', message: expect.stringContaining('lower-case letters') as string }
  for (const adapter of [postgresRequestStore, postgresClaims, postgresCatalogDefinitions, postgresCatalogSyncs, postgresStepCheckpoints, postgresStepLogs]) {
    expect(() => { adapter(pool, { schema }) }).toThrow(expect.objectContaining(refusal) as Error)
  }
  await expect(migrate(pool, { schema })).rejects.toMatchObject(refusal)
})
