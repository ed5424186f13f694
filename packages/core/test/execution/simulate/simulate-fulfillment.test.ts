import { describe, expect, test } from 'vitest'
import { type AnyAction, type PlanContext, defineAction } from '../../../src/action/action.js'
import { createActionRegistry } from '../../../src/catalog/action-registry.js'
import { type CatalogFile, createCatalog } from '../../../src/catalog/catalog.js'
import { pastDurations } from '../../../src/execution/simulation/past-durations.js'
import { type SimulatedFulfillment, type Simulation, type SimulationRefusal, simulateFulfillment } from '../../../src/execution/simulation/simulate-fulfillment.js'
import { fromJsonSchema } from '../../../src/form/from-json-schema.js'
import type { JsonObject } from '../../../src/json.js'
import type { HistoryEntry } from '../../../src/request/history-entry.js'
import { ada, documentOf } from '../engine-fixture.js'

const output = {
  type: 'object', required: ['id', 'size', 'ready', 'hosts'],
  properties: { id: { type: 'string' }, url: { type: 'string' }, size: { type: 'number' }, ready: { type: 'boolean' }, hosts: { type: 'array', items: { type: 'string' } } },
}

const refuseToRun = (): never => { throw new Error('a simulation has called it') }

const made = (type: string, { plan, config }: { readonly plan?: (context: PlanContext<JsonObject>) => never | ReturnType<AnyAction['plan']>; readonly config?: JsonObject } = {}): AnyAction => defineAction<JsonObject, JsonObject>({
  type, version: '1.0.0', apiVersion: 1, summary: 'of a test', examples: [], config: fromJsonSchema<JsonObject>(config ?? { type: 'object' }) as never, output: fromJsonSchema<JsonObject>(output) as never,
  templates: [{ path: 'url', target: 'url' }, { path: 'body', target: 'json' }, { path: '**', target: 'value', secrets: true }], secrets: () => [], effect: 'create',
  plan: plan ?? (({ config: { name } }) => ({ summary: `make ${String(name)}`, changes: [{ kind: 'create', target: `things/${String(name)}`, details: { name: String(name) } }], cost: { amount: 12.5, currency: 'EUR', per: 'month' } })),
  run: refuseToRun, reconcile: refuseToRun, compensate: refuseToRun,
})

const actions = createActionRegistry([
  made('first'), made('make'), { ...made('loose'), output: fromJsonSchema<JsonObject>({ type: 'object' }) as never }, made('break', { plan: () => { throw new Error('there is no such region') } }),
  made('sized', { config: { type: 'object', properties: { size: { type: 'number', maximum: 10 } } } }),
])

const compiled = (files: readonly CatalogFile[], id = 'test-item', templateEnv: readonly string[] = []) => {
  const catalog = createCatalog(files, { profile: 'compat', actions, templateEnv })
  const loaded = catalog.get(id)
  if (loaded === undefined) throw new Error(JSON.stringify(catalog.issues))
  return loaded
}

const simulated = (answer: SimulatedFulfillment | SimulationRefusal): SimulatedFulfillment => {
  if (answer.kind === 'refused') throw new Error(JSON.stringify(answer))
  return answer
}

const base = { actions, caller: ada, at: Date.UTC(2026, 0, 5, 9), fields: { name: 'one' } } satisfies Partial<Simulation>

const of = (steps: string, more: Partial<Simulation> = {}, fields = ''): SimulatedFulfillment =>
  simulated(simulateFulfillment({ ...base, loaded: compiled([{ path: 'test-item.yaml', source: documentOf(steps, fields) }]), ...more }))

const step = (answer: SimulatedFulfillment, id: string) => answer.steps.find((one) => one.id === id)

const bundleOf = (first: string, second: string, more = ''): CatalogFile => ({ path: 'bundles/both.yaml', source: `version: "2.0"
kind: CatalogBundle
metadata:
  id: both-of-them
  name: Both
  description: A bundle of two items, the second of which depends on the first one.
  version: 1.0.0
  owner: { team: platform-team, contact: platform@example.org }
presentation: { form: { groups: [{ id: main, name: Main, fields: [{ id: name, name: Name, type: string, required: true }] }] } }
components:
  - ${first}
  - ${second}
fulfillment: { strategy: { mode: automatic }, orchestration: { mode: sequential${more} } }
` })

