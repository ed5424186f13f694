import { describe, expect, test } from 'vitest'
import { codes, load } from './documents.js'

const head = (root: string, rest: string): string => `${root}
kind: CatalogItem
metadata:
  id: compute-app-small
  name: Small application
  description: A small application that runs in the cluster of the team that asks for it.
  version: 1.0.0
  category: compute
  defaultPort: 8080
  owner: { team: platform-compute-team, contact: compute@example.org }
${rest}`

const cv1 = (templates: string, form = `    name: Name of the application
    type: string
    validation: { pattern: "^[a-z]+$" }
    groups:
      - { id: basic, name: Basic, fields: [{ id: size, name: Size, type: number, default: 1 }, { id: region, name: Region, type: string, required: true }] }
      - { id: extra, name: Extra, fields: [{ id: region, name: Second region, type: string }, { id: labels, name: Labels, type: multiselect, enum: [a, b] }] }`): string => head('schemaVersion: catalog/v1', `input:
  form:
${form}
fulfillment:
  strategy: { mode: automatic }
  manual: { actions: [{ id: ticket, type: jira-ticket, config: { ticket: { project: ABC, issueType: Task, summaryTemplate: "{{.current.name}}" } } }] }
  automatic:
    actions:
      - id: first
        type: rest-api
        config: { endpoint: { url: "https://a.example/{{.current.name}}", method: POST }, body: { contentTemplate: "{}" }, parsing: { extract: [{ path: $.arn, name: arn }, { path: $.host, name: host }] } }
      - id: second
        type: rest-api
        dependsOn: [first]
        config: { endpoint: { url: "https://a.example/second", method: POST }, parsing: { extract: [{ path: $.host, name: host }] } }
      - id: last
        type: rest-api
        dependsOn: [second]
        config:
          endpoint: { url: "https://a.example/x", method: POST }
          headers: { X-Team: "{{.system.user.id}}", camelCase: "stays" }
          body:
            contentTemplate: |
              ${templates}
`)

const references = (source: string): readonly string[] => {
  const document = load(source)
  const compiled = document.item?.stepOf('automatic', 'last')
  if (compiled === undefined) return document.issues.map(({ code, message, suggestion }) => `${code} ${message}${suggestion === undefined ? '' : ` -> ${suggestion}`}`)
  return compiled.config.references.filter(({ at }) => at[0] === 'body').map(({ scope, path }) => [scope, ...path].join('.'))
}

