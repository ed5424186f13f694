import { describe, expect, test } from 'vitest'
import type { Json, JsonObject } from '../../src/json.js'
import { isJsonObject } from '../../src/json.js'
import { recognise } from '../../src/catalog/dialect.js'
import { readYaml } from '../../src/catalog/read-yaml.js'
import { load } from './documents.js'

const metadata = {
  id: 'database-cache-small', name: 'Small cache', description: 'A cache with one node, kept for a week, that a team fills and empties as it likes.', version: '1.0.0',
  category: 'databases', owner: { team: 'platform-team', contact: 'platform@example.org' }, sla: { provisioning_time: '4 hours' }, defaultPort: 6379,
}
const fields = [{ id: 'size', name: 'Size', type: 'number', default: 1 }, { id: 'label', name: 'Label', type: 'string', required: true, validation: { min_length: 2, max_length: 9 } }]
const groups = [{ id: 'default', name: 'Details', fields }]
const ticket = { project: 'DBA', issue_type: 'Task', summary_template: 'Cache {{fields.label}}' }
const call = (more: JsonObject = {}): JsonObject => ({ endpoint: { url: 'https://a.example/x', method: 'POST' }, ...more })
const first = { id: 'make', type: 'rest-api', config: call({ headers: { 'X-camelCase': 'Stays', snake_case: 'stays' } }), retry: { attempts: 2, delay: 5, backoff: 'linear', max_delay: 9, retry_on: ['timeout'] } }
const second = { id: 'tell', type: 'rest-api', dependsOn: ['make'], config: call({ body: { type: 'json', content_template: '{}' } }) }
const manual = { actions: [{ id: 'ticket', type: 'jira-ticket', config: { ticket } }] }
const fulfillment = { strategy: { mode: 'automatic' }, manual, automatic: { actions: [first, second] } }
const today = { version: '2.0', kind: 'CatalogItem', metadata, presentation: { form: { groups } }, fulfillment }

const read = (document: JsonObject) => load(JSON.stringify(document))

/** What a document comes to, whatever it is written in. */
const meaning = (document: JsonObject) => {
  const { item, issues } = read(document)
  if (item === undefined) throw new Error(JSON.stringify(issues.filter(({ severity }) => severity === 'error')))
  const { fulfillment: { mode }, form, owner, metadata: { defaultPort }, provisioningSeconds } = item.item
  return { mode, form, team: owner.team, defaultPort, provisioningSeconds, manual: item.item.fulfillment.manual?.steps, automatic: item.item.fulfillment.automatic?.steps }
}

const { version: _version, ...unversioned } = today
const withSteps = (steps: readonly JsonObject[]): JsonObject => ({ ...unversioned, fulfillment: { ...fulfillment, automatic: { actions: steps } } })
const { id: _id, ...nameless } = first
const { dependsOn: _dependsOn, ...free } = second
const { retry: _retry, ...once } = first
const { config: firstConfig, ...unconfigured } = first

