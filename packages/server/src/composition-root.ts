import 'reflect-metadata'
import { randomUUID } from 'node:crypto'
import { restApiAction } from '@pao/action-rest'
import { jiraTicketAction } from '@pao/action-jira'
import type { JiraConnection } from '@pao/action-jira'
import { httpClient, httpOptionSource, parseEgressAllow, tcpProbe } from '@pao/adapters-http'
import type { ClosableHttpClient } from '@pao/adapters-http'
import { miniSearchIndex } from '@pao/adapters-minisearch'
import type { PostgresStores } from '@pao/adapters-postgres'
import { createOrchestrator } from '@pao/core'
import type { Orchestrator } from '@pao/core'
import type { AnyAction } from '@pao/core/action'
import { systemIds } from '@pao/core/memory'
import { setUpPlugins } from '@pao/core/plugin'
import type { CheckedPlugin, InstalledPlugins } from '@pao/core/plugin'
import type { CatalogSource, Clock, FieldCipher, Logger, SecretSource } from '@pao/core/ports'
import { Container, ContainerModule } from 'inversify'
import { createApi } from './app.js'
import { serviceBreakers } from './breakers.js'
import type { ServiceBreakers } from './breakers.js'
import { createCatalogSync } from './catalog-sync.js'
import type { CatalogSync } from './catalog-sync.js'
import type { Config, Environment } from './config.js'
import { devAuthenticator } from './dev-authenticator.js'
import { folderCatalogSource } from './folder-catalog-source.js'
import { watchHealth } from './health.js'
import type { HealthWatch } from './health.js'
import { createHealthChecks } from './health-checks.js'
import type { HealthChecks } from './health-checks.js'
import { indexedCatalog } from './indexed-catalog.js'
import type { IndexedCatalog } from './indexed-catalog.js'
import { itemHealth } from './item-health.js'
import { pluginProblem } from './load-plugins.js'
import type { Playground } from './playground/playground.js'
import { environmentSecrets } from './secret-source.js'
import { createServedCatalog } from './served-catalog.js'
import type { ServedCatalog } from './served-catalog.js'
import type { Server } from './server.js'
import { StartProblems } from './start-problems.js'
import { version } from './version.js'
import { webhookDoors } from './webhook-doors.js'

/** What was opened before the parts are put together. */
export interface Foundations {
  readonly config: Config
  readonly environment: Environment
  readonly logger: Logger
  readonly clock: Clock
  readonly stores: PostgresStores
  readonly plugins: readonly CheckedPlugin[]
  /** Absent: items with password fields cannot be ordered. */
  readonly cipher?: FieldCipher
  /** Absent: nothing is a fake. */
  readonly playground?: Playground
}

/** The parts that a process starts and stops. */
export interface Parts {
  readonly server: Server
  readonly orchestrator: Orchestrator
  readonly catalog: ServedCatalog
  /** Where its documents come from. */
  readonly source: CatalogSource
  /** Keeps the catalog as its source is; to be started and stopped. */
  readonly sync: CatalogSync
  readonly search: IndexedCatalog
  readonly health: HealthWatch
  /** Looks at what documents want to be looked at; to be started and stopped. */
  readonly checks: HealthChecks
  readonly http: ClosableHttpClient
}

const FOUNDATIONS = Symbol('foundations')
const SECRETS = Symbol('secrets')
const TEMPLATE_ENV = Symbol('template environment')
const HTTP = Symbol('http')
const BREAKERS = Symbol('service breakers')
const CHECKS = Symbol('health checks')
const OWN_ACTIONS = Symbol('own actions')
const PLUGINS = Symbol('plugins')
const ACTIONS = Symbol('actions')
const SOURCE = Symbol('catalog source')
const CATALOG = Symbol('catalog')
const SYNC = Symbol('catalog sync')
const SEARCH = Symbol('search')
const ORCHESTRATOR = Symbol('orchestrator')
const HEALTH = Symbol('health')
const SERVER = Symbol('server')
const PARTS = Symbol('parts')

const PLAYGROUND_TOKEN = 'PAO_PLAYGROUND_JIRA_TOKEN'

const secretsOf = ({ environment, playground }: Foundations): SecretSource => environmentSecrets(environment, {
  ...(environment['JIRA_API_TOKEN'] === undefined ? {} : { JIRA_API_TOKEN: environment['JIRA_API_TOKEN'] }),
  ...(playground === undefined ? {} : { [PLAYGROUND_TOKEN]: playground.jira.token }),
})

