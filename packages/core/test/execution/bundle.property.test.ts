import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createActionRegistry } from '../../src/catalog/action-registry.js'
import { type CatalogFile, createCatalog } from '../../src/catalog/catalog.js'
import type { Json, JsonObject } from '../../src/json.js'
import { memoryPorts } from '../../src/memory/index.js'
import { createOrchestrator } from '../../src/orchestrator.js'
import { ada, root, scripted } from './engine-fixture.js'

/** Where a field of an item gets its value. */
type Source = 'config' | 'form' | 'default' | 'nothing'

interface Component {
  readonly id: string
  readonly dependsOn: readonly string[]
  readonly fields: readonly { readonly id: string; readonly source: Source; readonly required: boolean }[]
  readonly steps: number
  /** Whether its config reads what the first of its dependencies gave. */
  readonly reads: boolean
}

const names = ['f0', 'f1', 'f2'] as const

/** The form has `f0` always, and `f1` where some component takes it from there; `f2` is in no form. */
const sources: Readonly<Record<typeof names[number], readonly Source[]>> = { f0: ['config', 'form'], f1: ['config', 'form'], f2: ['config', 'default', 'nothing'] }

const component = (index: number): fc.Arbitrary<Component> => fc.record({
  id: fc.constant(`c${index}`),
  dependsOn: fc.subarray(Array.from({ length: index }, (_, other) => `c${other}`)),
  fields: fc.tuple(...names.map((id) => fc.tuple(fc.constantFrom(...sources[id]), fc.boolean()).map(([source, required]) => ({ id, source, required: required && source !== 'nothing' })))),
  steps: fc.integer({ min: 1, max: 3 }), reads: fc.boolean(),
})

/** Components in any order: each depends on others only in one direction, so there is no circle. */
const components = fc.integer({ min: 1, max: 6 }).chain((count) => fc.tuple(...Array.from({ length: count }, (_, index) => component(index))))
  .chain((list) => fc.shuffledSubarray(list, { minLength: list.length, maxLength: list.length }))

const about = (id: string): string => `metadata:
  id: ${id}
  name: ${id}
  description: A document that a property made, so that bundles of every shape are carried out.
  version: 1.0.0
  owner: { team: platform-team, contact: platform@example.org }`

const formOf = (fields: readonly string[]): string => `presentation: { form: { groups: [{ id: main, name: Main, fields: [${fields.join(', ')}] }] } }`

const itemOf = ({ id, fields, steps }: Component): CatalogFile => ({ path: `catalog/item-${id}.yaml`, source: `version: "2.0"
kind: CatalogItem
${about(`item-${id}`)}
  category: compute
${formOf(fields.map((field) => `{ id: ${field.id}, name: ${field.id}, type: string, required: ${String(field.required)}${field.source === 'default' ? `, default: default-${id}` : ''} }`))}
fulfillment:
  strategy: { mode: automatic }
  manual: { actions: [{ id: ticket, type: make, config: {} }] }
  automatic:
    actions: [${Array.from({ length: steps }, (_, step) => `{ id: s${step}, type: make, config: { component: ${id}, step: ${step}${fields.map((field) => `, ${field.id}: "{{fields.${field.id}}}"`).join('')} } }`).join(', ')}]
` })

const configOf = ({ id, fields, dependsOn: [first], reads }: Component): string =>
  fields.filter(({ source }) => source === 'config').map((field) => `${field.id}: "${reads && first !== undefined ? `{{components.${first}.outputs.s0.said}}` : `{{fields.f0}}-${id}`}"`).join(', ')

const bundleOf = (list: readonly Component[]): CatalogFile => ({ path: 'bundles/bundle-any.yaml', source: `version: "2.0"
kind: CatalogBundle
${about('bundle-any')}
${formOf(['f0', ...list.some(({ fields }) => fields[1]?.source === 'form') ? ['f1'] : []].map((id) => `{ id: ${id}, name: ${id}, type: string, required: true }`))}
components:
${list.map((one) => `  - { id: ${one.id}, catalogItem: item-${one.id}, dependsOn: [${one.dependsOn.join(', ')}], config: { ${configOf(one)} } }`).join('\n')}
fulfillment: { strategy: { mode: automatic }, orchestration: { mode: sequential } }
` })

const expectedOf = ({ id, fields, dependsOn: [first], reads }: Component, form: JsonObject): JsonObject => Object.fromEntries(fields.map((field) => {
  const given: Readonly<Record<Source, Json>> = { config: reads && first !== undefined ? `said-${first}` : `zero-${id}`, form: form[field.id] ?? null, default: `default-${id}`, nothing: null }
  return [field.id, given[field.source]]
}))

test('a bundle of any shape is carried out after what it depends on, each item with its own values', async () => {
  await fc.assert(fc.asyncProperty(components, async (list) => {
    const calls: JsonObject[] = []
    const make = scripted('make', { effect: 'none', run: ({ config }) => {
      calls.push(config)
      return { kind: 'succeeded', output: { said: `said-${String(config['component'])}` } }
    } })
    const catalog = createCatalog([...list.map(itemOf), bundleOf(list)], { profile: 'compat', actions: createActionRegistry([make]), templateEnv: [] })
    expect(catalog.issues.filter(({ severity }) => severity === 'error')).toEqual([])
    const orchestrator = createOrchestrator({ catalog, actions: [make], ports: memoryPorts(), options: { pollMs: 1_000, leaseMs: 10_000 } })
    await orchestrator.start()
    const form = { f0: 'zero', ...catalog.get('bundle-any')?.item.form.groups[0]?.fields.length === 2 ? { f1: 'one' } : {} }
    const answer = await orchestrator.submit({ caller: ada, itemId: 'bundle-any', fields: form })
    if (answer.kind !== 'accepted') throw new Error(JSON.stringify(answer))
    const view = await orchestrator.wait(answer.request.request.id, root, 5_000)
    await orchestrator.stop()
    expect(view?.request.status.state).toBe('completed')
    expect(calls).toHaveLength(list.reduce((sum, { steps }) => sum + steps, 0))
    const places = new Map(list.map(({ id }) => [id, calls.flatMap((config, place) => config['component'] === id ? [place] : [])]))
    for (const one of list) {
      const own = places.get(one.id) ?? []
      for (const other of one.dependsOn) expect(Math.max(...places.get(other) ?? [])).toBeLessThan(Math.min(...own))
      for (const [index, place] of own.entries()) expect(calls[place]).toEqual({ component: one.id, step: index, ...expectedOf(one, form) })
    }
  }), { numRuns: 40 })
}, 60_000)