describe('values that are known only when steps have run', () => {
  test('are shown by path and type where they stand alone, and visibly in a text', () => {
    const answer = of(`
      - { id: a, type: make, config: { name: x } }
      - { id: b, type: make, config: { name: "{{output.a.id}}", text: "db {{output.a.id}} of {{output.a.size}}", size: "{{output.a.size}}", ready: "{{output.a.ready}}", body: '{"hosts": {{json(output.a.hosts)}}, "n": {{output.a.size}}}' } }`)
    expect(step(answer, 'b')?.config).toEqual({
      name: { unknown: 'output.a.id', type: 'string' }, text: 'db ⟦output.a.id⟧ of ⟦output.a.size⟧', size: { unknown: 'output.a.size', type: 'number' }, ready: { unknown: 'output.a.ready', type: 'boolean' },
      body: '{"hosts": ["⟦output.a.hosts[0]⟧"], "n": ⟦output.a.size⟧}',
    })
    expect(step(answer, 'b')?.unknowns).toContainEqual({ at: 'size', unknown: 'output.a.size', type: 'number' })
    expect(step(answer, 'b')?.plan?.summary).toBe('make ⟦output.a.id⟧')
    expect(step(answer, 'a')?.output).toMatchObject({ id: { unknown: 'output.a.id', type: 'string' }, size: { type: 'number' }, hosts: [{ type: 'string' }] })
  })
  test('may be the base of a URL, which takes nothing but a URL', () => {
    const source = documentOf(`
      - { id: a, type: make, config: { name: x } }
      - { id: b, type: make, config: { name: y, url: "{{env.API}}/things/{{output.a.id}}" } }`)
    const loaded = compiled([{ path: 'test-item.yaml', source }], 'test-item', ['API'])
    expect(step(simulated(simulateFulfillment({ ...base, loaded, envNames: ['API'] })), 'b')).toMatchObject({ would: 'runs', config: { url: '⟦env.API⟧/things/⟦output.a.id⟧' } })
  })
  test('leave undecided whether a config fits, and do not fail it', () => {
    const answer = of(`
      - { id: a, type: make, config: { name: x } }
      - { id: b, type: sized, config: { size: "{{output.a.size}}" } }`)
    expect(step(answer, 'b')).toMatchObject({ would: 'runs', config: { size: { unknown: 'output.a.size' } }, undecided: expect.stringContaining('size') as unknown })
    expect(step(answer, 'b')).not.toHaveProperty('plan')
    expect(answer.ends).toBe('completed')
  })
  test('are no excuse where the config is wrong without them', () => {
    const answer = of('      - { id: a, type: sized, config: { size: "{{fields.count}}" } }\n      - { id: b, type: make, config: { name: y } }', { fields: { name: 'one', count: 99 } }, '          - { id: count, name: Count, type: number, required: true }')
    expect(step(answer, 'a')).toMatchObject({ would: 'fails', why: expect.stringContaining('CONFIG_INVALID') as unknown })
    expect([step(answer, 'b')?.would, answer.ends]).toEqual(['not-reached', 'failed'])
  })
  test('are known where they are assumed', () => {
    const answer = of(`
      - { id: a, type: make, config: { name: x } }
      - { id: b, type: make, config: { name: "{{output.a.id}}" }, conditions: [{ field: output.a.size, operator: gt, value: 3 }] }`, { assume: { a: { id: 'db-1', size: 2, ready: true, hosts: [] } } })
    expect(step(answer, 'b')).toMatchObject({ would: 'skipped', why: 'output.a.size gt 3 does not hold', conditions: [{ read: 2, holds: false }] })
  })
  test('process variables are unknown, whatever they are', () => {
    const loaded = compiled([{ path: 'test-item.yaml', source: documentOf('      - { id: a, type: make, config: { name: "in {{env.REGION}}" } }') }], 'test-item', ['REGION'])
    expect(step(simulated(simulateFulfillment({ ...base, loaded, envNames: ['REGION'] })), 'a')?.config).toEqual({ name: 'in ⟦env.REGION⟧' })
  })
})

