import { miniSearchIndex } from '@pao/adapters-minisearch'
import type { Catalog } from '@pao/core'
import type { SearchIndex } from '@pao/core/ports'
import { describe, expect, test } from 'vitest'
import { encodeCursor } from '../src/cursor.js'
import type { ApiDependencies } from '../src/dependencies.js'
import { indexedCatalog } from '../src/indexed-catalog.js'
import { api, catalogOf, NOW, orchestrator, view } from './api-fixture.js'
import type { Example } from './api-fixture.js'
import { expectProblem } from './problem-expectation.js'

const examples: readonly Example[] = [
  { id: 'database-postgresql', name: 'PostgreSQL Database', tags: ['sql', 'managed'], environments: ['production'] },
  { id: 'database-postgresql-secret', name: 'PostgreSQL Database for cards', tags: ['sql'], teams: ['payments'], owner: 'dba' },
  { id: 'messaging-kafka-topic', name: 'Kafka Topic', category: 'messaging', tags: ['events', '<b>streams</b>'], owner: 'streams-team' },
  { id: 'messaging-zanzibar', name: 'Zanzibar', category: 'messaging', teams: ['payments'], owner: 'dba' },
]

const searching = (change: Partial<ApiDependencies> = {}, catalog = catalogOf(examples), index: SearchIndex = miniSearchIndex()) => {
  const { call, logged } = api({ catalog, search: indexedCatalog(index, () => catalog.current()), ...change })
  const search = (query: string, headers: Record<string, string> = {}) => call('GET', `/api/v1/catalog/search${query}`, { headers })
  const ids = async (query: string, headers?: Record<string, string>) => (await search(query, headers)).json.data.map(({ id }: { id: string }) => id)
  return { call, search, ids, logged }
}

describe('search', () => {
  test('ranks, forgives typos, looks at every field and filters', async () => {
    const { ids } = searching()
    expect(await ids('?q=postgersql')).toEqual(['database-postgresql'])
    expect(await ids('?q=kafka')).toEqual(['messaging-kafka-topic'])
    expect((await ids('?q=database%20sql'))[0]).toBe('database-postgresql')
    expect(await ids('?q=streams-team')).toEqual(['messaging-kafka-topic'])
    expect(await ids('?q=event')).toEqual(['messaging-kafka-topic'])
    expect(await ids('?q=daily%20backups')).toHaveLength(2)
    for (const [filter, found] of [['category=messaging', 1], ['owner=streams-team', 1], ['team=streams-team', 1], ['tags=sql,managed', 1], ['environment=production', 2], ['environment=staging', 1]] as const) {
      expect(await ids(`?q=backups&${filter}`), filter).toHaveLength(found)
    }
    expect(await ids('?q=%3F%21')).toEqual([])
  })

  test('its rows are those of the catalog, with what was found in them as positions, and never as marked text', async () => {
    const { search, call } = searching()
    const { json, text, headers } = await search('?q=streams')
    const [row] = (await call('GET', '/api/v1/catalog?q=kafka')).json.data
    expect(json.data).toEqual([{ ...row, highlights: expect.any(Array) }])
    const { highlights, ...shown } = json.data[0]
    const texts = highlights.flatMap(({ field, index, ranges }: { field: string; index?: number; ranges: readonly { start: number; end: number }[] }) =>
      ranges.map(({ start, end }) => (field === 'tags' ? shown.tags[index ?? -1] : field === 'owner' ? shown.owner.team : shown[field]).slice(start, end)))
    expect(texts.sort()).toEqual(['streams', 'streams'])
    expect(text).not.toContain('<mark')
    expect(headers.get('content-type')).toMatch(/^application\/json/)
    expect(json).toMatchObject({ ranked: true, pagination: { total_count: 1, has_more: false, next_cursor: null } })
  })

  test('completes what is typed, where that is asked for', async () => {
    const { search } = searching()
    expect((await search('?q=postg&complete=true&limit=1')).json.completions).toEqual(['PostgreSQL'])
    expect((await search('?q=kafka%20to&complete=true')).json.completions).toEqual(['kafka Topic'])
    expect((await search('?q=kafak&complete=true')).json.completions).toEqual(['Kafka'])
    expect((await search('?q=postg')).json).not.toHaveProperty('completions')
  })

  test.each(['', '?q=', '?q=%20', '?q=a&limit=0', '?q=a&category=nothing', '?q=a&catgory=storage', '?q=a&complete=yes', '?q=a&cursor=zzz', `?q=${'a'.repeat(201)}`, '?q=a%00b'])('refuses %j', async (query) => {
    expectProblem(await searching().search(query), 400, 'VALIDATION_ERROR')
  })

  test('a misspelt parameter is told with the right one', async () => {
    expect((await searching().search('?q=a&completed=true')).json.errors).toMatchObject([{ field: 'completed', suggestion: 'complete' }])
  })

  test('answers no other method', async () => {
    expectProblem(await searching().call('POST', '/api/v1/catalog/search'), 405, 'METHOD_NOT_ALLOWED')
  })
})

