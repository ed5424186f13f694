import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { diffItems } from '../../src/catalog/diff-items.js'
import { diffJson } from '../../src/catalog/diff-json.js'
import { equals } from '../../src/expression/comparison.js'
import type { Json } from '../../src/json.js'
import { edited, load, queue } from './documents.js'

const item = (source: string) => load(source).item!
const empty = { added: [], removed: [], changed: [] }

describe('two versions of an item', () => {
  test('the same document, and one with other comments, change nothing', () => {
    for (const after of [queue, `# a comment\n${queue}`]) {
      expect(diffItems(item(queue), item(after))).toEqual({ change: 'unchanged', version: { before: '0.3.0', after: '0.3.0' }, fields: empty, steps: empty, components: empty, rest: [], breaking: [], needsMajor: false })
    }
  })
  test('fields, steps and the rest, each at its place', () => {
    const after = edited(
      ['min: 1, max: 14', 'min: 1, max: 10'], ['          - { id: access_key, name: Access key, type: password }\n', '          - { id: note, name: Note, type: textarea }\n'],
      ['retry: { attempts: 2 }', 'retry: { attempts: 3 }'], ['      - id: announce\n', '      - id: tell\n'], ['tags: [queue, events]', 'tags: [queue]'], ['name: Basics', 'name: The basics'], ['version: 0.3.0', 'version: 0.4.0'],
    )
    expect(diffItems(item(queue), item(after))).toMatchObject({
      change: 'changed', version: { before: '0.3.0', after: '0.4.0' }, needsMajor: true,
      fields: { added: ['note'], removed: ['access_key'], changed: [{ id: 'retention', changes: [{ path: 'validation.max', change: 'changed', before: 14, after: 10 }] }] },
      steps: { added: ['automatic.tell'], removed: ['automatic.announce'], changed: [{ id: 'automatic.create-queue', changes: [{ path: 'retry.attempts', before: 2, after: 3 }] }] },
      breaking: [{ kind: 'bounds-narrowed', field: 'retention' }, { kind: 'field-removed', field: 'access_key' }],
    })
    expect(diffItems(item(queue), item(after)).rest.map(({ path }) => path).sort()).toEqual(['metadata.tags', 'metadata.version', 'presentation.form.groups[0].name'])
  })
  test('a new item has everything new and breaks nothing', () => {
    expect(diffItems(undefined, item(queue))).toMatchObject({ change: 'added', version: { after: '0.3.0' }, fields: { added: ['queue_name', 'stage', 'retention', 'access_key'] }, breaking: [], needsMajor: false, rest: [] })
  })
  test('another major version may break', () => {
    expect(diffItems(item(queue), item(edited(['min: 1, max: 14', 'min: 1, max: 10'], ['version: 0.3.0', 'version: 1.0.0'])))).toMatchObject({ breaking: [{ kind: 'bounds-narrowed' }], needsMajor: false })
  })
})

test('values are equal exactly when nothing differs', () => {
  const json = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>
  fc.assert(fc.property(json, json, (left, right) => {
    expect(diffJson(left, left)).toEqual([])
    expect(diffJson(left, right).length === 0).toBe(equals(left, right))
    expect(diffJson(left, right).map(({ path }) => path).sort()).toEqual(diffJson(right, left).map(({ path }) => path).sort())
  }), { numRuns: 200 })
})

test('lists of values are one value, lists of objects are looked into', () => {
  expect(diffJson({ a: [1, 2], b: [{ c: 1 }, { c: 2 }] }, { a: [1], b: [{ c: 1 }, { c: 3 }, { c: 4 }] })).toEqual([
    { path: 'a', change: 'changed', before: [1, 2], after: [1] }, { path: 'b[1].c', change: 'changed', before: 2, after: 3 }, { path: 'b[2]', change: 'added', after: { c: 4 } },
  ])
})
