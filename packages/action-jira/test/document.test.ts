import { describe, expect, test } from 'vitest'
import { documentOf } from '../src/document.js'
import { documentProblems } from './jira-contract.js'

const paragraph = (...content: readonly object[]) => ({ type: 'paragraph', content })
const text = (value: string) => ({ type: 'text', text: value })
const hardBreak = { type: 'hardBreak' }

describe('an Atlassian Document out of a text', () => {
  test('the schema that it is held against refuses what is none', () => {
    expect(documentProblems({ type: 'doc', content: [] })).not.toEqual([])
    expect(documentProblems('text')).not.toEqual([])
    expect(documentProblems({ type: 'doc', version: 1, content: [paragraph(text(''))] })).not.toEqual([])
  })

  test('empty lines part paragraphs, single ones break the line', () => {
    expect(documentOf('Database request\r\n\r\n \nInstance: orders\nSize: 20 GB\n')).toEqual({
      type: 'doc', version: 1, content: [paragraph(text('Database request')), paragraph(text('Instance: orders'), hardBreak, text('Size: 20 GB'))],
    })
  })

  test('a paragraph that is a JSON object or list becomes code; the rest of the text does not', () => {
    expect(documentOf('Input:\n\n{"a": [1]}')).toMatchObject({ content: [paragraph(text('Input:')), { type: 'codeBlock', attrs: { language: 'json' }, content: [text('{\n  "a": [\n    1\n  ]\n}')] }] })
    expect(documentOf('{not json}')).toMatchObject({ content: [paragraph(text('{not json}'))] })
    expect(documentOf('[link|https://x]')).toMatchObject({ content: [paragraph(text('[link|https://x]'))] })
  })

  test('anything but a text becomes code', () => {
    expect(documentOf({ a: 1 })).toMatchObject({ content: [{ type: 'codeBlock' }] })
    expect(documentOf([])).toMatchObject({ content: [{ type: 'codeBlock' }] })
    expect(documentOf(5)).toMatchObject({ content: [paragraph(text('5'))] })
  })

  test.each(['', ' \n\t\n', null])('%j holds nothing', (value) => {
    expect(documentOf(value)).toEqual({ type: 'doc', version: 1, content: [] })
  })

  test('markup, HTML and templates stay the text they are', () => {
    for (const hostile of ['h1. Title', '*bold* _it_ {code}x{code}', '<script>alert(1)</script>', '{{secrets.x}}', '!image.png!', '@[~accountid:1]', '|a|b|', '{panel}x{panel}']) {
      expect(documentOf(hostile)).toEqual({ type: 'doc', version: 1, content: [paragraph(text(hostile))] })
    }
  })

  test('what no document can hold is replaced', () => {
    expect(JSON.stringify(documentOf('a\u0000b\u001bc\ud800d\udc00e'))).toBe(JSON.stringify({ type: 'doc', version: 1, content: [paragraph(text('a\ufffdb\ufffdc\ufffdd\ufffde'))] }))
    expect(documentOf('tab\tand 😀')).toMatchObject({ content: [paragraph(text('tab\tand 😀'))] })
  })

  test('takes time in step with the length of the text', () => {
    for (const hostile of ['x' + ' '.repeat(500_000) + 'x', '\n'.repeat(500_000) + 'x', '{' + ']'.repeat(500_000) + 'x', ' \n'.repeat(200_000)]) {
      const began = performance.now()
      documentOf(hostile)
      expect(performance.now() - began).toBeLessThan(1_500)
    }
  })
})