describe('catalog/v1', () => {
  test.each<[string, string]>([
    ['.current.name', 'fields.name'], ['.current.basic.size', 'fields.size'], ['.current.basic.region', 'fields.basic_region'], ['.current.extra.region', 'fields.extra_region'],
    ['.input.extra.region', 'fields.extra_region'], ['input/extra/region', 'fields.extra_region'], ['.User.Basic_Size', 'fields.size'], ['.User.extra_region', 'fields.extra_region'],
    ['.output.arn', 'output.first.arn'], ['.output.host', 'output.second.host'], ['.Fulfillment.Arn', 'output.first.arn'], ['.output.first.host', 'output.first.host'], ['output/arn', 'output.first.arn'],
    ['.output.basic.size', 'fields.size'],
    ['.metadata.compute-app-small.defaultPort', 'metadata.defaultPort'], ['.metadata.defaultPort', 'metadata.defaultPort'], ['.output.currentItem.metadata.defaultPort', 'metadata.defaultPort'],
    ['output/compute-app-small/metadata/defaultPort', 'metadata.defaultPort'],
    ['.system.requestId', 'request.id'], ['.system.timestamp', 'system.timestamp'], ['.system.correlationId', 'request.correlation_id'], ['.system.user.email', 'request.user.email'],
    ['system/user/id', 'request.user.id'], ['.system.uuid', 'system.uuid'], ['.system.shortId', 'system.short_id'], ['.system.date', 'system.date'],
    ['.system.platform.region', 'system.region'], ['.system.platform.environment', 'request.environment'],
    ['.System.RequestID', 'request.id'], ['.System.UserEmail', 'request.user.email'], ['.System.UUID', 'system.uuid'], ['.System.Timestamp', 'system.timestamp'], ['.System.Date', 'system.date'],
    ['fields.extra_region', 'fields.extra_region'], ['request.id', 'request.id'], ['$.current.name', 'fields.name'],
    ['.system.user.name', 'request.user.name'], ['.system.user.teams', 'request.user.teams'], ['.system.platform.account', 'system.account'], ['.system.time', 'system.time'], ['.System.CorrelationID', 'request.correlation_id'],
    ['catalog_item.defaultPort', 'metadata.defaultPort'], ['outputs.first.arn', 'output.first.arn'], ['environment.QUEUE_API', 'env.QUEUE_API'], ['env.QUEUE_API', 'env.QUEUE_API'], ['secrets.TOKEN', 'secrets.TOKEN'],
    ['request.session_id', 'request.session_id'], ['request.user.department', 'request.user.department'], ['request.user.manager', 'request.user.manager'], ['system.hostname', 'system.hostname'], ['system.unix_timestamp', 'system.unix_timestamp'],
    ['fields.labels[0]', 'fields.labels.0'], ['metadata.owner.team', 'metadata.owner.team'], ['output.first.status', 'output.first.status'], ['.Fulfillment.HOST', 'output.second.host'],
    ['steps.first.outputs.arn', 'output.first.arn'], ['response.first.arn', 'output.first.arn'], ['header.defaultPort', 'metadata.defaultPort'], ['requester.id', 'request.user.id'], ['correlationId', 'request.correlation_id'],
  ])('{{%s}} is %s', (written, canonical) => expect(references(cv1(`{"a": "{{${written}}}"}`))).toEqual([canonical]))

  test.each<[string, string]>([
    ['.current.basic.sise', 'unknown-scope the group "basic" has no field "sise" -> .current.basic.size'], ['.current.bsaic.size', 'unknown-scope the form has no group "bsaic" -> .current.basic.size'],
    ['.current.size', 'unknown-scope the form has no group "size" -> .current.basic.size'], ['.current.basic', 'unknown-scope "basic" is a group of the form: name one of its fields'],
    ['.output.sizing.size', 'unknown-scope no action before this gives "sizing" -> .current.basic.size'], ['.output.orn', 'unknown-scope no action before this gives "orn" -> .output.arn'], ['.User.basic_sise', 'unknown-scope there is no field "basic_sise": .User has <group>_<field> -> .User.basic_size'],
    ['.metadata.database-other.port', 'unknown-scope this document is compute-app-small, and there is no catalog item database-other whose metadata it could read -> .metadata.compute-app-small.port'],
    ['.system.platform.apiKey', 'unknown-scope the key of the platform is a secret -> {{secrets.NAME}}'], ['.system.requestID2', 'unknown-name system has no "requestID2"'],
    ['.metadata.{{.output.basic.name}}.k', 'syntax an expression does not stand inside another: write the name itself'], ['.metadata.{{.current.name}}.k', 'syntax an expression does not stand inside another: write the name itself'], ['.nothing.here', 'unknown-scope ".nothing.here" is not read here: a path does not begin with "."'],
  ])('{{%s}}: %s', (written, issue) => expect(references(cv1(`{"a": "{{${written}}}"}`))).toContain(issue))

  test("Go's blocks, and loops over a field", () => {
    expect(references(cv1('{"a": [{{range $x := .current.extra.labels}}{{if not @first}},{{end}}"{{$x}}"{{end}}], "b": "{{if eq .current.basic.size 1}}one{{else}}more{{end}}"}'))).toEqual(['fields.labels', 'fields.size'])
  })

  test('keys are those of the schema; the author\'s own stay', () => {
    const document = load(cv1('{}'))
    expect(codes(document)).toEqual([])
    expect(document.item?.stepOf('automatic', 'last')?.definition.config).toMatchObject({ headers: { camelCase: 'stays' }, body: { content_template: '{}\n' } })
  })

  test('a field id may stand in two groups, and in one group once', () => {
    const form = (fields: string) => `    name: Name\n    type: string\n    groups: [{ id: a, name: A, fields: [${fields}] }]`
    const text = (id: string) => `{ id: ${id}, name: F, type: string }`
    expect(codes(load(cv1('{}', form(text('x')))))).toEqual([])
    expect(codes(load(cv1('{}', form(`${text('x')}, ${text('x')}`))))).toEqual(['duplicate-id'])
    expect(load(cv1('{}', form(text('name')))).item?.item.form.groups.map(({ fields }) => fields[0]?.id)).toEqual(['name', 'a_name'])
  })

  test('the form is the name: it needs a label and a type, told where they stand', () => {
    const document = load(cv1('{}', '    groups: [{ id: a, name: A, fields: [{ id: x, name: X, type: string }] }]'))
    expect(document.issues.map(({ code, path }) => `${code} ${path}`)).toEqual(['missing input.form.name', 'missing input.form.type'])
    expect(load(cv1('{}', '    name: N\n    type: string\n    validation: { pattern: "(" }\n    groups: []')).issues.map(({ path }) => path)).toContain('input.form.validation.pattern')
  })
})

