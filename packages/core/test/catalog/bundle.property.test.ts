import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseDocument, visit } from 'yaml'
import { type CatalogFile, createCatalog } from '../../src/catalog/catalog.js'
import { loadDefinition } from '../../src/catalog/load-definition.js'
import { caseFile } from './documents.js'
import { actions } from './fake-actions.js'

const options = { profile: 'compat', actions, templateEnv: ['QUEUE_API'] } as const

const owned = (source: string): string => source.replace(/\n {2}version: ([12])\.0\.0/, '\n  version: $1.0.0\n  owner: { team: platform-team, contact: platform@example.org }')

const older = caseFile('cv1-415c0b8f-bundle-webapp-production')

const files: readonly CatalogFile[] = [
  { path: 'bundles/bundle-webapp-production.yaml', source: owned(older).replace('dependsOn: [database, secrets]', 'dependsOn: [database, secrets]\n    config: { appName: "{{.current.name}}-{{components.database.outputs.status_code}}" }') },
  ...['cv1-6e285a5a-aurora-postgresql', 'cv1-6e285a5a-parameterstore', 'cv1-415c0b8f-eks-app'].map((name) =>
    ({ path: `catalog/${name}.yaml`, source: owned(caseFile(name)).replace('type: multiselect', 'type: multiselect\n            enum: [a, b]') })),
]

/** A bundle is served with all of its items or not at all, and what is served can be read again from its definition alone. */
const isWhole = (mutated: readonly CatalogFile[]): void => {
  const catalog = createCatalog(mutated, options)
  for (const bundle of catalog.items.values()) {
    if (bundle.kind !== 'CatalogBundle') continue
    expect(catalog.issues.filter(({ file, severity }) => file === bundle.path && severity === 'error')).toEqual([])
    const ids = new Set(bundle.components?.map(({ id }) => id))
    expect(ids.size).toBe(bundle.bundle?.components.length)
    const before = new Set<string>()
    for (const { component, definition } of bundle.steps) {
      expect(ids.has(component ?? '')).toBe(true)
      for (const other of definition.dependsOn) expect(before.has(other)).toBe(true)
      before.add(definition.id)
    }
    bundle.validator.validate({})
    for (const { definition } of bundle.steps) bundle.stepOf(bundle.item.fulfillment.mode, definition.id)
    expect(loadDefinition({ ...options, path: bundle.path, source: bundle.source })?.hash).toBe(bundle.hash)
  }
}

const changed = (at: number, change: (source: string) => string): readonly CatalogFile[] =>
  files.map((file, index) => index === at % files.length ? { ...file, source: change(file.source) } : file)

test('the documents that are mutated below are served as they are', () => {
  expect(createCatalog(files, options).get('bundle-webapp-production')?.blockers).toEqual([])
  isWhole(files)
})

/** The bundle more often than its items. */
const which = fc.constantFrom(0, 0, 0, 1, 2, 3)

test('whatever is cut out of a bundle or of one of its items, or put into it, linking answers', () => {
  const piece = fc.oneof(fc.constantFrom('{{', '}}', '"', ': ', '- ', '\n', '[', ']', '{{components.database.outputs.x}}', 'database', 'app', '.', '__proto__', 'constructor', '--- # component a'), fc.string({ maxLength: 5 }))
  fc.assert(fc.property(which, fc.nat(), fc.nat(40), piece, (at, start, length, text) => {
    isWhole(changed(at, (source) => source.slice(0, start % source.length) + text + source.slice((start % source.length) + length)))
  }), { numRuns: 150 })
}, 60_000)

test('whatever a value is replaced with, linking answers', () => {
  const value = fc.oneof(
    fc.constantFrom<unknown>(null, true, -1, 1e300, '', 'x', '{{', [], {}, 'database', ['app', 'app'], ['constructor'], '{{components.app.outputs.x}}', '{{output["a.b"].c}}', { a: { b: '{{.metadata.other-item.x}}' } }),
    fc.json().map((text) => JSON.parse(text) as unknown),
  )
  fc.assert(fc.property(which, fc.nat(), value, (at, place, replacement) => {
    isWhole(changed(at, (source) => {
      const document = parseDocument(source)
      const places: (() => void)[] = []
      visit(document, { Pair: (_key, pair) => { places.push(() => { pair.value = document.createNode(replacement) }) } })
      places[place % places.length]?.()
      return document.toString()
    }))
  }), { numRuns: 250 })
}, 60_000)
