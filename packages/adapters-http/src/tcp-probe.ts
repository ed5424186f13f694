import { isPaoError, PaoError } from '@pao/core/action'
import type { EgressAllow } from './egress-allow.js'
import { egressPolicy } from './egress-policy.js'
import { pinnedConnector, systemResolve } from './pinned-connector.js'
import type { Resolve } from './pinned-connector.js'

export interface TcpProbeOptions {
  /** Hosts that may be private or loopback. Default: none. */
  readonly egress?: readonly EgressAllow[]
  /** Name resolution. Default: the system's. */
  readonly resolve?: Resolve
}

export interface TcpTarget {
  readonly host: string
  readonly port: number
  /** Milliseconds, name resolution included. */
  readonly timeoutMs: number
  readonly signal?: AbortSignal
}

/** Opens a connection to see whether somebody listens, and closes it. Nothing is sent. */
export type TcpProbe = (target: TcpTarget) => Promise<void>

/**
 * Makes a probe under the same egress policy as HTTP calls. It throws EGRESS_REFUSED where the policy refuses the address, HTTP_DEADLINE where
 * nobody answers in time, else HTTP_CONNECTION: also soon after `signal` aborts.
 */
export const tcpProbe = (options: TcpProbeOptions = {}): TcpProbe => {
  const policy = egressPolicy(options.egress ?? [])
  return ({ host, port, timeoutMs, signal }) => new Promise((resolve, reject) => {
    const end = (error?: Error): void => {
      clearTimeout(late)
      signal?.removeEventListener('abort', onAbort)
      if (error === undefined) resolve()
      else reject(error)
    }
    const failed = (code: 'HTTP_DEADLINE' | 'HTTP_CONNECTION', why: string, cause?: Error): void => { end(new PaoError(code, `${host}:${port} ${why}`, { retryable: true, ...(cause === undefined ? {} : { cause }) })) }
    const onAbort = (): void => { failed('HTTP_CONNECTION', 'was given up') }
    const late = setTimeout(() => { failed('HTTP_DEADLINE', `did not open a connection within ${timeoutMs} ms`) }, timeoutMs)
    if (signal?.aborted === true) { onAbort(); return }
    signal?.addEventListener('abort', onAbort, { once: true })
    pinnedConnector(policy, options.resolve ?? systemResolve, timeoutMs)({ hostname: host, host, port: String(port), protocol: 'http:' }, (error, socket) => {
      socket?.destroy()
      if (error === null) end()
      else if (isPaoError(error)) end(error)
      else failed('HTTP_CONNECTION', `cannot be connected to (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`, error)
    })
  })
}
