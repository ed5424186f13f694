import fc from 'fast-check'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { checkTemplate } from '../../src/template/check-template.js'
import { compileTemplate } from '../../src/template/compile-template.js'
import { limits } from '../../src/template/limits.js'
import { createReport } from '../../src/template/parse-session.js'
import { parseTemplate } from '../../src/template/parse-template.js'
import { renderTemplate } from '../../src/template/render-template.js'
import type { Target } from '../../src/template/template.js'
import { environment, generated, render, variables } from './fixtures.js'
import { plainTemplate } from './plain-handlebars.js'

const targets: readonly Target[] = ['text', 'json', 'url', 'header', 'path', 'value']

const fragment = fc.constantFrom('{{', '}}', '{{{', '}}}', '{{#', '{{/', '{{^', '{{!', '{{!--', '--}}', '{{else', '{{~', '~}}', '{{&', '{{>', '{{*', '{{=', '\\', '\\{{', '$', '${{', '(', ')', '[', ']', '"', "'", '|', '||', '&&', '==', '!=', '!', '<=', '=', ',', '.', '..', '/', '@', '-', '+', '%', '{%', ' ', '\n', '\r\n', '\u0000', '\u2028', '\ud800',
  'if', 'unless', 'each', 'with', 'switch', 'case', 'default', 'as', 'x', 'includes', 'this', 'fields', 'fields.a', 'output.a.b', 'env.A', 'secrets', '@index', 'json', 'join', '1', '-1.5', 'true', 'null', '__proto__', '{{#if fields.a}}', '{{/if}}', '{{#each fields.xs}}', '{{/each}}', '{{#switch fields.a}}', '{{#case 1}}', '{{/switch}}')
const anything = fc.oneof(fc.array(fragment, { maxLength: 30 }).map((parts) => parts.join('')), fc.string({ unit: 'binary', maxLength: 60 }), plainTemplate)

describe('laws', () => {
  test('every text gets an answer: a template or an error, at most 20 issues, each inside of the text', () => {
    const seen = new Set<string>()
    fc.assert(fc.property(anything, fc.constantFrom(...targets), (source, target) => {
      const { template, issues } = compileTemplate(source, target)
      expect(template === undefined).toBe(issues.some((issue) => issue.severity === 'error'))
      expect(issues.length).toBeLessThanOrEqual(limits.issues)
      for (const issue of issues) {
        seen.add(issue.code)
        expect(issue.offset).toBeGreaterThanOrEqual(0)
        expect(issue.offset).toBeLessThanOrEqual(issue.end)
        expect(issue.end).toBeLessThanOrEqual(source.length + 1)
      }
      if (!template) return
      checkTemplate(template, environment())
      renderTemplate(template, variables({ fields: { a: 'x', xs: [1, 2] } }), generated)
    }), { numRuns: 2000 })
    expect([...seen]).toEqual(expect.arrayContaining(['syntax', 'not-supported', 'unknown-scope', 'invalid-json', 'invalid-url', 'no-this']))
  })

  test('a template without expressions is itself', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }).filter((text) => !text.includes('{{')), (text) => {
      expect(render(text)).toBe(text)
      expect(render(text, {}, 'value')).toBe(text)
    }))
  })

  test('a value that looks like a template is data', () => {
    const source = '{{fields.a}}|{{json(fields.a)}}|{{concat(fields.a, fields.b)}}|{{#each fields.xs}}{{this}}{{/each}}'
    fc.assert(fc.property(anything, (value) => {
      const nasty = `{{fields.b}}${value}{{uuid()}}`
      const expected = `${nasty}|${JSON.stringify(nasty)}|${nasty}B|${nasty}`
      expect(render(source, { fields: { a: nasty, b: 'B', xs: [nasty] } })).toBe(expected)
      expect(render('{{fields.a}}', { fields: { a: nasty } }, 'value')).toBe(nasty)
    }))
  })

  test('rendering twice gives the same, and another seed gives other generated values', () => {
    const source = '{{uuid()}} {{uuid()}} {{random(1, 1000000)}} {{#each fields.xs}}{{uuid()}} {{#each ../fields.xs}}{{random(1, 1000000)}} {{/each}}{{/each}}'
    const once = render(source, { fields: { xs: [1, 2] } })
    expect(render(source, { fields: { xs: [1, 2] } })).toBe(once)
    const words = String(once).trim().split(' ')
    expect(new Set(words).size).toBe(words.length)
    expect(words).toHaveLength(9)
    const { template } = compileTemplate(source, 'text')
    const other = template && renderTemplate(template, variables({ fields: { xs: [1, 2] } }), { ...generated, seed: 'other' })
    const others = other?.ok === true ? String(other.value).trim().split(' ') : []
    expect(others.filter((word) => words.includes(word))).toEqual([])
  })
})

