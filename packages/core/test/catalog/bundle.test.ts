import { describe, expect, test } from 'vitest'
import { joinSources, splitSources } from '../../src/catalog/bundle/bundle-source.js'
import { type Catalog, createCatalog } from '../../src/catalog/catalog.js'
import { loadDefinition } from '../../src/catalog/load-definition.js'
import { offeredIn, orderability } from '../../src/catalog/orderability.js'
import { caseFile, load } from './documents.js'
import { planRequest } from '../../src/request/plan-request.js'
import { actions } from './fake-actions.js'

const options = { profile: 'compat', actions, templateEnv: ['QUEUE_API'] } as const

const owned = (source: string): string => source.replace(/\n {2}version: ([12])\.0\.0/, '\n  version: $1.0.0\n  owner: { team: platform-team, contact: platform@example.org }')

const items = ['cv1-6e285a5a-aurora-postgresql', 'cv1-6e285a5a-parameterstore', 'cv1-415c0b8f-eks-app'].map((name) =>
  ({ path: `catalog/${name}.yaml`, source: owned(caseFile(name)).replace('type: multiselect', 'type: multiselect\n            enum: [a, b]') }))

const webapp = owned(caseFile('cv1-415c0b8f-bundle-webapp-production'))

const catalogOf = (bundle: string, earlier?: Catalog, files = items): Catalog => createCatalog([...files, { path: 'bundles/webapp.yaml', source: bundle }], { ...options, ...(earlier === undefined ? {} : { earlier }) })

const ofBundle = (catalog: Catalog) => catalog.issues.filter(({ file }) => file.startsWith('bundles/')).map(({ code, severity, path, line, suggestion }) => [code, severity, path, line, suggestion].filter((part) => part !== undefined).join(' '))

describe('cv1-415c0b8f-bundle-webapp-production', () => {
  test('invalid for its owner alone', () => {
    expect(load(caseFile('cv1-415c0b8f-bundle-webapp-production')).issues.filter(({ severity }) => severity === 'error').map(({ code, path }) => `${code} ${path}`)).toEqual(['missing metadata.owner'])
  })
  test('with an owner: its three components, one after the other, each with the steps of its item', () => {
    const catalog = catalogOf(webapp)
    expect(ofBundle(catalog)).toEqual(['file-name warning  1'])
    const bundle = catalog.get('bundle-webapp-production')!
    expect(orderability(bundle, { teams: [], now: 0 })).toEqual({ kind: 'orderable' })
    expect(bundle.components?.map(({ id, mode, item }) => [id, mode, item.item.id])).toEqual([
      ['database', 'automatic', 'database-aurora-postgresql-standard'], ['secrets', 'automatic', 'security-parameterstore-standard'], ['app', 'automatic', 'compute-eks-containerapp'],
    ])
    expect(bundle.steps.map(({ component, definition: { id, dependsOn } }) => [component, id, dependsOn])).toEqual([
      ['database', 'database.rest-api-1', []], ['secrets', 'secrets.rest-api-1', ['database.rest-api-1']], ['app', 'app.rest-api-1', ['database.rest-api-1', 'secrets.rest-api-1']],
    ])
    expect(bundle.item.fulfillment.mode).toBe('automatic')
    expect([...bundle.stepOf('automatic', 'app.rest-api-1')!.view!.from]).toEqual([['name', 'name'], ['appName', 'appName'], ['containerImage', 'containerImage'], ['replicas', 'replicas']])
  })
  test('its form decides first, then what each component makes of it', () => {
    const { validator } = catalogOf(webapp).get('bundle-webapp-production')!
    const given = { name: 'shop', instanceName: 'orders', secretName: 's', appName: 'a', containerImage: 'i' }
    expect(validator.validate(given)).toMatchObject({ ok: true, value: { ...given, replicas: 2 } })
    expect(validator.validate({ ...given, name: 'Shop', colour: 'red' })).toMatchObject({ problems: [{ field: 'colour' }, { field: 'name', constraint: 'pattern' }] })
    const strictItem = items.map((file) => ({ ...file, source: file.source.replace('id: appName\n            name: Application Name\n            type: string', 'id: appName\n            name: Application Name\n            type: string\n            validation: { max_length: 3 }') }))
    const answer = catalogOf(webapp, undefined, strictItem).get('bundle-webapp-production')!.validator.validate({ ...given, appName: 'long' })
    expect(answer).toMatchObject({ problems: [{ field: 'appName', message: expect.stringContaining('(app)') as string }] })
  })
})

