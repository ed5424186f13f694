import { describe, expect, test } from 'vitest'
import { createActionRegistry } from '../../src/catalog/action-registry.js'
import { loadDocument } from '../../src/catalog/load-document.js'
import { typeOfSchema } from '../../src/catalog/schema-type.js'
import { typeOfJson } from '../../src/catalog/value-types.js'
import type { JsonObject } from '../../src/json.js'
import { caseFile, edited, load } from './documents.js'
import { makeAction, ticketAction } from './fake-actions.js'

const fieldsOf = (...fields: readonly string[]): string => edited(['          - { id: access_key', `${fields.map((field) => `          - ${field}\n`).join('')}          - { id: access_key`])
const told = (source: string, wanted: readonly string[]): readonly string[] => load(source, 'strict').issues.filter(({ code }) => wanted.includes(code)).map(({ code, message }) => `${code}: ${message}`)

describe('conditions that no input can make true, and those that decide nothing', () => {
  const conditions = ['condition-never', 'condition-always']
  const size = '{ id: size, name: Size, type: integer, required: true, validation: { min: 1, max: 9 } }'
  const on = '{ id: on, name: On, type: boolean, default: false }'
  const tags = '{ id: labels, name: Labels, type: multiselect, enum: [a, b] }'
  const day = '{ id: day, name: Day, type: date, validation: { min: "2026-01-01" } }'
  const code = '{ id: code, name: Code, type: string, validation: { pattern: "^[a-z]+$" } }'
  const shown = (conditional: string): readonly string[] => told(fieldsOf(size, on, tags, day, code, `{ id: extra, name: Extra, type: string, conditional: ${conditional} }`), conditions).map((line) => line.slice(0, line.indexOf(':')))
  test.each<[string, readonly string[]]>([
    ['{ field: size, operator: gt, value: 9 }', ['condition-never']], ['{ field: size, operator: gte, value: 9 }', []], ['{ field: size, operator: lt, value: 10 }', ['condition-always']], ['{ field: size, operator: eq, value: "3" }', ['condition-never']],
    ['{ field: size, operator: in, value: [10, 11] }', ['condition-never']], ['[{ field: size, operator: gt, value: 3 }, { field: size, operator: lt, value: 4 }]', ['condition-never']], ['[{ field: size, operator: gt, value: 3 }, { field: size, operator: lt, value: 5 }]', []],
    ['{ field: on, operator: eq, value: "true" }', ['condition-never']], ['{ field: on, operator: ne, value: true }', []], ['{ field: on, operator: in, value: [true, false] }', ['condition-always']],
    ['{ field: labels, operator: contains, value: c }', ['condition-never']], ['[{ field: labels, operator: contains, value: a }, { field: labels, operator: contains, value: b }]', []], ['{ field: labels, operator: eq, value: [a] }', []],
    ['{ field: day, operator: lt, value: "2026-01-01" }', ['condition-never']], ['{ field: day, operator: lte, value: "2026-01-01" }', []], ['{ field: day, operator: gte, value: "2025-01-01" }', []],
    ['{ field: code, operator: eq, value: A1 }', ['condition-never']], ['{ field: code, operator: eq, value: abc }', []], ['{ field: code, operator: contains, value: A }', []], ['{ field: code, operator: ne, value: A1 }', ['condition-always']],
    ['{ field: stage, operator: not_in, value: [dev, prod] }', ['condition-never']], ['[{ field: stage, operator: eq, value: dev }, { field: retention, operator: gt, value: 3 }]', ['condition-never']],
  ])('%s', (conditional, expected) => {
    expect(shown(conditional)).toEqual(expected)
  })
  test('what they decide is named; a group that is never shown is told once', () => {
    expect(told(fieldsOf(size, '{ id: extra, name: Extra, type: string, conditional: { field: size, operator: gt, value: 9 } }'), conditions)).toEqual(['condition-never: size gt 9 can never hold: the field extra is never shown'])
    expect(told(edited(['order: 2', 'order: 2\n        conditions: [{ field: fields.stage, operator: eq, value: test }]']), conditions)).toEqual(['condition-never: stage eq "test" can never hold: the action announce never runs'])
    const group = '      - id: more\n        name: More\n        conditional: { field: stage, operator: eq, value: x }\n        fields:\n          - { id: a1, name: A, type: string, conditional: { field: stage, operator: eq, value: dev } }\nfulfillment:'
    expect(told(edited(['fulfillment:', group]), conditions)).toEqual(['condition-never: stage eq "x" can never hold: the group more is never shown'])
  })
})

