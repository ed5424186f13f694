import { DOMParser, type Node } from '@xmldom/xmldom'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { render } from './fixtures.js'
import { type Parsed, accepts, compareWith, fields, flags, problemsOf, soupOf } from './targets.js'

const treeOf = (node: Node): Parsed => {
  const { attributes } = node as unknown as { readonly attributes?: ArrayLike<{ readonly name: string; readonly value: string }> }
  // Texts that touch are one, whatever the parser made of them.
  const children = [...node.childNodes].reduce<readonly Parsed[]>((before, child) => {
    const last = before.at(-1)
    if (child.nodeType !== child.TEXT_NODE && child.nodeType !== child.CDATA_SECTION_NODE) return [...before, treeOf(child)]
    return typeof last === 'string' ? [...before.slice(0, -1), `${last}${child.nodeValue ?? ''}`] : [...before, child.nodeValue ?? '']
  }, [])
  return [node.nodeName, node.nodeType === node.COMMENT_NODE || node.nodeType === node.PROCESSING_INSTRUCTION_NODE ? node.nodeValue : null, ...Array.from(attributes ?? [], ({ name, value }) => [name, value]), children]
}

/** A value that is empty leaves no text behind. */
const withoutEmpty = (tree: Parsed): Parsed => Array.isArray(tree) ? (tree as readonly Parsed[]).map(withoutEmpty).filter((one) => one !== '') : tree

const read = (text: string): Parsed => treeOf(new DOMParser({ onError: (level, message) => { if (level !== 'warning') throw new Error(message) } }).parseFromString(text, 'text/xml'))

const pieces = [
  '<a>', '</a>', '<b x="1">', '</b>', '<c/>', '<d y=\'{{fields.a}}\' z="{{fields.b}}"/>', '<a>{{fields.a}}</a>', '<b x="1">{{fields.b}}]]</b>', 'text', '&amp;', '&#65;', '&#x42;', '&nbsp;', '&', '<', '>', ']]', ']', '"', "'", '<!-- c -->', '<!--', '-->', '<![CDATA[ <x> ]]>', '<![CDATA[', ']]>', '<?p i?>', '<!DOCTYPE a>', '\n', ' ', '=', '/>',
  '{{fields.a}}', '{{fields.b}}', '{{fields.c}}', '</',
]
const inner = soupOf(pieces).map((body) => `<root q="{{fields.c}}">${body}</root>`)

describe('XML is proven when the document loads', () => {
  test('what is accepted is read, with each value in its place and nothing else changed', () => {
    const counts = { refused: 0, unsafe: 0, unread: 0, same: 0 }
    fc.assert(fc.property(fc.oneof(soupOf(pieces), inner, inner, inner), fields, flags, (source, values, chosen) => {
      counts[compareWith('xml', source, values, chosen, read, { alike: withoutEmpty })] += 1
    }), { numRuns: Number(process.env['RUNS'] ?? 3000) })
    expect(counts.same).toBeGreaterThan(300)
  })

  test.each([
    ['<a><!-- {{fields.a}} --></a>', 'position: a value cannot stand in an XML comment: there is no safe way to write it'],
    ['<a><![CDATA[{{fields.a}}]]></a>', 'position: a value cannot stand in a CDATA section: write it as text, which is escaped — <name>{{…}}</name>'],
    ['<?p {{fields.a}}?><a/>', 'position: a value cannot stand in a processing instruction'],
    ['<a b={{fields.a}}/>', 'position: the value of an XML attribute needs quotes — "{{…}}"'],
    ['<{{fields.a}}/>', 'position: the name of an XML element or attribute cannot be made from a value'],
    ['<a>&{{fields.a}};</a>', 'position: an XML entity cannot be put together from a value: write &amp; for the sign itself'],
    ['{{fields.a}}', 'position: a value stands inside of the root element of XML'],
    ['<a>{{#if fields.on}}<b>{{/if}}</a>', 'invalid-xml: </b> is expected here'],
    ['<a b="1" b="2"/>', 'invalid-xml: the XML attribute b needs a value in quotes, once'],
    ['<!DOCTYPE a SYSTEM "http://x/"><a/>', 'invalid-xml: XML here may hold comments and CDATA, and no document type'],
    ['<a>{{#if fields.on}}x', 'syntax'],
  ])('%j', (source, problem) => {
    expect(problemsOf('xml', source)[0]).toMatch(problem.length > 10 ? problem : /^syntax/)
  })

  test('control characters have no place in XML at all', () => {
    expect(render('<a>{{fields.a}}</a>', { fields: { a: '\u0007' } }, 'xml')).toEqual({ failed: 'unsafe-value' })
    expect(render('<a b="{{fields.a}}">{{fields.a}}</a>', { fields: { a: 'x\n\r]]>' } }, 'xml')).toBe('<a b="x&#10;&#13;]]&gt;">x\n&#13;]]&gt;</a>')
    expect(accepts('xml', '<?xml version="1.0"?>\n<soap:Envelope xmlns:soap="http://x/">\n  <soap:Body>{{#each fields.xs as x}}<i n="{{@index}}">{{x}}</i>{{/each}}</soap:Body>\n</soap:Envelope>\n')).toBe(true)
  })
})
