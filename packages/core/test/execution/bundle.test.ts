import { describe, expect, test } from 'vitest'
import { createActionRegistry } from '../../src/catalog/action-registry.js'
import { type CatalogFile, createCatalog } from '../../src/catalog/catalog.js'
import { fatal } from '../../src/action/action-failure.js'
import type { Outcome } from '../../src/action/outcome.js'
import type { JsonObject } from '../../src/json.js'
import { memoryPorts } from '../../src/memory/index.js'
import { createOrchestrator } from '../../src/orchestrator.js'
import { ada, root, scripted } from './engine-fixture.js'

const item = (id: string, fields: string, steps: string, extra = ''): CatalogFile => ({ path: `catalog/${id}.yaml`, source: `version: "2.0"
kind: CatalogItem
metadata:
  id: ${id}
  name: ${id}
  description: An item that exists so that a bundle has something to be made of in its tests.
  version: 1.0.0
  category: compute
  size: ${id.length}
  owner: { team: platform-team, contact: platform@example.org }
presentation: { form: { groups: [{ id: main, name: Main, fields: [${fields}] }] } }
fulfillment:
  strategy: { mode: automatic }
  manual: { actions: [{ id: ticket, type: make, config: { by: "a person", name: "{{fields.name}}" } }] }
  automatic:
    actions:${steps}
${extra}` })

const field = (id: string, more = ''): string => `{ id: ${id}, name: ${id}, type: string${more} }`

const database = item('item-database', `${field('name', ', required: true')}, ${field('engine', ', default: pg')}`, `
      - { id: make, type: make, config: { name: "{{fields.name}}", engine: "{{fields.engine}}", size: "{{metadata.size}}" } }
      - { id: user, type: make, dependsOn: [make], config: { of: "{{output.make.id}}" } }`)
const app = item('item-app', `${field('name', ', required: true')}, ${field('database')}, { id: token, name: Token, type: password }`, `
      - { id: make, type: make, config: { name: "{{fields.name}}", database: "{{fields.database}}", token: "{{fields.token}}", who: "{{request.user.id}}" } }`)

const bundle = (fulfillment = 'orchestration: { mode: sequential }', id = 'user.id'): CatalogFile => ({ path: 'bundles/shop.yaml', source: `version: "2.0"
kind: CatalogBundle
metadata:
  id: bundle-shop
  name: A shop
  description: A shop with its database, asked for together, so that nobody has to know both.
  version: 1.0.0
  owner: { team: platform-team, contact: platform@example.org }
presentation: { form: { groups: [{ id: main, name: Main, fields: [${field('name', ', required: true')}, { id: token, name: Token, type: password }] }] } }
components:
  - { id: app, catalogItem: item-app, dependsOn: [db], config: { name: "{{fields.name}}-app", database: "{{components.db.outputs.${id}}}" } }
  - { id: db, catalogItem: item-database }
fulfillment: { ${fulfillment} }
` })

const cipher = { seal: async (text: string) => `sealed:${Buffer.from(text).toString('hex')}`, open: async (text: string) => Buffer.from(text.slice(7), 'hex').toString(), digest: async (text: string) => text }

const engineOf = (answer: (config: JsonObject, call: number) => Outcome, fulfillment?: string, id?: string, takeBack?: (output: JsonObject) => void) => {
  const calls: JsonObject[] = []
  const make = scripted('make', { effect: takeBack === undefined ? 'none' : 'idempotent', ...(takeBack === undefined ? {} : { compensate: async (_context, output) => { takeBack(output as JsonObject) } }), run: ({ config }) => {
    calls.push(config)
    return answer(config, calls.length)
  } })
  const actions = [make]
  const catalog = createCatalog([database, app, bundle(fulfillment, id)], { profile: 'compat', actions: createActionRegistry(actions), templateEnv: [] })
  expect(catalog.issues.filter(({ severity }) => severity === 'error')).toEqual([])
  const ports = memoryPorts({ cipher: cipher as never })
  return { calls, ports, catalog, orchestrator: createOrchestrator({ catalog, actions, ports, options: { pollMs: 20, leaseMs: 200 } }), restarted: () => createOrchestrator({ catalog: createCatalog([], { profile: 'compat', actions: createActionRegistry(actions), templateEnv: [] }), actions, ports, options: { pollMs: 20, leaseMs: 200 } }) }
}

const made = (_config: JsonObject, call: number): Outcome => ({ kind: 'succeeded', output: { id: `made-${call}` } })

const submitted = async (fixture: ReturnType<typeof engineOf>) => {
  await fixture.orchestrator.start()
  const answer = await fixture.orchestrator.submit({ caller: ada, itemId: 'bundle-shop', fields: { name: 'shop', token: 'secret-1' } })
  if (answer.kind !== 'accepted') throw new Error(JSON.stringify(answer))
  return { id: answer.request.request.id, view: (await fixture.orchestrator.wait(answer.request.request.id, root, 5_000))! }
}

