// The core alone: no server, no database. Run it with `node quickstart.js`.
import { readFileSync } from 'node:fs'
import { createActionRegistry, createCatalog, createOrchestrator, defineAction, fromJsonSchema, succeeded } from '@pao/core'
import { memoryPorts } from '@pao/core/memory'

const greet = defineAction({
  type: 'greet', version: '1.0.0', apiVersion: 1, summary: 'Says hello', examples: [], effect: 'none',
  config: fromJsonSchema({ type: 'object', required: ['to'], properties: { to: { type: 'string' } } }),
  output: fromJsonSchema({ type: 'object', properties: { text: { type: 'string' } } }),
  templates: [{ path: 'to', target: 'text' }],
  plan: ({ config }) => ({ summary: `greet ${config.to}`, changes: [] }),
  run: async ({ config }) => succeeded({ text: `Hello, ${config.to}!` }),
})

const actions = [greet]
const source = readFileSync(new URL('greeting.yaml', import.meta.url), 'utf8')
const catalog = createCatalog([{ path: 'greeting.yaml', source }], { profile: 'compat', actions: createActionRegistry(actions), templateEnv: [] })
const orchestrator = createOrchestrator({ catalog, actions, ports: memoryPorts() })
await orchestrator.start()

const ada = { id: 'ada', teams: [], roles: [] }
const answer = await orchestrator.submit({ caller: ada, itemId: 'greeting-basic', fields: { name: 'Ada' } })
if (answer.kind !== 'accepted') throw new Error(JSON.stringify(answer))
const done = await orchestrator.wait(answer.request.request.id, { id: 'ada', teams: [], administrator: false }, 5_000)
console.log(done.request.status.state, done.request.steps[0].output.text)
await orchestrator.stop()
