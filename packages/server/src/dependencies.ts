import type { Orchestrator } from '@pao/core'
import type { Instant } from '@pao/core/action'
import type { Logger, RequestStore } from '@pao/core/ports'
import type { Authenticator } from './authenticator.js'
import type { IndexedCatalog } from './indexed-catalog.js'
import type { ServedCatalog } from './served-catalog.js'

export interface ComponentHealth {
  readonly status: 'ok' | 'failing'
  readonly message?: string
  readonly [fact: string]: unknown
}

/** What `/health` tells and `/health/ready` decides by. Never asks the database while a call waits. */
export interface Health {
  components(): Readonly<Record<string, ComponentHealth>>
  /** False from the moment on that the server is told to stop. */
  accepting(): boolean
}

/** The playground, as far as the API shows it. Absent: nothing here is a fake. */
export interface PlaygroundView {
  readonly jiraUrl: string
  readonly provisioningUrl: string
  resolve(key: string, status: string): 'moved' | 'unknown-ticket' | 'unknown-status'
}

/** The catalog as the API shows it. */
export type CatalogView = Pick<ServedCatalog, 'current' | 'unavailability' | 'issuesOf' | 'estimatedSeconds'> &
  /** Absent: it cannot be read again by a call. */
  Partial<Pick<ServedCatalog, 'refresh'>>

/** What the API calls. All of it arrives as arguments. */
export interface ApiDependencies {
  readonly orchestrator: Pick<Orchestrator, 'submit' | 'dryRun' | 'retry' | 'abort' | 'find' | 'findLive' | 'wait' | 'logs'>
  readonly requests: Pick<RequestStore, 'list' | 'history'>
  readonly catalog: CatalogView
  /** Absent: the catalog is searched for words as they are written. */
  readonly search?: IndexedCatalog
  readonly authenticator: Authenticator
  readonly health: Health
  readonly logger: Logger
  readonly now: () => Instant
  readonly version: string
  readonly playground?: PlaygroundView
}