describe('a bundle', () => {
  test('is carried out in the order of its dependencies; each item sees its own form, metadata and outputs', async () => {
    const fixture = engineOf(made)
    const { view } = await submitted(fixture)
    await fixture.orchestrator.stop()
    expect(view.request.status.state).toBe('completed')
    expect(view.request.steps.map(({ id, state }) => [id, state])).toEqual([['db.make', 'completed'], ['db.user', 'completed'], ['app.make', 'completed']])
    expect(view.request.accepted.subject.kind).toBe('bundle')
    expect(view.request.revision.plan.components).toEqual([{ id: 'db', itemId: 'item-database', dependsOn: [] }, { id: 'app', itemId: 'item-app', dependsOn: ['db'] }])
    expect(view.request.revision.plan.steps.map(({ component }) => component)).toEqual(['db', 'db', 'app'])
    expect(fixture.calls).toEqual([{ name: 'shop', engine: 'pg', size: 13 }, { of: 'made-1' }, { name: 'shop-app', database: 'made-2', token: 'secret-1', who: 'ada' }])
    expect(JSON.stringify(view)).not.toContain('secret-1')
  })
  test('stops at the first failure; the rest stays pending until a person decides', async () => {
    let broken = true
    const fixture = engineOf((config, call) => { if (broken && 'of' in config) throw fatal('NO_ROOM', 'full'); return made(config, call) })
    const { id, view } = await submitted(fixture)
    expect(view.request.status.state).toBe('failed')
    expect(view.request.steps[1]).toMatchObject({ failure: { code: 'NO_ROOM' } })
    expect(view.request.steps.map(({ state }) => state)).toEqual(['completed', 'failed', 'pending'])
    broken = false
    await fixture.orchestrator.retry({ caller: ada, requestId: id, resolved: [], redo: [], reason: 'there is room' } as never)
    expect((await fixture.orchestrator.wait(id, root, 5_000))?.request.status.state).toBe('completed')
    await fixture.orchestrator.stop()
  })
  test('that is rolled back takes back what was made, the last first, and waits for a person', async () => {
    const taken: string[] = []
    let broken = true
    const fixture = engineOf((config, call) => { if (broken && 'database' in config) throw fatal('NO_ROOM', 'full'); return made(config, call) }, 'orchestration: { error_handling: rollback }', undefined, (output) => { taken.push(String(output['id'])) })
    const { id, view } = await submitted(fixture)
    expect(view.request.status).toMatchObject({ state: 'failed' })
    expect(view.request.steps.map(({ state }) => state)).toEqual(['compensated', 'compensated', 'failed'])
    expect(taken).toEqual(['made-2', 'made-1'])
    broken = false
    await fixture.orchestrator.retry({ caller: ada, requestId: id, resolved: [], redo: [], reason: 'there is room' } as never)
    const after = await fixture.orchestrator.wait(id, root, 5_000)
    await fixture.orchestrator.stop()
    expect(after?.request.steps.map(({ state, iteration }) => [state, iteration])).toEqual([['completed', 2], ['completed', 2], ['completed', 2]])
    expect(fixture.calls.at(-1)).toMatchObject({ database: 'made-5' })
  })
  test('in manual mode every component is a ticket', async () => {
    const fixture = engineOf(made, 'strategy: { mode: manual }', 'id')
    const { view } = await submitted(fixture)
    await fixture.orchestrator.stop()
    expect(view.request.revision.plan.mode).toBe('manual')
    expect(fixture.calls).toEqual([{ by: 'a person', name: 'shop' }, { by: 'a person', name: 'shop-app' }])
  })
  test('goes on with the documents that it was accepted with', async () => {
    let broken = true
    const fixture = engineOf((config, call) => { if (broken && 'database' in config) throw fatal('NO_ROOM', 'full'); return made(config, call) })
    const { id } = await submitted(fixture)
    await fixture.orchestrator.stop()
    broken = false
    const later = fixture.restarted()
    await later.start()
    await later.retry({ caller: ada, requestId: id, resolved: [], redo: [], reason: 'there is room' } as never)
    const view = await later.wait(id, root, 5_000)
    await later.stop()
    expect(view?.request.status.state).toBe('completed')
    expect(fixture.calls.at(-1)).toMatchObject({ name: 'shop-app', database: 'made-2' })
  })
  test('a dry run says what would be done and what cannot be known yet', async () => {
    const fixture = engineOf(made)
    const answer = await fixture.orchestrator.dryRun({ caller: ada, itemId: 'bundle-shop', fields: { name: 'shop', token: 'secret-1' } })
    expect(answer).toMatchObject({ kind: 'dry-run', steps: [{ id: 'db.make', would: 'run', config: { name: 'shop', size: 13 } }, { id: 'db.user', would: 'unknown' }, { id: 'app.make', would: 'unknown' }] })
  })
})
