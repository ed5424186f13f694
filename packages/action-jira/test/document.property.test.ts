import type { Json } from '@pao/core/action'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { documentOf } from '../src/document.js'
import { documentProblems } from './jira-contract.js'

const piece = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), fc.constantFrom('\n', '\n\n', '\r\n', '\r', ' ', '\t', '{"a":1}', '[]', '{', 'h1. x', '\u0000', '\ud800'))

test('every text and every value gives a document that Atlassian\'s schema takes', () => {
  fc.assert(fc.property(fc.oneof(fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join('')), fc.jsonValue()), (value) => {
    expect(documentProblems(documentOf(value as Json))).toEqual([])
  }), { numRuns: 500 })
})

const texts = (node: Json): string => JSON.stringify(node).length === 0 ? '' : [...JSON.stringify(node).matchAll(/"text":"((?:[^"\\]|\\.)*)"/g)].map(([, found]) => JSON.parse(`"${found ?? ''}"`) as string).join('')

test('no printed character of a text is lost or added', () => {
  const printed = (text: string): string => text.replace(/\s/g, '')
  fc.assert(fc.property(fc.array(fc.string({ unit: fc.constantFrom(...'abc*_{|}<>\\"é😀 \n') }), { maxLength: 6 }), (lines) => {
    const text = lines.join('\n')
    fc.pre(!/^\s*[[{]/m.test(text))
    expect(printed(texts(documentOf(text)))).toBe(printed(text))
  }), { numRuns: 300 })
})
