import type { HttpClient } from '../action/http.js'
import type { CatalogDefinitions } from './catalog-definitions.js'
import type { Claims } from './claims.js'
import type { Clock } from './clock.js'
import type { FieldCipher } from './field-cipher.js'
import type { Ids } from './ids.js'
import type { Logger } from './logger.js'
import type { OptionSource } from './option-source.js'
import type { RequestStore } from './request-store.js'
import type { SecretSource } from './secret-source.js'
import type { StepCheckpoints } from './step-checkpoints.js'
import type { StepLogs } from './step-logs.js'

/** What the engine needs from outside. All of it arrives as arguments; nothing is looked up. */
export interface OrchestratorPorts {
  readonly requests: RequestStore
  readonly claims: Claims
  readonly checkpoints: StepCheckpoints
  readonly logs: StepLogs
  readonly definitions: CatalogDefinitions
  readonly secrets: SecretSource
  readonly http: HttpClient
  readonly clock: Clock
  readonly ids: Ids
  readonly logger: Logger
  /** Absent: items with password fields are not orderable. */
  readonly cipher?: FieldCipher
  /** Absent: options that an address gives are not available, and what is chosen of them is accepted with a warning. */
  readonly options?: OptionSource
}
