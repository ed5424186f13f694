import { describe, expect, test } from 'vitest'
import { parsePath, valueAt } from '../src/json-path.js'

const root = { a: { 'b-c': [10, { d: 'deep' }], 'it\'s "x"': 1, 'ü': 2, '\u2028': 3 }, list: [{ id: 1 }, { id: 2 }, {}], empty: [], none: null }
const at = (path: string) => {
  const segments = parsePath(path)
  return segments === undefined ? 'not a path' : valueAt(root, segments)
}

describe('paths of names, indexes and wildcards', () => {
  test.each<readonly [string, unknown]>([
    ['$', root], ['$.a["b-c"][0]', 10], ['$.a[\'b-c\'][1].d', 'deep'], ['$["a"]["b-c"][-1]["d"]', 'deep'], ['$.a[\'it\\\'s "x"\']', 1], ['$.a["it\'s \\"x\\""]', 1], ['$.a.ü', 2],
    ['$.a["\\u00fc"]', 2], ['$.a["\\u2028"]', 3], ['$.list[*].id', [1, 2]], ['$.list.*.id', [1, 2]], ['$[ "none" ]', null], ['$.empty[*]', undefined], ['$.list[3]', undefined], ['$.list[-4]', undefined],
    ['$.a.length', undefined], ['$.list.length', undefined], ['$.constructor', undefined], ['$.a[0]', undefined], ['$.none.x', undefined],
  ])('%s', (path, value) => {
    expect(at(path)).toEqual(value)
  })

  test.each(['', 'a', 'a.b', '$.', '$a', '$..a', '$[', '$[]', '$[a]', '$.a-b', '$[01]', '$[-0]', '$[1:2]', '$[0,1]', '$[?(@.a)]', '$["a]', '$["\\x"]', '$.a ', ' $', '$["a"\']', `$.${'a'.repeat(1_000)}`])(
    '%j is none', (path) => {
      expect(at(path)).toBe('not a path')
    })
})
