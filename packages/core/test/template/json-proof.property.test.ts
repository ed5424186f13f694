import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Json, JsonObject } from '../../src/json.js'
import { compileTemplate } from '../../src/template/compile-template.js'
import { findPositions } from '../../src/template/find-positions.js'
import { createJsonAutomaton } from '../../src/template/json-automaton.js'
import { createReport } from '../../src/template/parse-session.js'
import { parseTemplate } from '../../src/template/parse-template.js'
import { renderTemplate } from '../../src/template/render-template.js'
import type { TemplateIssue } from '../../src/template/template-issue.js'
import { generated, render, variables } from './fixtures.js'

const hostileText = fc.oneof(
  fc.constantFrom('"', '\\', '\\"', '\n', '\r\n', '\t', '\u0000', '\u001f', '\u007f', '\u2028', '\ud800', '\udc00x', '😀', '{{fields.b}}', '${x}', '","x":"', '}', '\\u0022', '</script>', '`', "'", '__proto__', 'null'),
  fc.string({ unit: 'binary', maxLength: 12 }), fc.string({ maxLength: 12 })
)
const hostile: fc.Arbitrary<Json> = fc.letrec<{ json: Json }>((tie) => ({
  json: fc.oneof({ maxDepth: 3 }, hostileText, fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean(), fc.constant(null),
    fc.array(tie('json'), { maxLength: 3 }), fc.dictionary(hostileText, tie('json'), { maxKeys: 3 })),
})).json

/** Template pieces that are often JSON and often not. */
const piece = fc.constantFrom('{', '}', '[', ']', ',', ':', '"', '"k"', '"a":', '1', '-', '0.5', 'e3', 'true', 'nul', ' ', '\n', '\\', '\\u00', '{{fields.a}}', '{{fields.b}}', '"{{fields.a}}"', '{{json(fields.b)}}', '{{@index}}', '"k{{fields.b}}":', '"x":{{fields.a}}')
const soup = fc.letrec<{ body: string }>((tie) => ({
  body: fc.array(fc.oneof({ maxDepth: 3 }, { arbitrary: piece, weight: 4 },
    fc.tuple(fc.constantFrom('fields.a', 'fields.b', '@first', '@last', '!@last', '@first && fields.a', '@first || @last'), tie('body'), fc.option(tie('body'))).map(([test, then, other]) => `{{#if ${test}}}${then}${other === null ? '' : `{{else}}${other}`}{{/if}}`),
    tie('body').map((inner) => `{{#each fields.xs}}${inner}{{/each}}`), tie('body').map((inner) => `{{#fields.b}}${inner}{{/fields.b}}`)), { maxLength: 6 }).map((parts) => parts.join('')),
})).body

const item = fc.tuple(hostile, fc.boolean()).map(([value]) => value)
/** JSON with holes, so that many are accepted. */
const built = fc.letrec<{ value: string; members: string; items: string }>((tie) => ({
  value: fc.oneof({ maxDepth: 4 }, fc.constantFrom('1', '"x"', 'null', '{{fields.a}}', '"{{fields.a}}"', '"a {{fields.b}} c"', '{{json(fields.b)}}', '{{fields.gone}}', '"{{fields.gone}}"', '{{#if fields.a}}1{{else}}"2"{{/if}}', '-{{! c }}1'),
    tie('members').map((inner) => `{${inner}}`), tie('items').map((inner) => `[${inner}]`),
    tie('value').map((inner) => `[{{#each fields.xs}}${inner}{{#unless @last}},{{/unless}}{{/each}}]`),
    tie('value').map((inner) => `[{{#each fields.xs as x}}{{#if @first}}{{else}},{{/if}}{"v": {{x}}, "w": ${inner}}{{/each}}]`),
    tie('value').map((inner) => `[0{{#each fields.xs}},${inner}{{/each}}]`),
    fc.tuple(tie('value'), tie('value')).map(([left, right]) => `{{#if fields.b}}${left}{{else}}${right}{{/if}}`)),
  members: fc.array(tie('value'), { maxLength: 3 }).map((values) => values.map((value, index) => `"k${index}": ${value}`).join(', ')),
  items: fc.array(tie('value'), { maxLength: 3 }).map((values) => values.join(' , ')),
})).value

const fields: fc.Arbitrary<JsonObject> = fc.record({ a: hostile, b: hostile, xs: fc.oneof(fc.array(item, { maxLength: 4 }), fc.dictionary(hostileText, item, { maxKeys: 3 }), fc.constant(null)) })

