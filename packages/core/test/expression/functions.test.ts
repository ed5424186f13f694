import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { FunctionCall } from '../../src/expression/function-definition.js'
import { findFunction, functions } from '../../src/expression/functions.js'
import type { Value } from '../../src/expression/value-type.js'

interface Probe extends FunctionCall {
  readonly failures: string[]
}

const probe = (name = 'seed', most = Number.POSITIVE_INFINITY): Probe => {
  const failures: string[] = []
  let work = 0
  return {
    failures, at: Date.UTC(2025, 9, 1, 8, 5, 9), digest: () => createHash('sha256').update(name).digest('hex'),
    charge: (units) => (work += units) <= most,
    fail: (code, message) => { failures.push(`${code}: ${message}`); return undefined },
  }
}

const call = (name: string, ...args: Value[]): Value => {
  const definition = findFunction(name)
  if (!definition) throw new Error(`no function ${name}`)
  const prepared = definition.prepare?.(args) ?? definition.call
  if (typeof prepared !== 'function') return `problem: ${prepared.problem}`
  return prepared(args, probe())
}

test('every function of the document format exists, under each of its names', () => {
  const names = ['upper', 'lower', 'title', 'trim', 'replace', 'concat', 'join', 'slugify', 'sanitize', 'length', 'json', 'jsonencode', 'toJson', 'base64', 'base64encode', 'base64decode',
    'url', 'urlencode', 'uuid', 'timestamp', 'date', 'random', 'required', 'matches', 'default', 'coalesce', 'hash']
  expect(names.filter((name) => !findFunction(name))).toEqual([])
  const all = functions.flatMap((definition) => [definition.name, ...definition.aliases])
  expect(new Set(all).size).toBe(all.length)
})

test('names of the language are no functions', () => {
  for (const name of ['constructor', '__proto__', 'toString', 'hasOwnProperty']) expect(findFunction(name)).toBeUndefined()
})

describe('texts', () => {
  test.each<[string, readonly Value[], Value]>([
    ['upper', ['aß'], 'ASS'], ['lower', ['ÀB'], 'àb'], ['title', ["hello WORLD, it's me"], "Hello World, It's Me"], ['trim', [' a \n'], 'a'],
    ['replace', ['a-b-c', '-', '_'], 'a_b_c'], ['replace', ['a.b', '.', '$&'], 'a$&b'], ['replace', ['abc', '', 'x'], 'abc'],
    ['concat', ['a', 1, true, null, ['x', 'y']], 'a1truex, y'], ['join', [['a', 'b']], 'a, b'], ['join', [['a', 'b'], ''], 'ab'], ['join', [[], ','], ''], ['join', ['a', ','], 'a'],
    ['slugify', [' Crème brûlée -- 2!'], 'creme-brulee-2'], ['slugify', ['---'], ''], ['sanitize', ['a b/c..d'], 'a_b_c..d'],
    ['length', ['añ😀'], 3], ['length', [[1, 2]], 2], ['length', [{ a: 1 }], 1], ['length', [undefined], 0], ['upper', [undefined], ''], ['upper', [12], '12'],
  ])('%s(%j) is %j', (name, args, expected) => {
    expect(call(name, ...args)).toBe(expected)
  })
})

