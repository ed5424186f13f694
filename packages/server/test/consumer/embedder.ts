// What an embedder writes, by public names only: compiled by scripts/consumer.mjs outside of the workspace, never run.
import { createServer as createHttpServer } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { jiraTicketAction } from '@pao/action-jira'
import { restApiAction } from '@pao/action-rest'
import { httpClient } from '@pao/adapters-http'
import { createPostgresPool, createPostgresStores, migrate, postgresRequestStore } from '@pao/adapters-postgres'
import { createActionRegistry, createCatalog, createOrchestrator, isPaoError } from '@pao/core'
import type { Orchestrator, Person, SubmitAnswer } from '@pao/core'
import type { AnyAction } from '@pao/core/action'
import { memorySecrets, silentLogger, systemClock, systemIds } from '@pao/core/memory'
import type { OrchestratorPorts } from '@pao/core'
import type { RequestStore } from '@pao/core/ports'
import { createServer, problem, toNodeHandler } from '@pao/server'
import type { Authenticator, Server } from '@pao/server'

const actions: readonly AnyAction[] = [restApiAction(), jiraTicketAction({ connections: [] })]
const catalog = createCatalog([], { profile: 'strict', actions: createActionRegistry(actions), templateEnv: [] })
const { requests, claims, checkpoints, logs, definitions } = createPostgresStores({ connectionString: 'postgres://localhost/shop', schema: 'shop_pao' })
const ports: OrchestratorPorts = {
  requests, claims, checkpoints, logs, definitions, secrets: memorySecrets({}), http: httpClient(), clock: systemClock(), ids: systemIds(), logger: silentLogger(),
}
const orchestrator: Orchestrator = createOrchestrator({ catalog: () => catalog, actions, ports, options: { workers: 4 } })

const authenticator: Authenticator = {
  name: 'token',
  admit: () => undefined,
  identify: async (request) => request.headers.get('authorization') === null ? problem('UNAUTHORIZED', 'Sign in.') : { id: 'ada', teams: [], roles: [] },
}
const server: Server = createServer({ orchestrator, catalog, ports, authenticator }, { basePath: '/pao' })

interface SignedIn extends IncomingMessage { user?: Person }
export const http = createHttpServer(toNodeHandler(server, (request: SignedIn) => request.user))

export const order = async (caller: Person): Promise<string> => {
  const pool = createPostgresPool({ connectionString: 'postgres://localhost/shop' })
  await migrate(pool, { schema: 'shop_pao' })
  const client = await pool.connect()
  try {
    const within: RequestStore = postgresRequestStore(client, { schema: 'shop_pao' })
    const answer: SubmitAnswer = await orchestrator.submit({ caller, itemId: 'shop-storefront', fields: {} }, { requests: within })
    return answer.kind === 'refused' ? answer.problems.map(({ message }) => message).join() : answer.request.request.status.state
  } catch (error) {
    return isPaoError(error, 'STORE_UNAVAILABLE') ? 'later' : 'never'
  } finally {
    client.release()
  }
}
