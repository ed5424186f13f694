import type { Json } from './json.js'

/** Shorter values are hidden only where they stand alone: replacing every "a" would destroy the text and hide nothing. */
const SHORTEST_PART = 4
/** What stands in place of a secret. */
export const REDACTED = '[redacted]'

/** Hides registered values in whatever leaves an execution: logs, failures, outputs, references. */
export interface Redactor {
  /** From now on this value, and its usual encodings, are hidden. */
  add(secret: string): void
  text(text: string): string
  json<Value extends Json | undefined>(value: Value): Value
}

/** The spellings in which a secret tends to turn up: as is, in JSON, in a URL, in base64 with and without padding, in hex. */
const spellings = (secret: string): readonly string[] => {
  const bytes = Buffer.from(secret, 'utf8')
  const base64 = bytes.toString('base64')
  return [
    secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret.toWellFormed()), new URLSearchParams([['', secret]]).toString().slice(1),
    base64, base64.replace(/=+$/, ''), bytes.toString('base64url'), bytes.toString('hex'),
  ]
}

export const createRedactor = (): Redactor => {
  const whole = new Set<string>()
  let parts: readonly string[] = []

  const text = (value: string): string => {
    if (whole.has(value)) return REDACTED
    return parts.reduce((redacted, part) => redacted.includes(part) ? redacted.replaceAll(part, REDACTED) : redacted, value)
  }

  const json = (value: Json): Json => {
    if (typeof value === 'string') return text(value)
    if (typeof value === 'number' && whole.has(String(value))) return REDACTED
    if (typeof value !== 'object' || value === null) return value
    if (Array.isArray(value)) return (value as readonly Json[]).map(json)
    return Object.fromEntries(Object.entries(value).map(([name, entry]) => [text(name), json(entry)]))
  }

  return {
    add: (secret) => {
      if (secret === '' || whole.has(secret)) return
      for (const spelling of spellings(secret)) whole.add(spelling)
      // Longest first: a secret that holds another one must not be cut by it.
      parts = [...whole].filter((part) => part.length >= SHORTEST_PART).sort((a, b) => b.length - a.length)
    },
    text,
    json: <Value extends Json | undefined>(value: Value) =>
      (value === undefined || whole.size === 0 ? value : json(value)) as Value,
  }
}