describe('what a caller may not see', () => {
  const hidden = { 'X-PAO-User': 'eve', 'X-PAO-Teams': 'others' }

  test('is not found, not counted and completes nothing, on any page', async () => {
    const { search, ids } = searching()
    const answer = await search('?q=postgresql&limit=1', hidden)
    expect([answer.json.data.map(({ id }: { id: string }) => id), answer.json.pagination]).toEqual([['database-postgresql'], { has_more: false, next_cursor: null, total_count: 1 }])
    expect((await search('?q=zanz&complete=true', hidden)).json).toMatchObject({ data: [], completions: [], pagination: { total_count: 0 } })
    expect(await ids('?q=zanzibar', { 'X-PAO-User': 'ada', 'X-PAO-Teams': 'payments' })).toEqual(['messaging-zanzibar'])
    expect(await ids('?q=zanzibar', { 'X-PAO-User': 'ada', 'X-PAO-Teams': 'dba' })).toEqual(['messaging-zanzibar'])
    expect(await ids('?q=zanzibar', { 'X-PAO-User': 'ada', 'X-PAO-Roles': 'admin' })).toEqual(['messaging-zanzibar'])
  })

  test('is not shown by an index that finds it all the same', async () => {
    const careless = miniSearchIndex()
    const { ids } = searching({}, catalogOf(examples), { ...careless, search: (query) => careless.search({ ...query, viewer: { teams: [], administrator: true } }) })
    expect(await ids('?q=zanzibar', hidden)).toEqual([])
  })
})

describe('pages', () => {
  const many = Array.from({ length: 7 }, (_, index) => ({ id: `item-${index}`, name: `Cache ${index}` }))

  test('walks all', async () => {
    const { call } = searching({}, catalogOf(many))
    const seen: string[] = []
    let path = '/api/v1/catalog/search?q=cache&limit=3'
    for (let pages = 0; path !== '' && pages < 9; pages += 1) {
      const answer = await call('GET', path)
      expect(answer.json.pagination.total_count).toBe(7)
      seen.push(...answer.json.data.map(({ id }: { id: string }) => id))
      path = /<([^>]+)>; rel="next"/.exec(answer.headers.get('link') ?? '')?.[1] ?? ''
    }
    expect(seen).toEqual(many.map(({ id }) => id))
  })

  test('a cursor of another search is refused', async () => {
    const { search } = searching({}, catalogOf(many))
    const next = (await search('?q=cache&limit=3')).json.pagination.next_cursor
    expect((await search(`?q=cache&limit=2&cursor=${next}`)).status).toBe(200)
    for (const query of [`?q=caches&cursor=${next}`, `?q=cache&category=databases&cursor=${next}`, ...[['x', 3], [3], ['x']].map((parts) => `?q=cache&cursor=${encodeCursor(parts)}`)]) {
      expectProblem(await search(query), 400, 'VALIDATION_ERROR')
    }
  })
})

describe('the index follows the catalog', () => {
  const recording = () => {
    const index = miniSearchIndex()
    const changes: (readonly [readonly string[], readonly string[]])[] = []
    return { changes, index: { ...index, update: (change) => { changes.push([(change.put ?? []).map(({ id }) => id), change.remove ?? []]); return index.update(change) } } satisfies SearchIndex }
  }

  test('item by item', async () => {
    const [{ index, changes }, first] = [recording(), catalogOf([{ id: 'item-a', name: 'Alpha' }, { id: 'item-b', name: 'Beta' }, { id: 'item-c', name: 'Gamma' }])]
    let served: Catalog = first.current()
    const { ids } = searching({ catalog: { ...first, current: () => served } }, { ...first, current: () => served }, index)
    await Promise.all([ids('?q=alpha'), ids('?q=beta')])
    await ids('?q=gamma')
    const items = new Map(served.items)
    items.delete('item-c')
    for (const loaded of catalogOf([{ id: 'item-b', name: 'Delta' }, { id: 'item-d', name: 'Epsilon' }]).current().items.values()) items.set(loaded.item.id, loaded)
    served = { ...served, items, get: (id) => items.get(id) }
    expect(await Promise.all([ids('?q=delta'), ids('?q=epsilon'), ids('?q=gamma'), ids('?q=beta'), ids('?q=alpha')])).toEqual([['item-b'], ['item-d'], [], [], ['item-a']])
    expect(changes).toEqual([[['item-a', 'item-b', 'item-c'], []], [['item-b', 'item-d'], ['item-c']]])
  })

  test('one that fails is left out for a while: the catalog is searched without it', async () => {
    const sound = miniSearchIndex()
    let broken = true
    const index: SearchIndex = { ...sound, update: (change) => (broken ? Promise.reject(new Error('connection refused to 10.1.2.3')) : sound.update(change)) }
    const { search, logged } = searching({}, catalogOf(examples), index)
    const answer = await search('?q=kafka&complete=true')
    expect(answer.json).toMatchObject({ ranked: false, completions: [], data: [{ id: 'messaging-kafka-topic', highlights: [] }], pagination: { total_count: 1 } })
    expect(answer.text).not.toContain('10.1.2.3')
    expect(logged.map(({ message }) => message)).toContain('the search index failed; the catalog is searched without it')
    broken = false
    expect((await search('?q=kafak')).json).toMatchObject({ ranked: true, data: [{ id: 'messaging-kafka-topic' }] })
  })
})

