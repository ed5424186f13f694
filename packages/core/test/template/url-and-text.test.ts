import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Json, JsonObject } from '../../src/json.js'
import { compileTemplate } from '../../src/template/compile-template.js'
import { codesOf, render } from './fixtures.js'

const env: JsonObject = { API: 'https://api.example.org/v1', SLASH: 'https://api.example.org/v1/', HOST: 'api.example.org:8443', QUERY: 'https://x.org/?a=1', BAD: 'file:///etc/passwd', USER: 'https://u:p@x.org' }
const url = (source: string, fields: JsonObject = {}): Json | { readonly failed: string } => render(source, { env, fields }, 'url')

describe('urls', () => {
  test.each<[string, JsonObject, string]>([
    ['{{env.API}}/queues/{{fields.q}}', { q: 'a/b c?d#e' }, 'https://api.example.org/v1/queues/a%2Fb%20c%3Fd%23e'], ['{{env.SLASH}}/queues', {}, 'https://api.example.org/v1/queues'], ['{{env.SLASH}}', {}, 'https://api.example.org/v1/'],
    ['{{env.API}}?q={{fields.q}}&r=1', { q: 'a&b=c é' }, 'https://api.example.org/v1?q=a%26b%3Dc%20%C3%A9&r=1'], ['https://{{env.HOST}}/x', {}, 'https://api.example.org:8443/x'], ['https://x.org/{{fields.q}}', { q: "it's(1)!*" }, 'https://x.org/it%27s%281%29%21%2A'],
    ['/api/{{fields.q}}', { q: 'a' }, '/api/a'], ['{{default(env.GONE, "https://d.org")}}/x', {}, 'https://d.org/x'], ['{{env.API}}{{#if fields.q}}/{{fields.q}}{{/if}}', { q: 'a' }, 'https://api.example.org/v1/a'], ['{{env.API}}/{{fields.q}}{{fields.r}}', { q: '', r: 'b' }, 'https://api.example.org/v1/b'],
    ['https://x.org/a?next=https://y/../z', {}, 'https://x.org/a?next=https://y/../z'],
  ])('%s', (source, fields, expected) => {
    expect(url(source, fields)).toBe(expected)
  })

  test.each([
    ['{{fields.base}}/x', 'position'], ['https://{{fields.host}}/x', 'position'], ['https://api.{{fields.host}}.org/', 'position'], ['https://x.org:{{fields.port}}/', 'position'], ['{{output.a.url}}', 'position'], ['{{env.A}}{{fields.x}}', 'position'],
    ['{{default(env.A, fields.x)}}/y', 'position'], ['{{concat(env.A, fields.x)}}/y', 'position'], ['htt{{fields.x}}://x', 'position'], ['https:/{{fields.x}}', 'position'],
    ['{{env.A}}.evil.org/x', 'invalid-url'], ['{{env.A}}@evil.org/x', 'invalid-url'], ['{{env.A}}queues', 'invalid-url'], ['//evil.org/{{fields.x}}', 'invalid-url'], ['https://u:p@x.org/', 'invalid-url'], ['api.example.org/x', 'invalid-url'], ['', 'invalid-url'], ['https://x.org/a b', 'invalid-url'], ['https://x.org\\y', 'invalid-url'],
    ['https://x.org/\u0001', 'invalid-url'], ['https://x.org/a/../b', 'invalid-url'], ['https://x.org/%2E%2e/b', 'invalid-url'], ['https://', 'invalid-url'], ['https://x.org/a\n', 'invalid-url'],
  ])('%j is refused: %s', (source, code) => {
    expect(codesOf(source, 'url')).toContain(code)
    expect(compileTemplate(source, 'url').template).toBeUndefined()
  })

  test.each<[string, JsonObject]>([
    ['{{env.API}}/{{fields.q}}', { q: '..' }], ['{{env.API}}/{{fields.q}}/x', { q: '.' }], ['{{env.API}}/.{{fields.q}}/x', { q: '.' }], ['{{env.API}}/{{fields.q}}{{fields.q}}', { q: '.' }], ['{{env.API}}/{{fields.q}}/x', { q: '' }], ['{{env.API}}/{{fields.q}}', {}], ['/{{fields.q}}/evil.org', { q: '' }],
    ['{{env.API}}/{{fields.q}}', { q: '\ud800' }], ['{{env.API}}?{{fields.q}}', { q: 'a\udc00' }], ['{{env.BAD}}/x', {}], ['{{env.USER}}/x', {}], ['{{env.QUERY}}/x', {}], ['https://{{env.API}}/x', {}], ['https://{{env.GONE2}}', {}],
  ])('%s with %j fails', (source, fields) => {
    expect(['unsafe-value', 'missing-env']).toContain((url(source, fields) as { failed: string }).failed)
  })

  test('a value comes back unchanged through URL, and never changes the host, the path or the query around it', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), fc.string({ unit: 'binary' }), (segment, query) => {
      const result = url('{{env.API}}/q/{{fields.s}}/x?a={{fields.q}}&b=1', { s: segment, q: query })
      if (typeof result !== 'string') {
        expect(segment === '.' || segment === '..' || /\p{Surrogate}/u.test(segment + query)).toBe(true)
        return
      }
      const parsed = new URL(result)
      expect(parsed.host).toBe('api.example.org')
      expect(parsed.pathname.split('/')).toHaveLength(5)
      expect(decodeURIComponent(parsed.pathname.split('/')[3] ?? '')).toBe(segment)
      expect([...parsed.searchParams]).toEqual([['a', query], ['b', '1']])
    }), { numRuns: 500 })
  })
})

describe('headers', () => {
  test('hold one line of Latin-1', () => {
    expect(render('Bearer {{fields.t}}', { fields: { t: 'abc\té' } }, 'header')).toBe('Bearer abc\té')
    for (const bad of ['a\r\nX: y', 'a\n', 'a\u0000', '\u007f', '😀', '\u0100']) expect(render('x {{fields.t}}', { fields: { t: bad } }, 'header'), JSON.stringify(bad)).toEqual({ failed: 'unsafe-value' })
    expect(codesOf('a\nb', 'header')).toEqual(['invalid-text'])
    expect(codesOf('a\n{{fields.t}}', 'header')).toEqual(['invalid-text'])
  })
})

describe('paths', () => {
  test('a value is one segment at most', () => {
    expect(render('db/{{fields.p}}-x/{{fields.p}}.tf', { fields: { p: 'a b' } }, 'path')).toBe('db/a b-x/a b.tf')
    for (const bad of ['a/b', '..', '.', '', 'a\\b', 'a\nb', 'a\u0000']) expect(render('db/{{fields.p}}', { fields: { p: bad } }, 'path'), JSON.stringify(bad)).toEqual({ failed: 'unsafe-value' })
    expect(render('{{fields.p}}.', { fields: { p: '.' } }, 'path')).toEqual({ failed: 'unsafe-value' })
    expect(codesOf('../x', 'path')).toEqual(['invalid-text'])
    expect(codesOf('a//b', 'path')).toEqual(['invalid-text'])
    expect(codesOf('/etc/x', 'path')).toEqual([])
  })
})
