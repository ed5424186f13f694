import type { Catalog, Orchestrator, OrchestratorPorts } from '@pao/core'
import type { SearchIndex } from '@pao/core/ports'
import { createApi } from './app.js'
import type { Authenticator } from './authenticator.js'
import type { Health } from './dependencies.js'
import { workerHealth } from './health.js'
import { hostAuthenticator } from './host-authenticator.js'
import { indexedCatalog } from './indexed-catalog.js'
import { plainCatalog } from './plain-catalog.js'
import type { Server, ServerOptions } from './server.js'
import { version } from './version.js'

/** What the API is made of: what `createOrchestrator` was given, and its answer. */
export interface ServerDependencies {
  readonly orchestrator: Pick<Orchestrator, 'submit' | 'dryRun' | 'options' | 'retry' | 'abort' | 'find' | 'findLive' | 'wait' | 'logs' | 'health'>
  /** The same as the orchestrator's: the value itself, or a function where it is replaced while the program runs. */
  readonly catalog: Catalog | (() => Catalog)
  /** The same as the orchestrator's. Without `cipher` items with password fields are shown as not orderable. */
  readonly ports: Pick<OrchestratorPorts, 'requests' | 'clock' | 'logger' | 'cipher'>
  /** What `GET /catalog/search` asks; it follows the catalog by itself. Default: words are looked for as they are written, and not ranked. */
  readonly search?: SearchIndex
  /** Who calls. Default: whom the host names with each call, and nobody else (401). */
  readonly authenticator?: Authenticator
  /** What `/health` and `/health/ready` tell. Default: whether the orchestrator's loop runs. */
  readonly health?: Health
}

const healthOf = ({ orchestrator, ports: { clock } }: ServerDependencies): Health => ({
  components: () => ({ worker: workerHealth(orchestrator.health(), clock.now()) }),
  accepting: () => true,
})

/**
 * Makes the REST API over an orchestrator, to be mounted in a program of one's own: `fetch` from request to response, nothing else. It listens
 * nowhere, starts nothing and owns nothing. Throws CONFIGURATION for a base path that is none.
 */
export const createServer = (dependencies: ServerDependencies, options: ServerOptions = {}): Server => {
  const { orchestrator, catalog, search, ports: { requests, logger, clock, cipher }, authenticator = hostAuthenticator(), health = healthOf(dependencies) } = dependencies
  const now = (): number => clock.now()
  const current = typeof catalog === 'function' ? catalog : () => catalog
  return createApi({
    orchestrator, requests, authenticator, health, logger, now, version,
    ...(search === undefined ? {} : { search: indexedCatalog(search, current) }),
    catalog: plainCatalog(current, { sealing: cipher !== undefined, now }),
  }, options)
}
