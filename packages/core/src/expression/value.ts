import type { Json } from '../json.js'
import type { Value } from './value-type.js'

/** Truth as in Handlebars' `if`: missing, null, false, 0, NaN, the empty text and the empty list are false; `{}` is true. */
export const isTruthy = (value: Value): boolean =>
  Array.isArray(value) ? value.length > 0 : Boolean(value)

/** True for what `default` replaces: missing, null and the empty text, not 0 or false. */
export const isBlank = (value: Value): boolean => value === undefined || value === null || value === ''

/** A value as people read it: lists `a, b`, objects `k=v`, nothing for missing and null. */
export function textOf(value: Value): string {
  if (typeof value === 'string') return value
  if (value === undefined || value === null) return ''
  if (typeof value !== 'object') return String(value)
  if (isList(value)) return value.map(textOf).join(', ')
  return Object.entries(value).map(([name, member]) => `${name}=${textOf(member)}`).join(', ')
}

/** `Array.isArray` that also narrows readonly arrays. */
export const isList = (value: Value): value is readonly Json[] => Array.isArray(value)