test.each<[string, (source: string) => string, readonly string[]]>([
  ['an unknown item', (source) => source.replace('catalogItem: compute-eks-containerapp', 'catalogItem: compute-eks-conteinerapp'), ['unknown-item error components[2] 19 compute-eks-containerapp']],
  ['an unknown component', (source) => source.replace('dependsOn: [database]', 'dependsOn: [databse]'), ['unknown-component error components[1].dependsOn 17 database']],
  ['a circle', (source) => source.replace('catalogItem: database-aurora-postgresql-standard', 'catalogItem: database-aurora-postgresql-standard\n    dependsOn: [app]'), ['dependency-cycle error components 12']],
  ['an id twice', (source) => source.replace('id: secrets', 'id: database').replace('dependsOn: [database, secrets]', 'dependsOn: [database]').replace('dependsOn: [database]\n    \n', '\n'), ['duplicate-id error components[1].id 15']],
  ['a required field that nothing gives', (source) => source.replace('id: appName', 'id: applicationName'), ['component-field error components[2] 19']],
  ['a value for a field that there is not', (source) => source.replace('catalogItem: compute-eks-containerapp', 'catalogItem: compute-eks-containerapp\n    config: { replica: 3 }'), ['component-field error components[2] 19']],
  ['a password on one side', (source) => source.replace('id: secretName\n            name: Secret Name\n            type: string', 'id: secretName\n            name: Secret Name\n            type: password'), ['component-sealed error components[1] 15']],
  ['a value that reads nothing', (source) => source.replace('catalogItem: compute-eks-containerapp', 'catalogItem: compute-eks-containerapp\n    config: { appName: "{{fields.nmae}}" }'), ['unknown-field error components[2] 19 fields.name']],
  ['an output of a later component', (source) => source.replace('catalogItem: database-aurora-postgresql-standard', 'catalogItem: database-aurora-postgresql-standard\n    config: { instanceName: "{{components.app.outputs.status_code}}" }'), ['later-output error components[0] 12', 'component-not-depended warning components[0] 12 app']],
  ['an output without depending on its component', (source) => source.replace('dependsOn: [database, secrets]', 'dependsOn: [secrets]\n    config: { appName: "{{components.database.outputs.status_code}}" }').replace('dependsOn: [database]', ''), ['component-not-depended warning components[2] 19 database']],
  ['a component that there is not', (source) => source.replace('dependsOn: [database, secrets]', 'dependsOn: [secrets]\n    config: { appName: "{{components.databse.outputs.status_code}}" }'), ['unknown-scope error components[2] 19 components.database.outputs.status_code']],
  ['parallel', (source) => source.replace('mode: sequential', 'mode: parallel'), ['informs-only warning fulfillment.orchestration.mode 62']],
  ['going on after a failure', (source) => source.replace('mode: sequential', 'mode: sequential\n    error_handling: continue'), ['not-built warning fulfillment.orchestration.error_handling 63']],
  ['two ends after a failure', (source) => source.replace('mode: sequential', 'mode: sequential\n    error_handling: stop\n    rollback_on_failure: true'), ['conflicting-keys error fulfillment.orchestration.rollback_on_failure 64']],
  ['a rollback said twice', (source) => source.replace('mode: sequential', 'mode: sequential\n    errorHandling: rollback\n    rollbackOnFailure: true'), []],
  ['an unknown end', (source) => source.replace('mode: sequential', 'mode: sequential\n    error_handling: roll'), ['wrong-value error fulfillment.orchestration.error_handling 63']],
  ['a ticket above with a key that tickets do not have', (source) => source.replace('mode: sequential', 'mode: sequential\n    jiraLinking:\n      parentTicket: { projct: OPS }'), ['config-key warning fulfillment.orchestration.jiraLinking.parentTicket.projct 64 project']],
  ['a ticket above whose template reads nothing', (source) => source.replace('mode: sequential', 'mode: sequential\n    jiraLinking:\n      parentTicket: { summary_template: "For {{.current.nmae}}" }'), ['unknown-scope error fulfillment.orchestration.jiraLinking.parentTicket.summary_template 64 .current.name']],
])('%s', (_, change, expected) => {
  expect(change(webapp)).not.toBe(webapp)
  expect(ofBundle(catalogOf(change(webapp))).filter((issue) => !issue.startsWith('file-name'))).toEqual(expected)
})

