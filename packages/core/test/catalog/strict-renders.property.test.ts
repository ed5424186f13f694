import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseDocument } from 'yaml'
import { createActionRegistry } from '../../src/catalog/action-registry.js'
import type { LoadedItem } from '../../src/catalog/loaded-item.js'
import { loadDocument } from '../../src/catalog/load-document.js'
import { evaluateConditions } from '../../src/expression/condition.js'
import { readPath } from '../../src/expression/path.js'
import type { Json, JsonObject } from '../../src/json.js'
import { isJsonObject } from '../../src/json.js'
import { renderConfig } from '../../src/template/config.js'
import type { Variables } from '../../src/template/variables.js'
import { makeAction, ticketAction } from './fake-actions.js'

const schema = { '~standard': { version: 1, vendor: 'test', validate: (value: unknown) => ({ value }) } } as const
const targets = ['json', 'yaml', 'xml', 'html', 'form', 'hcl', 'text', 'header'] as const
const outputs: JsonObject = { name: { type: 'string' }, size: { type: 'number' }, list: { type: 'array', items: { type: 'string' } }, box: { type: 'object', required: ['a'], additionalProperties: false, properties: { a: { type: 'string' }, b: { type: 'number' } } }, note: { 'x-optional': true, type: 'string' } }

/** One string for each target, values of their own kind, and outputs that may be left out. */
const everything = makeAction('everything', {
  config: { schema, jsonSchema: { type: 'object', additionalProperties: false, properties: { ...Object.fromEntries(targets.map((target) => [target, { type: 'string' }])), url: { type: 'string' }, count: { type: 'number' }, words: { type: 'array' }, mode: { enum: ['dev', 'prod'] } } } },
  output: { schema, jsonSchema: { type: 'object', additionalProperties: false, properties: {} } }, declaredOutputs: () => outputs,
  templates: [...[...targets, 'url' as const].map((target) => ({ path: target, target })), { path: '**', target: 'value' }],
})
const actions = createActionRegistry([ticketAction, everything])

const fieldKinds: Readonly<Record<string, JsonObject>> = {
  word: { type: 'string', validation: { pattern: '^[a-z]+$' } }, free: { type: 'string' }, many: { type: 'textarea' }, size: { type: 'integer', validation: { min: 1, max: 9 } }, part: { type: 'number' }, on: { type: 'boolean' },
  stage: { type: 'select', enum: ['dev', 'prod'] }, tags: { type: 'multiselect', enum: ['a', 'b'] }, day: { type: 'date' }, level: { type: 'select', enum: [1, 2, 3] },
}
const defaults: Readonly<Record<string, Json>> = { word: 'abc', size: 3, part: 0.5, on: false, stage: 'dev', tags: ['a'], day: '2026-01-31', level: 2 }

const fieldOf = (kind: string, index: number): fc.Arbitrary<JsonObject> => fc.record({ required: fc.boolean(), given: fc.boolean(), shown: fc.constantFrom(undefined, { field: 'stage0', operator: 'eq', value: 'prod' }, { field: 'on0', operator: 'ne', value: true }) })
  .map(({ required, given, shown }) => ({ id: `${kind}${index}`, name: kind, ...fieldKinds[kind], ...(required ? { required } : {}), ...(given && defaults[kind] !== undefined ? { default: defaults[kind] } : {}), ...(shown === undefined || index === 0 ? {} : { conditional: shown }) }))

const form = fc.tuple(...Object.keys(fieldKinds).flatMap((kind) => [fieldOf(kind, 0), fieldOf(kind, 1)]))

const paths = [...Object.keys(fieldKinds).flatMap((kind) => [`fields.${kind}0`, `fields.${kind}1`]), 'metadata.name', 'metadata.retentionDays', 'metadata.zones', 'request.user.email', 'request.user.teams', 'request.id', 'system.date', 'output.first.name', 'output.first.size', 'output.first.list', 'output.first.box.a', 'output.first.note', 'output.first.box', 'output.first.status', 'output.first']
const path = fc.constantFrom(...paths)