describe('JSON is proven when the document loads', () => {
  test('what is accepted always parses, whatever the values', () => {
    let [accepted, looped] = [0, 0]
    fc.assert(fc.property(fc.oneof(soup, built, built), fc.array(fields, { minLength: 3, maxLength: 3 }), (source, bags) => {
      const { template } = compileTemplate(source, 'json')
      if (!template) return
      accepted += 1
      if (source.includes('#each')) looped += 1
      for (const bag of bags) {
        const result = renderTemplate(template, variables({ fields: bag }), generated)
        if (result.ok) expect(() => JSON.parse(result.value as string) as unknown).not.toThrow()
        else expect(result.issue.code).toBe('budget')
      }
    }), { numRuns: 2500 })
    expect(accepted).toBeGreaterThan(900)
    expect(looped).toBeGreaterThan(150)
  })

  test('what was built to be JSON is accepted', () => {
    fc.assert(fc.property(built, (source) => {
      expect(compileTemplate(source, 'json').issues.filter((issue) => issue.severity === 'error')).toEqual([])
    }), { numRuns: 500 })
  })

  test('a value comes back unchanged, as a value, in a text and as a key', () => {
    fc.assert(fc.property(hostile, hostileText, (value, text) => {
      const source = '{"v": {{fields.v}}, "j": {{json(fields.v)}}, "t": "<{{fields.t}}>", "k{{fields.t}}": 1, "list": [{{#each fields.list as x}}{{x}}{{#unless @last}}, {{/unless}}{{/each}}]}'
      const rendered = render(source, { fields: { v: value, t: text, list: [value, text, null] } }, 'json')
      const plain = JSON.parse(JSON.stringify(value)) as Json
      // Half a surrogate pair would not survive UTF-8, so it goes out as an escape.
      expect(rendered).not.toMatch(/\p{Surrogate}/u)
      expect(JSON.parse(rendered as string)).toEqual({ v: plain, j: plain, t: `<${text}>`, [`k${text}`]: 1, list: [plain, text, null] })
    }))
  })

  test('a template without expressions is accepted exactly when JSON.parse takes it', () => {
    fc.assert(fc.property(fc.oneof(fc.json().filter((source) => !source.includes('{{')), soup.filter((source) => !source.includes('{{')), fc.array(piece.filter((text) => !text.includes('{{')), { maxLength: 8 }).map((parts) => parts.join('')).filter((text) => !text.includes('{{'))), (source) => {
      const parses = ((): boolean => { try { JSON.parse(source); return true } catch (error) { return !(error instanceof SyntaxError) } })()
      expect(compileTemplate(source, 'json').template !== undefined).toBe(parses)
    }), { numRuns: 1500 })
  })
})

