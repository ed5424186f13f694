import { createHash } from 'node:crypto'
import { createPostgresPool, migrate, postgresCatalogSyncs } from '@pao/adapters-postgres'
import type { CatalogChange, CatalogDefinition, CatalogSync } from '@pao/core/ports'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { migrations } from '../src/migrations/migrations.js'
import type { PostgresFixture } from './postgres-fixture.js'
import { createPostgresFixture } from './postgres-fixture.js'

let fixture: PostgresFixture
beforeAll(async () => { fixture = await createPostgresFixture() })
afterAll(() => fixture.close())

const definition = (itemId: string, version: string): CatalogDefinition => {
  const source = `metadata: { id: ${itemId}, version: ${version} }\n`
  return { hash: createHash('sha256').update(source).digest('hex'), kind: 'CatalogItem', itemId, version, path: `${itemId}.yaml`, source }
}

const syncOf = (number: number): CatalogSync => ({ number, revision: `r${number}`, at: number * 1_000, files: 1 })
const changeOf = (serve: readonly CatalogDefinition[]): CatalogChange => ({ serve, withdraw: [], findings: serve.map(({ path }) => ({ path, issues: [{ code: 'missing' }] })), forget: [] })

test('an answer that is lost is asked for again, and nothing is recorded twice', async () => {
  const { syncs, loseNextReply } = await fixture.create()
  loseNextReply()
  const claim = await syncs.claim('replica', 60_000)
  expect(claim).toBeDefined()
  loseNextReply()
  expect(await syncs.record(claim!, syncOf(1), changeOf([definition('one', '1.0.0')]))).toBe('recorded')
  expect([(await syncs.versions('one', 9)).length, (await syncs.validations('one.yaml')).length, (await syncs.state()).latest?.number]).toEqual([1, 1, 1])
  loseNextReply()
  expect(await syncs.firstSeen('github', 'delivery', 1_000)).toBe(true)
  expect(await syncs.firstSeen('github', 'delivery', 1_000)).toBe(false)
})

test('a session that is killed in the middle of a record leaves what was served as it was', async () => {
  const { syncs } = await fixture.create()
  const claim = (await syncs.claim('replica', 60_000))!
  await syncs.record(claim, syncOf(1), changeOf([definition('one', '1.0.0'), definition('two', '1.0.0')]))
  // Somebody holds a row that the record needs, so that it stands still half way.
  const holder = await fixture.pool.connect()
  await holder.query("begin; select 1 from pao.served_definitions where item_id = 'two' for update")
  const dying = createPostgresPool({ connectionString: fixture.url, applicationName: 'pao-dying', max: 1 })
  const recording = postgresCatalogSyncs(dying).record(claim, syncOf(2), changeOf([definition('one', '2.0.0'), definition('two', '2.0.0')])).catch((error: unknown) => error)
  for (let killed = 0; killed === 0;) {
    killed = (await fixture.pool.query("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'pao-dying' and wait_event_type = 'Lock'")).rowCount ?? 0
  }
  // Seen by everybody: what was there before, whole.
  expect((await syncs.served()).map(({ version }) => version)).toEqual(['1.0.0', '1.0.0'])
  expect((await syncs.state()).latest?.number).toBe(1)
  await holder.query('rollback')
  holder.release()
  // The adapter has asked again on another connection.
  expect(await recording).toBe('recorded')
  expect((await syncs.served()).map(({ version }) => version)).toEqual(['2.0.0', '2.0.0'])
  expect((await syncs.versions('one', 9)).map(({ version }) => version)).toEqual(['2.0.0', '1.0.0'])
  await dying.end()
})

test('ten thousand items are one record', async () => {
  const { syncs } = await fixture.create()
  const claim = (await syncs.claim('replica', 60_000))!
  const serve = Array.from({ length: 10_000 }, (_, index) => definition(`item-${String(index).padStart(5, '0')}`, '1.0.0'))
  expect(await syncs.record(claim, syncOf(1), changeOf(serve))).toBe('recorded')
  expect((await syncs.served()).length).toBe(10_000)
  expect((await syncs.sources(serve.map(({ hash }) => hash))).length).toBe(10_000)
})

test('what was served before versions were kept is the first of them', async () => {
  const schema = 'pao_before'
  await migrate(fixture.pool, { schema, migrations: migrations.slice(0, 5) })
  const { hash, source } = definition('one', '1.0.0')
  await fixture.pool.query(`insert into ${schema}.catalog_definitions values (decode('${hash}', 'hex'), 'CatalogItem', 'one', '1.0.0', 'one.yaml', '${source}', '2026-01-01T00:00:00Z')`)
  await fixture.pool.query(`insert into ${schema}.served_definitions values ('one', decode('${hash}', 'hex'))`)
  await migrate(fixture.pool, { schema })
  const syncs = postgresCatalogSyncs(fixture.pool, { schema })
  expect(await syncs.versions('one', 9)).toEqual([{ hash, version: '1.0.0', path: 'one.yaml', servedAt: Date.UTC(2026, 0, 1) }])
  expect([(await syncs.served()).map(({ itemId }) => itemId), await syncs.state()]).toEqual([['one'], {}])
})
