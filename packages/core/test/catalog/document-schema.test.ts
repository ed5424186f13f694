import { Ajv } from 'ajv'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { documentSchema } from '../../src/catalog/schema/document-schema.js'
import { nearMisses } from '../../src/catalog/schema/near-misses.js'
import type { Json, JsonObject } from '../../src/json.js'
import { isJsonObject } from '../../src/json.js'
import { edited, load, queue } from './documents.js'
import { actions } from './fake-actions.js'

const checks = {
  '07': new Ajv({ allErrors: true, strict: true, strictTypes: false, strictRequired: false, allowUnionTypes: true }).compile(documentSchema('CatalogItem', actions, '07')),
  '2020-12': new Ajv2020({ allErrors: true, strict: true, strictTypes: false, strictRequired: false }).compile(documentSchema('CatalogItem', actions)),
}
const fits = (value: unknown, draft: keyof typeof checks = '2020-12'): boolean => checks[draft](value)

type Path = readonly (string | number)[]

/** Every key of a value, with the path of its object. */
const keysOf = (value: Json, path: Path = []): readonly { readonly path: Path; readonly key: string }[] => {
  if (Array.isArray(value)) return (value as readonly Json[]).flatMap((item, index) => keysOf(item, [...path, index]))
  return isJsonObject(value) ? Object.entries(value).flatMap(([key, member]) => [{ path, key }, ...keysOf(member, [...path, key])]) : []
}

const renamed = (value: Json, path: Path, key: string, to: string): Json => {
  const [head, ...rest] = path
  if (Array.isArray(value)) return (value as readonly Json[]).map((item, index) => index === head ? renamed(item, rest, key, to) : item)
  if (!isJsonObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => head === undefined ? [name === key ? to : name, member] : [name, name === head ? renamed(member, rest, key, to) : member]))
}

const typos = (key: string): readonly string[] => [`${key}x`, key.slice(0, -1), `${key.slice(0, 1)}${key.slice(2)}`, `${key.charAt(1)}${key.charAt(0)}${key.slice(2)}`, key.replace(/.$/, '_')].filter((typo) => typo !== key)

/** Names that are the author's own. */
const isFree = (path: Path, key: string): boolean => key === 'retentionDays' || ['idempotency', 'parsing', 'extract'].some((name) => path.includes(name))

const document = parse(queue) as JsonObject
const places = keysOf(document).filter(({ path, key }) => !isFree(path, key))

describe.each(['07', '2020-12'] as const)('draft %s', (draft) => {
  test('takes the good document', () => {
    expect(checks[draft](document), JSON.stringify(checks[draft].errors)).toBe(true)
  })
  test.each(places.map(({ path, key }) => [[...path, key].join('.'), path, key] as const))('a typing error in %s is refused', (_name, path, key) => {
    for (const typo of typos(key)) expect(fits(renamed(document, path, key, typo), draft), typo).toBe(false)
  })
})

test.each<[string, string, string]>([
  ['another version', 'version: "2.0"', 'version: "3.0"'],
  ['another category', 'category: messaging', 'category: message'],
  ['a short description', 'A single-region message queue for small services, with dead letters kept for a week.', 'Too short.'],
  ['a method that the action does not know', 'queues", method: POST', 'queues", method: FETCH'],
  ['a config that lacks something', 'config: { ticket: { project: MSG, issue_type: Task', 'config: { ticket: { issue_type: Task'],
  ['too many retries', 'attempts: 2', 'attempts: 9'],
  ['a duration that is none', 'provisioning_time: 10 minutes', 'provisioning_time: soon'],
  ['an older spelling', 'dependsOn: [create-queue]', 'depends_on: [create-queue]'],
  ['a typing error in an optional key of the metadata', 'tags: [', 'tgas: ['],
])('%s is refused', (_name, from, to) => {
  expect(fits(parse(edited([from, to])))).toBe(false)
})

test.each<[string, string, string]>([
  ['a template where the action takes a word', 'queues", method: POST', 'queues", method: "{{fields.stage}}"'],
  ['an action that is not installed here', '- id: announce\n        type: rest-api', '- id: announce\n        type: terraform'],
  ['several conditions', 'conditional: { field: stage, operator: eq, value: prod }', 'conditional: [{ field: stage, operator: eq, value: prod }]'],
  ['a constant of the author', 'retentionDays: 7', 'maximumMessageSize: 7'],
])('%s is taken', (_name, from, to) => {
  expect(fits(parse(edited([from, to])))).toBe(true)
})

test('what profile strict takes without an issue, the schema takes', () => {
  for (const source of [queue, edited(['retention, name: Retention, type: number', 'retention, name: Retention, type: integer']), edited(['priority: normal', 'priority: high, timeout: 2 days'])]) {
    expect([load(source, 'strict').issues, fits(parse(source))]).toEqual([[], true])
  }
})

const objectsOf = (schema: Json): readonly JsonObject[] => {
  if (Array.isArray(schema)) return (schema as readonly Json[]).flatMap(objectsOf)
  return isJsonObject(schema) ? [schema, ...Object.values(schema).flatMap(objectsOf)] : []
}

test.each(['CatalogItem', 'CatalogBundle'] as const)('every key of a %s has a title and a text of its own', (kind) => {
  const { $defs, ...root } = documentSchema(kind, actions)
  const own = [root, ...Object.entries($defs as JsonObject).filter(([name]) => !name.startsWith('config-of-')).map(([, schema]) => schema)]
  const without = own.flatMap(objectsOf).flatMap(({ properties }) => isJsonObject(properties) ? Object.entries(properties) : []).filter(([, schema]) => {
    const { title, description } = schema as { readonly title?: string; readonly description?: string }
    return isJsonObject(schema) && !String(schema['$ref']).includes('config-of-') && ('$ref' in schema || 'type' in schema || 'anyOf' in schema) && (title === undefined || description === undefined || description.startsWith(`${title}.`))
  })
  expect(without.map(([name]) => name)).toEqual([])
})

test('names that are one mistake away, and no others', () => {
  const pattern = new RegExp(nearMisses(['tags', 'cost', 'costs', 'id']), 'u')
  for (const typo of ['tag', 'tgas', 'tagss', 'taggs', 'xtags', 'tegs', 'coost']) expect(typo).toMatch(pattern)
  for (const name of ['tags', 'cost', 'costs', 'id', 'ids', 'retentionDays', 'stage']) expect(name).not.toMatch(pattern)
})
