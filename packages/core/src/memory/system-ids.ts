import { randomFillSync, randomInt, randomUUID } from 'node:crypto'
import type { Ids } from '../ports/ids.js'

const counterLimit = 2 ** 12
const randomBytes = 8

/** Random bytes in advance: asking the system for a few at a time costs more than all else about an id. */
const createPool = (): (() => string) => {
  const pool = Buffer.alloc(256 * randomBytes)
  let used = pool.length
  return () => {
    if (used === pool.length) {
      randomFillSync(pool)
      used = 0
    }
    used += randomBytes
    // The variant of RFC 9562.
    pool.writeUInt8(0x80 | (pool.readUInt8(used - randomBytes) & 0x3f), used - randomBytes)
    return pool.toString('hex', used - randomBytes, used)
  }
}

/** UUIDv7 (RFC 9562, 6.2 method 1): 48 bits of time, 12 of a counter within the millisecond, 62 random ones. */
const uuidV7 = (at: number, counter: number, random: string): string => {
  const time = at.toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-7${counter.toString(16).padStart(3, '0')}-${random.slice(0, 4)}-${random.slice(4)}`
}

/** Port Ids on the system's time and randomness. Request ids of one process rise also when its clock steps back. */
export const systemIds = (): Ids => {
  const random = createPool()
  let last = { at: 0, counter: 0 }
  const next = (): { at: number; counter: number } => {
    const now = Date.now()
    if (now > last.at) return { at: now, counter: randomInt(counterLimit / 4) }
    return last.counter + 1 < counterLimit ? { at: last.at, counter: last.counter + 1 } : { at: last.at + 1, counter: 0 }
  }
  return {
    requestId: () => {
      last = next()
      return uuidV7(last.at, last.counter, random())
    },
    uuid: () => randomUUID(),
    // Spreads retries; nobody gains by guessing it.
    fraction: () => Math.random(),
  }
}
