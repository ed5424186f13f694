import { describe, expect, test } from 'vitest'
import { breakingChanges } from '../../src/catalog/breaking-changes.js'
import { type Catalog, createCatalog } from '../../src/catalog/catalog.js'
import type { Profile } from '../../src/catalog/issue.js'
import { audienceOf, isVisibleTo } from '../../src/catalog/orderability.js'
import { edited, load, queue } from './documents.js'
import { actions } from './fake-actions.js'

const item = (source: string) => load(source).item!.item
const condition = ', conditional: { field: stage, operator: eq, value: prod }'
const pattern = '"^[a-z][a-z0-9-]{2,28}[a-z0-9]$"'
const size = '          - { id: size, name: Size, type: string'
const key = '          - { id: access_key'
const breaks = (before: string, after: string): readonly string[] => breakingChanges(item(before), item(after)).map(({ kind, field }) => `${kind} ${field ?? ''}`)

test.each<[string, readonly (readonly [string, string])[], readonly string[]]>([
  ['a field that is gone', [['          - { id: access_key, name: Access key, type: password }\n', '']], ['field-removed access_key']],
  ['a new required field', [[key, `${size}, required: true }\n${key}`]], ['field-required size']],
  ['a field that must be given now', [['name: Access key, type: password', 'name: Access key, type: password, required: true']], ['field-required access_key']],
  ['a default that is gone', [[', default: dev', '']], ['field-required stage']],
  ['another type', [['type: number, default: 7, validation: { min: 1, max: 14 }', 'type: string, default: "7"']], ['type-changed retention']],
  ['a number that must be whole', [['type: number, default: 7', 'type: integer, default: 7']], ['type-changed retention']],
  ['fewer choices', [['enum: [dev, prod], default: dev }', 'enum: [dev], default: dev }'], [condition, '']], ['choices-narrowed stage']],
  ['another pattern', [[pattern, '"^[a-z]+$"']], ['pattern-narrowed queue_name']],
  ['a shorter text', [[`pattern: ${pattern}`, `pattern: ${pattern}, max_length: 10`]], ['bounds-narrowed queue_name']],
  ['a smaller maximum', [['min: 1, max: 14', 'min: 1, max: 10']], ['bounds-narrowed retention']],
  ['a larger minimum', [['min: 1, max: 14', 'min: 2, max: 14']], ['bounds-narrowed retention']],
  ['steps', [['min: 1, max: 14', 'min: 1, max: 14, step: 7']], ['bounds-narrowed retention']],
  ['a stronger password', [['type: password', 'type: password, validation: { strength: strong }']], ['bounds-narrowed access_key']],
  ['an environment that must be named', [['owner: {', 'visibility: { environments: [dev] }\n  owner: {']], ['environments-narrowed ']],
])('%s breaks', (_name, changes, expected) => {
  expect(breaks(queue, edited(...changes))).toEqual(expected)
})

test.each<[string, readonly (readonly [string, string])[]]>([
  ['a new field that may be left out', [[key, `${size} }\n${key}`]]],
  ['a new required field with a default', [[key, `${size}, required: true, default: small }\n${key}`]]],
  ['more choices', [['enum: [dev, prod]', 'enum: [dev, test, prod]']]],
  ['a pattern that is gone', [[`, validation: { pattern: ${pattern} }`, '']]],
  ['wider bounds', [['min: 1, max: 14', 'min: 0, max: 30']]],
  ['a field that may be left out now', [['type: string, required: true', 'type: string']]],
  ['other texts, other steps', [['name: Queue name', 'name: Name of the queue'], ['method: POST', 'method: GET']]],
  ['a longer text', [['type: string, required: true', 'type: textarea, required: true']]],
])('%s breaks nothing', (_name, changes) => {
  expect(breaks(queue, edited(...changes))).toEqual([])
})

test('what the other direction breaks', () => {
  expect(breaks(edited(['owner: {', 'visibility: { environments: [dev, prod] }\n  owner: {']), edited(['owner: {', 'visibility: { environments: [dev] }\n  owner: {']))).toEqual(['environments-narrowed '])
  expect(breaks(edited(['type: password', 'type: string, readonly: true, default: x']), edited(['type: password', 'type: string, required: true']))).toEqual(['field-required access_key'])
  expect(breaks(edited([', required: true, validation: {', `, required: true${condition}, validation: {`]), queue)).toEqual(['field-required queue_name'])
})

describe('a catalog', () => {
  const path = 'messaging-queue-basic.yaml'
  const serve = (source: string, earlier?: Catalog, profile: Profile = 'compat') =>
    createCatalog([{ path, source }], { profile, actions, templateEnv: ['QUEUE_API'], ...(earlier === undefined ? {} : { earlier }) })
  const broken = edited(['min: 1, max: 14', 'min: 1, max: 10'])
  const found = (catalog: Catalog) => catalog.issues.filter(({ code }) => code === 'breaking-change')

  test('tells a change that breaks, at the place of the version, and tells it until the version says so', () => {
    const first = serve(queue)
    const second = serve(broken, first)
    expect(found(second)).toEqual([{
      code: 'breaking-change', severity: 'warning', path: 'metadata.version', file: path, line: 7, column: 12,
      message: 'this breaks with version 0.3.0: retention has a narrower max: 10. Write 1.0.0', suggestion: '1.0.0',
    }])
    expect(second.get('messaging-queue-basic')?.source).toBe(broken)
    const third = serve(broken, second)
    expect(found(third)).toHaveLength(1)
    expect(found(serve(broken.replace('Basic Message Queue', 'Message Queue'), third))).toHaveLength(1)
    expect(found(serve(broken.replace('version: 0.3.0', 'version: 1.0.0'), third))).toEqual([])
    expect(found(serve(queue, third))).toEqual([])
  })
  test('in profile strict what was served stays', () => {
    const second = serve(broken, serve(queue, undefined, 'strict'), 'strict')
    expect(found(second)).toMatchObject([{ severity: 'error' }])
    expect(second.get('messaging-queue-basic')?.source).toBe(queue)
    expect(serve(broken, second, 'strict').get('messaging-queue-basic')?.source).toBe(queue)
    expect(serve(broken.replace('version: 0.3.0', 'version: 1.0.0'), second, 'strict').get('messaging-queue-basic')?.item.version).toBe('1.0.0')
  })
  test('a draft may change as it likes, and so may a new item', () => {
    const draft = (source: string) => source.replace('  owner: {', '  stage: draft\n  owner: {')
    expect(found(serve(draft(broken), serve(draft(queue))))).toEqual([])
    expect(found(serve(broken))).toEqual([])
  })
})

test.each(['draft', 'archived'])('an item of stage %s is there for its owner and administrators alone', (stage) => {
  const loaded = load(edited(['owner: {', `stage: ${stage}\n  visibility: { teams: [checkout] }\n  owner: {`])).item!
  expect(loaded.item.stage).toBe(stage)
  expect(audienceOf(loaded)).toEqual(['platform-messaging-team'])
  expect([['checkout'], ['platform-messaging-team']].map((teams) => isVisibleTo(loaded, { teams }))).toEqual([false, true])
  expect(isVisibleTo(loaded, { teams: [], administrator: true })).toBe(true)
})

test.each([['preview', false], ['ga', false], ['deprecated', true]])('an item of stage %s is there for everybody', (stage, deprecated) => {
  const loaded = load(edited(['owner: {', `stage: ${stage}\n  owner: {`])).item!
  expect([isVisibleTo(loaded, { teams: [] }), loaded.blockers, loaded.item.lifecycle.deprecated]).toEqual([true, [], deprecated])
})
