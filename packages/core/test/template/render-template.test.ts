import { describe, expect, test } from 'vitest'
import type { Json, JsonObject } from '../../src/json.js'
import { compileTemplate } from '../../src/template/compile-template.js'
import { renderTemplate } from '../../src/template/render-template.js'
import type { Target } from '../../src/template/template.js'
import { compiled, generated, render, variables } from './fixtures.js'

const fields: JsonObject = { a: 'x', n: 2, zero: 0, no: false, empty: '', nul: null, xs: ['p', 'q'], os: [{ k: 1, in: ['i', 'j'] }, { k: 2, in: [] }], o: { b: 'c' }, stage: 'prod' }
const show = (source: string, target: Target = 'text'): Json | { readonly failed: string } => render(source, { fields, output: { 'create-queue': { arn: 'arn:1', list: [1], none: null } }, env: { A: 'e' }, metadata: { id: 'm' } }, target)

describe('spellings of one thing', () => {
  test.each([
    ['{{upper(fields.a)}}', 'X'], ['{{upper fields.a}}', 'X'], ['{{fields.a | upper}}', 'X'], ['{{ fields.a|upper }}', 'X'], ['{{(upper fields.a)}}', 'X'], ["{{upper(lower('aB'))}}", 'AB'],
    ["{{fields.xs | join('; ') | upper}}", 'P; Q'], ['{{fields.xs | join ", " | upper}}', 'P, Q'], ['{{join fields.xs "-"}}', 'p-q'], ['{{join fields.xs "-" | upper}}', 'P-Q'], ['{{join(fields.xs , "-" )}}', 'p-q'],
    ["{{fields.gone | default('d') | upper}}", 'D'], ['{{fields.a == "x"}}', 'true'], ['{{eq fields.a "x"}}', 'true'], ['{{fields.a == "x" && fields.n > 1}}', 'true'], ['{{fields.n >= 2 && !fields.no || fields.gone}}', 'true'],
    ['{{fields.n == 1 || fields.n == 2 && fields.n == 3}}', 'false'], ['{{(fields.n == 2 || fields.n == 1) && fields.n < 3}}', 'true'], ['{{not fields.a == false}}', 'true'], ['{{fields.n != 2}}', 'false'],
    ['{{fields.xs includes "p" && true}}', 'true'], ['{{json fields.xs}}', '["p","q"]'], ['{{fields.os[1].k}}', '2'], ['{{fields.os.[1].k}}', '2'], ['{{fields.os.1.k}}', '2'], ['{{fields["a"]}}', 'x'], ["{{fields.o['b']}}", 'c'],
    ['{{output.create-queue.arn}}{{outputs.create-queue.arn}}{{environment.A}}', 'arn:1arn:1e'], ['{{fields.a|upper == "X"}}', 'true'], ['{{length(fields.xs) > 1}}', 'true'], ['{{-1.5}}{{1}}{{true}}{{null}}{{"lit"}}{{undefined}}', '-1.51truelit'],
    ['{{date}}|{{timestamp}}', '2025-10-01|2025-10-01T10:00:00.000Z'], ['{{{fields.a}}}{{&fields.a}}', 'xx'], ['{{fields.gone || "or"}}{{fields.zero || "or"}}{{fields.zero && "and"}}', 'oror0'], ['{{"a\\"b"}}', 'a"b'], ["{{'}}'}}", '}}'],
    ['{{#if includes(fields.xs, "p")}}y{{/if}}', 'y'],
  ])('%s', (source, expected) => {
    expect(show(source)).toBe(expected)
  })
})

