import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isScalar, parseDocument } from 'yaml'
import type { Scalar } from 'yaml'
import { positionInScalar } from '../../src/template/scalar-position.js'
import type { ScalarStyle } from '../../src/template/scalar-position.js'

const styles: Readonly<Record<Scalar.Type, ScalarStyle>> = {
  PLAIN: 'plain', QUOTE_SINGLE: 'single-quoted', QUOTE_DOUBLE: 'double-quoted', BLOCK_LITERAL: 'literal', BLOCK_FOLDED: 'folded',
}

/** The scalar at key `a` of a document: its source, where that begins, its style and its value. */
function scalarOf(document: string): { token: string; start: number; style: ScalarStyle; value: string } {
  const node = parseDocument(document).get('a', true)
  if (!isScalar(node) || !node.range || !node.type || typeof node.value !== 'string') throw new Error(`no text in ${JSON.stringify(document)}`)
  const [start, end] = node.range
  return { token: document.slice(start, end), start, style: styles[node.type as Scalar.Type], value: node.value }
}

/** What stands in the document where the first `{{` of the value should. */
function found(document: string, needle = '{{', nth = 0): { text: string; at: number } {
  const { token, start, style, value } = scalarOf(document)
  let offset = value.indexOf(needle)
  for (let count = 0; count < nth; count += 1) offset = value.indexOf(needle, offset + 1)
  const at = start + positionInScalar(token, style, value, offset)
  return { text: document.slice(at, at + needle.length), at }
}

const cases: readonly (readonly [name: string, document: string, line: number, column: number])[] = [
  ['plain', 'a: x {{y}}\n', 1, 6], ['plain over lines', 'a: x\n  y\n\n  z {{y}}\n', 4, 5], ['plain with CRLF', 'a: x\r\n  y\r\n\r\n  z {{y}}\r\n', 4, 5],
  ['single quotes', "a: 'it''s {{y}}'\n", 1, 11], ['single quotes over lines', "a: 'it''s\n  b\n\n  {{y}}'\n", 4, 3],
  ['double quotes', 'a: "x {{y}}"\n', 1, 7], ['escapes', 'a: "\\t\\"\\x41\\u00e9\\U0001F600\\\\ {{y}}"\n', 1, 32], ['escaped break', 'a: "x\\\n   y {{y}}"\n', 2, 6], ['a folded break', 'a: "x  \n   y {{y}}"\n', 2, 6], ['escapes and CRLF', 'a: "x\\n \r\n   y {{y}}"\r\n', 2, 6],
  ['literal', 'a: |\n  x\n\n    y {{y}}\n', 4, 7], ['literal with header', 'a: |2- # why\n    x\n  y {{y}}\n', 3, 5], ['literal with CRLF', 'a: |\r\n  x\r\n  {{y}}\r\n', 3, 3], ['literal with indented first line', 'a: |2\n     x\n  {{y}}\n', 3, 3], ['literal with blank lines first', 'a: |\n\n \n  {{y}}\n', 4, 3], ['literal with keep', 'a: |+\n  {{y}}\n\n\n', 2, 3],
  ['folded', 'a: >\n  x\n  y {{y}}\n', 3, 5], ['folded with blank and indented lines', 'a: >-\n  x\n  y\n\n    z\n  w {{y}}\n', 6, 5], ['folded with CRLF', 'a: >\r\n  x\r\n\r\n  y {{y}}\r\n', 4, 5],
]

describe('a place in a value is found in the file', () => {
  test.each(cases)('%s', (_, document, line, column) => {
    const { text, at } = found(document)
    const before = document.slice(0, at).split('\n')
    expect([text, before.length, (before.at(-1) ?? '').length + 1]).toEqual(['{{', line, column])
  })

  test('the same text twice is two places', () => {
    expect(found('a: >\n  {{y}} x\n  {{y}} x\n', '{{', 1).at).toBe(17)
    expect(found('a: |\n  x\n  x\n  {{y}}\n').at).toBe(15)
  })

  test('behind the end stays inside', () => {
    expect(positionInScalar('"ab"', 'double-quoted', 'ab', 99)).toBe(4)
    expect(positionInScalar('|\n  ab\n', 'literal', 'ab\n', 99)).toBe(6)
    expect(positionInScalar('', 'plain', '', 0)).toBe(0)
  })

  const word = fc.constantFrom('x', 'yy', '{{a}}', "it's", 'q"q', 'é😀', '#no', '-', 'a:b', '\\n', '  ')
  const line = fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => words.join(' '))
  const text = fc.array(fc.oneof({ arbitrary: line, weight: 3 }, fc.constant('')), { minLength: 1, maxLength: 5 })

  const written: Readonly<Record<ScalarStyle, (lines: readonly string[], eol: string) => string>> = {
    plain: (lines, eol) => `a: ${lines.map((each) => each.trim()).join(`${eol}  `)}${eol}`,
    'single-quoted': (lines, eol) => `a: '${lines.join(`${eol}  `).replaceAll("'", "''")}'${eol}`,
    'double-quoted': (lines, eol) => `a: "${lines.join(`${eol}  `).replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('é', '\\u00e9')}"${eol}`,
    literal: (lines, eol) => `a: |2${eol}${lines.map((each) => `  ${each}${eol}`).join('')}`,
    folded: (lines, eol) => `a: >2${eol}${lines.map((each) => `  ${each}${eol}`).join('')}`,
  }

  test.each(Object.keys(written) as ScalarStyle[])('every plain character of a %s scalar is found where it is', (style) => {
    let compared = 0
    fc.assert(fc.property(text, fc.constantFrom('\n', '\r\n'), (lines, eol) => {
      const document = written[style](lines, eol)
      const parsed = parseDocument(document)
      const node = parsed.get('a', true)
      if (parsed.errors.length > 0 || !isScalar(node) || typeof node.value !== 'string' || styles[node.type as Scalar.Type] !== style) return
      const { token, value } = scalarOf(document)
      let last = -1
      for (const [index, character] of value.split('').entries()) {
        if (/[\s\\"'é]/.test(character)) continue
        const at = positionInScalar(token, style, value, index)
        expect(token[at], JSON.stringify([document, index])).toBe(character)
        expect(at).toBeGreaterThan(last)
        last = at
        compared += 1
      }
    }), { numRuns: 300 })
    expect(compared).toBeGreaterThan(500)
  })
})
