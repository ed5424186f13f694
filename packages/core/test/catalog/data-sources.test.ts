import { describe, expect, test } from 'vitest'
import { createCatalog } from '../../src/catalog/catalog.js'
import { formFields } from '../../src/form/form.js'
import { previewForm } from '../../src/form/preview-form.js'
import { caseFile, edited, load, queue } from './documents.js'
import { actions } from './fake-actions.js'

const stage = 'enum: [dev, prod], default: dev'
const field = (yaml: string): string => queue.replace(/( +)- \{ id: stage/, (line, indent: string) => `${indent}- ${yaml}\n${line}`)
const sourced = (config: string, type = 'api'): string => edited([stage, `datasource: { type: ${type}, config: ${config} }`])
const fieldOf = (source: string, id = 'stage') => formFields(load(source).item!.item.form).find((one) => one.id === id)
const found = (source: string, profile?: 'strict') => load(source, profile).issues.filter(({ path }) => path.includes('datasource') || path.includes('dependencies'))
const told = (source: string, profile?: 'strict') => found(source, profile).map(({ severity, code, message }) => `${severity} ${code}: ${message}`)

describe('the spellings of data sources come to one model', () => {
  test('the case of the format: paths, labels, time, triggers and what the templates read', () => {
    const { item } = load(caseFile('v2-eec32543-postgresql-full')).item!
    const fields = new Map(formFields(item.form).map((one) => [one.id, one]))
    const standard = { type: 'api', method: 'GET', headers: {}, timeoutMs: 5_000, limit: 1_000, pages: 1 }
    expect(fields.get('engine_version')?.dataSource).toEqual({ ...standard, endpoint: '/api/v1/postgresql/versions', cacheMs: 3_600_000 })
    expect(fields.get('vpc_id')).toMatchObject({ dataSource: { ...standard, endpoint: '/api/v1/vpcs?environment={{fields.environment}}', valueField: 'id', labelField: 'name', cacheMs: 300_000 }, dependsOn: ['environment'] })
    expect(fields.get('subnet_group')).toMatchObject({ dataSource: { endpoint: '/api/v1/subnet-groups?vpc={{fields.vpc_id}}' }, dependsOn: ['vpc_id'] })
    expect(fields.get('security_groups')?.dependsOn).toEqual(['vpc_id'])
    expect(load(caseFile('v2-eec32543-postgresql-full')).issues.filter(({ code }) => code.startsWith('data-source'))).toEqual([])
  })
  test('camel case and older names are told and read', () => {
    expect(fieldOf(sourced('{ url: /stages, valueField: id, display_field: name, cacheTtl: 2 minutes, items_path: data }'))?.dataSource)
      .toMatchObject({ endpoint: '/stages', valueField: 'id', labelField: 'name', cacheMs: 120_000, items: 'data' })
    expect(new Set(found(sourced('{ url: /stages, valueField: id }')).map(({ code }) => code))).toEqual(new Set(['older-key']))
  })
  test('a static list keeps its labels and gives the choices', () => {
    for (const name of ['values', 'options']) {
      expect(fieldOf(sourced(`{ ${name}: [dev, { value: prod, label: Production }] }`, 'static'))).toMatchObject({
        choices: ['dev', 'prod'], dataSource: { type: 'static', options: [{ value: 'dev', label: 'dev' }, { value: 'prod', label: 'Production' }] },
      })
    }
  })
  test.each([
    ['{ catalog_item: database-postgresql }', { list: 'requests', catalogItem: 'database-postgresql' }],
    ['{ list: items, category: databases, tags: [sql] }', { list: 'items', category: 'databases', tags: ['sql'] }],
    ['{ catalog_item: database-postgresql, path: sizes, value_field: name }', { list: 'metadata', catalogItem: 'database-postgresql', path: 'sizes', valueField: 'name' }],
    ['{ list: environments }', { list: 'environments' }],
  ])('reference %s', (config, source) => {
    expect(fieldOf(sourced(config, 'reference'))?.dataSource).toEqual({ type: 'reference', ...source })
  })
  test('the schema and the preview say where options are had', () => {
    const { item, schema } = load(field('{ id: subnet, name: Subnet, type: select, datasource: { type: api, config: { endpoint: "/subnets?of={{fields.queue_name}}" } } }')).item!
    const link = { source: 'api', href: 'fields/subnet/options', dependsOn: ['queue_name'] }
    expect(schema()).toMatchObject({ properties: { subnet: { 'x-options': link } } })
    expect(previewForm(item.form).groups.flatMap(({ fields }) => fields).find(({ id }) => id === 'subnet')?.options).toEqual(link)
  })
})

describe('what is wrong with a data source is told with its cure', () => {
  test.each<readonly [config: string, issue: string]>([
    ['{ value_field: id }', 'error data-source: a data source of type api needs endpoint: a URL, or a path below the base URL of the server'],
    ['{ endpoint: "ftp://files.example.org/x" }', 'error data-source: only http and https can be called for options'],
    ['{ endpoint: /x, value_field: "a..b" }', 'error data-source: value_field must be a path such as data.items, $.items[0] or $ for the whole, not "a..b"'],
    ['{ endpoint: /x, method: GET, body: "{}" }', 'error data-source: a GET has no body: write method: POST, or put the values into endpoint'],
    ['{ endpoint: "http://inventory.example.org/x" }', 'warning data-source-http: the options are asked for over plain http: what is sent and answered can be read and changed on the way'],
    ['{ endpoint: /x, headers: { X-Api-Key: abc } }', 'error data-source-secret: the header X-Api-Key holds a credential in clear: store it as a secret and write {{secrets.NAME}}'],
    ['{ endpoint: "/x?of={{fields.queu_name}}" }', 'error unknown-field: fields has no "queu_name"'],
    ['{ endpoint: "https://{{fields.queue_name}}/x" }', 'error position: the host of a URL may come from an env value only'],
    ['{ endpoint: "{{fields.queue_name}}" }', 'error position: a URL may begin with an env value only: where a call goes is not for the requester to say'],
    ['{ endpoint: "/x?key={{secrets.KEY}}" }', 'error secret: "secrets.KEY" is a secret, and a secret cannot stand here'],
    ['{ endpoint: "/x?of={{fields.access_key}}" }', 'error data-source: the options of stage cannot depend on the password access_key: it would leave with the call'],
    ['{ endpoint: "/x?of={{request.user.id}}" }', 'error unknown-name: '],
    ['{ endpoint: "/x?of={{fields.stage}}" }', 'error data-source-cycle: options depend on each other in a circle: stage → stage'],
  ])('%s', (config, issue) => {
    const all = told(sourced(config))
    expect(all.some((one) => one.startsWith(issue)), all.join('\n')).toBe(true)
  })
  test.each<readonly [config: string, type: string, issue: string]>([
    ['{ values: [a], cache_ttl: 5 }', 'static', 'error data-source-key: a data source of type static does not read cache_ttl'],
    ['{ endpoint: /x }', 'static', 'error data-source: a data source of type static needs values: the list of choices'],
    ['{ list: request }', 'reference', 'error data-source: list must be one of items, metadata, environments, requests, teams: did you mean requests?'],
    ['{ list: metadata }', 'reference', 'error data-source: a reference to metadata needs path: where the list stands below metadata'],
    ['{ category: databases }', 'reference', 'error data-source: a reference needs list: one of items, metadata, environments, requests, teams'],
  ])('%s of type %s', (config, type, issue) => {
    expect(told(sourced(config, type), 'strict')).toContain(issue)
  })
  test('a template is told at its place in the scalar', () => {
    const source = sourced('{ endpoint: "/x?of={{fields.queu_name}}" }')
    const issue = found(source).find(({ code }) => code === 'unknown-field')
    const line = source.split('\n')[(issue?.line ?? 1) - 1] ?? ''
    expect(issue?.path).toMatch(/datasource\.config\.endpoint$/)
    expect(line.slice((issue?.column ?? 1) - 1)).toMatch(/^\{*fields\.queu_name/)
  })
  test('a field behind, and a circle over two fields', () => {
    expect(told(sourced('{ endpoint: "/x?days={{default(fields.retention, 7)}}" }'))).toEqual(['warning data-source-order: the options of stage depend on retention, which stands behind it in the form'])
    const circle = field('{ id: zone, name: Zone, type: select, datasource: { type: api, config: { endpoint: "/zones?of={{fields.stage}}" } } }').replace(stage, 'datasource: { type: api, config: { endpoint: "/stages?of={{fields.zone}}" } }')
    expect(found(circle).filter(({ code }) => code === 'data-source-cycle').map(({ message }) => message)).toEqual(['options depend on each other in a circle: zone → stage → zone'])
  })
  test('triggers and updates name fields; what they say is what the field depends on', () => {
    const both = sourced('{ endpoint: /stages }').replace('{ id: stage,', '{ id: stage, dependencies: { triggers: [queue_name] },')
    expect(fieldOf(both)?.dependsOn).toEqual(['queue_name'])
    expect(fieldOf(sourced('{ endpoint: /stages }').replace('{ id: queue_name,', '{ id: queue_name, dependencies: { updates: [stage] },'))?.dependsOn).toEqual(['queue_name'])
    expect(told(both.replace('[queue_name]', '[queue_nam]'))).toEqual(['error unknown-field-reference: there is no field queue_nam: did you mean queue_name?'])
  })
  test('a field that has no choices does not ask for them', () => {
    expect(told(field('{ id: on, name: On, type: boolean, datasource: { type: api, config: { endpoint: /x } } }'))).toEqual(['warning validation-not-for-type: a boolean field has no choices; its data source is not asked'])
  })
})

test('a reference to an item that the catalog does not have is told where the catalog is whole', () => {
  const source = sourced('{ catalog_item: messaging-queue-basik, value_field: fields.queue_name }', 'reference')
  const catalogOf = (text: string) => createCatalog([{ path: 'messaging-queue-basic.yaml', source: text }], { profile: 'strict', actions, templateEnv: ['QUEUE_API'] })
  expect(catalogOf(source).issues.map(({ severity, code, message }) => `${severity} ${code}: ${message}`)).toEqual([
    'warning data-source-item: the options of stage refer to messaging-queue-basik, which the catalog does not have: did you mean messaging-queue-basic?',
  ])
  expect(catalogOf(source.replace('basik', 'basic')).issues).toEqual([])
})