describe('a component', () => {
  const blockersOf = (catalog: Catalog) => catalog.get('bundle-webapp-production')?.blockers.map(({ code }) => code)
  test('is an item, and no other bundle', () => {
    const inner = webapp.replace('id: bundle-webapp-production', 'id: bundle-webapp-inner')
    const outer = webapp.replace('catalogItem: compute-eks-containerapp', 'catalogItem: bundle-webapp-inner')
    const catalog = createCatalog([...items, { path: 'bundles/webapp.yaml', source: outer }, { path: 'bundles/inner.yaml', source: inner }], options)
    expect(catalog.issues.filter(({ code }) => code === 'unknown-item').map(({ message, file }) => [file, message])).toEqual([['bundles/webapp.yaml', 'bundle-webapp-inner is a bundle: a bundle is made of items']])
    expect([...catalog.items.keys()]).toContain('bundle-webapp-inner')
    expect(catalog.get('bundle-webapp-production')).toBeUndefined()
  })
  test('that has no actions of the mode in which the bundle runs blocks it', () => {
    const files = items.map((file, index) => index === 0 ? { ...file, source: file.source.replace(/ {2}manual:[\s\S]*? {2}automatic:/, '  automatic:') } : file)
    expect(files[0]?.source).not.toBe(items[0]?.source)
    expect(blockersOf(catalogOf(webapp, undefined, files))).toEqual([])
    expect(blockersOf(catalogOf(webapp.replace('fulfillment:', 'fulfillment:\n  strategy: { mode: manual }'), undefined, files))).toEqual(['component-blocked'])
  })
  test('gets no password by config', () => {
    const files = items.map((file, index) => index === 1 ? { ...file, source: file.source.replace('id: secretName\n            name: Secret Name\n            type: string', 'id: secretName\n            name: Secret Name\n            type: password') } : file)
    expect(files[1]?.source).not.toBe(items[1]?.source)
    const given = webapp.replace('catalogItem: security-parameterstore-standard', 'catalogItem: security-parameterstore-standard\n    config: { secretName: hunter2 }')
    expect(catalogOf(given, undefined, files).issues.filter(({ code }) => code === 'component-sealed').map(({ message }) => message)).toEqual([expect.stringContaining('gives the password secretName by config')])
  })
})

describe('after a failure', () => {
  const manual = (source: string) => source.replace('fulfillment:', 'fulfillment:\n  strategy: { mode: manual }')
  const rollback = (source: string) => source.replace('mode: sequential', 'mode: sequential\n    error_handling: rollback')
  const planned = (source: string) => planRequest(catalogOf(source).get('bundle-webapp-production')!)
  test.each<[string, (source: string) => string, 'compensate' | undefined]>([
    ['stop', (source) => source.replace('mode: sequential', 'mode: sequential\n    error_handling: stop'), undefined], ['nothing said', (source) => source, undefined],
    ['rollback', rollback, 'compensate'], ['rollback_on_failure', (source) => source.replace('mode: sequential', 'mode: sequential\n    rollback_on_failure: true'), 'compensate'],
  ])('%s: what was finished stays, or is taken back', (_, change, onFailure) => {
    expect(planned(change(webapp)).onFailure).toBe(onFailure)
  })
  test('going on is not carried out: the bundle is not orderable, and the issue says what to write', () => {
    const [blocker] = catalogOf(webapp.replace('mode: sequential', 'mode: sequential\n    error_handling: continue')).get('bundle-webapp-production')!.blockers
    expect(blocker).toMatchObject({ code: 'not-built', message: expect.stringMatching(/write stop, and error_handling: \{ strategy: continue \} at an action/) as string })
  })
  test('what cannot be taken back is told; where nothing can, the bundle is not orderable', () => {
    const told = (source: string, changed = items) => catalogOf(source, undefined, changed).issues.filter(({ code }) => code === 'rollback-incomplete').map(({ message, blocks, path }) => [path, message, blocks])
    expect(told(rollback(webapp))).toEqual([])
    const mixed = items.map((file, index) => index === 0 ? { ...file, source: file.source.replace('mode: automatic', 'mode: manual') } : file)
    expect(told(rollback(webapp), mixed)).toEqual([['components[0]', 'no action takes back what these steps make, so that a person must after a failure: database.jira-ticket-1', undefined]])
    expect(told(manual(rollback(webapp)))).toEqual([['components[0]', 'a rollback would take nothing back, for no action of the components can: write error_handling: stop; the item is not orderable', true]])
  })
})

test('what is wrong with a value of a group is told as its author writes it, also where the field got another id', () => {
  const twice = items.map((file, index) => index === 2 ? { ...file, source: file.source.replace('id: appName', 'id: name').replaceAll('.current.basic.appName', '.current.basic.name') } : file)
  const bundle = webapp.replace('catalogItem: compute-eks-containerapp', 'catalogItem: compute-eks-containerapp\n    config: { basic: { name: "{{.current.basic.nothing}}" } }')
  expect(catalogOf(bundle, undefined, twice).issues.filter(({ file }) => file.startsWith('bundles/')).map(({ message }) => message)).toContainEqual(expect.stringMatching(/^config\.basic\.name: /))
})

