import type { Rejected } from './rejection.js'
import type { RequestEffect } from './request-effect.js'
import type { ServiceRequest } from './service-request.js'

/** What one event changed by itself, before the request is carried on. Not public. */
export interface Move {
  readonly request: ServiceRequest
  readonly effects: readonly RequestEffect[]
  /** The process that writes the event goes away: it starts nothing more. */
  readonly handOver?: true
}

/** A family's answer to an event. */
export type Answer = Move | Rejected

export const move = (request: ServiceRequest, ...effects: readonly RequestEffect[]): Move => ({ request, effects })