test('without an index words are looked for as they are written, for who may see them, by pages', async () => {
  const { call } = api({ catalog: catalogOf(examples) })
  const ask = async (query: string) => (await call('GET', `/api/v1/catalog/search${query}`)).json
  expect(await ask('?q=postgresql')).toMatchObject({ ranked: false, data: [{ id: 'database-postgresql', highlights: [] }], pagination: { total_count: 1 } })
  expect((await ask('?q=postgersql')).data).toEqual([])
  const first = await ask('?q=a&limit=1')
  expect((await ask(`?q=a&limit=1&cursor=${first.pagination.next_cursor}`)).data).toMatchObject([{ id: 'messaging-kafka-topic' }])
})

describe('what is searched for is counted', () => {
  const counting = () => {
    let now = NOW
    const accepting = orchestrator({ submit: () => Promise.resolve({ kind: 'accepted', request: view() }) })
    const { call, search } = searching({ orchestrator: accepting, now: () => now })
    const order = (catalogItemId: string, user: string) => call('POST', '/api/v1/requests', { body: { catalogItemId, fields: {} }, headers: { 'X-PAO-User': user } })
    const counts = async () => (await call('GET', '/api/v1/catalog/search/counts', { headers: { 'X-PAO-Roles': 'platform' } })).json
    return { search: (query: string, user = 'ada') => search(query, { 'X-PAO-User': user }), order, counts, call, wait: (ms: number) => { now += ms } }
  }

  test('queries, empty answers and orders that followed', async () => {
    const { search, order, counts } = counting()
    for (const user of ['ada', 'bob', 'eve']) await search('?q=Kafka', user)
    for (let time = 0; time < 3; time += 1) await search('?q=unicorns')
    await search('?q=rare')
    expect((await order('messaging-kafka-topic', 'bob')).status).toBe(202)
    await order('messaging-kafka-topic', 'bob')
    await order('database-postgresql', 'eve')
    await order('messaging-kafka-topic', 'stranger')
    expect(await counts()).toEqual({
      since: new Date(NOW).toISOString(), queries: 7, empty: 4, ordersFollowed: 1,
      texts: [{ text: 'kafka', queries: 3, empty: 0, ordersFollowed: 1 }, { text: 'unicorns', queries: 3, empty: 3, ordersFollowed: 0 }],
    })
  })

  test('not what is asked while somebody types, and no further pages; an order much later has not followed', async () => {
    const { search, order, counts, wait } = counting()
    await search('?q=kaf&complete=true')
    const { json } = await search('?q=daily&limit=1')
    await search(`?q=daily&limit=1&cursor=${json.pagination.next_cursor}`)
    wait(31 * 60_000)
    await order('database-postgresql', 'ada')
    expect(await counts()).toMatchObject({ queries: 1, empty: 0, ordersFollowed: 0 })
  })

  test('without an id of anybody, and for platform teams alone', async () => {
    const { search, order, counts, call } = counting()
    for (let time = 0; time < 3; time += 1) await search('?q=kafka', 'someone-in-particular')
    await order('messaging-kafka-topic', 'someone-in-particular')
    expect(JSON.stringify(await counts())).not.toContain('particular')
    expectProblem(await call('GET', '/api/v1/catalog/search/counts', { headers: { 'X-PAO-User': 'eve', 'X-PAO-Roles': 'developer' } }), 403, 'FORBIDDEN')
    expect((await call('GET', '/api/v1/catalog/search/counts', { headers: { 'X-PAO-Roles': 'admin' } })).status).toBe(200)
  })
})
