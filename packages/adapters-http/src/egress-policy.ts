import { PaoError } from '@pao/core/action'
import { addressKind, canonicalAddress } from './address-kind.js'
import type { AddressKind } from './address-kind.js'
import { canonicalHost } from './egress-allow.js'
import type { EgressAllow } from './egress-allow.js'

/** What a listed name may turn out to be. A metadata or link-local address must be listed itself, not by a name that leads to it. */
const LISTABLE_BY_NAME: ReadonlySet<AddressKind> = new Set(['public', 'private', 'loopback', 'carrier-grade NAT'])

/** Says which addresses may be reached as a host and port. */
export interface EgressPolicy {
  /** Throws EGRESS_REFUSED, naming host, reason and cure, unless the address may be reached. */
  admit(host: string, port: number, address: string): void
}

const lists = (allow: readonly EgressAllow[], host: string | undefined, port: number): boolean =>
  host !== undefined && allow.some((entry) => entry.host === host && (entry.port === undefined || entry.port === port))

const refusal = (host: string, port: number, address: string, kind: AddressKind): PaoError => {
  const shown = host.includes(':') ? `[${host}]` : host
  const where = host === canonicalAddress(address) ? `${shown} is a ${kind} address` : `${shown} resolves to ${address}, a ${kind} address`
  const listed = LISTABLE_BY_NAME.has(kind) ? `${shown}:${port}` : `${address.includes(':') ? `[${address}]` : address}:${port}`
  return new PaoError('EGRESS_REFUSED', `the egress policy refuses ${shown}:${port}: ${where}. If it is meant, add ${listed} to PAO_EGRESS_ALLOW`)
}

/** Public addresses are open; what is listed may be private or loopback; all else is refused. */
export const egressPolicy = (allow: readonly EgressAllow[]): EgressPolicy => ({
  admit: (givenHost, port, address) => {
    const host = canonicalHost(givenHost)
    const kind = addressKind(address)
    if (kind === 'public' || lists(allow, canonicalAddress(address), port)) return
    if (LISTABLE_BY_NAME.has(kind) && lists(allow, host, port)) return
    throw refusal(host, port, address, kind)
  },
})
