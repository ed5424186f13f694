import type { HttpClient } from '../../../src/action/http.js'
import { createActionRegistry } from '../../../src/catalog/action-registry.js'
import { createCatalog } from '../../../src/catalog/catalog.js'
import type { Orchestrator } from '../../../src/execution/orchestrator-api.js'
import { memoryCatalogDefinitions } from '../../../src/memory/memory-catalog-definitions.js'
import { memoryCatalogSyncs } from '../../../src/memory/memory-catalog-syncs.js'
import { memoryClaims } from '../../../src/memory/memory-claims.js'
import { memoryRequestStore } from '../../../src/memory/memory-request-store.js'
import { type MemoryState, createMemoryState } from '../../../src/memory/memory-state.js'
import { memoryStepCheckpoints } from '../../../src/memory/memory-step-checkpoints.js'
import { memoryStepLogs } from '../../../src/memory/memory-step-logs.js'
import type { MemoryStores } from '../../../src/memory/index.js'
import { memorySecrets } from '../../../src/memory/memory-secrets.js'
import { createOrchestrator } from '../../../src/orchestrator.js'
import type { FieldCipher } from '../../../src/ports/field-cipher.js'
import type { Logger } from '../../../src/ports/logger.js'
import type { OrchestratorPorts } from '../../../src/ports/orchestrator-ports.js'
import { countedIds } from '../counted-ids.js'
import { type VirtualClock, virtualClock } from '@pao/testing'
import { type Performance, actionsOf, declarations } from './actions.js'
import { type Clerk, createClerk } from './clerk.js'
import type { Begun, Client, Evidence, Reading } from './evidence.js'
import { fakeCipher } from './fake-cipher.js'
import { type SimulatedItem, itemOf } from './items.js'
import { createPerformance, vendorHttp } from './performing.js'
import { type FaultOf, type Process, createProcess } from './process.js'
import { LEASE_MS, type Scenario, type StepScript } from './scenario.js'
import { type Tap, tapStores } from './tapped-stores.js'
import { type Vendor, createVendor } from './vendor.js'

/** A part of the product that is broken on purpose: what the checks of the invariants are tried with. */
export interface Mutant {
  readonly stores?: (stores: MemoryStores, state: MemoryState) => MemoryStores
  readonly cipher?: (cipher: FieldCipher) => FieldCipher
  readonly http?: (http: HttpClient) => HttpClient
  readonly performance?: (performance: Performance) => Performance
  readonly orchestrator?: (orchestrator: Orchestrator) => Orchestrator
}

export interface Replica {
  readonly process: Process
  readonly orchestrator: Orchestrator
}

/** The world of one run: a store, a clock, processes on them, a vendor, and all that is seen of them. */
export interface World {
  readonly scenario: Scenario
  readonly item: SimulatedItem
  readonly clock: VirtualClock
  readonly state: MemoryState
  readonly vendor: Vendor
  readonly tap: Tap
  readonly clerk: Clerk
  readonly clients: Client[]
  readonly readings: Reading[]
  readonly decisions: { readonly requestId: string; readonly version: number }[]
  readonly saidAbsent: Map<string, number>
  readonly stuck: string[]
  readonly errors: string[]
  /** Notes what somebody was told, where there is a secret that it could hold. */
  tell(line: () => string): void
  readonly password: string
  /** Processes that live and take requests. */
  alive(): readonly Replica[]
  /** Nobody is frozen, and nobody works at the vendor. */
  isStill(): boolean
  boot(): Promise<void>
  /** From now on nothing goes wrong any more. */
  calm(): void
  /** From now on nobody is replaced. */
  close(): void
  reached(what: string): void
  trace(line: () => string): void
  evidence(): Evidence
}

export const OPTIONS = { workers: 3, leaseMs: LEASE_MS, pollMs: 5_000 }
const REPLACED_AFTER_MS = 2_000
/** In these worlds a value that is changed after it was written is found out; copies cost as much as the engine itself. */
const COPIES_EVERY = 32

const NOTHING_SAID: StepScript = { findable: true, runs: [], others: [] }

const storesOf = (state: MemoryState): MemoryStores => ({
  requests: memoryRequestStore(state), claims: memoryClaims(state), checkpoints: memoryStepCheckpoints(state), logs: memoryStepLogs(state), definitions: memoryCatalogDefinitions(state), syncs: memoryCatalogSyncs(state),
})

const nothing = createCatalog([], { profile: 'compat', actions: createActionRegistry(declarations), templateEnv: [] })

const textOf = (value: unknown): string => value instanceof Error ? `${value.message} ${JSON.stringify(value)}` : JSON.stringify(value)