describe('older places', () => {
  const steps = '[{ name: make, type: rest-api, template: { endpoint: { url: "https://a.example/{{fields.size}}", method: POST } } }]'
  const older = (fulfillment: string, form = 'presentation: { fields: [{ id: size, name: Size, type: number, default: 1 }] }') => head('', `${form}\n${fulfillment}`)

  test('steps of an automation, and a ticket of a system', () => {
    const document = load(older(`fulfillment:\n  automation: { steps: ${steps} }\n  manual: { system: jira, template: { project: ABC, summary: "Size {{fields.size}}" } }`))
    expect(document.issues.filter(({ severity }) => severity === 'error')).toEqual([])
    expect(document.item).toMatchObject({ sourceDialect: 'unvc', item: { fulfillment: { mode: 'automatic' }, form: { groups: [{ id: 'default', fields: [{ id: 'size' }] }] } } })
    expect(document.item?.steps.map(({ definition }) => definition.id)).toEqual(['make'])
    expect(document.item?.item.fulfillment.manual?.steps).toMatchObject([{ id: 'ticket', action: 'jira-ticket', config: { template: { project: 'ABC' } } }])
  })
  test('issues are told at the places of the file', () => {
    const wrong = load(older('fulfillment:\n  actions: [{ id: make, type: rest-api, config: { endpoint: { url: "https://a.example/{{fields.sise}}", method: POST } } }]', 'presentation: { groups: [{ id: g, name: G, fields: [{ id: size, name: Size, type: nubmer }] }] }'))
    expect(wrong.issues.map(({ code, path }) => `${code} ${path}`)).toEqual(expect.arrayContaining(['wrong-value presentation.groups[0].fields[0].type', 'unknown-field fulfillment.actions[0].config.endpoint.url']))
  })
  test('an item of today that has them is told', () => {
    const document = load(older(`fulfillment:\n  strategy: { mode: automatic }\n  automation: { steps: ${steps} }`).replace(/^/, 'version: "2.0"'))
    expect(document.issues.filter(({ code }) => code === 'older-key').map(({ message }) => message)).toEqual(expect.arrayContaining([
      'presentation.fields is an older place of presentation.form.groups', 'fulfillment.automation.steps is an older place of fulfillment.automatic.actions',
    ]))
  })
})

