import type { Json } from '../json.js'
import type { Value } from './value-type.js'

const forbidden: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

/** True for names that reach the machinery of the language instead of data. They are refused wherever a person may write a name. */
export const isForbiddenName = (name: string): boolean => forbidden.has(name)

/** An own member of an object, an element or the `length` of a list; `undefined` for everything else. Never looks at a prototype. */
export const member = (value: Value, name: string): Value =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as { readonly [name: string]: Json })[name]
    : undefined

/** Follows a path of own members. */
export function memberAt(value: Value, path: readonly string[]): Value {
  let current = value
  for (const name of path) current = member(current, name)
  return current
}