test('a bundle of an item that cannot be ordered is shown and cannot be ordered either', () => {
  const files = items.map((file) => ({ ...file, source: file.source.replace('fulfillment:', 'fulfillment:\n  prerequisites: [{ type: approval }]') }))
  expect(ofBundle(catalogOf(webapp, undefined, files))).toContain('component-blocked warning components[0] 12')
  expect(orderability(catalogOf(webapp, undefined, files).get('bundle-webapp-production')!, { teams: [], now: 0 })).toMatchObject({ kind: 'not-orderable', message: expect.stringContaining('database-aurora-postgresql-standard') as string })
})

describe('who may order a bundle, and where', () => {
  const changed = (index: number, change: string) => items.map((file, place) => place === index ? { ...file, source: file.source.replace('\n  version: ', `\n  ${change}\n  version: `) } : file)
  const bundleOf = (files = items, source = webapp) => catalogOf(source, undefined, files).get('bundle-webapp-production')!
  const limited = (environments: string) => `visibility: { environments: [${environments}] }`
  test('who sees the item of each component', () => {
    const loaded = bundleOf(changed(0, 'visibility: { teams: [data] }'))
    expect(orderability(loaded, { teams: ['data'], now: 0 })).toEqual({ kind: 'orderable' })
    expect(orderability(loaded, { teams: ['checkout'], administrator: true, now: 0 })).toEqual({ kind: 'orderable' })
    expect(orderability(loaded, { teams: ['checkout'], now: 0 })).toMatchObject({ kind: 'not-orderable', reasons: ['its component database is not offered to your teams'] })
  })
  test('where all of its items are offered', () => {
    const files = changed(0, limited('staging, production')).map((file, index) => index === 2 ? changed(2, limited('production, lab'))[2]! : file)
    const loaded = bundleOf(files)
    expect(offeredIn(loaded)).toEqual(['production'])
    expect(orderability(loaded, { teams: [], now: 0 })).toMatchObject({ kind: 'input', problems: [{ field: 'environment', expected: ['production'] }] })
    expect(orderability(loaded, { teams: [], now: 0, environment: 'staging' })).toMatchObject({ kind: 'not-orderable', message: 'bundle-webapp-production is not offered in staging; it is in production' })
    expect(orderability(loaded, { teams: [], now: 0, environment: 'production' })).toEqual({ kind: 'orderable' })
    const own = bundleOf(files, webapp.replace('\n  version: ', `\n  ${limited('staging')}\n  version: `))
    expect(orderability(own, { teams: [], now: 0, environment: 'staging' })).toMatchObject({ kind: 'not-orderable', message: expect.stringContaining('no environment in which all') as string })
    expect(offeredIn(bundleOf())).toBeUndefined()
  })
  test('as long as its items are offered', () => {
    const files = items.map((file, index) => index === 0 ? { ...file, source: `${file.source}\nlifecycle: { deprecation: { deprecated: true, sunset_date: "2026-01-01", replacement_service: database-next } }\n` } : file)
    const loaded = bundleOf(files)
    expect(orderability(loaded, { teams: [], now: Date.UTC(2025, 0, 1) })).toEqual({ kind: 'orderable' })
    expect(orderability(loaded, { teams: [], now: Date.UTC(2027, 0, 1) })).toMatchObject({ kind: 'not-orderable', reasons: ['database-aurora-postgresql-standard is not offered any more since 2026-01-01; take database-next instead'] })
  })
})

test('a bundle and its items follow each other: what changes is linked anew, what does not fit keeps its last link', () => {
  const first = catalogOf(webapp)
  const same = catalogOf(webapp, first)
  expect(same.get('bundle-webapp-production')).toBe(first.get('bundle-webapp-production'))
  const changed = catalogOf(webapp, first, items.map((file) => ({ ...file, source: file.source.replace('"multiAZ": true', '"multiAZ": false') })))
  expect(changed.get('bundle-webapp-production')?.hash).not.toBe(first.get('bundle-webapp-production')?.hash)
  const without = catalogOf(webapp, first, items.slice(1))
  expect(without.get('bundle-webapp-production')).toBe(first.get('bundle-webapp-production'))
  expect(ofBundle(without)).toEqual(expect.arrayContaining(['unknown-item error components[0] 12', 'served-last-good warning  1']))
})

test('the definition of a bundle holds those of its items, and is read from them alone', () => {
  const bundle = catalogOf(webapp).get('bundle-webapp-production')!
  const read = loadDefinition({ path: bundle.path, source: bundle.source, ...options })
  expect(read).toMatchObject({ hash: bundle.hash, source: bundle.source })
  expect(read?.steps).toEqual(bundle.steps)
  const files = [{ path: 'a b/ü.yaml', source: 'a: 1' }, { path: 'c.yaml', source: '\n' }]
  expect(splitSources({ path: 'b.yaml', source: joinSources('b: 2\n', files) })).toEqual({ bundle: { path: 'b.yaml', source: 'b: 2\n' }, items: files })
})
