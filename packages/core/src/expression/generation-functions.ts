import type { FunctionDefinition } from './function-definition.js'
import { textOf } from './value.js'

/** Version 8 of RFC 9562: a UUID whose bits come from a SHA-256 over names. */
function uuidOf(digest: string): string {
  const variant = ((Number.parseInt(digest.slice(16, 17), 16) & 0x3) | 0x8).toString(16)
  return `${digest.slice(0, 8)}-${digest.slice(8, 12)}-8${digest.slice(13, 16)}-${variant}${digest.slice(17, 20)}-${digest.slice(20, 32)}`
}

const dateParts = /YYYY|yyyy|MM|DD|dd|HH|hh|mm|ss/g

/** Puts a time (UTC) into a format of `YYYY MM DD HH mm ss`; everything else in the format stays. */
function formatDate(at: number, format: string): string {
  const iso = new Date(at).toISOString()
  const parts: Readonly<Record<string, string>> = {
    YYYY: iso.slice(0, 4), yyyy: iso.slice(0, 4), MM: iso.slice(5, 7), DD: iso.slice(8, 10), dd: iso.slice(8, 10),
    HH: iso.slice(11, 13), hh: iso.slice(11, 13), mm: iso.slice(14, 16), ss: iso.slice(17, 19),
  }
  return format.replace(dateParts, (part) => parts[part] ?? part)
}

const random: FunctionDefinition = {
  name: 'random', aliases: [], result: 'number',
  parameters: [{ name: 'min', kind: 'number', optional: true }, { name: 'max', kind: 'number', optional: true }],
  call: ([min = 0, max = 2_147_483_647], call) => {
    if (!Number.isSafeInteger(min) || !Number.isSafeInteger(max) || (min as number) > (max as number)) {
      return call.fail('arguments', 'random needs two whole numbers, the smaller one first')
    }
    const span = BigInt(max as number) - BigInt(min as number) + 1n
    return Number(BigInt(min as number) + (BigInt(`0x${call.digest()}`) % span))
  },
}

/**
 * Generated values. `uuid` and `random` come from the request, the step and their place, `timestamp` and `date` are its
 * acceptance time (UTC): rendering twice gives the same.
 */
export const generationFunctions: readonly FunctionDefinition[] = [
  { name: 'uuid', aliases: [], parameters: [], result: 'string', call: (_, call) => uuidOf(call.digest()) },
  { name: 'timestamp', aliases: ['now'], parameters: [], result: 'string', call: (_, call) => new Date(call.at).toISOString() },
  {
    name: 'date', aliases: [], parameters: [{ name: 'format', kind: 'string', optional: true }], result: 'string',
    call: ([format], call) => formatDate(call.at, format === undefined ? 'YYYY-MM-DD' : textOf(format)),
  },
  random,
]
