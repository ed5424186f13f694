import type { Rejected } from './rejection.js'
import type { RequestEffect } from './request-effect.js'
import type { ServiceRequest } from './service-request.js'

/** What an event did: the request after it with what the shell must do now, or why it does not fit. */
export type Transition =
  | { readonly request: ServiceRequest; readonly effects: readonly RequestEffect[] }
  | Rejected
