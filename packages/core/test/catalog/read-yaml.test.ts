import { describe, expect, test } from 'vitest'
import { readYaml } from '../../src/catalog/read-yaml.js'
import { valueOf } from '../../src/catalog/source-node.js'

const found = (source: string): readonly string[] => readYaml(source).findings.map(({ code }) => code)
const read = (source: string): unknown => {
  const { root } = readYaml(source)
  return root === undefined ? undefined : valueOf(root)
}

describe('the subset that JSON can hold', () => {
  test.each<[string, unknown]>([
    ['a: 1\nb: [x, 2.5, true, null]\n', { a: 1, b: ['x', 2.5, true, null] }],
    ['{"a": {"b": "c"}}', { a: { b: 'c' } }],
    ['date: 2026-01-31\nyes: no\non: off', { date: '2026-01-31', yes: 'no', on: 'off' }],
    ['a:\nb: ""', { a: null, b: '' }],
    ['n: 0x1F', { n: 31 }],
    ['id: "12345678901234567890"', { id: '12345678901234567890' }],
    ['text: |\n  a\n  b\n', { text: 'a\nb\n' }],
    ['a: 1\r\nb: 2\r\n', { a: 1, b: 2 }],
    ['price: ${{ x }} and ${Y}', { price: '${{ x }} and ${Y}' }],
  ])('%j', (source, value) => {
    expect(found(source)).toEqual([])
    expect(read(source)).toEqual(value)
  })
})

describe('what YAML takes in silence and a document must not hold', () => {
  test.each([
    ['merge key', '<<: { a: 1 }\nb: 2', 'anchor'], ['alias', 'a: &x 1\nb: *x', 'anchor'], ['anchor of an object', 'a: &x { b: 1 }', 'anchor'], ['anchor of a key', '&x a: 1', 'anchor'],
    ['alias of itself', '&x a: [*x]', 'anchor'], ['unknown tag', 'a: !!js/function "x"', 'yaml-tag'], ['known tag', 'a: !!str 1', 'yaml-tag'], ['binary', 'a: !!binary aGk=', 'yaml-tag'], ['own tag', 'a: !Ref x', 'yaml-tag'],
    ['NaN', 'a: .nan', 'non-json-value'], ['infinity', 'a: -.inf', 'non-json-value'], ['too large for a number', 'a: 1e999', 'non-json-value'], ['large integer', 'a: 9007199254740993', 'non-json-value'],
    ['NUL', 'a: "x\\0y"', 'non-json-value'], ['half a pair', 'a: "\\uD800"', 'non-json-value'], ['NUL in a key', '"a\\0": 1', 'non-json-value'],
    ['__proto__', '__proto__: 1', 'forbidden-name'], ['constructor, deep', 'a: { b: [{ constructor: 1 }] }', 'forbidden-name'], ['number as key', '1: a', 'non-text-key'], ['null as key', '~: a', 'non-text-key'],
    ['list as key', '? [a, b]\n: c', 'non-text-key'], ['template', 'a: {{fields.x}}', 'unquoted-template'], ['twice', 'a: 1\na: 2', 'duplicate-key'], ['two documents', 'a: 1\n---\nb: 2', 'several-documents'],
  ])('%s', (_title, source, code) => {
    expect(found(source)).toContain(code)
    expect(read(source)).toBeUndefined()
  })
  test('an alias is found as well as its anchor', () => {
    expect(found('a: &x 1\nb: *x\nc: [*x]')).toEqual(['anchor', 'anchor', 'anchor'])
  })
  test('a million laughs', () => {
    const laughs = Array.from({ length: 9 }, (_, index) => `l${index + 1}: &l${index + 1} [${Array.from({ length: 9 }, () => index === 0 ? 'lol' : `*l${index}`).join(', ')}]`).join('\n')
    expect(new Set(found(laughs))).toEqual(new Set(['anchor']))
  })
  test('depth that would overflow the stack, and a million values', () => {
    expect(found('['.repeat(200_000)).length).toBeGreaterThan(0)
    expect(found(`a: [${'1,'.repeat(60_000)}]`)).toEqual(['too-large'])
  })
  test('depth is one finding, however many levels there are', () => {
    expect(found(`a: ${'['.repeat(5_000)}${']'.repeat(5_000)}`)).toEqual(['too-deep'])
  })
  test('what the parser says to programmers is said to people', () => {
    expect(readYaml('a: 1\n---\nb: 2\n').findings.map(({ message }) => message)).toEqual(['a file holds one document: move the others to files of their own'])
    expect(readYaml('a: 1\na: 2\n').findings.map(({ message }) => message)).toEqual(['this key stands twice in its object'])
  })
})

test('positions count from 1, whatever ends the lines', () => {
  const { position } = readYaml('a: 1\r\nbb: 2\rccc: 3\n')
  expect([0, 3, 6, 10, 12, 16, 99].map(position)).toEqual([
    { line: 1, column: 1 }, { line: 1, column: 4 }, { line: 2, column: 1 }, { line: 2, column: 5 }, { line: 3, column: 1 }, { line: 3, column: 5 }, { line: 4, column: 1 },
  ])
})
