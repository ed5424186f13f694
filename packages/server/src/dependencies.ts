import type { Orchestrator } from '@pao/core'
import type { Instant } from '@pao/core/action'
import type { CatalogSyncs, CatalogWebhook, Logger, RequestStore } from '@pao/core/ports'
import type { Authenticator } from './authenticator.js'
import type { IndexedCatalog } from './indexed-catalog.js'
import type { ItemHealth } from './item-health.js'
import type { ServedCatalog } from './served-catalog.js'
import type { WebhookFilter } from './webhook-delivery.js'

export interface ComponentHealth {
  /** `degraded`: it works, and not as it should; the server stays ready. */
  readonly status: 'ok' | 'degraded' | 'failing'
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
  /** Absent: it cannot be read again by a call, and nothing is known of its past and of how it came to be. */
  Partial<Pick<ServedCatalog, 'refresh' | 'report' | 'versions' | 'validations'>>

/** Where a host of repositories tells of pushes. */
export interface WebhookDoor {
  readonly webhook: CatalogWebhook
  /** Any of them is taken, so that one can be replaced. Empty: the door is closed. */
  readonly secrets: readonly string[]
  readonly filter: WebhookFilter
  readonly firstSeen: CatalogSyncs['firstSeen']
  /** Begins to read the source, and does not wait for it. */
  pushed(commit: string): void
}

/** What the API calls. All of it arrives as arguments. */
export interface ApiDependencies {
  readonly orchestrator: Pick<Orchestrator, 'submit' | 'dryRun' | 'options' | 'retry' | 'abort' | 'find' | 'findLive' | 'wait' | 'logs'>
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
  /** What was seen outside of what items need. Absent: nothing is watched. */
  readonly itemHealth?: ItemHealth
  /** Absent: no host tells of anything. */
  readonly webhooks?: readonly WebhookDoor[]
}