describe('every branch counts', () => {
  test.each([
    ['{"a": 1{{#if fields.a}}, "b": 2{{/if}}}', true],
    ['{ {{#if fields.a}}"x": 1,{{/if}} "b": 2 }', true],
    ['{ "b": 2{{#if fields.a}},{{/if}} }', false],
    ['[{{#each fields.xs}}{{this}}{{#unless @last}},{{/unless}}{{/each}}]', true],
    ['[{{#each fields.xs}}{{#unless @first}},{{/unless}}{{this}}{{/each}}]', true],
    ['[{{#each fields.xs}}{{this}},{{/each}}]', false],
    ['[{{#each fields.xs}}{{this}}{{#unless @first}},{{/unless}}{{/each}}]', false],
    ['[{{#each fields.xs}}{{this}}{{#if (@last)}}{{else}},{{/if}}{{/each}}]', true],
    ['[{{#each fields.xs}}{{this}}{{#if !@last && fields.a}},{{/if}}{{/each}}]', false],
    ['[{{#each fields.xs}}{{#each this}}{{this}}{{#unless @last}},{{/unless}}{{/each}}{{#unless @last}},{{/unless}}{{/each}}]', false],
    ['[{{#each fields.xs}}[{{#each this}}{{this}}{{#unless @last}},{{/unless}}{{/each}}]{{#unless @last}},{{/unless}}{{/each}}]', true],
    ['[{{#each fields.xs}}{{#each this}}1{{#unless @../last}},{{/unless}}{{/each}}{{/each}}]', false],
    ['[{{#each fields.xs}}{{#if @first}}1{{else}}{{#if @last}},]{{else}},2{{/if}}{{/if}}{{/each}}]', false],
    ['[{{#each fields.xs}}{{#if @first && @last}}x{{else}}{{#unless @first}},{{/unless}}1{{/if}}{{/each}}]', false],
    ['[{{#each fields.xs}}{{#if @first || @last}}{{else}}x{{/if}}{{/each}}]', false],
    ['[{{#each fields.xs}}{{#if @first}}{{else}}{{#if @last}}{{else}}1,{{/if}}{{/if}}{{/each}}2]', true],
    ['[{{#each fields.xs}}1{{#unless @last}},{{/unless}}{{else}}x{{/each}}]', false],
    ['[{{#each fields.xs}}{{#if @first}}1{{else}}{{#if @last}},1{{else}}x{{/if}}{{/if}}{{/each}}]', false],
    ['[{{#each fields.xs}}{{#if @first}}"{{/if}}{{this}}{{#if @first}}"{{/if}}{{#unless @last}},{{/unless}}{{/each}}]', false],
    ['[{{#each fields.xs}}{{#if @first}}"{{/if}}a{{#if @first}}"{{/if}}{{#unless @last}},{{/unless}}{{/each}}]', false],
    ['[{{#each fields.xs}}{{#if @first}}"{{/if}}1{{#if @first}}"{{/if}}{{#unless @last}},{{/unless}}{{/each}}]', true],
    ['{{#each fields.xs}}[{{/each}}', false],
    ['{{#if fields.a}}"{{/if}}x{{#if fields.a}}"{{/if}}', false],
    ['{{#if fields.a}}1{{/if}}', false],
    ['{{#switch fields.a}}{{#case 1}}[]{{#default}}{}{{/switch}}', true],
    ['{{#switch fields.a}}{{#case 1}}[]{{/switch}}', false],
    ['{{#with fields.a}}1{{else}}2{{/with}}', true],
    ['[{{#fields.a}}1{{/fields.a}}]', true], ['[{{#fields.a}}"1"{{/fields.a}}]', false],
    ['"a\nb"', false], ['"a\tb"', false], ['"\u007f\u2028"', true], ['"\\u12g4"', false], ['"\\x"', false], ['01', false], ['1.', false], ['1e', false], ['-', false], ['1e+5', true], ['tru', false], ['nulll', false], ['[1,]', false], ['{"a":1,}', false], ['{"a" 1}', false], ['1 2', false], ['\u00a01', false],
    ['', false], ['{{! only a comment }}', false], ['{{fields.a}}', true], ['{{fields.a}}{{fields.b}}', false], ['-{{fields.a}}', false],
  ])('%s: %j', (source, expected) => {
    expect(compileTemplate(source, 'json').template !== undefined).toBe(expected)
  })

  test('the place of the first impossible character is told', () => {
    const source = '{\n  {{#if fields.a}}\n  "a": 1,\n  {{/if}}\n  \'b\': 2\n}'
    const [issue] = compileTemplate(source, 'json').issues
    expect(issue).toMatchObject({ code: 'invalid-json', offset: source.indexOf("'b'"), message: 'JSON has no single quotes: "\'"' })
  })
})

describe('the search stays linear', () => {
  const steps = (source: string): number => {
    const automaton = createJsonAutomaton()
    let count = 0
    const issues: TemplateIssue[] = []
    const program = parseTemplate(source, true, createReport(issues))
    findPositions(program, {
      ...automaton,
      advance: (state, character) => { count += 1; return automaton.advance(state, character) },
      place: (state, expression) => { count += 1; return automaton.place(state, expression) },
    }, source.length, createReport(issues))
    return count
  }

  test.each<[string, (n: number) => string]>([
    ['loops within loops', (n) => `${'{{#each fields.xs}}[1],'.repeat(n)}${'{{/each}}'.repeat(n)}`],
    ['branches that end differently', (n) => `[${'{{#if fields.a}}[{{else}}"{{/if}}'.repeat(n)}`],
    ['branches in a loop', (n) => `[{{#each fields.xs}}${'{{#if fields.a}}1,{{/if}}'.repeat(n)}2,{{/each}}3]`],
    ['brackets opened by a loop', (n) => `{{#each fields.xs}}${'['.repeat(n)}{{/each}}`],
    ['sections within sections', (n) => `[${'{{#fields.b}}[],'.repeat(n)}${'{{/fields.b}}'.repeat(n)}1]`],
  ])('%s', (_, make) => {
    const [small, large] = [make(10), make(20)]
    expect(steps(large) / large.length).toBeLessThan(2 * (steps(small) / small.length) + 8)
    expect(steps(large)).toBeLessThan(large.length * 700)
  })

  test('too many different ends of branches are refused, soon', () => {
    const source = `${'{{#if fields.a}}[{{/if}}          '.repeat(300)}1`
    expect(compileTemplate(source, 'json').issues.some((issue) => issue.message.includes('too many different places'))).toBe(true)
    expect(steps(source)).toBeLessThan(5 * source.length)
  })
})
