import fc from 'fast-check'
import { parseFragment } from 'parse5'
import { describe, expect, test } from 'vitest'
import { render } from './fixtures.js'
import { type Parsed, accepts, compareWith, fields, flags, problemsOf, soupOf } from './targets.js'

interface Node { readonly nodeName: string; readonly value?: string; readonly data?: string; readonly attrs?: readonly { readonly name: string; readonly value: string }[]; readonly childNodes?: readonly Node[]; readonly content?: Node }

const treeOf = (node: Node): Parsed => [node.nodeName, node.value ?? node.data ?? null, ...(node.attrs ?? []).map(({ name, value }) => [name, value]), (node.content?.childNodes ?? node.childNodes ?? []).map(treeOf)]

const read = (text: string): Parsed => treeOf(parseFragment(text) as unknown as Node)

/** A text that is empty leaves no node behind. */
const withoutEmpty = (tree: Parsed): Parsed => {
  if (!Array.isArray(tree)) return tree
  return (tree as readonly Parsed[]).filter((one) => !(Array.isArray(one) && one[0] === '#text' && one[1] === '')).map(withoutEmpty)
}

const pieces = [
  '<p>', '</p>', '<b class="x">', '</b>', '<br>', '<br/>', '<div title="{{fields.a}}">', "<i data-x='{{fields.b}}' id=q>", '</i>', '</div>', 'text', '&amp;', '&', '&lt', '#', ';', '<', '>', '"', "'", '<!-- c -->', '<!--', '-->', '<script>', '</script>', '<style>p{}</style>', '<title>', '</title>', '<textarea>', '</textarea>', '<pre>', '</pre>', '\n', ' ', '=', '/', '</', '<a href=', '<svg>', '<!doctype html>', '!',
  '{{fields.a}}', '{{fields.b}}', '{{fields.c}}', '<p>{{fields.c}}</p>', '<pre>{{fields.a}}</pre>', '<textarea>{{fields.b}}</textarea>',
]

describe('HTML is proven when the document loads', () => {
  test('what is accepted is read, with each value in its place and nothing else changed', () => {
    const counts = { refused: 0, unsafe: 0, unread: 0, same: 0 }
    fc.assert(fc.property(soupOf(pieces), fields, flags, (source, values, chosen) => {
      // Where tags are not nested well, a text moves what stands around it: no text is another document.
      const seen = values.map((value) => value.trim() === '' ? `x${value}` : value) as unknown as typeof values
      counts[compareWith('html', source, seen, chosen, read, { alike: withoutEmpty })] += 1
    }), { numRuns: Number(process.env['RUNS'] ?? 3000) })
    expect(counts.same).toBeGreaterThan(500)
  })

  test.each([
    ['<script>var x = "{{fields.a}}"</script>', 'position: a value cannot stand in <script>: there is no safe way to write it — data-…="{{…}}"'],
    ['<style>{{fields.a}}</style>', 'position: a value cannot stand in <style>: there is no safe way to write it — data-…="{{…}}"'],
    ['<!-- {{fields.a}} -->', 'position: a value cannot stand in an HTML comment: there is no safe way to write it'],
    ['<p class={{fields.a}}>', 'position: an attribute that holds a value needs quotes — "{{…}}"'],
    ['<p class=x{{fields.a}}>', 'position: an attribute that holds a value needs quotes — "{{…}}"'],
    ['<p {{fields.a}}>', 'position: the name of an HTML element or attribute cannot be made from a value'],
    ['<{{fields.a}}>', 'position: the name of an HTML element or attribute cannot be made from a value'],
    ['<p onclick="f({{fields.a}})">', 'position: a value cannot stand in the attribute onclick: it is code, or another document — data-…="{{…}}"'],
    ['<p STYLE="color: {{fields.a}}">', 'position: a value cannot stand in the attribute style: it is code, or another document — data-…="{{…}}"'],
    ['<iframe srcdoc="{{fields.a}}">', 'position: a value cannot stand in the attribute srcdoc: it is code, or another document — data-…="{{…}}"'],
    ['<a href="javascript:f(\'{{fields.a}}\')">', 'position: a value may stand in links that begin with http:, https:, mailto: or tel: only'],
    ['<a href="https://{{fields.a}}/x">', 'position: the host of a link cannot be put together from a value: take the whole address as one value'],
    ['<a href="{{fields.a}}:alert(1)">', 'invalid-html: the scheme of a link cannot be put together from a value'],
    ['<p>&{{fields.a}};</p>', 'position: a character reference cannot be put together from a value: write &amp; for the sign itself'],
    ['<svg>{{fields.a}}</svg>', 'invalid-html: <svg> is not read here: other rules hold within it'],
    ['<script><!-- x --></script>{{fields.a}}', 'invalid-html: a comment in a script may hide its end: remove it'],
    ['<p>{{fields.a}}</p', 'invalid-html: the HTML ends too early: a tag or comment is not finished'],
  ])('%j', (source, problem) => {
    expect(problemsOf('html', source)).toEqual([problem])
  })

  test.each([
    ['https://example.org/a?b="c"&d', '<a href="https://example.org/a?b=&quot;c&quot;&amp;d">'], ['/path', '<a href="/path">'], ['mailto:a@example.org', '<a href="mailto:a@example.org">'], ['', '<a href="">'],
    ['javascript:alert(1)', { failed: 'unsafe-value' }], ['JaVaScRiPt:alert(1)', { failed: 'unsafe-value' }], [' javascript:alert(1)', { failed: 'unsafe-value' }], ['java\nscript:alert(1)', { failed: 'unsafe-value' }], ['//evil.example', { failed: 'unsafe-value' }], ['/\\evil.example', { failed: 'unsafe-value' }], ['data:text/html,x', { failed: 'unsafe-value' }], ['https:///x', { failed: 'unsafe-value' }], ['https://a\tb', { failed: 'unsafe-value' }],
  ])('the link %j', (value, expected) => {
    expect(render('<a href="{{fields.a}}">', { fields: { a: value } }, 'html')).toEqual(expected)
  })

  test('a line break right behind <pre> and <textarea> is kept', () => {
    for (const tag of ['pre', 'textarea']) {
      expect(read(render(`<${tag}>{{fields.a}}</${tag}>`, { fields: { a: '\nx' } }, 'html') as string)).toEqual(['#document-fragment', null, [[tag, null, [['#text', '\nx', []]]]]])
    }
  })

  test('a part of a link is percent-encoded; NUL has no place in HTML', () => {
    expect(render('<a href="https://example.org/{{fields.a}}?q={{fields.a}}&amp;r=1">', { fields: { a: '../"&x' } }, 'html')).toBe('<a href="https://example.org/..%2F%22%26x?q=..%2F%22%26x&amp;r=1">')
    expect(render('<p>{{fields.a}}</p>', { fields: { a: '\u0000' } }, 'html')).toEqual({ failed: 'unsafe-value' })
    expect(accepts('html', '<!doctype html>\n<html><head><title>{{fields.a}}</title></head><body>\n<table><tr>{{#each fields.xs as x}}<td class="c">{{x}}</td>{{/each}}</tr></table>\n<a href="{{fields.b}}" title=\'{{fields.a}}\'>more</a></body></html>\n')).toBe(true)
  })
})
