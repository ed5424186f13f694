import { restApiAction } from '@pao/action-rest'
import { jiraTicketAction } from '@pao/action-jira'
import { httpClient, parseEgressAllow } from '@pao/adapters-http'
import { createPostgresStores } from '@pao/adapters-postgres'
import { createActionRegistry, createCatalog, createOrchestrator } from '@pao/core'
import { memorySecrets, silentLogger, systemClock, systemIds } from '@pao/core/memory'
import { nameOf, withCrashPoints } from './crash-points.js'

/** What the parent tells the program, as JSON in its first argument. */
export interface CrashProgram {
  readonly databaseUrl: string
  readonly schema: string
  readonly document: string
  readonly vendorUrl: string
  /** `at-once`: the submission finds a free worker. `queued`: the worker starts after it. `recover`: nothing is submitted. */
  readonly task: 'at-once' | 'queued' | 'recover'
  readonly idempotencyKey: string
  /** Where to die. Absent: nowhere. */
  readonly crashAt?: string
}

const program = JSON.parse(process.argv[2] ?? '{}') as CrashProgram
const visited: string[] = []
const ada = { id: 'ada', email: 'ada@example.org', teams: ['checkout'], roles: [] }

const stores = createPostgresStores({ connectionString: program.databaseUrl, schema: program.schema, writers: 3, readers: 2 })
const vendor = new URL(program.vendorUrl)
const jira = { name: 'main', baseUrl: program.vendorUrl, email: 'pao@example.org', tokenSecret: 'JIRA', pollEveryMs: 100 }
const actions = [restApiAction(), jiraTicketAction({ connections: [jira], indexLagMs: 500, askAgainMs: 200 })]
const { requests, claims, checkpoints, logs, definitions } = stores
const ports = withCrashPoints(
  { requests, claims, checkpoints, logs, definitions, secrets: memorySecrets({ JIRA: 'token' }), http: httpClient({ egress: parseEgressAllow(vendor.host) }) },
  async (point) => {
    visited.push(nameOf(point))
    if (nameOf(point) !== program.crashAt) return
    process.kill(process.pid, 'SIGKILL')
    await new Promise(() => undefined)
  },
)
const catalog = createCatalog([{ path: 'three-steps.yaml', source: program.document }], {
  profile: 'compat', actions: createActionRegistry(actions), templateEnv: ['VENDOR'],
})
const orchestrator = createOrchestrator({
  catalog, actions, templateEnv: { VENDOR: program.vendorUrl }, ports: { ...ports, clock: systemClock(), ids: systemIds(), logger: silentLogger() },
  options: { leaseMs: 400, pollMs: 50 },
})

const submit = () => orchestrator.submit({
  caller: ada, itemId: 'three-steps', fields: { name: 'orders' }, idempotency: { route: 'POST /requests', key: program.idempotencyKey, body: { name: 'orders' } },
})

const viewer = { id: 'ada', teams: [], administrator: false }
const deadline = Date.now() + 20_000

if (program.task === 'at-once') await orchestrator.start()
// A caller who got no answer asks again under the same key: so does every task.
const answer = await submit()
if (answer.kind === 'refused') throw new Error(JSON.stringify(answer))
if (program.task !== 'at-once') await orchestrator.start()
const { id } = answer.request.request
for (;;) {
  const view = await stores.requests.find(id, viewer)
  const state = view?.request.status.state
  if ((state !== 'queued' && state !== 'in_progress') || Date.now() > deadline) {
    process.stdout.write(`${JSON.stringify({ id, state, status: view?.request.status, steps: view?.request.steps, visited })}\n`)
    break
  }
  await new Promise((resolve) => { setTimeout(resolve, 20) })
}
await orchestrator.stop({ graceMs: 200 })
await stores.end()
process.exit(0)