const templateEnvOf = ({ config, environment, playground }: Foundations): Readonly<Record<string, string>> => ({
  ...Object.fromEntries(config.templateEnv.flatMap((name) => (environment[name] === undefined ? [] : [[name, environment[name]]]))),
  ...playground?.env,
})

const connectionsOf = ({ config, playground }: Foundations): readonly JiraConnection[] =>
  playground === undefined
    ? config.jira
    : [{ name: 'playground', baseUrl: playground.jira.url, email: playground.jira.email, tokenSecret: PLAYGROUND_TOKEN, pollEveryMs: 1000 }]

/** What the plugins provide. One that is unfit keeps the program from starting: somebody asked for it. */
const installed = ({ config, logger, clock, plugins }: Foundations, actions: readonly AnyAction[], secrets: SecretSource, http: ClosableHttpClient): InstalledPlugins => {
  const answer = setUpPlugins(plugins, { logger, clock, secrets, http, actions })
  const problems = answer.issues.map(pluginProblem)
  if (answer.catalogSource !== undefined && config.catalogGiven) problems.push('A plugin of the configuration file gives the catalog, and PAO_CATALOG names a folder: unset PAO_CATALOG, or remove the plugin. [plugin-catalog-source]')
  if (problems.length > 0) throw new StartProblems(problems)
  return answer
}

const egressOf = ({ config, playground }: { readonly config: Config; readonly playground: Playground | undefined }) =>
  [...parseEgressAllow(config.egressAllow), ...parseEgressAllow(playground?.egress.join(',') ?? '')]

/** What calls the outside. */
const outside = new ContainerModule(({ bind }) => {
  bind<SecretSource>(SECRETS).toResolvedValue(secretsOf, [FOUNDATIONS]).inSingletonScope()
  bind<Readonly<Record<string, string>>>(TEMPLATE_ENV).toResolvedValue(templateEnvOf, [FOUNDATIONS]).inSingletonScope()
  bind<ClosableHttpClient>(HTTP).toResolvedValue(({ config, playground }: Foundations) =>
    httpClient({ egress: egressOf({ config, playground }) }), [FOUNDATIONS]).inSingletonScope()
  bind<ServiceBreakers>(BREAKERS).toResolvedValue(({ clock }: Foundations, env: Readonly<Record<string, string>>) => serviceBreakers({ now: () => clock.now(), env }), [FOUNDATIONS, TEMPLATE_ENV]).inSingletonScope()
  bind<readonly AnyAction[]>(OWN_ACTIONS).toResolvedValue((foundations: Foundations) =>
    [restApiAction(), jiraTicketAction({ connections: connectionsOf(foundations) })], [FOUNDATIONS]).inSingletonScope()
  bind<InstalledPlugins>(PLUGINS).toResolvedValue(installed, [FOUNDATIONS, OWN_ACTIONS, SECRETS, HTTP]).inSingletonScope()
  bind<readonly AnyAction[]>(ACTIONS).toResolvedValue((own: readonly AnyAction[], { actions }: InstalledPlugins) => [...own, ...actions], [OWN_ACTIONS, PLUGINS]).inSingletonScope()
  bind<CatalogSource>(SOURCE).toResolvedValue(({ config }: Foundations, { catalogSource }: InstalledPlugins) => catalogSource ?? folderCatalogSource(config.catalogDirectory), [FOUNDATIONS, PLUGINS]).inSingletonScope()
})

