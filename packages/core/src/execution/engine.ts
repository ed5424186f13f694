import type { Instant } from '../json.js'
import type { Definitions } from './definitions.js'
import type { Observations } from './observations.js'
import type { OrchestratorPorts } from '../ports/orchestrator-ports.js'
import type { RequestListeners } from './request-listeners.js'

/** Sizes and times of the engine; every one has a default. */
export interface EngineOptions {
  /**
   * Requests that this process carries at once. Default 100: their steps mostly wait for others, and one that finds no place is queued,
   * which costs a further commit to claim it.
   */
  readonly workers: number
  /** Milliseconds a claim lasts without renewal: how long a request of a dead process lies still. Default 10,000. */
  readonly leaseMs: number
  /** Milliseconds between two looks for what is due. Work that this process knows of does not wait for it. Default 1,000. */
  readonly pollMs: number
}

export const DEFAULT_OPTIONS: EngineOptions = { workers: 100, leaseMs: 10_000, pollMs: 1_000 }

/** What the parts of the shell share. One process has one; nothing in it is global. */
export interface Engine {
  /** Id of this process in claims. New for every start. */
  readonly owner: string
  readonly options: EngineOptions
  readonly ports: OrchestratorPorts
  readonly definitions: Definitions
  readonly listeners: RequestListeners
  readonly observations: Observations
  /** Makes this process look for what is due, now or at the moment given. */
  readonly wake: (at?: Instant) => void
}
