import { createActionRegistry, createCatalog, createOrchestrator, defineAction, fromJsonSchema, succeeded } from '@pao/core'
import type { Orchestrator } from '@pao/core'
import { memoryPorts } from '@pao/core/memory'
import type { OrchestratorPorts } from '@pao/core'
import { createServer } from '@pao/server'
import type { Server, ServerDependencies, ServerOptions } from '@pao/server'

const document = `
version: "2.0"
kind: CatalogItem
metadata:
  id: greeting-basic
  name: A greeting
  description: The smallest service that can be ordered, for tests of the API in another program.
  version: 1.0.0
  category: other
  owner: { team: platform-team, contact: platform@example.org }
presentation:
  form: { groups: [{ id: basics, name: Basics, fields: [{ id: name, name: Name, type: string, required: true }, { id: pin, name: Pin, type: password }] }] }
fulfillment:
  strategy: { mode: manual }
  manual: { actions: [{ id: hello, type: greet, config: { to: "{{fields.name}}" } }] }
`

const greet = defineAction({
  type: 'greet', version: '1.0.0', apiVersion: 1, summary: 'Says hello', examples: [], effect: 'none',
  config: fromJsonSchema<{ to: string }>({ type: 'object', required: ['to'], properties: { to: { type: 'string' } } }),
  output: fromJsonSchema<{ text: string }>({ type: 'object', properties: { text: { type: 'string' } } }),
  templates: [{ path: 'to', target: 'text' }],
  plan: ({ config }) => ({ summary: `greet ${config.to}`, changes: [] }),
  run: ({ config }) => Promise.resolve(succeeded({ text: `Hello, ${config.to}!` })),
})

/** What a program of somebody else's would put together, in memory and running. */
export const embedded = async (
  change: Partial<ServerDependencies> = {}, options: ServerOptions = { basePath: '/pao' }, ports: Partial<OrchestratorPorts> = {},
): Promise<{ readonly server: Server; readonly orchestrator: Orchestrator }> => {
  const all = memoryPorts(ports)
  const catalog = createCatalog([{ path: 'greeting.yaml', source: document }], { profile: 'compat', actions: createActionRegistry([greet]), templateEnv: [] })
  const orchestrator = createOrchestrator({ catalog, actions: [greet], ports: all })
  await orchestrator.start()
  return { orchestrator, server: createServer({ orchestrator, catalog, ports: all, ...change }, options) }
}
