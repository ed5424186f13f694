import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { notAmong, optionPath, readOptions, searchOptions } from '../../src/form/data-source/option-list.js'
import type { Json } from '../../src/json.js'

const scalar = fc.oneof(fc.string({ maxLength: 8 }), fc.integer(), fc.boolean(), fc.constant(null))
const entry = fc.oneof(scalar, fc.record({ id: scalar, name: scalar }, { requiredKeys: [] }), fc.array(scalar, { maxLength: 2 })) as fc.Arbitrary<Json>

describe('options that are read from an answer', () => {
  test('property: no value passes that no entry has, and every value of an entry passes', () => {
    fc.assert(fc.property(fc.array(entry, { maxLength: 20 }), scalar, (list, chosen) => {
      const read = readOptions(list, { valueField: 'id', limit: 100 })
      if ('problem' in read) return
      const has = list.some((one) => typeof one === 'object' && one !== null && !Array.isArray(one) && (one as Record<string, Json>)['id'] === chosen && chosen !== null && chosen !== '')
      expect(notAmong(read.options, chosen).length === 0).toBe(has)
    }))
  })
  test('property: a list of choices passes exactly when each of it does', () => {
    fc.assert(fc.property(fc.array(fc.string({ minLength: 1, maxLength: 3 }), { minLength: 1 }), fc.array(fc.string({ maxLength: 3 })), (list, chosen) => {
      const read = readOptions(list, { limit: 100 })
      if ('problem' in read) throw new Error(read.problem)
      expect(notAmong(read.options, chosen)).toEqual(chosen.filter((one) => !list.includes(one)))
    }))
  })
  test('property: whatever an answer is, it is read or told; what is cut or left out makes the list incomplete', () => {
    fc.assert(fc.property(fc.jsonValue(), fc.integer({ min: 1, max: 5 }), (answer, limit) => {
      const read = readOptions(answer as Json, { limit })
      if ('problem' in read) { expect(read.problem).not.toBe(''); return }
      expect(read.options.length).toBeLessThanOrEqual(limit)
      const list = Array.isArray(answer) ? answer as Json[] : undefined
      if (list !== undefined && read.complete) for (const one of list) if (typeof one === 'string') expect(notAmong(read.options, one)).toEqual([])
    }))
  })
  test('property: a search finds nothing that is not there', () => {
    fc.assert(fc.property(fc.array(fc.string({ minLength: 1 })), fc.string(), (list, q) => {
      const read = readOptions(list, { limit: 100 })
      if ('problem' in read) return
      const found = searchOptions(read.options, q)
      for (const option of found) expect(read.options).toContain(option)
      for (const word of q.toLowerCase().split(/\s+/)) for (const { value } of found) expect(String(value).toLowerCase()).toContain(word)
    }))
  })
  test.each<readonly [what: string, answer: Json, items: string | undefined, values: readonly Json[]]>([
    ['a bare list', ['a', 2, true], undefined, ['a', 2, true]],
    ['the usual names of containers', { total: 2, results: [{ id: 'a' }, { value: 'b' }] }, undefined, ['a', 'b']],
    ['a path', { data: { regions: [{ name: 'eu' }] } }, '$.data.regions', ['eu']],
    ['a path with an index', { pages: [{ items: ['x'] }] }, 'pages[0].items', ['x']],
    ['the whole, said so', ['x'], '$', ['x']],
  ])('%s', (_, answer, items, values) => {
    expect(readOptions(answer, { limit: 10, ...(items === undefined ? {} : { items }) })).toMatchObject({ complete: true, options: values.map((value) => ({ value })) })
  })
  test('names of prototypes are no paths', () => {
    for (const path of ['__proto__', 'a.constructor', '$.prototype', '', 'a b', '$..x', 'a[*]']) expect(optionPath(path)).toBeUndefined()
    expect(readOptions([{ id: 'a' }], { valueField: 'toString', limit: 5 })).toMatchObject({ problem: expect.stringContaining('toString') as string })
  })
})
