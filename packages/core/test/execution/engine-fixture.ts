import { createActionRegistry } from '../../src/catalog/action-registry.js'
import { type Catalog, createCatalog } from '../../src/catalog/catalog.js'
import { type ActionContext, type AnyAction, type Effect, defineAction } from '../../src/action/action.js'
import type { Observation, Outcome, Reconciliation } from '../../src/action/outcome.js'
import type { Orchestrator } from '../../src/execution/orchestrator-api.js'
import type { OrchestratorPorts } from '../../src/ports/orchestrator-ports.js'
import type { Json, JsonObject } from '../../src/json.js'
import { memoryPorts } from '../../src/memory/index.js'
import { createOrchestrator } from '../../src/orchestrator.js'
import type { Viewer } from '../../src/ports/request-store.js'
import type { Person } from '../../src/request/person.js'

export const ada: Person = { id: 'ada', email: 'ada@example.org', teams: ['checkout'], roles: [] }
export const root: Viewer = { id: 'root', teams: [], administrator: true }

/** Anything goes through: what an action of the tests takes and gives is its own business. */
const anySchema = { schema: { '~standard': { version: 1 as const, vendor: 'test', validate: (value: unknown) => ({ value }) } }, jsonSchema: {} }

type Context = ActionContext<JsonObject>

/** An action whose every answer a test decides. */
export interface Script {
  readonly effect?: Effect
  readonly secrets?: readonly string[]
  readonly run: (context: Context) => Promise<Outcome> | Outcome
  readonly resume?: (context: Context, payload: Json) => Promise<Outcome>
  readonly reconcile?: (context: Context) => Promise<Reconciliation>
  readonly observe?: () => Promise<Observation>
  readonly compensate?: (context: Context, output: Json) => Promise<void>
}

export const scripted = (type: string, script: Script): AnyAction => defineAction<JsonObject, Json>({
  type, version: '1.0.0', apiVersion: 1, summary: 'of a test', examples: [],
  config: anySchema as never, output: anySchema as never,
  templates: [{ path: '**', target: 'value', secrets: true }],
  secrets: () => script.secrets ?? [],
  effect: () => script.effect ?? 'none',
  plan: () => ({ summary: type, changes: [] }),
  run: async (context) => script.run(context),
  reconcile: script.reconcile ?? (async () => ({ kind: 'unsure', why: 'the test does not say' })),
  compensate: script.compensate ?? { impossible: 'not in tests' },
  ...(script.resume === undefined ? {} : { resume: script.resume }),
  ...(script.observe === undefined ? {} : { observe: script.observe }),
})

/** A document with these steps, automatic; the ticket is there because a document needs one. */
export const documentOf = (steps: string, fields = ''): string => `
version: "2.0"
kind: CatalogItem
metadata:
  id: test-item
  name: Test Item
  description: An item that exists so that the engine has something to carry out in its tests.
  version: 1.0.0
  category: compute
  owner: { team: platform-team, contact: platform@example.org }
presentation:
  form:
    groups:
      - id: basics
        name: Basics
        fields:
          - { id: name, name: Name, type: string, required: true }
${fields}
fulfillment:
  strategy: { mode: automatic }
  manual:
    actions:
      - { id: ticket, type: first, config: {} }
  automatic:
    actions:
${steps}
`

export interface Fixture {
  readonly orchestrator: Orchestrator
  readonly ports: OrchestratorPorts
  readonly catalog: Catalog
}

/** An engine over memory, with a short lease and polls, on the real clock. */
export const engineOf = (source: string, actions: readonly AnyAction[], overrides: Partial<OrchestratorPorts> = {}, options: { workers?: number; leaseMs?: number } = {}): Fixture => {
  const ports = memoryPorts(overrides)
  const registry = createActionRegistry(actions)
  const catalog = createCatalog([{ path: 'test-item.yaml', source }], { profile: 'compat', actions: registry, templateEnv: [] })
  return { orchestrator: createOrchestrator({ catalog, actions, ports, options: { pollMs: 20, leaseMs: 200, ...options } }), ports, catalog }
}

/** Submits and waits until nothing moves any more. */
export const carriedOut = async ({ orchestrator }: Fixture, fields: JsonObject = { name: 'one' }, waitMs = 5_000) => {
  const answer = await orchestrator.submit({ caller: ada, itemId: 'test-item', fields })
  if (answer.kind !== 'accepted') throw new Error(`not accepted: ${JSON.stringify(answer)}`)
  const view = await orchestrator.wait(answer.request.request.id, root, waitMs)
  if (view === undefined) throw new Error('not found')
  return view
}
