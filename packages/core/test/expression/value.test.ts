import { describe, expect, test } from 'vitest'
import Handlebars from 'handlebars'
import { member, memberAt } from '../../src/expression/member.js'
import { parsePath, readPath } from '../../src/expression/path.js'
import { isBlank, isTruthy, textOf } from '../../src/expression/value.js'
import type { Value } from '../../src/expression/value-type.js'

describe('truth', () => {
  const condition = Handlebars.compile('{{#if x}}yes{{else}}no{{/if}}')
  test.each<[Value]>([[undefined], [null], [false], [true], [0], [-0], [Number.NaN], [1], [''], ['0'], [[]], [[0]], [{}], [{ a: 1 }]])('%j is what it is for Handlebars', (value) => {
    expect(isTruthy(value)).toBe(condition({ x: value }) === 'yes')
  })

  test('blank is missing, null and the empty text', () => {
    expect([undefined, null, '', 0, false, [], ' '].map((value) => isBlank(value as Value))).toEqual([true, true, true, false, false, false, false])
  })
})

test('values as text', () => {
  expect([undefined, null, '', 'a', 1.5, -0, 1e21, true, ['a', 1, null], { a: 1, b: [2, 3] }].map((value) => textOf(value as Value)))
    .toEqual(['', '', '', 'a', '1.5', '0', '1e+21', 'true', 'a, 1, ', 'a=1, b=2, 3'])
})

describe('members', () => {
  test('only own members are seen', () => {
    for (const name of ['toString', 'constructor', '__proto__', 'hasOwnProperty', 'valueOf']) {
      expect(member({}, name)).toBeUndefined()
      expect(member([], name)).toBeUndefined()
      expect(member('text', name)).toBeUndefined()
    }
    expect(member(['a', 'b'], '1')).toBe('b')
    expect(member(['a', 'b'], 'length')).toBe(2)
    expect(member(['a'], 'map')).toBeUndefined()
    expect(member(null, 'a')).toBeUndefined()
    expect(memberAt({ a: { b: [{ c: 0 }] } }, ['a', 'b', '0', 'c'])).toBe(0)
  })
})

describe('paths', () => {
  test.each<[string, readonly string[] | undefined]>([
    ['stage', ['stage']], ['output.cost-estimation.total', ['output', 'cost-estimation', 'total']], ['a[0].b', ['a', '0', 'b']], ['a[0][1]', ['a', '0', '1']],
    ['', undefined], ['.a', undefined], ['a.', undefined], ['a..b', undefined], ['[0]', undefined], ['a[x]', undefined], ['a b', undefined], ['a[0', undefined], ['a.[0]', undefined],
    ['a.__proto__', undefined], ['constructor', undefined], ['a.prototype.b', undefined], ['a[0]b', undefined],
  ])('%s', (text, segments) => {
    expect(parsePath(text)).toEqual(segments)
  })

  test('are read from own members', () => {
    expect(readPath({ a: [{ b: 1 }] }, 'a[0].b')).toBe(1)
    expect(readPath({ a: 1 }, 'a.b')).toBeUndefined()
    expect(readPath({}, 'toString')).toBeUndefined()
  })
})
