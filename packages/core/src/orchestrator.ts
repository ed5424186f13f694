import type { AnyAction } from './action/action.js'
import { createActionRegistry } from './catalog/action-registry.js'
import type { Catalog } from './catalog/catalog.js'
import { loadDefinition } from './catalog/load-definition.js'
import { abort, retry } from './execution/decide.js'
import { createDefinitions } from './execution/definitions.js'
import { dryRun } from './execution/dry-run.js'
import { DEFAULT_OPTIONS, type Engine, type EngineOptions } from './execution/engine.js'
import { createObservations } from './execution/observations.js'
import type { Orchestrator } from './execution/orchestrator-api.js'
import type { OrchestratorPorts } from './ports/orchestrator-ports.js'
import { find, findLive, logs, wait } from './execution/read.js'
import { createRequestListeners } from './execution/request-listeners.js'
import { type SubmitDependencies, submit } from './execution/submit.js'
import { type Worker, createWorker } from './execution/worker.js'
import { askOptions } from './execution/field-options/ask-options.js'
import type { OptionWorld } from './execution/field-options/field-options.js'
import { createOptionCache } from './execution/field-options/option-cache.js'

/** What `createOrchestrator` is made of. */
export interface OrchestratorSettings {
  /** The catalog that is served now: the value itself, or a function where it is replaced while the program runs. */
  readonly catalog: Catalog | (() => Catalog)
  readonly actions: readonly AnyAction[]
  readonly ports: OrchestratorPorts
  /** Values of the process variables that templates may read as `env.NAME`. Default: none. */
  readonly templateEnv?: Readonly<Record<string, string>>
  readonly options?: Partial<EngineOptions>
}

const LIVE_READ_MS = 2_000
const GRACE_MS = 10_000

const createEngine = (settings: OrchestratorSettings, catalog: () => Catalog, wake: Engine['wake']): Engine => {
  const { ports, templateEnv = {} } = settings
  const actions = createActionRegistry(settings.actions)
  return {
    owner: ports.ids.uuid(),
    options: { ...DEFAULT_OPTIONS, ...settings.options },
    ports,
    listeners: createRequestListeners(),
    observations: createObservations(),
    wake,
    definitions: createDefinitions({
      catalog, actions, store: ports.definitions, clock: ports.clock,
      // A request keeps the document that it was accepted with, so the lenient profile reads it again.
      compile: ({ path, source }) => loadDefinition({ path, source, profile: 'compat', actions, templateEnv: Object.keys(templateEnv) }),
    }),
  }
}

const optionWorldOf = ({ ports, templateEnv = {} }: OrchestratorSettings, catalog: () => Catalog): OptionWorld => ({
  cache: ports.options === undefined ? undefined : createOptionCache(ports.options, ports.clock),
  catalog, requests: ports.requests, env: templateEnv, logger: ports.logger,
})

/** Puts the core together: the one factory for those who embed it. Nothing runs before `start`. */
export const createOrchestrator = (settings: OrchestratorSettings): Orchestrator => {
  const given = settings.catalog
  const catalog = typeof given === 'function' ? given : () => given
  let worker: Worker | undefined
  const engine = createEngine(settings, catalog, (at) => worker?.wake(at))
  const carrying = worker = createWorker(engine)
  const dependencies: SubmitDependencies = { engine, worker: carrying, catalog, env: settings.templateEnv ?? {}, optionWorld: optionWorldOf(settings, catalog) }
  return {
    start: () => {
      carrying.start()
      return Promise.resolve()
    },
    stop: ({ graceMs = GRACE_MS } = {}) => carrying.stop(graceMs),
    submit: (command, options) => submit(dependencies, command, options),
    wake: () => carrying.wake(),
    dryRun: (command) => dryRun(dependencies, command),
    options: (command) => askOptions(dependencies.optionWorld, command),
    retry: (command) => retry(dependencies, command),
    abort: (command) => abort(engine, command),
    find: (requestId, viewer) => find(engine, requestId, viewer),
    findLive: (requestId, viewer, deadlineMs = LIVE_READ_MS) => findLive(engine, requestId, viewer, deadlineMs),
    wait: (requestId, viewer, waitMs, known) => wait(engine, requestId, viewer, waitMs, known),
    logs: logs(engine),
    health: () => carrying.health(),
  }
}