describe('encodings', () => {
  test.each<[string, readonly Value[], Value]>([
    ['json', [{ a: [1, '"'] }], '{"a":[1,"\\""]}'], ['json', [undefined], 'null'], ['base64', ['añ'], 'YcOx'], ['base64decode', ['YcOx'], 'añ'],
    ['url', ["a b/&='é"], 'a%20b%2F%26%3D%27%C3%A9'], ['url', ['\ud800'], '%EF%BF%BD'],
    ['hash', ['abc'], 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'], ['hash', ['abc', 'md5'], '900150983cd24fb0d6963f7d28e17f72'],
    ['hash', ['abc', 'crc'], 'problem: hash knows md5, sha1, sha256, sha384, sha512, not "crc"'],
  ])('%s(%j) is %j', (name, args, expected) => {
    expect(call(name, ...args)).toBe(expected)
  })
})

describe('generation', () => {
  test('the time is the acceptance time', () => {
    expect(call('timestamp')).toBe('2025-10-01T08:05:09.000Z')
    expect(call('date')).toBe('2025-10-01')
    expect(call('date', 'DD.MM.YYYY HH:mm:ss')).toBe('01.10.2025 08:05:09')
    expect(call('date', 'yyyy/MM/dd hh')).toBe('2025/10/01 08')
  })

  test('uuid is one, and its place decides it', () => {
    const uuid = findFunction('uuid')
    const [first, again, other] = ['a', 'a', 'b'].map((name) => uuid?.call([], probe(name)))
    expect(first).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(again).toBe(first)
    expect(other).not.toBe(first)
  })

  test('random stays between its bounds and reaches both', () => {
    const seen = new Set(Array.from({ length: 200 }, (_, index) => findFunction('random')?.call([1, 6], probe(String(index)))))
    expect([...seen].sort()).toEqual([1, 2, 3, 4, 5, 6])
  })

  test.each([[2, 1], [0.5, 2], ['1', 2], [0, Number.MAX_SAFE_INTEGER + 2]])('random(%j, %j) is refused', (least, most) => {
    const refused = probe()
    expect(findFunction('random')?.call([least, most], refused)).toBeUndefined()
    expect(refused.failures).toEqual(['arguments: random needs two whole numbers, the smaller one first'])
  })
})

describe('validation', () => {
  test.each<[string, readonly Value[], Value]>([
    ['default', [undefined, 'd'], 'd'], ['default', [null, 'd'], 'd'], ['default', ['', 'd'], 'd'], ['default', [0, 'd'], 0], ['default', [false, 'd'], false], ['default', [[], 'd'], []],
    ['coalesce', [undefined, '', null, 0, 'x'], 0], ['coalesce', [undefined], undefined], ['required', [0], 0],
    ['matches', ['orders-db', '^[a-z-]+$'], true], ['matches', ['xay', 'a'], true], ['matches', ['b', 'a'], false],
    ['lookup', [{ a: 1 }, 'a'], 1], ['lookup', [['x', 'y'], 1], 'y'], ['lookup', [{}, 'constructor'], undefined], ['lookup', [JSON.parse('{"__proto__":1}') as Value, '__proto__'], undefined],
  ])('%s(%j) is %j', (name, args, expected) => {
    expect(call(name, ...args)).toEqual(expected)
  })

  test('required fails with its message', () => {
    const refused = probe()
    expect(findFunction('required')?.call(['', 'name is needed'], refused)).toBeUndefined()
    expect(refused.failures).toEqual(['required: name is needed'])
  })

  test('patterns that RE2 has not are refused, and bad ones take no time', () => {
    expect(call('matches', 'a', '(?=a)')).toMatch(/^problem: the pattern of matches cannot be used/)
    expect(call('matches', 'a', '(')).toMatch(/^problem/)
    expect(call('matches', 'a', 'x'.repeat(1001))).toMatch(/^problem/)
    expect(call('matches', `${'a'.repeat(20_000)}!`, '^(a+)+$')).toBe(false)
  })
})

test.each([['concat', ['xx', 'xx']], ['replace', ['aaaa', 'a', 'xx']], ['join', [['xx', 'xx'], '--']], ['upper', ['xxxx']], ['json', ['xxxx']], ['url', ['xx']], ['hash', ['xxxx']], ['length', ['xxxx']]])(
  '%s stops when the budget is spent', (name, args) => {
    expect(findFunction(name)?.call(args, probe('seed', 3))).toBeUndefined()
  }
)

describe('operators', () => {
  test.each<[string, Value, Value, Value]>([
    ['==', 1, 1, true], ['==', 1, '1', false], ['!=', 1, '1', true], ['>', 2, 1, true], ['>', '2', 1, false], ['<=', 1, 1, true], ['>=', '2025-01-02', '2025-01-01', true],
    ['includes', ['a'], 'a', true], ['includes', 'abc', 'b', true], ['includes', { a: 1 }, 'a', false], ['&&', 0, 'x', 0], ['&&', 1, 'x', 'x'], ['||', 0, 'x', 'x'], ['||', 'y', 'x', 'y'],
    ['eq', null, null, true], ['eq', undefined, null, false],
  ])('%s of %j and %j is %j', (name, left, right, expected) => {
    expect(call(name, left, right)).toBe(expected)
  })

  test('not', () => {
    expect([call('!', []), call('not', {})]).toEqual([true, false])
  })
})