describe('each config fits its schema once its templates are filled', () => {
  const schema = { '~standard': { version: 1, vendor: 'test', validate: (value: unknown) => ({ value }) } } as const
  const properties: JsonObject = { count: { type: 'integer', minimum: 1 }, names: { type: 'array', items: { type: 'string' } }, label: { type: 'string' }, mode: { enum: ['dev', 'prod'] }, either: { anyOf: [{ type: 'string' }, { type: 'number' }] } }
  const strictAction = makeAction('sized', { config: { schema, jsonSchema: { type: 'object', additionalProperties: false, properties } }, templates: [{ path: 'label', target: 'text' }, { path: '**', target: 'value' }] })
  const actions = createActionRegistry([ticketAction, strictAction])
  const check = (config: string, fields: readonly string[] = []): readonly string[] => {
    const source = fieldsOf(...fields).replace(/ {2}automatic:[\s\S]*$/, `  automatic:\n    actions:\n      - id: sized\n        type: sized\n        config: ${config}\n`)
    return loadDocument({ path: 'queue.yaml', source, profile: 'strict', actions, templateEnv: [] }).issues.filter(({ code }) => code.startsWith('config')).map(({ code, message }) => `${code}: ${message}`)
  }
  const number = '{ id: n, name: N, type: number, required: true }'
  const some = '{ id: some, name: Some, type: number }'
  const sizes = '{ id: sizes, name: S, type: select, enum: [0, 1, 2], required: true }'
  test.each<[string, readonly string[], readonly string[]]>([
    ['{ count: "{{fields.n}}", label: "{{fields.n}}" }', [number], []],
    ['{ names: "{{fields.n}}" }', [number], ['config: sized: names must be a list, and this gives a number']],
    ['{ count: "{{fields.queue_name}}" }', [], ['config: sized: count must be a whole number, and this gives a text']],
    ['{ count: "n{{fields.n}}" }', [number], ['config: sized: count must be a whole number, and this gives a text']],
    ['{ count: "{{fields.some}}" }', [some], ['config-value: sized: count must be a whole number, and this may be missing']],
    ['{ count: "{{default(fields.some, 1)}}" }', [some], []],
    ['{ count: "{{fields.sizes}}" }', [sizes], ['config-value: sized: count: 0 does not fit: it must be >= 1']],
    ['{ mode: "{{fields.stage}}" }', [], []],
    ['{ mode: "{{fields.stage}}" }', ['{ id: x1, name: X, type: string }'], []],
    ['{ mode: "{{fields.queue_name}}" }', [], ['config-value: sized: mode: this may have other values: it must be one of dev, prod']],
    ['{ either: "{{fields.n}}" }', [number], []],
    ['{ names: ["{{fields.n}}", "{{fields.queue_name}}"] }', [number], ['config: sized: names.0 must be a text, and this gives a number']],
  ])('%s', (config, fields, expected) => {
    expect(check(config, fields)).toEqual(expected)
  })
})

describe('secrets that are written out', () => {
  const call = (config: string): string => edited(['idempotency: { header: Idempotency-Key }', config])
  const found = (source: string): readonly string[] => load(source).issues.filter(({ code }) => code === 'inline-secret').map(({ path }) => path)
  test.each<[string, string]>([
    ['headers: { Authorization: "Bearer 51bd33a1c0ff" }', 'headers.Authorization'], ['headers: { X-Api-Key: 51bd33a1c0ffee }', 'headers.X-Api-Key'], ['headers: { db_password: hunter22 }', 'headers.db_password'],
    ['headers: { note: "ghp_0123456789abcdefghijklmnopqrstuvwxyz" }', 'headers.note'], ['headers: { note: "postgres://app:hunter22@db/app" }', 'headers.note'], ['headers: { note: "-----BEGIN RSA PRIVATE KEY-----" }', 'headers.note'],
  ])('%s', (config, path) => {
    const [issue] = load(call(config)).issues.filter(({ code }) => code === 'inline-secret')
    expect(issue?.path.endsWith(path)).toBe(true)
    // What was found is not told again.
    expect(issue?.message).not.toMatch(/51bd|hunter|ghp_/)
  })
  test('in the text of a body', () => {
    expect(found(edited(['"days":', '"password": "hunter22", "days":']))).toHaveLength(1)
    expect(found(edited(['"days":', '"password": "{{fields.stage}}", "days":']))).toEqual([])
  })
  test.each(['headers: { Authorization: "Bearer {{secrets.TOKEN}}" }', 'headers: { token_ref: QUEUE_TOKEN }', 'headers: { password: "vault:db/pass" }', 'headers: { password: "{{secrets.DB}}" }', 'headers: { token_type: bearer }', 'headers: { X-Token: required }', 'headers: { note: "https://example.org:8443/x" }'])('%s is none', (config) => {
    expect(found(call(config))).toEqual([])
  })
  test('none of the cases holds one', () => {
    for (const file of ['v2-3b0c7dd6-postgresql-complete', 'v2-eec32543-postgresql-full', 'v2-4a5bb00f-postgresql-abbreviated-automatic', 'cv1-415c0b8f-eks-app', 'cv1-6e285a5a-aurora-postgresql', 'header-6f586248-simple-container-app', 'unvc-86430ad3-postgresql-terraform']) expect(found(caseFile(file)), file).toEqual([])
  })
})

describe('types of values', () => {
  test.each<[JsonObject, unknown]>([
    [{ type: 'string', enum: ['a', 'b'] }, { kind: 'string', values: ['a', 'b'] }], [{ const: 3 }, { kind: 'number', values: [3] }], [{ enum: ['a', 1] }, { kind: 'any' }], [{ type: ['string', 'null'] }, { kind: 'any' }], [{}, { kind: 'any' }],
    [{ $ref: '#/$defs/x', $defs: { x: { type: 'integer' } } }, { kind: 'number' }], [{ anyOf: [{ type: 'string' }, { const: 'b' }] }, { kind: 'string' }], [{ oneOf: [{ type: 'array', items: { type: 'string' } }, { type: 'null' }] }, { kind: 'array', items: { kind: 'string' }, optional: true }],
    [{ $ref: '#' }, { kind: 'any' }], [{ $ref: 'https://example.org/x' }, { kind: 'any' }],
    [{ allOf: [{ type: 'object', required: ['a'], properties: { a: { type: 'string' } } }, { type: 'object', properties: { b: { type: 'number' } } }] }, { kind: 'object', open: true, properties: new Map<string, unknown>([['a', { kind: 'string' }], ['b', { kind: 'number', optional: true }]]) }],
  ])('%j', (schema, type) => {
    expect(typeOfSchema(schema)).toEqual(type)
  })
  test('elements of a list are of all their kinds', () => {
    expect(typeOfJson(['a', 1])).toEqual({ kind: 'array', items: { kind: 'any' } })
    expect(typeOfJson([{ a: 1 }, { b: 'x' }])).toMatchObject({ items: { kind: 'object', open: true } })
  })
})
