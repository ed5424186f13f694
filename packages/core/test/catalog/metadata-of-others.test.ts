import { describe, expect, test } from 'vitest'
import { createActionRegistry } from '../../src/catalog/action-registry.js'
import { type Catalog, type CatalogFile, createCatalog } from '../../src/catalog/catalog.js'
import { checkDocument } from '../../src/catalog/check-document.js'
import { loadDefinition } from '../../src/catalog/load-definition.js'
import { memoryPorts } from '../../src/memory/index.js'
import { createOrchestrator } from '../../src/orchestrator.js'
import { ada, scripted } from '../execution/engine-fixture.js'

const make = scripted('make', { effect: 'none', run: () => ({ kind: 'succeeded', output: {} }) })
const settings = { profile: 'compat', actions: createActionRegistry([make]), templateEnv: [] } as const

const item = (id: string, metadata: string, config: string): CatalogFile => ({ path: `catalog/${id}.yaml`, source: `version: "2.0"
kind: CatalogItem
metadata:
  id: ${id}
  name: ${id}
  description: An item with constants of its own, which others read instead of writing them twice.
  version: 1.0.0
  category: compute
  owner: { team: platform-team, contact: platform@example.org }
  ${metadata}
presentation: { form: { groups: [{ id: main, name: Main, fields: [{ id: name, name: Name, type: string }] }] } }
fulfillment:
  strategy: { mode: manual }
  manual: { actions: [{ id: ticket, type: make, config: ${config} }] }
` })

const database = item('database-shop', 'port: 5432', '{ owner: "{{metadata.owner.team}}" }')
const app = item('compute-app', 'port: 8080', '{ own: "{{.metadata.port}}", port: "{{.metadata.database-shop.port}}", team: "{{output/database-shop/metadata/owner/team}}" }')
const other = item('storage-other', 'port: 1', '{ own: "{{metadata.port}}" }')
const bundle = (config: string): CatalogFile => ({ path: 'bundles/bundle-shop.yaml', source: `version: "2.0"
kind: CatalogBundle
metadata:
  id: bundle-shop
  name: A shop
  description: A shop that is made of items, some of which read the metadata of others in the catalog.
  version: 1.0.0
  owner: { team: platform-team, contact: platform@example.org }
presentation: { form: { groups: [{ id: main, name: Main, fields: [{ id: other, name: Other, type: string }] }] } }
components: [{ id: app, catalogItem: compute-app, config: { name: "${config}" } }, { id: store, catalogItem: storage-other }]
` })

const catalogOf = (files: readonly CatalogFile[], earlier?: Catalog) => createCatalog(files, { ...settings, ...(earlier === undefined ? {} : { earlier }) })
const issuesIn = ({ issues }: Catalog) => issues.map(({ code, file, severity, suggestion }) => `${severity} ${code} ${file} ${suggestion ?? ''}`.trim())

const dryRun = async (catalog: Catalog, itemId: string) => {
  const answer = await createOrchestrator({ catalog, actions: [make], ports: memoryPorts(), options: {} }).dryRun({ caller: ada, itemId, fields: {} })
  return answer.kind === 'dry-run' ? answer.steps.map(({ config }) => config) : answer
}