describe('the alias table: an older spelling means what today\'s means', () => {
  const expected = meaning(today)
  test.each<[string, JsonObject]>([
    ['metadata ← header', (({ metadata: header, ...rest }) => ({ header, ...rest }))(unversioned)],
    ['presentation.form.groups ← presentation.groups', { ...unversioned, presentation: { groups } }],
    ['presentation.form.groups ← presentation.fields', { ...unversioned, presentation: { fields } }],
    ['validation.min_length ← min_length', { ...unversioned, presentation: { fields: [fields[0]!, { id: 'label', name: 'Label', type: 'string', required: true, validation: { max_length: 9 }, min_length: 2 }] } }],
    ['validation ← min_length, max_length', { ...unversioned, presentation: { fields: [fields[0]!, { id: 'label', name: 'Label', type: 'string', required: true, minLength: 2, maxLength: 9 }] } }],
    ['presentation.form.groups ← input.form.groups', (({ presentation, ...rest }) => ({ ...rest, input: presentation }))(unversioned)],
    ['automatic.actions ← automation.steps', { ...unversioned, fulfillment: { strategy: fulfillment.strategy, manual, automation: { steps: [first, second] } } }],
    ['automatic.actions ← fulfillment.actions', { ...unversioned, fulfillment: { strategy: fulfillment.strategy, manual, actions: [first, second] } }],
    ['config ← template', withSteps([{ ...unconfigured, template: firstConfig }, second])],
    ['dependsOn ← depends_on', withSteps([first, { ...free, depends_on: ['make'] }])],
    ['dependsOn ← dependencies.wait_for', withSteps([first, { ...free, dependencies: { wait_for: ['make'] } }])],
    ['dependsOn ← dependencies.waitFor', withSteps([first, { ...free, dependencies: { waitFor: ['make'] } }])],
    ['retry ← retry_policy', withSteps([{ ...once, retry_policy: { max_attempts: 2, initial_delay: 5, backoff_strategy: 'linear', max_delay: 9, retry_on: ['timeout'] } }, second])],
    ['retry ← retryPolicy', withSteps([{ ...once, retryPolicy: { maxAttempts: 2, initialDelay: 5, backoffStrategy: 'linear', maxDelay: 9, retryOn: ['timeout'] } }, second])],
    ['version ← schemaVersion', { ...unversioned, schemaVersion: 'catalog/v1' }], ['version ← version: catalog/v1', { ...unversioned, version: 'catalog/v1' }],
    ['version ← apiVersion', { ...unversioned, apiVersion: 'catalog/v1' }], ['kind ← nothing', (({ kind: _kind, metadata: header, ...rest }) => ({ header, ...rest }))(unversioned)],
  ])('%s', (_, document) => { expect(meaning(document)).toEqual(expected) })

  test('id ← name, also where others wait for it', () => {
    const names = (one: string, id: string) => {
      const steps = meaning(withSteps([{ ...nameless, name: one }, { ...second, dependsOn: [one] }])).automatic
      expect(steps?.map((step) => [step.id, step.dependsOn])).toEqual([[id, []], ['tell', [id]]])
    }
    names('make', 'make')
    names('Make the cache (once)', 'make-the-cache-once')
    expect(meaning(withSteps([{ ...nameless, name: '…' }, free])).automatic?.map(({ id }) => id)).toEqual(['rest-api-1', 'tell'])
    const v2 = read({ ...withSteps([{ ...nameless, name: 'make' }, free]), version: '2.0' })
    expect(v2.item?.item.fulfillment.automatic?.steps[0]).toMatchObject({ id: 'rest-api-1', name: 'make' })
  })
  test('owner.team ← owner, which has no address then', () => {
    const document = read({ ...unversioned, metadata: { ...metadata, owner: 'platform-team' } })
    expect(document.issues.filter(({ severity }) => severity === 'error').map(({ code, path }) => `${code} ${path}`)).toEqual(['missing metadata.owner.contact'])
  })
  test('manual.actions[0] ← manual { system, template }', () => {
    const steps = meaning({ ...unversioned, fulfillment: { ...fulfillment, manual: { system: 'jira', template: { project: 'DBA', summary: 'Cache {{fields.label}}' } } } }).manual
    expect(steps).toMatchObject([{ id: 'ticket', action: 'jira-ticket', config: { template: { project: 'DBA' } } }])
    const other = read({ ...unversioned, fulfillment: { ...fulfillment, manual: { system: 'servicenow', template: {} } } })
    expect(other.issues.map(({ code, path }) => `${code} ${path}`)).toContain('unknown-key fulfillment.manual.system')
  })
  test('what stands in both places is not lost: today\'s decides, the other is told', () => {
    const both = read({ ...unversioned, presentation: { groups: [], form: { groups } } })
    expect(both.issues.map(({ code, path }) => `${code} ${path}`)).toContain('unknown-key presentation.groups')
  })
})

const camel = (name: string): string => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
/** The author's own, whose keys keep their case. */
const own: ReadonlySet<string> = new Set(['config', 'variables', 'template'])
const inCamelCase = (value: Json, name = ''): Json => {
  if (Array.isArray(value)) return value.map((item: Json) => inCamelCase(item))
  return isJsonObject(value) && !own.has(name) ? Object.fromEntries(Object.entries(value).map(([key, member]) => [camel(key), inCamelCase(member, key)])) : value
}