const expression: fc.Arbitrary<string> = fc.letrec<{ it: string }>((tie) => ({
  it: fc.oneof({ maxDepth: 3 }, { arbitrary: path, weight: 6 },
    fc.tuple(fc.constantFrom('upper', 'trim', 'json', 'slugify', 'title', 'length', 'base64', 'url', 'hash', 'not', 'required'), tie('it')).map(([name, inner]) => `${name}(${inner})`),
    fc.tuple(fc.constantFrom('default', 'coalesce', 'concat'), tie('it'), fc.constantFrom('"x"', '", "')).map(([name, inner, other]) => `${name}(${inner}, ${other})`),
    fc.tuple(tie('it'), fc.constantFrom('==', '!=', '>', '&&', '||'), tie('it')).map(([left, sign, right]) => `(${left} ${sign} ${right})`),
    fc.constantFrom('join(output.first.list, ", ")', 'join(fields.tags0, "x")', 'default(output.first.note, "none")', 'default(output.first.list[0], fields.word0)', 'replace(fields.word0, "a", "b")', 'lookup(output.first.box, "a")', 'random(1, fields.size0)', 'date("YYYY")', 'matches(fields.word0, "^a")', 'uuid()', 'timestamp()')),
})).it

const tag = expression.map((it) => `{{${it}}}`)
const block = fc.oneof(
  { arbitrary: tag, weight: 4 },
  fc.tuple(expression, tag, tag).map(([test, then, other]) => `{{#if ${test}}}${then}{{else}}${other}{{/if}}`),
  fc.tuple(fc.constantFrom('output.first.list', 'request.user.teams', 'fields.tags0', 'metadata.zones'), tag).map(([list, inner]) => `{{#each ${list} as one}}{{one}} ${inner}{{/each}}`)
)

const bodies: Readonly<Record<string, (one: string) => string>> = {
  json: (one) => `{"a": "${one}", "b": [1]}`, yaml: (one) => `a: "${one}"\nb: 1\n`, xml: (one) => `<a b="${one}">${one}</a>`, html: (one) => `<p title="${one}">${one}</p>`, form: (one) => `a=${one}&b=1`, hcl: (one) => `a = "${one}"\n`, text: (one) => `a ${one}`, header: (one) => `a ${one}`,
}
const whole: Readonly<Record<string, (one: string) => string>> = { json: (one) => `{"a": ${one}}`, yaml: (one) => `a: ${one}\n`, hcl: (one) => `a = ${one}\n` }

const rarely = (...likely: readonly string[]): fc.Arbitrary<string | null> => fc.option(fc.oneof({ arbitrary: fc.constantFrom(...likely), weight: 6 }, { arbitrary: tag, weight: 1 }), { freq: 1 })

const config: fc.Arbitrary<JsonObject> = fc.record({
  strings: fc.array(fc.tuple(fc.constantFrom(...targets), block), { maxLength: 3 }), values: fc.array(fc.tuple(fc.constantFrom('json', 'yaml', 'hcl'), tag), { maxLength: 1 }), url: fc.option(fc.oneof(fc.constantFrom('fields.word0', 'default(fields.free0, "x")', 'request.id', 'fields.size1'), expression), { freq: 1 }),
  count: rarely('{{default(fields.size0, 1)}}', '{{fields.size1}}', '{{fields.level0}}', '{{length(fields.free0)}}'), words: rarely('{{default(fields.tags0, metadata.zones)}}', '{{fields.tags1}}', '{{output.first.list}}'), mode: rarely('{{default(fields.stage0, "dev")}}', '{{fields.stage1}}'),
}).map(({ strings, values, url, count, words, mode }) => ({
  ...Object.fromEntries(strings.map(([target, one]) => [target, bodies[target]?.(one) ?? ''])), ...Object.fromEntries(values.map(([target, one]) => [target, whole[target]?.(one) ?? ''])),
  ...(url === null ? {} : { url: `https://example.org/x/{{${url}}}` }), ...(count === null ? {} : { count }), ...(words === null ? {} : { words }), ...(mode === null ? {} : { mode }),
}))

const documentOf = (fields: readonly JsonObject[], second: JsonObject, conditional: boolean): string => JSON.stringify({
  version: '2.0', kind: 'CatalogItem',
  metadata: { id: 'messaging-queue-basic', name: 'Basic Message Queue', description: 'A single-region message queue for small services, with dead letters kept for a week.', version: '0.3.0', category: 'messaging', owner: { team: 'platform-messaging-team', contact: 'queues@example.org' }, retentionDays: 7, zones: ['a', 'b'] },
  presentation: { form: { groups: [{ id: 'basics', name: 'Basics', fields }] } },
  fulfillment: {
    strategy: { mode: 'automatic' },
    manual: { actions: [{ id: 'ticket', type: 'jira-ticket', config: { ticket: { project: 'MSG', issue_type: 'Task', summary_template: 'Queue' } } }] },
    automatic: { actions: [{ id: 'first', type: 'everything', config: { text: 'x' }, ...(conditional ? { conditions: [{ field: 'stage0', operator: 'eq', value: 'prod' }] } : {}) }, { id: 'second', type: 'everything', config: second }] },
  },
})

