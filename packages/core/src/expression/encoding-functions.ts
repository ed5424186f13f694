import { Buffer } from 'node:buffer'
import { createHash } from 'node:crypto'
import type { FunctionDefinition } from './function-definition.js'
import { textOf } from './value.js'

const algorithms: ReadonlySet<string> = new Set(['md5', 'sha1', 'sha256', 'sha384', 'sha512'])

const json: FunctionDefinition = {
  name: 'json', aliases: ['jsonencode', 'toJson'], result: 'string', parameters: [{ name: 'value', kind: 'any' }],
  call: ([value], call) => {
    const encoded = JSON.stringify(value ?? null)
    return call.charge(encoded.length) ? encoded : undefined
  },
}

const encoding = (name: string, aliases: readonly string[], grows: number, change: (source: string) => string): FunctionDefinition => ({
  name, aliases, result: 'string', parameters: [{ name: 'text', kind: 'string' }],
  call: ([value], call) => {
    const source = textOf(value)
    return call.charge(source.length * grows) ? change(source) : undefined
  },
})

/** Percent-encodes everything but letters, digits and `- . _ ~`; half a surrogate pair becomes U+FFFD. */
const percentEncode = (source: string): string =>
  encodeURIComponent(Buffer.from(source, 'utf8').toString('utf8')).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)

const hash: FunctionDefinition = {
  name: 'hash', aliases: [], result: 'string',
  parameters: [{ name: 'text', kind: 'string' }, { name: 'algorithm', kind: 'string', optional: true, literal: true }],
  call: ([value], call) => hashText(textOf(value), 'sha256', call.charge),
  prepare: ([, algorithm]) => {
    const name = algorithm === undefined ? 'sha256' : textOf(algorithm)
    if (!algorithms.has(name)) return { problem: `hash knows ${[...algorithms].join(', ')}, not "${name}"` }
    return ([value], call) => hashText(textOf(value), name, call.charge)
  },
}

const hashText = (source: string, algorithm: string, charge: (units: number) => boolean): string | undefined =>
  charge(source.length) ? createHash(algorithm).update(source, 'utf8').digest('hex') : undefined

/** Encodings by hand, for where the target's own encoding is not what is wanted. Hashes are in hex. */
export const encodingFunctions: readonly FunctionDefinition[] = [
  json,
  encoding('base64', ['base64encode', 'b64enc'], 2, (source) => Buffer.from(source, 'utf8').toString('base64')),
  encoding('base64decode', ['b64dec'], 1, (source) => Buffer.from(source, 'base64').toString('utf8')),
  encoding('url', ['urlencode', 'urlquery'], 9, percentEncode),
  hash,
]