describe('conditions', () => {
  const two = `
      - { id: a, type: make, config: { name: x } }
      - { id: b, type: make, config: { name: x }, conditions: [{ field: output.a.size, operator: gt, value: 3 }] }
      - { id: c, type: make, config: { name: x }, conditions: [{ field: output.a.size, operator: gt, value: 5 }] }`
  test('that read what is unknown are open, and say what they read', () => {
    const answer = of(two)
    expect(step(answer, 'b')).toMatchObject({ would: 'may-run', conditions: [{ field: 'output.a.size', operator: 'gt', value: 3, read: { unknown: 'output.a.size', type: 'number' }, holds: 'unknown' }] })
  })
  test('are not decided by what stands for a value', () => {
    const answer = of(two.replaceAll('operator: gt', 'operator: lt'))
    expect(step(answer, 'b')).toMatchObject({ would: 'may-run', config: { name: 'x' }, plan: { summary: 'make x' } })
  })
  test('about the same value agree with one another in every branch', () => {
    const { situations = [] } = of(two, { failures: 'each-step' }).outcomes ?? {}
    const ended = situations.filter(({ state }) => state === 'completed').map(({ steps }) => steps.map(({ state }) => state).join(' '))
    expect(ended.sort()).toEqual(['completed completed completed', 'completed completed skipped', 'completed skipped skipped'])
  })
  test('that can be decided in very many ways are not all followed, and that is said', () => {
    const open = (id: string, at: number): string => `      - { id: ${id}, type: make, config: { name: x }, conditions: [${[1, 2, 3, 4].map((place) => `{ field: output.a.v${at}${place}, operator: eq, value: yes }`).join(', ')}] }`
    const loaded = compiled([{ path: 'test-item.yaml', source: documentOf(['      - { id: a, type: loose, config: { name: x } }', ...Array.from({ length: 12 }, (_, at) => open(`s${at}`, at))].join('\n')) }])
    const answer = simulated(simulateFulfillment({ ...base, loaded, failures: 'each-step', mostSituations: 300 }))
    expect([answer.ends, answer.outcomes?.truncated === undefined]).toEqual(['completed', false])
  })
  test('that are known decide, and the others are not needed', () => {
    const answer = of(`
      - { id: a, type: make, config: { name: x } }
      - { id: b, type: make, config: { name: x }, conditions: [{ field: output.a.size, operator: gt, value: 3 }, { field: name, operator: eq, value: two }] }`)
    expect(step(answer, 'b')).toMatchObject({ would: 'skipped', conditions: [{ holds: 'not-needed' }, { field: 'fields.name', read: 'one', holds: false }] })
  })
})

describe('the tree of outcomes', () => {
  test('names what is left behind, and what people can do', () => {
    const { situations = [], ends = [] } = of('      - { id: a, type: make, config: { name: x } }\n      - { id: b, type: make, config: { name: x } }', { failures: 'each-step' }).outcomes ?? {}
    const end = ends.find(({ way }) => way.map(({ happens, step: of_ }) => `${of_ ?? ''} ${happens}`).join(', ') === 'a succeeds, b fails-for-good')
    expect(situations[end?.situation ?? -1]).toMatchObject({
      kind: 'person', state: 'failed', canDo: { requester: ['retry', 'abort', 'escalate'], owner: expect.arrayContaining(['retry']) as unknown }, left: [{ step: 'a', action: 'make', priority: 'low' }],
      branches: [{ happens: 'person-aborts-and-takes-back' }],
    })
  })
  test('a lost answer is looked into, and a person is asked where nobody can tell', () => {
    const { situations = [], ends = [] } = of('      - { id: a, type: make, config: { name: x } }', { failures: 'each-step' }).outcomes ?? {}
    const end = ends.find(({ way }) => way.at(-1)?.happens === 'cannot-be-told' && way.length <= 3)
    expect(situations[end?.situation ?? -1]).toMatchObject({ state: 'failed', needsPerson: ['a'], left: [{ step: 'a', priority: 'high' }] })
  })
  test('is cut with a word about it where there are too many situations', () => {
    const { situations = [], truncated } = of('      - { id: a, type: make, config: { name: x } }\n      - { id: b, type: make, config: { name: x } }', { failures: 'each-step', mostSituations: 5 }).outcomes ?? {}
    expect([situations.length, truncated]).toEqual([5, 'there are more than 5 situations: what takes longer to reach than those was left out'])
    expect(situations.some(({ cut }) => cut === true)).toBe(true)
  })
})