describe('what is missing, in the words of the dialect', () => {
  const cv1Of = (input: string): string => head('schemaVersion: catalog/v1', `${input}fulfillment:
  strategy: { mode: manual }
  manual: { actions: [{ id: ticket, type: jira-ticket, config: { ticket: { project: ABC, issueType: Task, summaryTemplate: "{{.current.name}}" } } }] }`)
  const errors = (source: string) => load(source).issues.filter(({ severity }) => severity === 'error').map(({ code, path, line }) => `${code} ${path} ${line}`)
  test.each<[string, string, readonly string[]]>([
    ['no input', '', ['missing input 1']], ['an empty one', 'input: {}\n', ['missing input.form 11']], ['a list', 'input: []\n', ['wrong-type input 11', 'unknown-scope fulfillment.manual.actions[0].config.ticket.summary_template 14']],
    ['a form without groups', 'input: { form: { name: Name, type: string } }\n', []], ['fields outside of groups', 'input: { form: { name: Name, type: string, fields: [{ id: a, name: A, type: string }] } }\n', ['unknown-key input.form.fields 11']],
  ])('%s', (_, input, expected) => { expect(errors(cv1Of(input))).toEqual(expected) })
  test('an earlier dialect that has presentation is asked for it', () => {
    expect(errors(cv1Of('').replace('schemaVersion:', 'version:'))).toContain('missing presentation 1')
  })
})

describe('a document in several languages', () => {
  const mixed = (dialect: string, first: string, second: string): readonly string[] => codes(load(head(dialect, `presentation: { form: { groups: [{ id: basic, name: Basic, fields: [{ id: name, name: Name, type: string, required: true }] }] } }
fulfillment:
  strategy: { mode: manual }
  manual: { actions: [{ id: ticket, type: jira-ticket, config: { ticket: { project: ABC, issue_type: Task, summary_template: "${first}", description_template: "${second}" } } }] }`))).filter((code) => code === 'mixed-spellings')
  test.each<[string, string, string, boolean]>([
    ['version: "2.0"', '{{fields.name}}', '{{.current.basic.name}}', true], ['version: "2.0"', '{{fields.name}}', '{{header.name}}', true], ['version: "2.0"', '{{fields.name}}', '{{input/basic/name}}', true],
    ['version: "2.0"', '{{fields.name}}', '{{metadata.name}}', false], ['version: catalog/v1', '{{fields.name}}', '{{correlationId}}', false], ['', '{{fields.name}}', '{{requester.id}}', false],
    ['schemaVersion: catalog/v1', '{{fields.name}}', '{{input/basic/name}}', true], ['schemaVersion: catalog/v1', '{{.input.basic.name}}', '{{.system.user.email}}', false],
  ])('%s with %s and %s', (dialect, first, second, told) => { expect(mixed(dialect, first, second)).toEqual(told ? ['mixed-spellings'] : []) })
})

describe('flat is answered with one issue that names what this document has', () => {
  const flat = (rest: string) => load(`name: redis-cache\nowner: data-team\nversion: 1.0.0\n${rest}`)
  const everything = 'presentation: { fields: [{ name: nodes, type: text }] }\nfulfillment:\n  manual: { system: jira, template: { project: DBA, summary: "{{ nodes | join(\', \') }}{% if x %}{% for a in b %}{% endfor %}{% endif %}" } }'
  test.each<[string, readonly RegExp[], readonly RegExp[]]>([
    [everything, [/metadata with an id/, /presentation\.form\.groups/, /\{\{fields\.x\}\}/, /\{\{#if fields\.x\}\}/, /\{\{#each/, /join\(fields\.xs/, /config\.ticket/], [/components/]],
    ['bundle: { required_items: [{ catalog_item: a, version: ">=1" }] }\nbundle_fields: []', [/components of a CatalogBundle/, /bundle_fields/], [/\{%/, /\{\{/]],
    ['kind: UpgradeItem\ntargets: { catalog_items: [] }', [/not offered/], [/metadata/]],
  ])('%j', (rest, named, others) => {
    const document = flat(rest)
    expect(codes(document)).toEqual(['dialect-not-supported'])
    expect(document.item).toMatchObject({ sourceDialect: 'flat', item: { id: 'redis-cache' }, blockers: [{ code: 'dialect-not-supported' }] })
    for (const part of named) expect(document.issues[0]?.message).toMatch(part)
    for (const part of others) expect(document.issues[0]?.message).not.toMatch(part)
  })
})
