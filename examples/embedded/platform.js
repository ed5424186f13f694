// PAO inside a program of your own, on your own PostgreSQL: what express.js, fastify.js and hono.js mount.
import { readFileSync } from 'node:fs'
import { migrate, postgresCatalogDefinitions, postgresClaims, postgresRequestStore, postgresStepCheckpoints, postgresStepLogs } from '@pao/adapters-postgres'
import { createActionRegistry, createCatalog, createOrchestrator } from '@pao/core'
import { memoryPorts } from '@pao/core/memory'
import { createServer } from '@pao/server'
import { openShop } from './open-shop.js'

const actions = [openShop]
const source = readFileSync(new URL('storefront.yaml', import.meta.url), 'utf8')

/** `pool` is a pg.Pool, and stays yours: nothing here ends it. Nothing is carried out before `orchestrator.start()`. */
export const createPlatform = async (pool, { schema = 'pao' } = {}) => {
  await migrate(pool, { schema })
  const catalog = createCatalog([{ path: 'storefront.yaml', source }], { profile: 'compat', actions: createActionRegistry(actions), templateEnv: [] })
  const requests = postgresRequestStore(pool, { schema })
  const [claims, definitions] = [postgresClaims(pool, { schema }), postgresCatalogDefinitions(pool, { schema })]
  const [checkpoints, logs] = [postgresStepCheckpoints(pool, { schema }), postgresStepLogs(pool, { schema })]
  // The rest is clock, ids and a silent logger; without `http` no action can call out.
  const ports = memoryPorts({ requests, claims, definitions, checkpoints, logs })
  const orchestrator = createOrchestrator({ catalog, actions, ports })
  return { orchestrator, server: createServer({ orchestrator, catalog, ports }, { basePath: '/pao' }) }
}
