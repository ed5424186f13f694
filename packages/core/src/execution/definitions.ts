import type { ActionRegistry } from '../catalog/action-registry.js'
import type { Catalog } from '../catalog/catalog.js'
import type { LoadedItem } from '../catalog/loaded-item.js'
import type { CatalogDefinition, CatalogDefinitions } from '../ports/catalog-definitions.js'
import type { Clock } from '../ports/clock.js'
import type { Plan } from '../request/plan.js'
import type { ServiceRequest } from '../request/service-request.js'
import type { Blueprint, Blueprints } from './blueprint.js'

/** What of a request says which document it is pinned to. */
export type Pinned = Pick<ServiceRequest, 'accepted' | 'revision'>

/** Document versions by hash, whether they are served now or only pinned by a request. */
export interface Definitions {
  /** The steps that a request's plan was made of, where they are known without asking the store. */
  known(request: Pinned): Blueprints | undefined
  /** The steps that a request's plan was made of. */
  of(request: Pinned): Promise<Blueprints>
  /** The document that a request is pinned to. Undefined when it cannot be compiled any more. */
  loaded(request: Pinned): Promise<LoadedItem | undefined>
  /** Stores a document before the first request is pinned to it. */
  keep(loaded: LoadedItem): Promise<void>
}

const MOST_COMPILED = 2_000

const definitionOf = ({ hash, kind, item, path, source }: LoadedItem): CatalogDefinition =>
  ({ hash, kind, itemId: item.id, version: item.version, path, source })

/** The steps of a plan as the document says them, each made when it is first asked for. */
export const blueprintsOf = (loaded: LoadedItem | undefined, plan: Plan, actions: ActionRegistry): Blueprints => {
  const known = new Map<string, Blueprint | undefined>()
  const make = (id: string): Blueprint | undefined => {
    const step = loaded?.stepOf(plan.mode, id)
    const action = actions.get(plan.steps.find((planned) => planned.id === id)?.action ?? '')
    if (loaded === undefined || step === undefined || action === undefined) return undefined
    const { references } = step.config
    const secretNames = references.flatMap(({ scope, path }) => scope === 'secrets' && path[0] !== undefined ? [path[0]] : [])
    const readsAllFields = references.some(({ scope, path }) => scope === 'fields' && path.length === 0)
    const { view, addition } = step
    const named = references.flatMap(({ scope, path: [field] }) => scope === 'fields' && field !== undefined ? [field] : [])
    const readFields = new Set(view === undefined ? named : named.flatMap((field) => view.sourcesOf(field)))
    return {
      action, config: step.config, ...(view === undefined ? {} : { view }), ...(addition === undefined ? {} : { addition }), conditions: step.definition.conditions, secretNames: [...new Set(secretNames)],
      sealedFields: loaded.sealedFields.filter((field) => readsAllFields || readFields.has(field)),
    }
  }
  return (id) => {
    if (!known.has(id)) known.set(id, make(id))
    return known.get(id)
  }
}

/**
 * Compiles what is served once and what is only pinned when it is asked for. `compile` is the catalog's loader with the actions and settings
 * of this program.
 */
export const createDefinitions = (options: {
  readonly catalog: () => Catalog
  readonly actions: ActionRegistry
  readonly store: CatalogDefinitions
  readonly clock: Clock
  readonly compile: (definition: CatalogDefinition) => LoadedItem | undefined
}): Definitions => {
  const { catalog, actions, store, clock, compile } = options
  const pinned = new Map<string, LoadedItem>()
  const kept = new Set<string>()
  const blueprints = new WeakMap<LoadedItem, Map<Plan['mode'], Blueprints>>()

  const remembered = ({ accepted }: Pinned): LoadedItem | undefined => {
    const { id, definitionHash: hash } = accepted.subject
    const served = catalog().get(id)
    return served?.hash === hash ? served : pinned.get(hash)
  }

  const find = async (request: Pinned): Promise<LoadedItem | undefined> => {
    const known = remembered(request)
    if (known !== undefined) return known
    const hash = request.accepted.subject.definitionHash
    const definition = await store.find(hash)
    const loaded = definition === undefined ? undefined : compile(definition)
    if (loaded === undefined) return undefined
    if (pinned.size >= MOST_COMPILED) pinned.delete(pinned.keys().next().value ?? hash)
    pinned.set(hash, loaded)
    return loaded
  }

  const forPlan = (loaded: LoadedItem | undefined, plan: Plan): Blueprints => {
    if (loaded === undefined) return () => undefined
    const byMode = blueprints.get(loaded) ?? new Map<Plan['mode'], Blueprints>()
    const known = byMode.get(plan.mode)
    if (known !== undefined) return known
    const made = blueprintsOf(loaded, plan, actions)
    blueprints.set(loaded, byMode.set(plan.mode, made))
    return made
  }

  return {
    known: (request) => {
      const loaded = remembered(request)
      return loaded === undefined ? undefined : forPlan(loaded, request.revision.plan)
    },
    of: async (request) => forPlan(await find(request), request.revision.plan),
    loaded: find,
    keep: async (loaded) => {
      if (kept.has(loaded.hash)) return
      await store.keep([definitionOf(loaded)], clock.now())
      kept.add(loaded.hash)
    },
  }
}
