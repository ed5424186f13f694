import type { Json } from '../json.js'

const REPLACEMENT = '\uFFFD'
/** What may be unstorable: most texts have nothing of it. */
const UNSTORABLE = /[\u0000\ud800-\udfff]/

/** A text that every store can keep: NUL and halves of surrogate pairs become U+FFFD (PostgreSQL's jsonb refuses them). */
export const storableText = (text: string): string => UNSTORABLE.test(text) ? text.toWellFormed().replaceAll('\u0000', REPLACEMENT) : text

/** Deeper values, and larger ones, are not data that a step gives: they hold themselves, or share parts so often that a copy has no end. */
const DEEPEST = 200
const MOST_PARTS = 1_000_000

/** Assignment, but for the one name by which it would define no member. */
const defineMember = (of: Record<string, Json>, name: string, value: Json): void => {
  if (name === '__proto__') Object.defineProperty(of, name, { value, enumerable: true, configurable: true, writable: true })
  else of[name] = value
}

/** Copies one value; counts what it has copied. */
const createCopier = () => {
  let parts = 0

  const copyMembers = (value: object, depth: number): Json => {
    const kept: Record<string, Json> = {}
    for (const [name, member] of Object.entries(value)) {
      const one = copy(member, depth)
      if (one !== undefined) defineMember(kept, storableText(name), one)
    }
    return kept
  }

  const copyObject = (value: object, depth: number): Json | undefined => {
    parts += 1
    if (depth > DEEPEST || parts > MOST_PARTS) throw new RangeError(`a value nested deeper than ${DEEPEST} levels, or with more than ${MOST_PARTS} parts, cannot be kept`)
    if ('toJSON' in value && typeof value.toJSON === 'function') return copy((value.toJSON as () => unknown)(), depth)
    if (Array.isArray(value)) return value.map((item) => copy(item, depth) ?? null)
    return copyMembers(value, depth)
  }

  const copy = (value: unknown, depth: number): Json | undefined => {
    switch (typeof value) {
      case 'string': return storableText(value)
      case 'number': return Number.isFinite(value) ? (Object.is(value, -0) ? 0 : value) : null
      case 'boolean': return value
      case 'bigint': return value.toString()
      case 'object': return value === null ? null : copyObject(value, depth + 1)
      default: return undefined
    }
  }

  return copy
}

/**
 * What a plugin handed over, as a value that can be stored and read back unchanged: dates as ISO text, numbers that JSON does not know as
 * null, functions and undefined left out. Undefined when nothing of it can be kept. Throws on a cycle, as JSON does.
 */
export const storable = (value: unknown): Json | undefined => createCopier()(value, 0)

/** Room that a value can take in JSON at the most: a character becomes up to six bytes, and every part has its marks. Counting stops beyond the bound. */
const mostBytes = (value: Json, bound: number): number => {
  if (typeof value === 'string') return 6 * value.length + 2
  if (typeof value !== 'object' || value === null) return 32
  let bytes = 2
  for (const name in value) {
    bytes += 6 * name.length + 4 + mostBytes((value as Readonly<Record<string, Json>>)[name] ?? null, bound)
    if (bytes > bound) return bytes
  }
  return bytes
}

/** Whether the JSON of a value has more bytes than that, in UTF-8. It is written out only where it could. */
export const isLargerThan = (value: Json, bytes: number): boolean => mostBytes(value, bytes) > bytes && Buffer.byteLength(JSON.stringify(value)) > bytes