describe('blocks', () => {
  test.each([
    ['{{#if fields.zero}}a{{else if fields.empty}}b{{else if fields.a}}c{{else}}d{{/if}}', 'c'], ['{{#unless fields.zero}}a{{else}}b{{/unless}}', 'a'], ['{{^if fields.zero}}a{{/if}}', 'a'],
    ['{{#each fields.xs}}{{@index}}{{this}}{{#unless @last}},{{/unless}}{{/each}}', '0p,1q'], ['{{#each fields.xs as x}}{{x}}{{/each}}', 'pq'], ['{{#each fields.xs as x, i}}{{i}}{{x}}{{/each}}', '0p1q'], ['{{#each fields.xs as |x i|}}{{i}}{{x}}{{/each}}', '0p1q'],
    ['{{#each fields.o}}{{@key}}={{this}}{{/each}}', 'b=c'], ['{{#each fields.o as v, k}}{{k}}={{v}}{{/each}}', 'b=c'], ['{{#each fields.gone}}a{{else}}none{{/each}}', 'none'],
    ['{{#each fields.os as o}}{{#each o.in as i}}{{o.k}}{{i}}{{@index}}{{@../index}}{{fields.a}} {{else}}-{{/each}}{{/each}}', '1i00x 1j10x -'], ['{{#each fields.os}}{{#each in}}{{../k}}{{this}}{{/each}}{{/each}}', '1i1j'],
    ['{{#with fields.o}}{{b}}{{this.b}}{{fields.a}}{{/with}}', 'ccx'], ['{{#with fields.o as o}}{{o.b}}{{/with}}', 'c'], ['{{#with fields.gone}}a{{else}}b{{/with}}', 'b'], ['{{#each fields.os}}{{#with this}}{{@index}}{{k}}{{/with}}{{/each}}', '0112'],
    ['{{#fields.xs}}{{this}}{{/fields.xs}}', 'pq'], ['{{#fields.zero}}[{{this}}]{{/fields.zero}}{{#fields.empty}}e{{/fields.empty}}', '[0]e'], ['{{^fields.nul}}a{{/fields.nul}}{{^fields.xs}}b{{/fields.xs}}', 'a'],
    ['{{#if fields.n == 2}}two{{/if}}', 'two'], ['{{#if upper fields.a}}y{{/if}}', 'y'], ['{{#each (default fields.gone fields.xs)}}{{this}}{{/each}}', 'pq'], ['{{#if fields.a}}{{! c }}{{/if}}', ''],
  ])('%s', (source, expected) => {
    expect(show(source)).toBe(expected)
  })
})

