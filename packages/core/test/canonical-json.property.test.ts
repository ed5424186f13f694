import fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonicalJson, hashOfJson, shared } from '../src/canonical-json.js'

/** RFC 8785 word for word: what the fast one must agree with, since stored chains were hashed with it. */
const plainly = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map((item: unknown) => (item === undefined ? 'null' : plainly(item))).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const members = Object.entries(value).filter(([, member]) => member !== undefined).sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0))
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${plainly(member)}`).join(',')}}`
}

const anything = fc.anything({ key: fc.oneof(fc.string(), fc.constantFrom('__proto__', '10', '9', 'é', '\ud800', '"', '\u2028')), withNullPrototype: true })

test('is the text that RFC 8785 asks for, whatever the value', () => {
  fc.assert(fc.property(fc.oneof(anything, fc.jsonValue(), fc.array(fc.string({ unit: 'binary' }))), (value) => {
    expect(canonicalJson(value)).toBe(plainly(value))
  }))
})

test('many names and few are sorted alike', () => {
  fc.assert(fc.property(fc.dictionary(fc.string(), fc.nat(), { minKeys: 20, maxKeys: 40 }), (value) => {
    expect(canonicalJson(value)).toBe(plainly(value))
  }), { numRuns: 50 })
})

test('a stored hash stays the hash of its value', () => {
  expect(hashOfJson([{ type: 'timer-fired', at: 1_767_603_600_000 }, { b: -0, a: [null, 'ü"\\\n', 1e21] }])).toBe('1d7885df8e54047593e02592b388a4b2ae9a788bab4901225076f00924f21541')
})

test('a shared value is frozen all through, and its text is that of an equal one', () => {
  const value = { b: [{ d: 1, c: 2 }], a: { z: 'x' } }
  const text = plainly(value)
  const kept = shared(value)
  expect(canonicalJson({ kept })).toBe(`{"kept":${text}}`)
  expect(() => { (kept.b[0] as { d: number }).d = 2 }).toThrow(TypeError)
})
