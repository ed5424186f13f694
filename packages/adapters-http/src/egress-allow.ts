import { PaoError } from '@pao/core/action'
import { canonicalAddress } from './address-kind.js'

/** A host that may be reached although its address is private or loopback. */
export interface EgressAllow {
  /** A name in lower case without a final dot, or an address without brackets. */
  readonly host: string
  /** Absent: every port of the host. */
  readonly port?: number
}

const ENTRY = /^(?:\[(?<six>[0-9a-f:.]+)\]|(?<name>[a-z0-9._-]+))(?::(?<port>\d{1,5}))?$/

/** One spelling for each host: lower case, no brackets, no final dot, addresses as `ipaddr.js` writes them. */
export const canonicalHost = (host: string): string => {
  const bare = host.toLowerCase().replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '')
  return canonicalAddress(bare) ?? bare
}

const refuse = (entry: string): never => {
  throw new PaoError('CONFIGURATION', `PAO_EGRESS_ALLOW: ${JSON.stringify(entry)} is not host or host:port, for example jira.internal:443,10.0.0.5:8080,[::1]:9000`)
}

const parseEntry = (entry: string): EgressAllow => {
  const groups = ENTRY.exec(entry.toLowerCase())?.groups
  if (groups === undefined) return refuse(entry)
  const host = groups['six'] ?? groups['name'] ?? ''
  if (groups['six'] !== undefined && canonicalAddress(host) === undefined) return refuse(entry)
  const port = groups['port'] === undefined ? undefined : Number(groups['port'])
  if (port !== undefined && (port < 1 || port > 65_535)) return refuse(entry)
  return { host: canonicalHost(host), ...(port === undefined ? {} : { port }) }
}

/**
 * Reads `PAO_EGRESS_ALLOW`: `host[:port],…`, IPv6 addresses in brackets. Without a port every port of the host is meant. Empty text: none.
 * Throws PaoError CONFIGURATION for what cannot be read.
 */
export const parseEgressAllow = (text: string): readonly EgressAllow[] =>
  text.split(',').map((entry) => entry.trim()).filter((entry) => entry !== '').map(parseEntry)
