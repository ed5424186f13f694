import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import type { TcpNetConnectOpts } from 'node:net'
import { buildConnector } from 'undici'
import type { EgressPolicy } from './egress-policy.js'

export interface ResolvedAddress {
  readonly address: string
  readonly family: 4 | 6
}

/** Name resolution. An empty answer counts as not found. */
export type Resolve = (hostname: string) => Promise<readonly ResolvedAddress[]>

type Lookup = NonNullable<TcpNetConnectOpts['lookup']>
type Connected = { readonly addresses: readonly ResolvedAddress[] } | { readonly error: Error }

/** The system's resolver, as every other program on the machine sees it. */
export const systemResolve: Resolve = async (hostname) =>
  (await lookup(hostname, { all: true })).map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 }))

const portOf = (options: buildConnector.Options): number => Number(options.port) || (options.protocol === 'https:' ? 443 : 80)

const admitted = async (policy: EgressPolicy, resolve: Resolve, options: buildConnector.Options): Promise<Connected> => {
  const { hostname } = options
  const family = isIP(hostname)
  try {
    const addresses = family === 0 ? await resolve(hostname) : [{ address: hostname, family: family === 6 ? 6 as const : 4 as const }]
    if (addresses.length === 0) throw new Error(`${hostname} has no address`)
    for (const { address } of addresses) policy.admit(hostname, portOf(options), address)
    return { addresses }
  } catch (error) {
    return { error: error instanceof Error ? error : new Error(String(error)) }
  }
}

/** Answers with the addresses that were checked, whatever the name resolves to by now. */
const pinned = (addresses: readonly ResolvedAddress[]): Lookup => (_hostname, options, callback) => {
  const [first] = addresses
  if (options.all === true) callback(null, addresses.map((address) => ({ ...address })))
  else callback(null, first?.address ?? '', first?.family)
}

/**
 * Opens connections only to addresses that the policy admits. Each connection resolves its name once, checks every address of the
 * answer, and connects to those very addresses: a second, different answer of the resolver (DNS rebinding) is never asked for.
 */
export const pinnedConnector = (policy: EgressPolicy, resolve: Resolve, timeoutMs: number): buildConnector.connector => (options, callback) => {
  void admitted(policy, resolve, options).then((outcome) => {
    if ('error' in outcome) callback(outcome.error, null)
    else buildConnector({ lookup: pinned(outcome.addresses), timeout: timeoutMs })(options, callback)
  })
}
