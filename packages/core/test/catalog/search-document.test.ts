import { describe, expect, test } from 'vitest'
import { type CatalogFile, createCatalog } from '../../src/catalog/catalog.js'
import { catalogChanges } from '../../src/catalog/catalog-changes.js'
import { isVisibleTo } from '../../src/catalog/orderability.js'
import { searchDocument } from '../../src/catalog/search-document.js'
import { edited } from './documents.js'
import { actions } from './fake-actions.js'

const options = { profile: 'compat', actions, templateEnv: ['QUEUE_API'] } as const

const file = (id: string, ...changes: readonly (readonly [string, string])[]): CatalogFile =>
  ({ path: `${id}.yaml`, source: edited(['messaging-queue-basic', id], ...changes) })

const seenBy = (teams: string, environments = '[]') => createCatalog([file('queue-a', ['tags: [queue, events]', `tags: [queue, events]\n  visibility: { teams: ${teams}, environments: ${environments} }`])], options).get('queue-a')

describe('what a search index is told of an item', () => {
  test('its texts', () => {
    const loaded = createCatalog([file('queue-a')], options).get('queue-a')
    expect(loaded === undefined ? undefined : searchDocument(loaded)).toEqual({
      id: 'queue-a', name: 'Basic Message Queue', description: 'A single-region message queue for small services, with dead letters kept for a week.', tags: ['queue', 'events'],
      owner: 'platform-messaging-team', category: 'messaging',
    })
  })
  test.each(['[]', '[payments]', '[payments, orders]', '[platform-messaging-team]'])('the audience and isVisibleTo say the same: %s', (teams) => {
    const loaded = seenBy(teams)
    expect(loaded).toBeDefined()
    if (loaded === undefined) return
    const { audience } = searchDocument(loaded)
    for (const mine of [[], ['payments'], ['orders'], ['platform-messaging-team'], ['others', 'orders'], ['pay']]) {
      expect(audience === undefined || audience.some((team) => mine.includes(team)), mine.join()).toBe(isVisibleTo(loaded, { teams: mine }))
    }
  })
  test('where it is orderable', () => {
    expect([seenBy('[]'), seenBy('[]', '[production]')].map((loaded) => loaded === undefined ? 0 : searchDocument(loaded).environments)).toEqual([undefined, ['production']])
  })
})

describe('what changed between two catalogs', () => {
  const ids = ({ changed, removed }: ReturnType<typeof catalogChanges>) => [changed.map(({ item }) => item.id), removed]
  test('new, other and missing items, and nothing else', () => {
    const before = createCatalog([file('queue-a'), file('queue-b'), file('queue-c')], options)
    const after = createCatalog([file('queue-a'), file('queue-b', ['0.3.0', '0.4.0']), file('queue-d')], { ...options, earlier: before })
    expect(ids(catalogChanges(before, after))).toEqual([['queue-b', 'queue-d'], ['queue-c']])
    expect(ids(catalogChanges(after, after))).toEqual([[], []])
    expect(ids(catalogChanges({ items: new Map() }, before))).toEqual([['queue-a', 'queue-b', 'queue-c'], []])
  })
  test('a catalog that was read again and is the same has no changes', () => {
    const before = createCatalog([file('queue-a')], options)
    expect(ids(catalogChanges(before, createCatalog([file('queue-a')], { ...options, earlier: before })))).toEqual([[], []])
  })
})