describe('switch', () => {
  test.each([
    ["{{#switch fields.stage}}{{#case 'dev'}}D{{#case 'prod'}}P{{#default}}?{{/switch}}", 'P'],
    ["{{#switch fields.stage}}{{#case 'dev'}}D{{/case}}{{#case 'prod'}}P{{/case}}{{#default}}?{{/default}}{{/switch}}", 'P'],
    ["{{#switch fields.gone}}{{#case 'dev'}}D{{#default}}?{{/switch}}", '?'], ["{{#switch fields.gone}}{{#case 'dev'}}D{{else}}?{{/switch}}", '?'], ["{{#switch fields.gone}}{{#case 'dev'}}D{{/switch}}", ''],
    ["{{#switch fields.stage}}{{#case 'test' 'prod'}}TP{{/switch}}", 'TP'], ["{{#switch fields.stage}}{{#case 'test', 'prod'}}TP{{/switch}}", 'TP'], ['{{#switch fields.n}}{{#case "2"}}text{{#case 2}}number{{/switch}}', 'number'],
    ["{{#switch fields.stage}}{{#case 'prod'}}{{#switch fields.n}}{{#case 1}}1{{#case 2}}2{{/switch}}!{{/case}}{{/switch}}", '2!'], ["{{#each fields.xs as x}}{{#switch x}}{{#case 'p'}}P{{#default}}{{x}}{{/switch}}{{/each}}", 'Pq'],
    ["{{#switch fields.stage}}\n  {{#case 'dev'}}\n  dev\n  {{#case 'prod'}}\n  prod\n  {{#default}}\n  other\n{{/switch}}\nend", '  prod\nend'],
    ["{{#switch fields.stage}}\n  {{#case 'prod'}}\n  prod\n  {{/case}}\n  {{! between }}\n  {{#default}}\n  other\n  {{/default}}\n{{/switch}}\nend", '  prod\nend'],
  ])('%s', (source, expected) => {
    expect(show(source)).toBe(expected)
  })

  test.each([
    ['{{#switch fields.a}}x{{#case 1}}a{{/switch}}', 'syntax'], ['{{#switch fields.a}}{{fields.a}}{{#case 1}}a{{/switch}}', 'syntax'], ['{{#switch fields.a}}{{#case 1}}a{{/case}}x{{/switch}}', 'syntax'], ['{{#switch fields.a}}{{#if fields.a}}{{/if}}{{#case 1}}a{{/switch}}', 'syntax'],
    ['{{#case 1}}a{{/case}}', 'unknown-block'], ['{{#switch fields.a}}{{#case 1}}{{#if fields.a}}{{#case 2}}{{/if}}{{/switch}}', 'unknown-block'], ['{{#switch fields.a}}{{#default}}a{{#case 1}}b{{/switch}}', 'syntax'],
    ['{{#switch fields.a}}{{#case}}a{{/switch}}', 'syntax'], ['{{#switch}}{{#case 1}}a{{/switch}}', 'syntax'], ['{{#switch fields.a}}{{/switch}}', 'syntax'], ['{{#switch fields.a}}{{#case 1}}a', 'syntax'], ['{{#switch fields.a}}{{#case 1}}a{{else if fields.a}}b{{/switch}}', 'syntax'],
  ])('%s is refused', (source, code) => {
    expect(compileTemplate(source, 'text').issues.map((issue) => issue.code)).toContain(code)
  })
})

describe('missing values', () => {
  test('are null where bare, empty in text', () => {
    expect(show('{"a": {{fields.gone}}, "b": "{{fields.gone}}", "c": {{fields.nul}}}', 'json')).toBe('{"a": null, "b": "", "c": null}')
    expect(show('[{{fields.gone}}{{fields.nul}}]')).toBe('[]')
    expect(show('{{fields.gone}}', 'value')).toBeNull()
  })

  test('an output that is missing fails, unless it is tested or has a fallback', () => {
    for (const source of ['{{output.create-queue.url}}', '{{upper output.gone.x}}', '{{#each output.gone}}x{{/each}}', '{{fields.gone || output.gone.x}}', '{{#if fields.a}}{{output.gone.x}}{{/if}}']) expect(show(source), source).toEqual({ failed: 'missing-output' })
    expect(show('{{#if output.gone.x}}a{{else}}b{{/if}}{{default(output.gone.x, "c")}}{{coalesce(output.gone.x, "d")}}{{output.gone.x || "e"}}{{output.gone.x == 1}}{{#with output.gone}}f{{/with}}{{output.create-queue.none}}')).toBe('bcdefalse')
  })

  test('the failure tells the place', () => {
    const source = 'a {{output.gone.x}}'
    const result = renderTemplate(compiled(source), variables(), generated)
    expect(result).toEqual({ ok: false, issue: { code: 'missing-output', severity: 'error', message: '"output.gone.x" is missing', offset: 4, end: 17 } })
  })
})

describe('typed scalars', () => {
  test.each<[string, Json]>([
    ['{{fields.n}}', 2], ['{{fields.no}}', false], ['{{fields.xs}}', ['p', 'q']], ['{{fields.o}}', { b: 'c' }], ['{{ fields.n }}', 2], ['{{! c }}{{fields.n}}', 2], ['{{json(fields.xs)}}', '["p","q"]'], ['{{fields.n == 2}}', true],
    ['{{fields.n}} ', '2 '], ['{{fields.n}}{{fields.n}}', '22'], ['{{#if fields.a}}{{fields.n}}{{/if}}', '2'], ['a', 'a'], ['{{default(fields.gone, 7)}}', 7], ['{{7}}', 7],
  ])('%s', (source, expected) => {
    expect(show(source, 'value')).toEqual(expected)
  })

  test('in other targets the result is a text', () => {
    expect(show('{{fields.n}}')).toBe('2')
    expect(show('{{fields.xs}}', 'header')).toBe('p, q')
  })
})

