export type { HttpClient, HttpRequest, HttpResponse } from '../action/http.js'
export type { CatalogDefinition, CatalogDefinitions } from './catalog-definitions.js'
export type { CatalogSnapshot, CodeownersFile, SnapshotFile } from '../catalog/catalog-snapshot.js'
export type { CatalogAnnotation, CatalogVerdict } from '../catalog/catalog-verdict.js'
export type { CatalogSource } from './catalog-source.js'
export type { CatalogDelivery, CatalogPush, CatalogWebhook, WebhookHeaders, WebhookProblem } from './catalog-webhook.js'
export type {
  CatalogChange, CatalogSync, CatalogSyncs, CatalogSyncState, FileFinding, FileValidation, ServedVersion, SyncClaim,
} from './catalog-syncs.js'
export type { SearchDocument } from '../catalog/search-document.js'
export type { Claim, Claims, RenewedClaim } from './claims.js'
export type { Clock } from './clock.js'
export type { FieldCipher } from './field-cipher.js'
export type { Ids } from './ids.js'
export type { Logger } from './logger.js'
export type { OptionAnswer, OptionQuestion, OptionSource } from './option-source.js'
export type {
  ClaimChange, Commit, Committed, IdempotencyKey, LogLine, RequestQuery, RequestStore, StoredRequest, Submitted, Viewer,
} from './request-store.js'
export type { SearchAnswer, SearchChange, SearchHighlight, SearchHit, SearchIndex, SearchQuery, SearchRange, SearchViewer } from './search-index.js'
export type { SecretSource } from './secret-source.js'
export type { CheckpointScope, CheckpointValue, StepCheckpoints } from './step-checkpoints.js'
export type { LogQuery, StepLogs } from './step-logs.js'
