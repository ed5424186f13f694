import { createHash } from 'node:crypto'

/**
 * One text for one value, as RFC 8785 (JSON Canonicalization Scheme) writes it: members sorted by UTF-16 code units, no
 * white space, numbers and strings as ECMAScript prints them. Members that are `undefined` are left out, as in JSON.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item: unknown) => (item === undefined ? 'null' : canonicalJson(item))).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0))
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`).join(',')}}`
}

/** SHA-256 of the canonical JSON of a value, as 64 hexadecimal digits. */
export const hashOfJson = (value: unknown): string => createHash('sha256').update(canonicalJson(value), 'utf8').digest('hex')
