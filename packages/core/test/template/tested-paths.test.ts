import { expect, test } from 'vitest'
import { checkTemplate } from '../../src/template/check-template.js'
import { compiled, environment, object } from './fixtures.js'

const around = environment({
  fields: object({ on: { kind: 'boolean' } }),
  output: new Map([['a', { type: object({ x: { kind: 'string', optional: true }, y: { kind: 'string', optional: true }, box: { ...object({ z: { kind: 'string', optional: true } }), optional: true } }) }], ['b', { type: object({ x: { kind: 'string' } }), maySkip: true }]]),
})
const codes = (source: string): readonly string[] => checkTemplate(compiled(source), around).map(({ code }) => code)

test.each<[string, readonly string[]]>([
  ['{{#if output.a.x}}{{output.a.x}}{{/if}}', []], ['{{#if output.a.x}}{{output.a.y}}{{/if}}', ['maybe-missing']], ['{{#if fields.on}}{{output.a.x}}{{/if}}', ['maybe-missing']],
  ['{{#if output.a.x}}x{{else}}{{output.a.x}}{{/if}}', ['maybe-missing']], ['{{#unless output.a.x}}x{{else}}{{output.a.x}}{{/unless}}', []],
  ['{{#if output.a.x && output.a.y}}{{output.a.x}}{{output.a.y}}{{/if}}', []], ['{{#if output.a.x || output.a.y}}{{output.a.x}}{{/if}}', ['maybe-missing']], ['{{#if !output.a.x}}{{output.a.x}}{{/if}}', ['maybe-missing']],
  ['{{#if output.a.x == "v"}}{{output.a.x}}{{/if}}', []], ['{{#if output.a.x != "v"}}{{output.a.x}}{{/if}}', ['maybe-missing']], ['{{#if output.a.box.z}}{{output.a.box.z}}{{/if}}', []], ['{{#if output.a.box}}{{output.a.box.z}}{{/if}}', ['maybe-missing']],
  ['{{#if output.b}}{{output.b.x}}{{/if}}', []], ['{{#if output.b.x}}{{output.b.x}}{{/if}}', []], ['{{#if fields.on}}{{output.b.x}}{{/if}}', ['maybe-skipped']], ['{{#with output.a.x}}{{output.a.x}}{{/with}}', []],
  ['{{default(output.a.x, "")}}', []], ['{{default(upper(output.a.x), "")}}', ['maybe-missing']], ['{{output.a.x && output.a.x}}', []], ['{{coalesce(output.b.x, output.a.x)}}', []],
])('a condition guards what it tests and nothing else: %s', (source, expected) => {
  expect(codes(source)).toEqual(expected)
})
