import { setTimeout as sleep } from 'node:timers/promises'
import { isPaoError } from '@pao/core'
import { systemClock } from '@pao/core/memory'
import type { Clock, FieldCipher, Logger } from '@pao/core/ports'
import { callOf, toResponse } from './answer.js'
import { compose } from './composition-root.js'
import type { Parts } from './composition-root.js'
import type { Config, Environment } from './config.js'
import { prepareDataDirectory } from './data-directory.js'
import { encryptionKeyFile } from './encryption-key-file.js'
import { fieldCipher } from './field-cipher.js'
import { listen } from './listen.js'
import type { Listener } from './listen.js'
import { loadPlugins } from './load-plugins.js'
import { openDatabase } from './open-database.js'
import { startPlayground } from './playground/playground.js'
import type { Playground } from './playground/playground.js'
import { problem } from './problem.js'

/** Where another replica reads the catalog while this one starts with what was served before. */
const BUSY_PATIENCE_MS = 2_000

/** A server that runs. */
export interface Application {
  readonly url: string
  readonly parts: Parts
  readonly playground?: Playground
  /** Ends it cleanly: no new work, executions ended or handed over, the database last. */
  stop(): Promise<void>
}

export interface StartOptions {
  readonly config: Config
  readonly environment: Environment
  readonly logger: Logger
  /** Tells people what is going on, a line at a time. */
  readonly say: (line: string) => void
}

/** What was opened, newest last; closed in the opposite order. A failure to close one is logged and keeps no other open. */
const openings = (logger: Logger) => {
  const open: { readonly name: string; readonly close: () => Promise<void> }[] = []
  return {
    add: (name: string, close: () => Promise<void>) => { open.push({ name, close }) },
    closeAll: async () => {
      for (const { name, close } of open.splice(0).reverse()) {
        await close().catch((error: unknown) => { logger.error({ err: error, part: name }, 'a part did not close cleanly') })
      }
    },
  }
}

type Openings = ReturnType<typeof openings>

/** The port is opened first, so that a taken one is said before anything is started; until all is ready it answers 503. */
const openPort = async (config: Config, clock: Clock): Promise<{ readonly listener: Listener; serve: Parts['server']['fetch'] }> => {
  const starting = problem('SERVICE_UNAVAILABLE', 'The server is starting.', { headers: { 'retry-after': '1' } })
  const door = { serve: (request: Request): Promise<Response> => Promise.resolve(toResponse(starting, callOf(request, clock.now()))) }
  const listener = await listen(config, (request) => door.serve(request))
  return Object.assign(door, { listener })
}

const openCipher = async (config: Config): Promise<FieldCipher | undefined> => {
  if (config.encryptionKey !== undefined) return fieldCipher(config.encryptionKey)
  // A database elsewhere outlives this directory, and what was sealed with a lost key with it: then the key must be given.
  return config.databaseUrl === undefined ? fieldCipher(await encryptionKeyFile(config.dataDirectory)) : undefined
}

const openPlayground = async ({ config, say }: StartOptions, clock: Clock): Promise<Playground | undefined> => {
  if (!config.playground) return undefined
  const playground = await startPlayground({ dataDirectory: config.dataDirectory, resolveSeconds: config.playgroundResolveSeconds, now: () => clock.now() })
  say(`Playground: Jira (${playground.jira.url}) and the provisioning API (${playground.provisioningUrl}) are fakes on this machine; nothing real is made.`)
  return playground
}

const warnOfMissingVariables = ({ config, environment, logger }: StartOptions): void => {
  const missing = config.templateEnv.filter((name) => environment[name] === undefined)
  if (missing.length > 0) logger.warn({ missing }, 'PAO_TEMPLATE_ENV lists variables that are not set')
}

/** Where the source is out, what was served before is served; without that there is nothing to start with. False: the source could not be read. */
const loadCatalog = async ({ catalog, source }: Parts, { logger, say }: StartOptions): Promise<boolean> => {
  const isRestored = await catalog.follow()
  try {
    const { items, orderable, files, issues } = await catalog.refresh({ rebuild: true, ...(isRestored ? { patienceMs: BUSY_PATIENCE_MS } : {}) })
    const errors = issues.filter(({ severity }) => severity === 'error').length
    say(`Catalog: ${items} items (${orderable} orderable) from ${files} files in ${source.description}${errors === 0 ? '' : `; ${errors} errors, see the log`}.`)
    return true
  } catch (error) {
    if (!isRestored || !isPaoError(error, 'CATALOG_UNAVAILABLE')) throw error
    logger.warn({ err: error }, 'the catalog could not be read; what was served before is served')
    say(`Catalog: ${catalog.report().items} items as they were served before; ${error.message}`)
    return false
  }
}

const start = async (options: StartOptions, opened: Openings): Promise<Application> => {
  const { config, environment, logger, say } = options
  const clock = systemClock()
  const plugins = await loadPlugins(config)
  if (plugins.length > 0) say(`Plugins: ${plugins.map(({ plugin }) => `${plugin.name} ${plugin.version}`).join(', ')}.`)
  const door = await openPort(config, clock)
  opened.add('port', () => door.listener.close(0))
  if (config.databaseUrl === undefined || config.playground) await prepareDataDirectory(config.dataDirectory)
  if (config.databaseUrl === undefined) say('Starting the embedded PostgreSQL …')
  const database = await openDatabase(config, logger)
  opened.add('database', () => database.stop())
  say(`Database: ${database.description}.`)
  const playground = await openPlayground(options, clock)
  if (playground !== undefined) opened.add('playground', () => playground.stop())
  const cipher = await openCipher(config)
  if (cipher === undefined) logger.warn({}, 'PAO_ENCRYPTION_KEY is not set: items with password fields cannot be ordered')
  warnOfMissingVariables(options)
  const parts = compose({
    config, environment, logger, clock, stores: database.stores, plugins, ...(cipher === undefined ? {} : { cipher }), ...(playground === undefined ? {} : { playground }),
  })
  opened.add('health', async () => Promise.resolve(parts.health.stop()))
  opened.add('outgoing HTTP', () => Promise.race([parts.http.close(), sleep(config.shutdownMs, undefined, { ref: false })]))
  const isRead = await loadCatalog(parts, options)
  parts.sync.start({ failed: !isRead })
  opened.add('catalog', () => parts.sync.stop())
  parts.checks.start()
  opened.add('health checks', () => parts.checks.stop())
  await parts.orchestrator.start()
  opened.add('worker', async () => {
    parts.health.stopAccepting()
    await Promise.all([parts.orchestrator.stop({ graceMs: config.shutdownMs }), door.listener.close(config.shutdownMs)])
  })
  door.serve = parts.server.fetch
  // Behind the start, so that the first search does not wait for it; where this fails that search tries again.
  parts.search.synced().catch((error: unknown) => { logger.warn({ err: error }, 'the search index does not know the catalog yet') })
  return { url: `${door.listener.url}${config.basePath}`, parts, ...(playground === undefined ? {} : { playground }), stop: () => opened.closeAll() }
}

/** Starts everything, in the order in which one part needs the other. What was opened is closed again when a later part fails. */
export const startApplication = async (options: StartOptions): Promise<Application> => {
  const opened = openings(options.logger)
  try {
    return await start(options, opened)
  } catch (error) {
    await opened.closeAll()
    throw error
  }
}