/** Characters that the program goes through, counted where it does: in texts and in patterns. */
function countSteps(action: () => void): number {
  let steps = 0
  const { indexOf, slice, startsWith, replace } = String.prototype
  const { exec } = RegExp.prototype
  vi.spyOn(String.prototype, 'indexOf').mockImplementation(function (this: string, search: string, from = 0) {
    const found = indexOf.call(this, search, from)
    steps += (found < 0 ? this.length : found) - from + 1
    return found
  })
  vi.spyOn(String.prototype, 'slice').mockImplementation(function (this: string, start?: number, end?: number) {
    const part = slice.call(this, start, end)
    steps += part.length
    return part
  })
  vi.spyOn(String.prototype, 'startsWith').mockImplementation(function (this: string, search: string, from?: number) {
    steps += search.length
    return startsWith.call(this, search, from)
  })
  vi.spyOn(String.prototype, 'replace').mockImplementation(function (this: string, ...args: unknown[]) {
    steps += this.length
    return (replace as (...all: unknown[]) => string).apply(this, args)
  } as typeof replace)
  vi.spyOn(RegExp.prototype, 'exec').mockImplementation(function (this: RegExp, text: string) {
    const from = this.lastIndex
    const found = exec.call(this, text)
    // A sticky pattern that fails looked at what it could match: a name at most.
    steps += this.sticky ? (found?.[0].length ?? 1) : (found ? found.index + found[0].length - (this.global ? from : 0) : text.length - from)
    return found
  })
  action()
  vi.restoreAllMocks()
  return steps
}

afterEach(() => {
  vi.restoreAllMocks()
})

describe('reading is linear in the text', () => {
  test.each<[string, string]>([
    ['open tags', '{{'], ['open blocks', '{{#if a}}'], ['open names', '{{a'], ['escapes', '\\{{'], ['backslashes', '\\\\{{a}}'], ['quotes', '{{"'], ['brackets', '{{a.['], ['indexes', '{{a["'],
    ['comments', '{{!'], ['dashed comments', '{{!--'], ['dashes', '-'], ['dashed comments that end too early', '{{!-- }}'], ['brackets in tags', '{{a.[}}'], ['strings in tags', '{{"}}'], ['parentheses', '{{f('], ['dollars', '${{'], ['dollar names', '${A'], ['closing tags', '{{/if}}'], ['elses', '{{else}}'],
    ['else ifs', '{{else if a}}'], ['spaces', ' '], ['spaced tags', '{{a }}   \n'], ['words', 'a'], ['pipes', '{{a|b'], ['operators', '{{a || b}}'], ['negations', '{{#if !'], ['triples', '{{{a'], ['braces', '{'],
    ['jinja', '{% if'], ['cases', '{{#case 1}}'], ['newlines', '\r\n'], ['paths', '{{a.b'], ['slashes', '{{a/'], ['as', '{{#each a as |'], ['raw', '{{{{'], ['else in braces', '{{{else '],
  ])('%s', (_, unit) => {
    const read = (count: number, prefix: string): number => countSteps(() => { parseTemplate(prefix + unit.repeat(count), false, createReport([])) })
    for (const prefix of ['', '{{#if fields.a}}', '{{f ']) {
      const [small, large] = [read(200, prefix), read(800, prefix)]
      expect(large, `${prefix}${unit}`).toBeLessThan(6 * small + 2000)
    }
  })

  test('what is longer than a template may be is not read at all', () => {
    const source = '{{#if a}}'.repeat(10_000)
    expect(compileTemplate(source, 'text').issues.map((issue) => issue.code)).toEqual(['limit'])
  })
})