describe('metadata of other items', () => {
  test('is read as it stands in the catalog, beside the item\'s own', async () => {
    const catalog = catalogOf([app, database])
    expect(issuesIn(catalog).filter((issue) => issue.startsWith('error'))).toEqual([])
    expect(await dryRun(catalog, 'compute-app')).toEqual([{ own: 8080, port: 5432, team: 'platform-team' }])
    expect(catalog.get('compute-app')?.item.document['metadata']).not.toHaveProperty('database-shop')
  })

  test('of two items that read each other, too', async () => {
    const back = item('database-shop', 'port: 5432', '{ app: "{{.metadata.compute-app.port}}" }')
    const catalog = catalogOf([app, back])
    expect([await dryRun(catalog, 'compute-app'), await dryRun(catalog, 'database-shop')]).toEqual([[{ own: 8080, port: 5432, team: 'platform-team' }], [{ app: 8080 }]])
  })

  test.each([
    ['an item that there is not', app.source.replace('.metadata.database-shop.port', '.metadata.database-shpo.port'), 'error unknown-scope catalog/compute-app.yaml .metadata.compute-app.port'],
    ['a constant that it has not', app.source.replace('.metadata.database-shop.port', '.metadata.database-shop.prot'), 'error unknown-name catalog/compute-app.yaml metadata.database-shop.port'],
  ])('%s is an issue', (_, source, expected) => {
    const catalog = catalogOf([{ ...app, source }, database])
    expect(issuesIn(catalog)).toContain(expected)
    expect(catalog.get('compute-app')).toBeUndefined()
  })

  test('an item follows those that it reads, and nothing else', () => {
    const first = catalogOf([app, database, other])
    expect(catalogOf([app, database, { ...other, source: other.source.replace('port: 1', 'port: 2') }], first).get('compute-app')).toBe(first.get('compute-app'))
    const moved = { ...database, source: database.source.replace('port: 5432', 'port: 5433') }
    const second = catalogOf([app, moved, other], first)
    expect(second.get('compute-app')?.hash).not.toBe(first.get('compute-app')?.hash)
    expect(second.get('compute-app')?.item.metadata['database-shop']).toMatchObject({ port: 5433 })
    expect(second.get('storage-other')).toBe(first.get('storage-other'))
    const without = catalogOf([app, other], second)
    expect(issuesIn(without)).toEqual(expect.arrayContaining(['error unknown-scope catalog/compute-app.yaml .metadata.compute-app.port', 'warning served-last-good catalog/compute-app.yaml']))
    expect(without.get('compute-app')).toBe(second.get('compute-app'))
    expect(catalogOf([app, database, other], without).get('compute-app')?.hash).toBe(first.get('compute-app')?.hash)
  })

  test('is known to whoever checks a document before it is served', () => {
    const catalog = catalogOf([database])
    expect(checkDocument({ source: app.source }, catalog, catalog.items)).toMatchObject({ valid: true, item: { item: { metadata: { 'database-shop': { port: 5432 } } } } })
    expect(checkDocument({ source: app.source }, catalog, new Map())).toMatchObject({ valid: false })
  })

  test('belongs to the definition that a request is pinned to', () => {
    const served = catalogOf([app, database, other]).get('compute-app')!
    const read = loadDefinition({ ...settings, path: served.path, source: served.source })
    expect([read?.hash, read?.item.metadata]).toEqual([served.hash, served.item.metadata])
    expect(served.source).not.toContain('storage-other')
  })
})

describe('in a bundle', () => {
  test('config reads the metadata of the bundle\'s items; its items read that of others', async () => {
    const catalog = catalogOf([app, database, other, bundle('{{.metadata.storage-other.port}}-{{metadata.version}}')])
    expect(issuesIn(catalog).filter((issue) => issue.startsWith('error'))).toEqual([])
    const loaded = catalog.get('bundle-shop')!
    expect(await dryRun(catalog, 'bundle-shop')).toEqual([{ own: 8080, port: 5432, team: 'platform-team' }, { own: 1 }])
    expect(loaded.stepOf('manual', 'app.ticket')?.view?.variablesOf({ fields: {}, metadata: { version: '1.0.0' }, request: {}, system: {}, env: {}, secrets: {}, output: {} }, { seed: '', at: 0 }).variables.fields).toEqual({ name: '1-1.0.0' })
    expect(loadDefinition({ ...settings, path: loaded.path, source: loaded.source })).toMatchObject({ hash: loaded.hash, source: loaded.source })
  })

  test('config does not read that of an item outside of it', () => {
    expect(issuesIn(catalogOf([app, database, other, bundle('{{.metadata.database-shop.port}}')]))).toContain('error unknown-scope bundles/bundle-shop.yaml .metadata.bundle-shop.port')
  })
})