/** What a warning says may be missing is not held against the document. */
const told = new Set(['maybe-skipped', 'maybe-missing', 'maybe-empty'])

const inputs = fc.record(Object.fromEntries(Object.keys(fieldKinds).flatMap((kind) => [0, 1].map((index) => [`${kind}${index}`, fc.option({
  word: fc.constantFrom('abc', 'x'), free: fc.constantFrom('', 'a b', '"q"', 'é'), many: fc.constantFrom('', 'a\nb', '<b>'), size: fc.integer({ min: 1, max: 9 }), part: fc.constantFrom(0, -1.5, 3), on: fc.boolean(), stage: fc.constantFrom('dev', 'prod'), tags: fc.constantFrom<Json>([], ['a'], ['a', 'b']), day: fc.constant('2026-05-05'), level: fc.constantFrom(1, 2, 3),
}[kind] as fc.Arbitrary<Json>, { nil: undefined })]))))

const output = fc.record({ name: fc.constantFrom('n', ''), size: fc.integer(), list: fc.constantFrom<Json>([], ['a'], ['a', 'b c']), box: fc.constantFrom<Json>({ a: 'x' }, { a: '', b: 1 }), note: fc.option(fc.constant('note'), { nil: undefined }) })
  .map((given): JsonObject => ({ ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as JsonObject, status: 'succeeded' }))

const people = fc.constantFrom<JsonObject>({ id: 'u', teams: [] }, { id: 'u', email: 'u@example.org', teams: ['a'] })

const accepted = (item: LoadedItem, given: JsonObject): JsonObject | undefined => {
  const answer = item.validator.validate(Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)))
  return answer.ok ? answer.value : undefined
}

const visible = (item: LoadedItem, given: JsonObject): JsonObject => {
  const ids = new Set(item.item.form.groups.flatMap(({ fields }) => fields.filter(({ conditions }) => evaluateConditions(conditions, (name) => given[name])).map(({ id }) => id)))
  return Object.fromEntries(Object.entries(given).filter(([id]) => ids.has(id)))
}

test('a document that passes strict never fails at run time because of a template', () => {
  const counts = { strict: 0, rendered: 0 }
  fc.assert(fc.property(form, config, fc.integer({ min: 0, max: 5 }).map((roll) => roll === 0), fc.array(fc.tuple(inputs, output, people), { minLength: 6, maxLength: 6 }), (fields, second, conditional, runs) => {
    const source = documentOf(fields, second, conditional)
    const { item, issues } = loadDocument({ path: 'messaging-queue-basic.yaml', source, profile: 'strict', actions, templateEnv: [] })
    if (item === undefined || issues.some(({ code }) => told.has(code))) return
    counts.strict += 1
    for (const [given, first, user] of runs) {
      const input = accepted(item, visible(item, given as JsonObject))
      if (input === undefined) continue
      const ran = item.steps[0]?.definition.conditions.every(({ field }) => readPath({ fields: input }, field) === 'prod') ?? true
      const variables: Variables = { fields: input, metadata: item.item.metadata, request: { id: 'r', timestamp: 't', correlation_id: 'c', user }, system: { date: '2026-01-01' }, env: {}, secrets: {}, output: ran ? { first } : {} }
      const rendered = renderConfig(item.stepOf('automatic', 'second')!.config, variables, { seed: 's', at: 0 })
      const context = `${JSON.stringify(second)} with ${JSON.stringify(variables)}`
      if (!rendered.ok) {
        // What the author asked for, and values that a target cannot hold in any form, such as a line break in a header.
        if (rendered.issue.code === 'required' || rendered.issue.code === 'unsafe-value') continue
        throw new Error(`${rendered.issue.code} ${rendered.issue.message}: ${context}`)
      }
      const value = isJsonObject(rendered.value) ? rendered.value : {}
      // Of calls that give one kind or another nothing is known; of a field all is.
      expect(actions.configCheck(everything)(value).filter(({ keyword, instancePath }) => (keyword === 'type' || keyword === 'enum') && /^\{\{fields\.\w+\}\}$/.test(String(second[instancePath.slice(1)]))).map(({ instancePath, message }) => `${instancePath} ${message ?? ''}`), context).toEqual([])
      if (typeof value['json'] === 'string') expect(() => JSON.parse(value['json'] as string) as unknown, context).not.toThrow()
      if (typeof value['yaml'] === 'string') expect(parseDocument(value['yaml']).errors, context).toEqual([])
      counts.rendered += 1
    }
  }), { numRuns: Number(process.env['RUNS'] ?? 400) })
  expect(counts.strict).toBeGreaterThan(40)
  expect(counts.rendered).toBeGreaterThan(40)
}, 120_000)