describe('white space', () => {
  test.each([
    ['a\n{{#if fields.a}}\nb\n{{/if}}\nc', 'a\nb\nc'], ['a\n  {{! c }}  \nb', 'a\nb'], ['a {{~fields.a~}} b', 'axb'], ['a\n{{fields.a}}\nb', 'a\nx\nb'], ['{{#if fields.no}}\na\n{{else}}\nb\n{{/if}}\n', 'b\n'], ['a\r\n{{#if fields.a}}\r\nb\r\n{{/if}}\r\nc', 'a\r\nb\r\nc'],
  ])('%j', (source, expected) => {
    expect(show(source)).toBe(expected)
  })
})

describe('what only looks like a template', () => {
  test.each([
    ['\\{{fields.a}}', '{{fields.a}}'], ['C:\\\\{{fields.a}}', 'C:\\x'], ['{ } {a} }}', '{ } {a} }}'], ['{{{fields.a}} ', '{x '], ['{{{#if fields.a}}1{{/if}}}', '{1}'], ['{{#if fields.no}}a{{{else}}b{{/if}}', 'b'],
    ['run: ${{ matrix.os }} {{fields.a}}', 'run: ${{ matrix.os }} x'], ['${HOME} {{fields.a}}', '${HOME} x'], ['{% if %}{{fields.a}}', '{% if %}x'], ['$ {{fields.a}}', '$ x'],
  ])('%j', (source, expected) => {
    expect(show(source)).toBe(expected)
  })

  test('in JSON a backslash before a tag stays', () => {
    expect(show('{"p": "C:\\\\{{fields.a}}", "q": "\\{{x}}"}', 'json')).toBe('{"p": "C:\\\\x", "q": "{{x}}"}')
  })

  test('a value next to braces is read as JSON means it', () => {
    expect(show('{"o": {"n": {{fields.n}}}}', 'json')).toBe('{"o": {"n": 2}}')
    expect(show('{"o":{{{#if fields.a}}"n":{{fields.n}}{{/if}}}}', 'json')).toBe('{"o":{"n":2}}')
  })
})

describe('json', () => {
  test('json(x) where a value is due means x', () => {
    expect(show('[{{json(fields.o)}}, {{fields.o | json}}, {{json fields.o}}, "{{json(fields.o)}}"]', 'json')).toBe('[{"b":"c"}, {"b":"c"}, {"b":"c"}, "{\\"b\\":\\"c\\"}"]')
  })
})

