import type { OrchestratorPorts } from '../ports/orchestrator-ports.js'
import { PaoError } from '../errors.js'
import { memorySecrets } from './memory-secrets.js'
import { memoryStores } from './memory-stores.js'
import { silentLogger } from './silent-logger.js'
import { systemClock } from './system-clock.js'
import { systemIds } from './system-ids.js'

const refuse = (): Promise<never> => Promise.reject(new PaoError('EGRESS_REFUSED', 'no HTTP client was given: pass `http` to make calls'))

/** Every port that `createOrchestrator` needs, in memory: nothing survives the process, no call leaves it. Any port can be given instead. */
export const memoryPorts = (ports: Partial<OrchestratorPorts> = {}): OrchestratorPorts => {
  const clock = ports.clock ?? systemClock()
  return {
    ...memoryStores(clock), secrets: memorySecrets({}), http: { request: refuse }, clock, ids: systemIds(), logger: silentLogger(), ...ports,
  }
}
