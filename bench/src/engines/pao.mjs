import { readFileSync } from 'node:fs'

import { noOpAction } from '../pao/no-op-action.mjs'
import { loadCore, loadMemory, loadPostgres } from '../pao/product.mjs'
import { inputOf } from '../work.mjs'

export const name = 'pao'

/** Its rows after `n` requests: all ended well, nothing lost, nothing twice, the chain whole. */
export const checks = [
  { what: 'completed requests', sql: "select count(*)::int as n from pao.requests where status = 'completed' and version = 7", each: 1 },
  { what: 'requests', sql: 'select count(*)::int as n from pao.requests', each: 1 },
  { what: 'completed steps', sql: "select count(*)::int as n from pao.request_steps where state = 'completed' and executions = 1 and output ->> 'ref' is not null", each: 3 },
  { what: 'events in the history', sql: 'select coalesce(sum(array_length(types, 1)), 0)::int as n from pao.request_history', each: 7 },
  { what: 'log lines', sql: 'select coalesce(sum(jsonb_array_length(lines)), 0)::int as n from pao.step_logs', each: 3 },
  { what: 'idempotency keys', sql: 'select count(*)::int as n from pao.idempotency_keys', each: 1 },
]

const caller = { id: 'ada', teams: ['platform'], roles: ['developer'] }
const route = 'POST /api/v1/requests'

/**
 * The product as an embedder puts it together, with everything on. Its end is seen where it becomes durable: after the commit that
 * completes the request, without a read.
 */
export const open = async ({ url, completed }) => {
  const [core, memory, postgres] = await Promise.all([loadCore(), loadMemory(), loadPostgres()])
  const stores = postgres.createPostgresStores({ connectionString: url, writers: 10 })
  await stores.migrate()
  const actions = [noOpAction(core)]
  const source = readFileSync(new URL('../pao/three-steps.yaml', import.meta.url), 'utf8')
  const catalog = core.createCatalog([{ path: 'bench-three-steps.yaml', source }], { profile: 'strict', actions: core.createActionRegistry(actions), templateEnv: [] })
  if (catalog.issues.length > 0) throw new Error(`the benchmark's document is not right: ${JSON.stringify(catalog.issues)}`)
  const requests = {
    ...stores.requests,
    commit: async (commit) => {
      const committed = await stores.requests.commit(commit)
      const { after } = commit
      if (committed.kind === 'committed' && after.status.state === 'completed') completed(after.accepted.correlationId)
      return committed
    },
  }
  const ports = { ...memory.memoryPorts(), requests, claims: stores.claims, checkpoints: stores.checkpoints, logs: stores.logs, definitions: stores.definitions }
  // Places for all that is ever in flight: none is queued for want of one.
  const orchestrator = core.createOrchestrator({ catalog, actions, ports, options: { workers: 512 } })
  await orchestrator.start()
  return {
    submit: async (key) => {
      const body = inputOf(key)
      const answer = await orchestrator.submit({
        caller, itemId: body.item, fields: body.fields, environment: 'production', correlationId: String(key), idempotency: { route, key: `k-${key}`, body },
      })
      if (answer.kind !== 'accepted') throw new Error(`a submission was not accepted: ${JSON.stringify(answer)}`)
    },
    close: async () => {
      await orchestrator.stop()
      await stores.end()
    },
  }
}
