import { readFileSync } from 'node:fs'

import { noOpAction } from './no-op-action.mjs'
import { loadCore, loadMemory, loadPostgres } from './product.mjs'

const file = 'bench-three-steps.yaml'

const readCatalog = (core, actions) => {
  const source = readFileSync(new URL('three-steps.yaml', import.meta.url), 'utf8')
  const catalog = core.createCatalog([{ path: file, source }], { profile: 'strict', actions: core.createActionRegistry(actions), templateEnv: [] })
  if (catalog.issues.length > 0) throw new Error(`the benchmark's document is not right: ${JSON.stringify(catalog.issues)}`)
  return catalog
}

/** Tells `completed` of each request that ended well, by its correlation id, once the commit that says so is durable; without a read. */
const watched = (requests, completed) => ({
  ...requests,
  commit: async (commit) => {
    const committed = await requests.commit(commit)
    if (committed.kind === 'committed' && commit.after.status.state === 'completed') completed(commit.after.accepted.correlationId)
    return committed
  },
})

/** The product as an embedder puts it together, with everything on, over a pool of ten. It runs. */
export const openOrchestrator = async (url, completed) => {
  const [core, memory, postgres] = await Promise.all([loadCore(), loadMemory(), loadPostgres()])
  const stores = postgres.createPostgresStores({ connectionString: url, writers: 10 })
  await stores.migrate()
  const actions = [noOpAction(core)]
  const catalog = readCatalog(core, actions)
  const ports = {
    ...memory.memoryPorts(), claims: stores.claims, checkpoints: stores.checkpoints, logs: stores.logs, definitions: stores.definitions,
    requests: completed === undefined ? stores.requests : watched(stores.requests, completed),
  }
  // Places for all that is ever in flight: none is queued for want of one.
  const orchestrator = core.createOrchestrator({ catalog, actions, ports, options: { workers: 512 } })
  await orchestrator.start()
  return {
    orchestrator, catalog, ports,
    close: async () => {
      await orchestrator.stop()
      await stores.end()
    },
  }
}
