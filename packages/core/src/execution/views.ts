import type { StoredRequest } from '../ports/request-store.js'
import type { Engine } from './engine.js'
import type { RequestView } from './orchestrator-api.js'

/** A stored request with what this process saw outside since. */
export const viewOf = (engine: Engine, stored: StoredRequest): RequestView => ({ ...stored, observed: engine.observations.of(stored.request.id) })
