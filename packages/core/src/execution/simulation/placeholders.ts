import type { ValueType } from '../../expression/value-type.js'
import type { Json, JsonObject } from '../../json.js'
import { isJsonObject } from '../../json.js'

/** A value that nobody knows before the steps have run, by the path that templates read it at. */
export interface UnknownValue {
  /** For example `output.create-queue.arn`, or `env.REGION`. */
  readonly unknown: string
  readonly type: ValueType['kind']
}

interface Unknown extends UnknownValue {
  /** The only values possible. Absent: any of the type. */
  readonly values?: ValueType['values']
}

/** Makes values that stand for unknown ones, and finds them again in what was made of them. */
export interface Placeholders {
  /** A value of this type, of which every part is unknown. Of what is not known to be anything else, a text. */
  make(type: ValueType, path: string): Json
  /** The same value with every unknown text in the shape of a URL, for templates that take nothing else. */
  asUrls(value: Json): Json
  /** As people see it: an unknown value by its path and type, in a text `⟦path⟧`. */
  shown(value: Json): Json
  /** The unknown values that stand in a value, each once. */
  within(value: Json): readonly Unknown[]
  /** The unknown value that was made for a path. */
  at(path: string): Unknown | undefined
}

/** Numbers that no document has by chance; every one stands for one unknown number. */
const FIRST_NUMBER = 71_304_190_000_001

const mark = (path: string): string => `⟦${path}⟧`

const mapped = (value: Json, leaf: (value: Json) => Json): Json => {
  if (Array.isArray(value)) return (value as readonly Json[]).map((item) => mapped(item, leaf))
  return isJsonObject(value) ? Object.fromEntries(Object.entries(value).map(([name, member]) => [name, mapped(member, leaf)])) : leaf(value)
}

const openTypes: ReadonlySet<ValueType['kind']> = new Set(['array', 'object'])

/**
 * `known`: texts that must not be mistaken for placeholders. A placeholder is made of letters and digits alone, so that it passes every encoding
 * unchanged and can stand wherever its value may.
 */
export const createPlaceholders = (known: string): Placeholders => {
  let prefix = 'unknown'
  while (known.toLowerCase().includes(prefix)) prefix += 'q'
  const all: Unknown[] = []
  const numbers = new Map<number, Unknown>()
  const byPath = new Map<string, Unknown>()
  const pattern = new RegExp(`(?:https(?:://|%3A%2F%2F))?${prefix}(\\d+)x(?:\\.invalid)?|\\b(713041900\\d{5})\\b`, 'gi')

  const note = ({ kind, values }: ValueType, path: string): number => {
    const unknown: Unknown = { unknown: path, type: kind, ...(values === undefined ? {} : { values }) }
    all.push(unknown)
    byPath.set(path, unknown)
    return all.length - 1
  }

  const scalar = (type: ValueType, path: string): Json => {
    const index = note(type, path)
    if (type.kind === 'boolean') return true
    if (type.kind === 'null') return null
    if (type.kind !== 'number') return `${prefix}${index}x`
    const number = FIRST_NUMBER + index
    numbers.set(number, { unknown: path, type: 'number' })
    return number
  }

  const make = (type: ValueType, path: string): Json => {
    if (!openTypes.has(type.kind)) return scalar(type, path)
    note(type, path)
    if (type.kind === 'array') return [make(type.items ?? { kind: 'any' }, `${path}[0]`)]
    return Object.fromEntries([...type.properties ?? []].map(([name, member]) => [name, make(member, `${path}.${name}`)]))
  }

  const foundIn = (text: string): readonly Unknown[] => [...text.matchAll(pattern)].flatMap(([, index, number]) => (index === undefined ? numbers.get(Number(number)) : all[Number(index)]) ?? [])

  const seen = ({ unknown, type }: Unknown): JsonObject => ({ unknown, type })

  const shownText = (text: string): Json => {
    const [only] = foundIn(text)
    const whole = only !== undefined && text.replace(pattern, '') === '' && foundIn(text).length === 1
    return whole ? seen(only) : text.replace(pattern, (match) => {
      const [unknown] = foundIn(match)
      return unknown === undefined ? match : mark(unknown.unknown)
    })
  }

  const within = (value: Json): readonly Unknown[] => {
    const found = new Set<Unknown>()
    mapped(value, (leaf) => {
      if (typeof leaf === 'string') for (const unknown of foundIn(leaf)) found.add(unknown)
      const number = typeof leaf === 'number' ? numbers.get(leaf) : undefined
      if (number !== undefined) found.add(number)
      return leaf
    })
    return [...found]
  }

  return {
    make, within,
    at: (path) => byPath.get(path),
    asUrls: (value) => mapped(value, (leaf) => typeof leaf === 'string' && leaf.replace(pattern, '') === '' && foundIn(leaf).length === 1 ? `https://${leaf}.invalid` : leaf),
    shown: (value) => mapped(value, (leaf) => {
      if (typeof leaf === 'string') return shownText(leaf)
      const number = typeof leaf === 'number' ? numbers.get(leaf) : undefined
      return number === undefined ? leaf : seen(number)
    }),
  }
}
