import type { Person } from '@pao/core'

/** What the program that mounts the API knows about one call. */
export interface HostFacts {
  /** Whom the host has identified: then the authenticator is not asked who calls. Absent: it is asked. */
  readonly caller?: Person | undefined
}

/** The API as a function from request to response: nothing listens and nothing runs by making it. */
export interface Server {
  /** Always answers: what goes wrong is a response of status 500 or 503, and a line in the log. */
  fetch(request: Request, host?: HostFacts): Promise<Response>
}

export interface ServerOptions {
  /** In front of every path, for example `/pao`. The whole path of a request is read, so a host must not strip it. Default: none. */
  readonly basePath?: string
}