test('passwords and secrets are never in it', () => {
  const answer = of('      - { id: a, type: make, config: { name: "{{fields.pin}}", token: "{{secrets.TOKEN}}" } }', { fields: { name: 'one', pin: 'canary-7716' }, failures: 'each-step' }, '          - { id: pin, name: Pin, type: password, required: true }')
  expect(JSON.stringify(answer)).not.toContain('canary-7716')
  expect(step(answer, 'a')?.config).toEqual({ name: '••••••', token: 'secret:TOKEN' })
})

test('what an action says that it costs and what the document says are told apart', () => {
  const source = documentOf('      - { id: a, type: make, config: { name: x } }').replace('  category: compute\n', '  category: compute\n  cost: { base_cost: 30, unit_cost: { gb: 0.1 } }\n')
  const answer = simulated(simulateFulfillment({ ...base, loaded: compiled([{ path: 'test-item.yaml', source }]) }))
  expect(answer.cost).toEqual({ planned: [{ step: 'a', amount: 12.5, currency: 'EUR', per: 'month' }], document: { base: 30, units: { gb: 0.1 } } })
})

test('a plan that throws is told, and stops nothing', () => {
  const answer = of('      - { id: a, type: break, config: { name: x } }\n      - { id: b, type: make, config: { name: x } }')
  expect(step(answer, 'a')).toMatchObject({ would: 'runs', planFailed: 'break could not plan: there is no such region' })
  expect(step(answer, 'b')?.would).toBe('runs')
})

test('the same arguments give the same answer', () => {
  const steps = '      - { id: a, type: make, config: { name: "{{uuid()}} {{random(5)}}" } }\n      - { id: b, type: make, config: { name: "{{output.a.id}}" } }'
  expect(of(steps, { failures: 'each-step' })).toEqual(of(steps, { failures: 'each-step' }))
})

test('the other mode is simulated on request, and one that has no steps is refused', () => {
  const source = documentOf('      - { id: a, type: make, config: { name: x } }')
  const loaded = compiled([{ path: 'test-item.yaml', source }])
  expect(simulated(simulateFulfillment({ ...base, loaded, mode: 'manual' })).steps.map(({ id }) => id)).toEqual(['ticket'])
  const without = compiled([{ path: 'test-item.yaml', source: `${source.slice(0, source.indexOf('  automatic:'))}`.replace('mode: automatic', 'mode: manual') }])
  expect(simulateFulfillment({ ...base, loaded: without, mode: 'automatic' })).toEqual({ kind: 'refused', problems: [{ field: 'mode', constraint: 'enum', message: 'test-item has no automatic actions', pointer: '/mode' }] })
})

test('what is assumed must be of a step, and what its action can give', () => {
  const loaded = compiled([{ path: 'test-item.yaml', source: documentOf('      - { id: a, type: make, config: { name: x } }') }])
  expect(simulateFulfillment({ ...base, loaded, assume: { b: {} } })).toMatchObject({ kind: 'refused', problems: [{ field: 'assume.b', constraint: 'enum', pointer: '/assume/b' }] })
  expect(simulateFulfillment({ ...base, loaded, assume: { a: { id: 3, size: 1, ready: true, hosts: [] } } })).toMatchObject({ kind: 'refused', problems: [{ field: 'assume.a', constraint: 'output' }] })
})

test('an input that does not fit the form is told, and used as it is', () => {
  const answer = of('      - { id: a, type: make, config: { name: "{{fields.name}}" } }', { fields: { name: 7 } })
  expect(answer.problems).toMatchObject([{ field: 'name', constraint: 'type' }])
  expect(step(answer, 'a')?.config).toEqual({ name: 7 })
})