/** The core over its ports. */
const core = new ContainerModule(({ bind }) => {
  bind<ServedCatalog>(CATALOG).toResolvedValue(
    ({ config, logger, clock, stores, cipher }: Foundations, source: CatalogSource, actions: readonly AnyAction[], templateEnv: Readonly<Record<string, string>>) => createServedCatalog({
      source, profile: config.catalogProfile, actions, templateEnv: Object.keys(templateEnv), syncs: stores.syncs, owner: randomUUID(), architectureTeam: config.architectureTeam,
      sealing: cipher !== undefined, clock, logger,
    }), [FOUNDATIONS, SOURCE, ACTIONS, TEMPLATE_ENV]).inSingletonScope()
  bind<CatalogSync>(SYNC).toResolvedValue(({ config, logger, clock }: Foundations, catalog: ServedCatalog, source: CatalogSource) =>
    createCatalogSync({ catalog, source, clock, logger, pollMs: config.pollMs }), [FOUNDATIONS, CATALOG, SOURCE]).inSingletonScope()
  bind<IndexedCatalog>(SEARCH).toResolvedValue((catalog: ServedCatalog) => indexedCatalog(miniSearchIndex(), () => catalog.current()), [CATALOG]).inSingletonScope()
  bind<Orchestrator>(ORCHESTRATOR).toResolvedValue(
    ({ config, logger, clock, stores, cipher }: Foundations, catalog: ServedCatalog, actions: readonly AnyAction[], templateEnv: Readonly<Record<string, string>>, secrets: SecretSource, http: ClosableHttpClient, breakers: ServiceBreakers) =>
      createOrchestrator({
        catalog: () => catalog.current(), actions, templateEnv,
        ports: {
          requests: stores.requests, claims: stores.claims, checkpoints: stores.checkpoints, logs: stores.logs, definitions: stores.definitions,
          secrets, http: breakers.watched(http), clock, logger, ids: systemIds(), options: httpOptionSource({ http, secrets, ...(config.optionsBaseUrl === undefined ? {} : { baseUrl: config.optionsBaseUrl }) }), ...(cipher === undefined ? {} : { cipher }),
        },
        options: { workers: config.workers, leaseMs: config.leaseMs },
      }), [FOUNDATIONS, CATALOG, ACTIONS, TEMPLATE_ENV, SECRETS, HTTP, BREAKERS]).inSingletonScope()
  bind<HealthChecks>(CHECKS).toResolvedValue(({ config, playground, clock, logger }: Foundations, catalog: ServedCatalog, env: Readonly<Record<string, string>>, http: ClosableHttpClient) =>
    createHealthChecks({ catalog: () => catalog.current(), http, tcp: tcpProbe({ egress: egressOf({ config, playground }) }), env, clock, fraction: systemIds().fraction, logger }),
  [FOUNDATIONS, CATALOG, TEMPLATE_ENV, HTTP]).inSingletonScope()
})

/** What people reach. */
const api = new ContainerModule(({ bind }) => {
  bind<HealthWatch>(HEALTH).toResolvedValue(({ stores, clock }: Foundations, orchestrator: Orchestrator, catalog: ServedCatalog) =>
    watchHealth({ ping: () => stores.ping(), orchestrator, catalog, clock }), [FOUNDATIONS, ORCHESTRATOR, CATALOG]).inSingletonScope()
  bind<Server>(SERVER).toResolvedValue(
    ({ config, logger, clock, stores, playground }: Foundations, orchestrator: Orchestrator, catalog: ServedCatalog, sync: CatalogSync, search: IndexedCatalog, health: HealthWatch, breakers: ServiceBreakers, checks: HealthChecks) => createApi({
      orchestrator, requests: stores.requests, catalog, search, health, logger, version, authenticator: devAuthenticator(), now: () => clock.now(),
      itemHealth: itemHealth(breakers, checks),
      webhooks: webhookDoors(config.webhooks, { firstSeen: stores.syncs.firstSeen, pushed: sync.pushed }),
      ...(playground === undefined ? {} : { playground: { jiraUrl: playground.jira.url, provisioningUrl: playground.provisioningUrl, resolve: (key, status) => playground.resolve(key, status) } }),
    }, { basePath: config.basePath }), [FOUNDATIONS, ORCHESTRATOR, CATALOG, SYNC, SEARCH, HEALTH, BREAKERS, CHECKS]).inSingletonScope()
  bind<Parts>(PARTS).toResolvedValue((server: Server, orchestrator: Orchestrator, catalog: ServedCatalog, source: CatalogSource, sync: CatalogSync, search: IndexedCatalog, health: HealthWatch, checks: HealthChecks, http: ClosableHttpClient): Parts =>
    ({ server, orchestrator, catalog, source, sync, search, health, checks, http }), [SERVER, ORCHESTRATOR, CATALOG, SOURCE, SYNC, SEARCH, HEALTH, CHECKS, HTTP]).inSingletonScope()
})

/** Puts the program together. Nothing listens, nothing is carried and nothing is read by it, except that health begins to ask the database. */
export const compose = (foundations: Foundations): Parts => {
  const container = new Container()
  container.load(new ContainerModule(({ bind }) => { bind<Foundations>(FOUNDATIONS).toResolvedValue(() => foundations).inSingletonScope() }), outside, core, api)
  return container.get<Parts>(PARTS)
}
