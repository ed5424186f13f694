import { postgresCatalogDefinitions, postgresClaims, postgresRequestStore, postgresStepCheckpoints, postgresStepLogs } from '@pao/adapters-postgres'
import { createActionRegistry, createCatalog, createOrchestrator, defineAction, fromJsonSchema, succeeded } from '@pao/core'
import type { EngineOptions, Orchestrator, Person, SubmitCommand } from '@pao/core'
import { memoryPorts } from '@pao/core/memory'
import type { Pool } from 'pg'

const document = `
version: "2.0"
kind: CatalogItem
metadata:
  id: greeting-basic
  name: A greeting
  description: The smallest service that can be ordered, for tests of an engine over PostgreSQL.
  version: 1.0.0
  category: other
  owner: { team: platform-team, contact: platform@example.org }
presentation:
  form: { groups: [{ id: basics, name: Basics, fields: [{ id: name, name: Name, type: string, required: true }] }] }
fulfillment:
  strategy: { mode: manual }
  manual: { actions: [{ id: hello, type: greet, config: { to: "{{fields.name}}" } }] }
`

export const ada: Person = { id: 'ada', teams: [], roles: [] }
export const root = { id: 'root', teams: [], administrator: true }

export interface PostgresEngine {
  readonly orchestrator: Orchestrator
  /** Whom its action has greeted. */
  readonly greeted: readonly string[]
  command(name: string, key?: string): SubmitCommand
}

/** An engine over a pool that the test owns, as an embedder puts it together. Migrated already; not started. */
export const postgresEngine = (pool: Pool, { schema, ...options }: { readonly schema: string } & Partial<EngineOptions>): PostgresEngine => {
  const greeted: string[] = []
  const greet = defineAction({
    type: 'greet', version: '1.0.0', apiVersion: 1, summary: 'Says hello', examples: [], effect: 'none',
    config: fromJsonSchema<{ to: string }>({ type: 'object', required: ['to'], properties: { to: { type: 'string' } } }),
    output: fromJsonSchema<{ text: string }>({ type: 'object', properties: { text: { type: 'string' } } }),
    templates: [{ path: 'to', target: 'text' }],
    plan: ({ config }) => ({ summary: `greet ${config.to}`, changes: [] }),
    run: ({ config }) => {
      greeted.push(config.to)
      return Promise.resolve(succeeded({ text: `Hello, ${config.to}!` }))
    },
  })
  const ports = memoryPorts({
    requests: postgresRequestStore(pool, { schema }), claims: postgresClaims(pool, { schema }), definitions: postgresCatalogDefinitions(pool, { schema }),
    checkpoints: postgresStepCheckpoints(pool, { schema }), logs: postgresStepLogs(pool, { schema }),
  })
  const catalog = createCatalog([{ path: 'greeting.yaml', source: document }], { profile: 'compat', actions: createActionRegistry([greet]), templateEnv: [] })
  return {
    greeted,
    orchestrator: createOrchestrator({ catalog, actions: [greet], ports, options }),
    command: (name, key) => ({
      caller: ada, itemId: 'greeting-basic', fields: { name }, ...(key === undefined ? {} : { idempotency: { route: 'POST /orders', key, body: { name } } }),
    }),
  }
}
