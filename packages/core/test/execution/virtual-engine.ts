import type { AnyAction } from '../../src/action/action.js'
import { createActionRegistry } from '../../src/catalog/action-registry.js'
import { createCatalog } from '../../src/catalog/catalog.js'
import type { Orchestrator } from '../../src/execution/orchestrator-api.js'
import type { JsonObject } from '../../src/json.js'
import { type MemoryStores, memoryPorts, memoryStores } from '../../src/memory/index.js'
import { createOrchestrator } from '../../src/orchestrator.js'
import type { OrchestratorPorts } from '../../src/ports/orchestrator-ports.js'
import type { ServiceRequest } from '../../src/request/service-request.js'
import { ada } from './engine-fixture.js'
import { type VirtualClock, virtualClock } from '@pao/testing'

export const LEASE_MS = 6_000

/** One store and one clock that no real time moves, and the engines on them. */
export interface VirtualWorld {
  readonly clock: VirtualClock
  readonly stores: MemoryStores
  /** A process on this store; `over`: ports that it reaches in another way. */
  engine(actions: readonly AnyAction[], over?: Partial<OrchestratorPorts>): Promise<Orchestrator>
  /** The id of an accepted request. */
  submit(orchestrator: Orchestrator, fields?: JsonObject): Promise<string>
  load(requestId: string): Promise<ServiceRequest>
  /** Lets time pass until the request is in one of these states; throws when that takes longer than `atMostMs` (default a minute). */
  reaches(requestId: string, states: readonly ServiceRequest['status']['state'][], atMostMs?: number): Promise<ServiceRequest>
  types(requestId: string): Promise<readonly string[]>
}

export const virtualWorld = (source: string): VirtualWorld => {
  const clock = virtualClock()
  const stores = memoryStores(clock)
  const load = async (requestId: string): Promise<ServiceRequest> => {
    const stored = await stores.requests.load(requestId)
    if (stored === undefined) throw new Error(`${requestId} is not stored`)
    return stored.request
  }
  return {
    clock, stores, load,
    engine: async (actions, over = {}) => {
      const catalog = createCatalog([{ path: 'test-item.yaml', source }], { profile: 'compat', actions: createActionRegistry(actions), templateEnv: [] })
      const orchestrator = createOrchestrator({ catalog, actions, ports: memoryPorts({ ...stores, clock, ...over }), options: { workers: 4, leaseMs: LEASE_MS, pollMs: 1_000 } })
      await orchestrator.start()
      await clock.advance(0)
      return orchestrator
    },
    submit: async (orchestrator, fields = { name: 'one' }) => {
      const answer = await clock.until(orchestrator.submit({ caller: ada, itemId: 'test-item', fields }))
      if (answer.kind !== 'accepted') throw new Error(`not accepted: ${JSON.stringify(answer)}`)
      return answer.request.request.id
    },
    reaches: async (requestId, states, atMostMs = 60_000) => {
      const there = await clock.advanceUntil(async () => states.includes((await load(requestId)).status.state), atMostMs)
      const request = await load(requestId)
      if (!there) throw new Error(`still ${JSON.stringify(request.status)}: ${JSON.stringify(request.steps)}`)
      return request
    },
    types: async (requestId) => (await stores.requests.history(requestId)).flatMap((entry) => entry.types),
  }
}
