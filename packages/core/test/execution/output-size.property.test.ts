import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isLargerThan } from '../../src/execution/storable.js'
import type { Json } from '../../src/json.js'

const texts = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: fc.constantFrom('\u0001', '"', '\\', '\u00e9', '\u20ac', '\ud83d\ude00', 'a') }))
const values = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 4 }, texts, fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean(), fc.constant(null), fc.array(tie('value')), fc.dictionary(texts, tie('value'))),
})).value

test('a value is larger than a bound exactly where its JSON is', () => {
  fc.assert(fc.property(values, fc.integer({ min: -3, max: 3 }), (value, more) => {
    const bytes = Buffer.byteLength(JSON.stringify(value))
    expect(isLargerThan(value as Json, bytes + more)).toBe(more < 0)
  }))
})
