import { hash } from 'node:crypto'

/** What JSON cannot write as it is: quotes, backslashes, control characters and (half) surrogates. */
const special = /["\\\u0000-\u001f\ud800-\udfff]/

const textOf = (text: string): string => special.test(text) ? JSON.stringify(text) : `"${text}"`

/** Few names are sorted faster in place than by the engine's own sort; many are left to it. */
const MOST_INSERTED = 24

const sorted = (names: string[]): readonly string[] => {
  if (names.length > MOST_INSERTED) return names.sort()
  for (let end = 1; end < names.length; end += 1) {
    const name = names[end] ?? ''
    let at = end
    for (let before = names[at - 1]; before !== undefined && before > name; before = names[at - 1]) {
      names[at] = before
      at -= 1
    }
    names[at] = name
  }
  return names
}

const listOf = (items: readonly unknown[]): string => {
  let text = ''
  for (let index = 0; index < items.length; index += 1) text += index === 0 ? canonicalJson(items[index]) : `,${canonicalJson(items[index])}`
  return `[${text}]`
}

/** How a member begins, as the first of its object and after others. */
interface Beginning {
  readonly first: string
  readonly later: string
}

/** By name: documents and events use few names, again and again. */
const beginnings = new Map<string, Beginning>()
const MOST_BEGINNINGS = 4_096

const beginningOf = (name: string): Beginning => {
  const known = beginnings.get(name)
  if (known !== undefined) return known
  const text = textOf(name)
  const made = { first: `{${text}:`, later: `,${text}:` }
  if (beginnings.size < MOST_BEGINNINGS) beginnings.set(name, made)
  return made
}

const objectOf = (members: Readonly<Record<string, unknown>>): string => {
  let text = ''
  for (const name of sorted(Object.keys(members))) {
    const member = members[name]
    if (member === undefined) continue
    const { first, later } = beginningOf(name)
    text += (text === '' ? first : later) + canonicalJson(member)
  }
  return text === '' ? '{}' : `${text}}`
}

/** Texts of values that never change, by the value. */
const remembered = new WeakMap<object, string>()

/**
 * One text for one value, as RFC 8785 (JSON Canonicalization Scheme) writes it: members sorted by UTF-16 code units, no
 * white space, numbers and strings as ECMAScript prints them. Members that are `undefined` are left out, as in JSON.
 */
export function canonicalJson(value: unknown): string {
  if (typeof value === 'string') return textOf(value)
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const known = remembered.get(value)
  if (known !== undefined) return known
  return Array.isArray(value) ? listOf(value) : objectOf(value as Readonly<Record<string, unknown>>)
}

const freeze = (value: unknown): void => {
  if (typeof value !== 'object' || value === null) return
  Object.freeze(value)
  Object.values(value).forEach(freeze)
}

/** A value that many documents hold, such as the plan of an item: frozen all through, so that its text is written once. */
export const shared = <Value extends object>(value: Value): Value => {
  freeze(value)
  if (!remembered.has(value)) remembered.set(value, canonicalJson(value))
  return value
}

/** SHA-256 of a text, as 64 hexadecimal digits. */
export const sha256 = (text: string): string => hash('sha256', text, 'hex')

/** SHA-256 of the canonical JSON of a value, as 64 hexadecimal digits. */
export const hashOfJson = (value: unknown): string => sha256(canonicalJson(value))