test('every snake_case key has its camelCase twin', () => {
  const rich = {
    ...today,
    presentation: {
      display: { preview_image: 'https://a.example/i.png', documentation_url: 'https://a.example/d' },
      form: { layout: 'tabbed', submit_text: 'Go', confirmation_required: true, groups: [{ ...groups[0], collapsed_default: true, collapsible: true, fields: [
        { ...fields[0], ui_hints: { width: 'half' } }, { ...fields[1], help_text: 'Short' },
        { id: 'kinds', name: 'Kinds', type: 'multiselect', enum: ['a', 'b'], validation: { min_selections: 0, max_selections: 2, allow_custom: true } },
        { id: 'plan', name: 'Plan', type: 'file', validation: { max_size: '5MB' } },
      ] }] },
    },
    fulfillment: {
      ...fulfillment, manual: { ...manual, estimated_time: '4-6 hours' },
      automatic: { actions: [first, { ...second, error_handling: { strategy: 'fallback', fallback_action: 'other' } }, { ...second, id: 'other' }] },
    },
    lifecycle: { deprecation: { deprecated: true, sunset_date: '2030-01-01', migration_path: 'none', replacement_service: 'database-cache-large' } },
  }
  const twin = inCamelCase(rich) as JsonObject
  expect(JSON.stringify(twin)).toContain('"fallbackAction"')
  expect(meaning(twin)).toEqual(meaning(rich))
  expect(read({ ...twin, version: 'catalog/v1' }).issues.filter(({ code }) => code === 'older-key').map(({ message }) => message)).toEqual(['helpText is an older spelling of description'])
  expect(read(twin).item?.item.lifecycle).toEqual(read(rich).item?.item.lifecycle)
  expect(JSON.stringify(meaning({ ...twin, version: 'catalog/v1' }).automatic?.[0]?.config)).toContain('"snake_case":"stays"')
})

describe('what a document is written in is told by what it holds, never by its name', () => {
  const dialectOf = (source: string) => recognise(readYaml(source).root!)
  const name = '    name: Name\n    type: string'
  test.each<[string, string]>([
    ['cv1', `schemaVersion: catalog/v1\ninput:\n  form:\n${name}`], ['cv1', 'schemaVersion: catalog/v1'], ['cv1', 'schemaVersion: catalog/v1\nkind: CatalogBundle\ncomponents: []\ninput: { form: { name: Name, type: string, groups: [] } }'],
    ['scv1i', 'schemaVersion: catalog/v1\ninput: { form: { groups: [{ id: a, fields: [{ id: name }] }] } }'],
    ['scv1p', 'schemaVersion: catalog/v1\npresentation: { form: { groups: [] } }'],
    ['vcv1', 'version: catalog/v1\nkind: CatalogItem'], ['vcv1', 'apiVersion: catalog/v1\nkind: CatalogItem'],
    ['v2', 'version: "2.0"'], ['v2', 'version: 2.0'], ['v2', '{"version": "2.0", "kind": "CatalogBundle"}'],
    ['unvc', 'kind: CatalogItem\nmetadata: { id: a }\nfulfillment: { manual: { estimatedTime: 4h } }'], ['unv', 'kind: CatalogItem\nmetadata: { id: a }\nfulfillment: { manual: { estimated_time: 4h } }'],
    ['unv', 'kind: CatalogItem\nmetadata: { id: a, defaultPort: 1 }\nfulfillment: { manual: { estimated_time: 4h } }'],
    ['header', 'header: { id: a }'], ['header', 'header: { id: a }\nkind: CatalogItem\nversion: "1.0"'],
    ['flat', 'name: a\nowner: b\npresentation: { fields: [] }'], ['flat', 'name: a\nowner: b\nbundle: {}'], ['flat', 'name: a\nowner: b\ntargets: {}\nkind: UpgradeItem'],
  ])('%s: %j', (dialect, source) => { expect(dialectOf(source)).toEqual({ dialect }) })
  test.each(['hello: world', 'version: "3.0"\nkind: CatalogItem', 'schemaVersion: catalog/v2', 'vesion: "2.0"'])('nothing: %j', (source) => { expect(dialectOf(source)).toHaveProperty('unknown') })
})
