import type { HttpClient } from '../action/http.js'
import type { CatalogDefinitions } from '../ports/catalog-definitions.js'
import type { Claims } from '../ports/claims.js'
import type { Clock } from '../ports/clock.js'
import type { FieldCipher } from '../ports/field-cipher.js'
import type { Ids } from '../ports/ids.js'
import type { Logger } from '../ports/logger.js'
import type { RequestStore } from '../ports/request-store.js'
import type { SecretSource } from '../ports/secret-source.js'
import type { StepCheckpoints } from '../ports/step-checkpoints.js'
import type { StepLogs } from '../ports/step-logs.js'

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
}