test('a bundle that takes back what it has made does so in the tree, without a person, and what cannot be taken back is left', () => {
  const item = (id: string): CatalogFile => ({ path: `catalog/${id}.yaml`, source: documentOf('      - { id: s, type: make, config: { name: "{{fields.name}}" } }').replace('id: test-item', `id: ${id}`) })
  const bundle = bundleOf('{ id: db, catalogItem: item-db, dependsOn: [] }', '{ id: app, catalogItem: item-app, dependsOn: [db] }', ', error_handling: rollback')
  const loaded = compiled([item('item-db'), item('item-app'), bundle], 'both-of-them')
  const { situations = [], ends = [] } = simulated(simulateFulfillment({ ...base, loaded, failures: 'each-step' })).outcomes ?? {}
  // What made the bundle fail matters no more once its effects cannot be taken back.
  const wayTo = (last: string) => ends.find(({ way }) => way.length === 3 && way[2]?.step === 'db.s' && way[2].mode === 'compensate' && way[2].happens === last)
  expect(situations[wayTo('is-taken-back')?.situation ?? -1]).toMatchObject({ state: 'failed', steps: [{ state: 'compensated' }, { state: 'failed' }], left: [] })
  expect(situations[wayTo('fails-for-good')?.situation ?? -1]).toMatchObject({ state: 'failed', cause: 'compensation', left: [{ step: 'db.s' }] })
  expect(situations.filter(({ kind }) => kind === 'stuck')).toEqual([])
})

test('a bundle: steps read what other components give, unknown or assumed', () => {
  const item = (id: string, config: string): CatalogFile => ({ path: `catalog/${id}.yaml`, source: documentOf(`      - { id: s, type: make, config: ${config} }`, '          - { id: host, name: Host, type: string, required: true }').replace('id: test-item', `id: ${id}`) })
  const bundle = bundleOf('{ id: db, catalogItem: item-db, dependsOn: [], config: { host: none } }', '{ id: app, catalogItem: item-app, dependsOn: [db], config: { host: "{{components.db.outputs.s.id}}" } }')
  const loaded = compiled([item('item-db', '{ name: "{{fields.name}}" }'), item('item-app', '{ name: "on {{fields.host}}" }'), bundle], 'both-of-them')
  const unknown = simulated(simulateFulfillment({ ...base, loaded }))
  expect(unknown.steps.map(({ id, component, would }) => [id, component, would])).toEqual([['db.s', 'db', 'runs'], ['app.s', 'app', 'runs']])
  expect(step(unknown, 'app.s')).toMatchObject({ config: { name: 'on ⟦output.db.s.id⟧' }, unknowns: [{ at: 'name', unknown: 'output.db.s.id', type: 'string' }] })
  const known = simulated(simulateFulfillment({ ...base, loaded, assume: { 'db.s': { id: 'db-1', size: 1, ready: true, hosts: [] } } }))
  expect(step(known, 'app.s')).toMatchObject({ config: { name: 'on db-1' }, unknowns: [] })
})

describe('timing', () => {
  const entry = (events: HistoryEntry['events']): HistoryEntry => ({ version: 1, firstVersion: 1, commitId: 'c', at: 0, types: [], events, eventsHash: '', hash: '' })
  const run = (ms: number): readonly HistoryEntry[] => [
    entry([{ type: 'step-started', at: 1_000, step: 'a', execution: 1, mode: 'run', inputHash: '', deadline: 0 }]),
    entry([{ type: 'step-succeeded', at: 1_000 + ms, step: 'a', execution: 1, output: null }]),
  ]
  const steps = '      - { id: a, type: make, config: { name: x } }'
  test('is the median of past runs where there are enough of them', () => {
    const answer = of(steps, { durations: pastDurations([run(10), run(500), run(30)]) })
    expect([step(answer, 'a')?.timing, answer.timing]).toEqual([{ ms: 30, source: 'past-runs', runs: 3 }, { ms: 30, source: 'past-runs', runs: 3 }])
  })
  test('is what the document promises where there are not, and unknown where it promises nothing', () => {
    expect(of(steps, { durations: pastDurations([run(10), run(20)]) }).timing).toEqual({ source: 'unknown' })
    const source = documentOf(steps).replace('  category: compute\n', '  category: compute\n  sla: { provisioning_time: 2h }\n')
    expect(simulated(simulateFulfillment({ ...base, loaded: compiled([{ path: 'test-item.yaml', source }]) })).timing).toEqual({ ms: 7_200_000, source: 'document' })
  })
  test('leaves out requests that waited for a person to retry them', () => {
    const retried = [...run(10), entry([{ type: 'retry-requested', cause: { by: ada, reason: '', at: 2_000 }, redo: [], resolved: [] }])]
    expect(pastDurations([retried, run(20)]).get('a')).toEqual([20])
  })
})
