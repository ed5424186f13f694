import type { RequestEvent, ServiceRequest, Transition } from '@pao/core'

/** The function under test: `transition` of @pao/core, or one that wraps it. */
export type Machine = (request: ServiceRequest | undefined, event: RequestEvent) => Transition
