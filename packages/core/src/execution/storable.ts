import type { Json } from '../json.js'

const REPLACEMENT = '\uFFFD'

/** A text that every store can keep: NUL and halves of surrogate pairs become U+FFFD (PostgreSQL's jsonb refuses them). */
export const storableText = (text: string): string => text.toWellFormed().replaceAll('\u0000', REPLACEMENT)

const storableEntry = ([name, value]: [string, unknown]): [string, Json][] => {
  const kept = storable(value)
  return kept === undefined ? [] : [[storableText(name), kept]]
}

/**
 * What a plugin handed over, as a value that can be stored and read back unchanged: dates as ISO text, numbers that JSON does not know as
 * null, functions and undefined left out. Undefined when nothing of it can be kept. Throws on a cycle, as JSON does.
 */
export const storable = (value: unknown): Json | undefined => {
  switch (typeof value) {
    case 'string': return storableText(value)
    case 'number': return Number.isFinite(value) ? (Object.is(value, -0) ? 0 : value) : null
    case 'boolean': return value
    case 'bigint': return value.toString()
    case 'object': return storableObject(value)
    default: return undefined
  }
}

const storableObject = (value: object | null): Json | undefined => {
  if (value === null) return null
  if ('toJSON' in value && typeof value.toJSON === 'function') return storable((value.toJSON as () => unknown)())
  if (Array.isArray(value)) return value.map((entry) => storable(entry) ?? null)
  return Object.fromEntries(Object.entries(value).flatMap(storableEntry))
}
