import { randomFillSync, randomInt, randomUUID } from 'node:crypto'
import type { Ids } from '../ports/ids.js'

const counterLimit = 2 ** 12

const format = (hex: string): string =>
  `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`

/** UUIDv7 (RFC 9562, 6.2 method 1): 48 bits of time, 12 of a counter within the millisecond, 62 random ones. */
const uuidV7 = (at: number, counter: number): string => {
  const bytes = randomFillSync(Buffer.alloc(16))
  bytes.writeUIntBE(at, 0, 6)
  bytes.writeUInt16BE(0x7000 | counter, 6)
  bytes.writeUInt8(0x80 | (bytes.readUInt8(8) & 0x3f), 8)
  return format(bytes.toString('hex'))
}

/** Port Ids on the system's time and randomness. Request ids of one process rise also when its clock steps back. */
export const systemIds = (): Ids => {
  let last = { at: 0, counter: 0 }
  const next = (): { at: number; counter: number } => {
    const now = Date.now()
    if (now > last.at) return { at: now, counter: randomInt(counterLimit / 4) }
    return last.counter + 1 < counterLimit ? { at: last.at, counter: last.counter + 1 } : { at: last.at + 1, counter: 0 }
  }
  return {
    requestId: () => {
      last = next()
      return uuidV7(last.at, last.counter)
    },
    uuid: () => randomUUID(),
    fraction: () => randomInt(2 ** 32) / 2 ** 32,
  }
}
