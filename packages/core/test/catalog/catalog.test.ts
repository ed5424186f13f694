import { describe, expect, test } from 'vitest'
import { ACTION_API_VERSION, type AnyAction } from '../../src/action/action.js'
import { createActionRegistry } from '../../src/catalog/action-registry.js'
import { type CatalogFile, createCatalog } from '../../src/catalog/catalog.js'
import { searchCatalog } from '../../src/catalog/search-catalog.js'
import { edited, queue } from './documents.js'
import { actions, callAction, makeAction, ticketAction } from './fake-actions.js'

const options = { profile: 'compat', actions, templateEnv: ['QUEUE_API'] } as const

const file = (id: string, ...changes: readonly (readonly [string, string])[]): CatalogFile =>
  ({ path: `${id}.yaml`, source: edited(['messaging-queue-basic', id], ...changes) })

describe('the catalog', () => {
  test('one bad file never hides the others, and items stand in the order of their ids', () => {
    const catalog = createCatalog([file('queue-b'), { path: 'bad.yaml', source: '\u0000{' }, file('queue-a'), { path: 'list.yaml', source: '- 1' }], options)
    expect([...catalog.items.keys()]).toEqual(['queue-a', 'queue-b'])
    expect(catalog.issues.map(({ file: path }) => path)).toEqual(expect.arrayContaining(['bad.yaml', 'list.yaml']))
  })
  test('a file in error keeps its last good version; when it is good again that is served', () => {
    const first = createCatalog([file('queue-a')], options)
    const second = createCatalog([{ path: 'queue-a.yaml', source: 'nothing: here' }], { ...options, earlier: first })
    expect(second.get('queue-a')).toBe(first.get('queue-a'))
    const third = createCatalog([{ path: 'queue-a.yaml', source: 'still: bad' }], { ...options, earlier: second })
    expect(third.get('queue-a')?.hash).toBe(first.get('queue-a')?.hash)
    const last = createCatalog([file('queue-a', ['0.3.0', '0.4.0'])], { ...options, earlier: third })
    expect(last.get('queue-a')?.item.version).toBe('0.4.0')
    expect(last.issues).toEqual([])
  })
  test('a last good version from a store is served too', () => {
    const previous = [...createCatalog([file('queue-a')], options).items.values()]
    expect(createCatalog([{ path: 'queue-a.yaml', source: '' }], { ...options, previous }).get('queue-a')?.item.id).toBe('queue-a')
  })
  test('an item whose file is gone is not served any more', () => {
    const earlier = createCatalog([file('queue-a'), file('queue-b')], options)
    expect([...createCatalog([file('queue-b')], { ...options, earlier }).items.keys()]).toEqual(['queue-b'])
  })
  test('of two files with one id, none served before, the first that can be ordered is served', () => {
    const blocked = edited(['owner: {', 'stage: draft\n  owner: {'])
    const both = (first: string, second: string) => createCatalog([{ path: 'a.yaml', source: first }, { path: 'b.yaml', source: second }], options).get('messaging-queue-basic')?.path
    expect([both(blocked, queue), both(queue, blocked), both(queue, queue), both(blocked, blocked)]).toEqual(['b.yaml', 'a.yaml', 'a.yaml', 'a.yaml'])
  })
  test('of two files with one id the one that was served before stays', () => {
    const earlier = createCatalog([{ path: 'z.yaml', source: queue }], options)
    const catalog = createCatalog([{ path: 'a.yaml', source: queue }, { path: 'z.yaml', source: queue }], { ...options, earlier })
    expect(catalog.get('messaging-queue-basic')?.path).toBe('z.yaml')
    expect(catalog.issues.filter(({ severity }) => severity === 'error')).toMatchObject([{ file: 'a.yaml', code: 'duplicate-item' }])
  })
  test('what did not change is not read again; other settings read everything again', () => {
    const earlier = createCatalog([file('queue-a'), file('queue-b')], options)
    const changed = createCatalog([file('queue-a'), file('queue-b', ['0.3.0', '0.4.0'])], { ...options, earlier })
    expect(changed.get('queue-a')).toBe(earlier.get('queue-a'))
    expect(changed.get('queue-b')?.item.version).toBe('0.4.0')
    expect(createCatalog([file('queue-a')], { ...options, templateEnv: [], earlier }).get('queue-a')?.blockers).toHaveLength(2)
  })
})

describe('search', () => {
  const catalog = createCatalog([
    file('queue-b', ['tags: [queue, events]', 'tags: [fast]']),
    file('queue-a', ['category: messaging', 'category: databases'], ['team: platform-messaging-team', 'team: platform-database-team']),
    file('queue-c', ['owner: {', 'visibility: { teams: [checkout], environments: [production] }\n  owner: {']),
  ], options)
  const ids = (teams: readonly string[], search = {}) => searchCatalog(catalog, { teams }, search).map(({ item }) => item.id)

  test('by id, and only what the viewer may see', () => {
    expect(ids([])).toEqual(['queue-a', 'queue-b'])
    expect(ids(['checkout'])).toEqual(['queue-a', 'queue-b', 'queue-c'])
  })
  test.each([
    [{ category: 'databases' }, ['queue-a']], [{ owner: 'platform-database-team' }, ['queue-a']], [{ tags: ['queue', 'events'] }, ['queue-a', 'queue-c']],
    [{ environment: 'staging' }, ['queue-a', 'queue-b']], [{ q: 'FAST message' }, ['queue-b']], [{ q: 'queue-b nothing' }, []], [{ q: '  ' }, ['queue-a', 'queue-b', 'queue-c']],
  ])('%j', (search, expected) => {
    expect(ids(['checkout'], search)).toEqual(expected)
  })
})

describe('the action registry', () => {
  const codesOf = (...list: readonly AnyAction[]) => createActionRegistry(list).issues.map(({ code }) => code)
  test('finds by type and alias, and lists types sorted', () => {
    expect(actions.get('jira')).toBe(ticketAction)
    expect(actions.get('rest-api')).toBe(callAction)
    expect(actions.get('toString')).toBeUndefined()
    expect(actions.types).toEqual(['broken', 'jira-ticket', 'rest-api'])
    expect(actions.issues).toEqual([])
  })
  test('the first of two with one name stays; an alias is a name', () => {
    const registry = createActionRegistry([ticketAction, makeAction('jira', {})])
    expect(registry.issues).toMatchObject([{ code: 'action-duplicate', type: 'jira' }])
    expect(registry.get('jira')).toBe(ticketAction)
  })
  test('what breaks the contract is not installed', () => {
    expect(codesOf(makeAction('one', { apiVersion: (ACTION_API_VERSION + 1) as 1 }))).toEqual(['action-api-version'])
    expect(codesOf(makeAction('one', { version: 'v1' }))).toEqual(['action-version'])
    expect(codesOf(makeAction('One', {}))).toEqual(['action-type'])
    expect(codesOf(makeAction('one', { effect: 'create' }))).toEqual(['action-incomplete'])
    expect(codesOf(makeAction('one', { effect: () => 'none' }))).toEqual(['action-incomplete'])
    expect(codesOf(makeAction('one', { config: { ...callAction.config, jsonSchema: { type: 'nothing' } } }))).toEqual(['action-schema'])
    expect(createActionRegistry([makeAction('one', { version: 'v1' })]).get('one')).toBeUndefined()
  })
})