export const createWorld = (scenario: Scenario, mutant: Mutant = {}, tracer?: (line: string) => void): World => {
  const clock = virtualClock()
  const state = createMemoryState(clock, scenario.seed % COPIES_EVERY === 0 ? undefined : (value) => value)
  const item = itemOf(scenario.item)
  let count = 0
  const sequence = (): number => count += 1
  const vendor = createVendor(sequence)
  const reachedSet = new Set<string>()
  const reached = (what: string): void => { reachedSet.add(what) }
  const stores = mutant.stores?.(storesOf(state), state) ?? storesOf(state)
  const tap = tapStores(stores, state, sequence, reached)
  const ids = countedIds()
  const cipher = mutant.cipher?.(fakeCipher()) ?? fakeCipher()
  const [password, secret] = [`canary-password-${scenario.seed}`, `canary-secret-${scenario.seed}`]
  const secrets = memorySecrets({ TOKEN: secret })
  const begun: Begun[] = []
  const told: string[] = []
  const errors: string[] = []
  const clients: Client[] = []
  const readings: Reading[] = []
  const decisions: { readonly requestId: string; readonly version: number }[] = []
  const saidAbsent = new Map<string, number>()
  const stuck: string[] = []
  const replicas: Replica[] = []
  const calls = new Map<string, number>()
  const turns = new Map<string, number>()
  const counted = (of: Map<string, number>, what: string): number => {
    const before = of.get(what) ?? 0
    of.set(what, before + 1)
    return before
  }
  let chaos = true
  let closed = false

  const tell = (line: () => string): void => { if (item.hasSecrets) told.push(line()) }
  const trace = (line: () => string): void => { tracer?.(`${clock.now()} ${line()}`) }

  const faulty = new Set(scenario.faults.map(({ method }) => method))
  const faultOf: FaultOf = (method, process) => {
    if (!faulty.has(method) && tracer === undefined) return undefined
    const call = counted(calls, method)
    const fault = chaos ? scenario.faults.find((planned) => planned.method === method && planned.call === call)?.fault : undefined
    if (fault !== undefined) {
      reached(fault.kind)
      reached(method)
      reached(`${method} ${fault.kind.endsWith('before') ? 'before' : 'after'}`)
    }
    trace(() => `${process.name} ${method} ${call} ${fault?.kind ?? ''}`)
    return fault
  }

  const log = (level: string) => (fields: Readonly<Record<string, unknown>>, message: string): void => {
    const line = (): string => `${level} ${message} ${Object.values(fields).map(textOf).join(' ')}`
    tell(line)
    trace(line)
    if (level === 'error') errors.push(`${line()} ${fields['error'] instanceof Error ? fields['error'].stack ?? '' : ''}`)
  }
  const logger: Logger = { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') }

  const portsOf = (process: Process): OrchestratorPorts => {
    const http = mutant.http?.(vendorHttp(vendor, process.name)) ?? vendorHttp(vendor, process.name)
    const own = { requests: tap.requests, claims: tap.claims, checkpoints: stores.checkpoints, logs: stores.logs, definitions: stores.definitions, secrets, cipher, http }
    return { ...process.faulty(own, faultOf), clock: process.clock, ids, logger }
  }

  const called = (key: string, attempt: number): void => {
    trace(() => `runs ${key} ${attempt}`)
    begun.push({ sequence: sequence(), key, attempt, row: state.rows.get(key.slice('req-'.length, 'req-'.length + 36)) })
  }

  const start = async (process: Process): Promise<void> => {
    const scriptOf = (step: string): StepScript => scenario.steps[Number(step.slice('step-'.length))] ?? scenario.steps[0] ?? NOTHING_SAID
    const performance = createPerformance({ process, vendor, scriptOf, chaos: () => chaos, turn: (what) => counted(turns, what), reached, called })
    const actions = actionsOf(mutant.performance?.(performance) ?? performance)
    const catalog = scenario.blind && process.name === 'p2' ? nothing : item.catalog
    const made = createOrchestrator({ catalog, actions, ports: portsOf(process), options: scenario.pollMs === undefined ? OPTIONS : { ...OPTIONS, pollMs: scenario.pollMs } })
    const orchestrator = mutant.orchestrator?.(made) ?? made
    replicas.push({ process, orchestrator })
    await orchestrator.start()
  }

  const boot = async (): Promise<void> => {
    if (closed) return
    const process = createProcess(`p${replicas.length + 1}`, clock)
    trace(() => `${process.name} starts`)
    void process.died.then(() => {
      trace(() => `${process.name} dies`)
      vendor.gone(process.name)
      clock.schedule(REPLACED_AFTER_MS, () => { void boot() })
    })
    await start(process)
  }

  const outside: OrchestratorPorts = {
    ...stores, requests: tap.requests, claims: tap.claims, secrets, cipher, http: { request: () => Promise.reject(new Error('the clerk calls nobody')) }, clock, ids, logger,
  }

  return {
    scenario, item, clock, state, vendor, tap, clients, readings, decisions, saidAbsent, stuck, errors, tell, password, boot, reached, trace,
    clerk: createClerk(outside, item, LEASE_MS),
    alive: () => replicas.filter(({ process, orchestrator }) => !process.isDead() && orchestrator.health().running),
    isStill: () => replicas.every(({ process }) => process.isDead() || !process.isFrozen()) && !vendor.isBusy(),
    calm: () => { chaos = false },
    close: () => { closed = true },
    evidence: () => ({
      scenario, item, state, vendor, writes: tap.writes, grants: tap.grants, begun, clients, readings, decisions, saidAbsent, stuck, errors,
      canaries: [password, secret], told, timersLeft: clock.pending(), reached: reachedSet,
    }),
  }
}
