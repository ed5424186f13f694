export { ACTION_API_VERSION, defineAction } from './action.js'
export type {
  Action, ActionContext, ActionDeclaration, ActionExample, ActionSchema, AnyAction, CheckContext, ConfigFinding, Effect, LogLevel,
  NormalizedConfig, PlanContext, PlannedChange,
  RequestFacts, StepLog, TemplateRule, TemplateTarget,
} from './action.js'
export { ActionFailure, fatal, isActionFailure, retryable, unknownOutcome } from './action-failure.js'
export { classifyError, classifyStatus } from './classify.js'
export { markSent, wasSent } from './http.js'
export type { HttpClient, HttpRequest, HttpResponse } from './http.js'
export { parked, succeeded } from './outcome.js'
export type { Classification, ExternalReference, Observation, Outcome, Park, Reconciliation } from './outcome.js'
export type { StandardIssue, StandardResult, StandardSchema } from './standard-schema.js'
export { isPaoError, PaoError } from '../errors.js'
export type { PaoErrorCode } from '../errors.js'
export { isJsonObject } from '../json.js'
export type { Instant, Json, JsonObject } from '../json.js'
