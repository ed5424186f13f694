import ipaddr from 'ipaddr.js'

/** Where an address lies. Only `public` may be reached without being listed. */
export type AddressKind = 'public' | 'private' | 'loopback' | 'carrier-grade NAT' | 'link-local' | 'metadata' | 'special'

const KINDS: Readonly<Record<string, AddressKind>> = {
  private: 'private', uniqueLocal: 'private', loopback: 'loopback', carrierGradeNat: 'carrier-grade NAT', linkLocal: 'link-local',
}

/** Cloud hosts answer credentials to whoever asks these. 168.63.129.16 (Azure) is a public address by its range. */
const METADATA: ReadonlySet<string> = new Set(['169.254.169.254', '169.254.170.2', '169.254.169.253', '100.100.100.200', '168.63.129.16', 'fd00:ec2::254'])

/** Every public IPv6 address lies in 2000::/3. What lies outside and has no name of its own, as `::127.0.0.1`, is not public. */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3')

const rangeOf = (address: ipaddr.IPv4 | ipaddr.IPv6): AddressKind => {
  const range = address.range()
  if (range !== 'unicast') return KINDS[range] ?? 'special'
  return address instanceof ipaddr.IPv6 && !address.match(GLOBAL_UNICAST) ? 'special' : 'public'
}

/** One spelling for each address, so that addresses can be compared. `undefined`: the text is no address. */
export const canonicalAddress = (text: string): string | undefined => ipaddr.isValid(text) ? ipaddr.parse(text).toString() : undefined

/**
 * Where an address lies. Forms that carry an IPv4 address inside an IPv6 one (mapped, compatible, NAT64, 6to4, Teredo) are
 * `special` whatever they carry: no resolver gives them for a public host.
 */
export const addressKind = (text: string): AddressKind => {
  const canonical = canonicalAddress(text)
  if (canonical === undefined) return 'special'
  return METADATA.has(canonical) ? 'metadata' : rangeOf(ipaddr.parse(canonical))
}