describe('budgets', () => {
  const many = (count: number): JsonObject => ({ xs: Array.from({ length: count }, () => 'x'.repeat(100)), big: 'y'.repeat(1_000_000) })

  test.each<[string, JsonObject]>([
    ['{{#each fields.xs}}{{/each}}', many(10_001)], ['{{#each fields.xs}}{{#each ../fields.xs}}{{/each}}{{/each}}', many(101)], ['{{fields.big}}{{fields.big}}', many(1)], [`{{#each fields.xs}}${'z'.repeat(60_000)}{{/each}}`, many(20)],
    [`{{#each fields.xs}}${'{{#if this}}{{/if}}'.repeat(200)}{{/each}}`, many(9000)], [`{{#each fields.xs}}{{length ../fields.big}}{{/each}}`, many(20)], ['{{replace(fields.big, "y", fields.big)}}', many(1)], ['{{#each fields.xs}}{{fields.big}}{{/each}}', many(10_000)],
    [`{{#if ${'concat('.repeat(12)}fields.big${', fields.big)'.repeat(12)}}}{{/if}}`, { big: 'y'.repeat(5_000_000) }],
  ])('%.60s', (source, bag) => {
    expect(render(source, { fields: bag })).toEqual({ failed: 'budget' })
  })

  test('a whole value counts as well', () => {
    expect(render('{{concat(fields.big, fields.big)}}', { fields: many(1) }, 'value')).toEqual({ failed: 'budget' })
  })

  test('up to the limit all is well', () => {
    expect(render('{{#each fields.xs}}.{{/each}}', { fields: many(10_000) })).toBe('.'.repeat(10_000))
    expect(render('{{fields.big}}', { fields: many(1) })).toHaveLength(1_000_000)
  })

  test('values that nest thousands deep fail the rendering, not the process', () => {
    const deep = JSON.parse(`${'['.repeat(20_000)}${']'.repeat(20_000)}`) as Json
    expect(render('{{fields.deep}}', { fields: { deep } })).toEqual({ failed: 'budget' })
    expect(render('{{fields.deep}}', { fields: { deep } }, 'json')).toEqual({ failed: 'budget' })
  })

  test.each([['{{#if fields.a}}', 21], ['{{#each fields.a}}', 21], ['{{#if fields.a}}', 4000]])('%s nested %d deep is refused', (open, depth) => {
    const close = open.startsWith('{{#if') ? '{{/if}}' : '{{/each}}'
    expect(compileTemplate(open.repeat(depth) + close.repeat(depth), 'text').issues.map((issue) => issue.code)).toContain('limit')
    expect(compileTemplate(open.repeat(20) + close.repeat(20), 'text').issues).toEqual([])
  })

  test('chains have an end too', () => {
    const elses = (count: number): string => `{{#if fields.a}}${'{{else if fields.b}}'.repeat(count)}{{/if}}`
    const cases = (count: number): string => `{{#switch fields.a}}${'{{#case 1}}'.repeat(count)}{{/switch}}`
    for (const source of [elses(3000), cases(3000), `{{fields.a${' | upper'.repeat(3000)}}}`, `{{fields.a${' || fields.a'.repeat(3000)}}}`, `{{#if ${'!'.repeat(3000)}fields.a}}{{/if}}`, `{{${'('.repeat(3000)}1${')'.repeat(3000)}}}`]) {
      expect(compileTemplate(source, 'text').issues.map((issue) => issue.code), source.slice(0, 40)).toContain('limit')
    }
    for (const source of [elses(99), cases(99), `{{fields.a${' | upper'.repeat(99)}}}`]) expect(compileTemplate(source, 'text').issues).toEqual([])
  })
})

test('nothing of a prototype can be read', () => {
  for (const name of ['toString', 'valueOf', 'hasOwnProperty', '__defineGetter__', 'isPrototypeOf']) {
    expect(show(`[{{fields.${name}}}{{fields.a.${name}}}{{lookup(fields, '${name}')}}{{#with fields}}{{${name}}}{{/with}}{{#each fields.os}}{{this.${name}}}{{/each}}]`)).toBe('[]')
  }
  for (const source of ['{{fields.__proto__}}', '{{fields.[__proto__]}}', '{{fields["constructor"]}}', '{{#each fields.xs}}{{constructor}}{{/each}}', '{{fields.a.prototype}}', '{{@root.__proto__}}', '{{#each fields.xs as __proto__}}{{/each}}', '{{#each fields.xs as output}}{{/each}}']) {
    expect(compileTemplate(source, 'text').issues.map((issue) => issue.code), source).toContain('forbidden-name')
  }
  expect(render('{{lookup(fields, "__proto__")}}{{lookup(fields, fields.key)}}', { fields: JSON.parse('{"__proto__": "bad", "key": "constructor"}') as JsonObject })).toBe('')
})
