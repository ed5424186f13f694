import { type ActionContext, type AnyAction, type Effect, defineAction } from '../../../src/action/action.js'
import type { Observation, Outcome, Reconciliation } from '../../../src/action/outcome.js'
import { createActionRegistry } from '../../../src/catalog/action-registry.js'
import { type Catalog, createCatalog } from '../../../src/catalog/catalog.js'
import type { LoadedItem } from '../../../src/catalog/loaded-item.js'
import type { Json, JsonObject } from '../../../src/json.js'
import { documentOf } from '../engine-fixture.js'
import type { Random } from '../simulation/random.js'

export type Context = ActionContext<JsonObject>

/** What a script answers in the place of the actions. */
export interface Answering {
  run(context: Context): Promise<Outcome>
  resume(context: Context): Promise<Outcome>
  reconcile(context: Context): Promise<Reconciliation>
  observe(context: Context): Promise<Observation>
  compensate(context: Context): Promise<void>
}

const anything = { schema: { '~standard': { version: 1 as const, vendor: 'test', validate: (value: unknown) => ({ value }) } }, jsonSchema: {} }

const never = (): Promise<never> => Promise.reject(new Error('nobody answers for this action'))

const silent: Answering = { run: never, resume: never, reconcile: never, observe: never, compensate: never }

interface Traits {
  readonly effect: Effect
  /** Known only when the config is rendered. */
  readonly byConfig?: true
  readonly waits?: true
  readonly final?: true
}

const types = ['look', 'put', 'make', 'make-final', 'choose', 'ticket'] as const

const traits: Readonly<Record<typeof types[number], Traits>> = {
  'look': { effect: 'none', final: true }, 'put': { effect: 'idempotent' }, 'make': { effect: 'create' }, 'make-final': { effect: 'create', final: true },
  'choose': { effect: 'idempotent', byConfig: true }, 'ticket': { effect: 'create', waits: true },
}

const actionOf = (type: string, { effect, byConfig, waits, final }: Traits, answering: Answering): AnyAction => defineAction<JsonObject, Json>({
  type, version: '1.0.0', apiVersion: 1, summary: 'of a simulation', examples: [], config: anything as never, output: anything as never,
  templates: [{ path: '**', target: 'value' }], effect: byConfig === true ? () => effect : effect,
  plan: () => ({ summary: type, changes: [] }),
  run: (context: Context) => answering.run(context),
  reconcile: (context: Context) => answering.reconcile(context),
  compensate: final === true ? { impossible: 'it stays' } : (context: Context) => answering.compensate(context),
  ...(waits === true ? { resume: (context: Context) => answering.resume(context), observe: (context: Context) => answering.observe(context) } : {}),
} as never)

/** The actions of these tests; `answering` says what comes of them. */
export const actionsOf = (answering: Answering = silent): readonly AnyAction[] => Object.entries(traits).map(([type, own]) => actionOf(type, own, answering))

/** Milliseconds that one execution may take. */
export const STEP_MS = 20 * 60_000
/** Milliseconds that a request with a deadline may take: two executions that time out, and some slack for processes that die. */
export const REQUEST_MS = 50 * 60_000

const stepOf = (random: Random, index: number, count: number): string => {
  const before = index === 0 ? undefined : `s${random.below(index)}`
  const reads = before !== undefined && random.chance(0.4) ? `, after: "{{output.${before}.made}}"` : ''
  const retry = random.chance(0.5) ? `, retry: { attempts: ${1 + random.below(2)}, delay: 1, backoff: ${random.pick(['linear', 'exponential'])} }` : ''
  const test = random.pick(['flag, operator: eq, value: true', 'size, operator: gt, value: 3', 'size, operator: in, value: [1, 7]'])
  const condition = before !== undefined && random.chance(0.5) ? `, conditions: [{ field: output.${before}.${test} }]` : ''
  const handling = random.pick(['', '', '', ', error_handling: { strategy: continue }', index + 1 < count ? `, error_handling: { strategy: fallback, fallback_action: s${index + 1} }` : ''])
  return `      - { id: s${index}, type: ${random.pick(types)}, config: { name: "{{fields.name}}"${reads} }, timeout: ${STEP_MS / 1000}${retry}${condition}${handling} }`
}

export interface TestItem {
  readonly source: string
  readonly catalog: Catalog
  readonly loaded: LoadedItem
  readonly hasDeadline: boolean
}

/** Compiles a document; the step of manual mode is replaced by one that there is. */
export const itemOf = (steps: string, hasDeadline = false): TestItem => {
  const source = documentOf(steps).replace('type: first', 'type: ticket').replace('mode: automatic }', `mode: automatic${hasDeadline ? `, timeout: ${REQUEST_MS / 1000} seconds` : ''} }`)
  const catalog = createCatalog([{ path: 'test-item.yaml', source }], { profile: 'compat', actions: createActionRegistry(actionsOf()), templateEnv: [] })
  const loaded = catalog.get('test-item')
  if (loaded === undefined || loaded.blockers.length > 0) throw new Error(`${JSON.stringify(catalog.issues)}\n${source}`)
  return { source, catalog, loaded, hasDeadline }
}

/** A document made by chance. */
export const randomItem = (random: Random, most: number): TestItem => {
  const count = 1 + random.below(most)
  return itemOf(Array.from({ length: count }, (_, index) => stepOf(random, index, count)).join('\n'), random.chance(0.3))
}
