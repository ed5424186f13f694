export type { HttpClient, HttpRequest, HttpResponse } from '../action/http.js'
export type { CatalogDefinition, CatalogDefinitions } from './catalog-definitions.js'
export type { Claim, Claims, RenewedClaim } from './claims.js'
export type { Clock } from './clock.js'
export type { FieldCipher } from './field-cipher.js'
export type { Ids } from './ids.js'
export type { Logger } from './logger.js'
export type {
  ClaimChange, Commit, Committed, IdempotencyKey, LogLine, RequestQuery, RequestStore, StoredRequest, Submitted, Viewer,
} from './request-store.js'
export type { SecretSource } from './secret-source.js'
export type { CheckpointScope, CheckpointValue, StepCheckpoints } from './step-checkpoints.js'
export type { LogQuery, StepLogs } from './step-logs.js'
