import { isList } from './value.js'
import type { Value } from './value-type.js'

/** Equality without conversion: `1` is not `"1"`. Lists and objects are equal when all that they hold is. */
export function equals(left: Value, right: Value): boolean {
  if (left === right) return true
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false
  if (isList(left) || isList(right)) {
    return isList(left) && isList(right) && left.length === right.length && left.every((item, index) => equals(item, right[index]))
  }
  const names = Object.keys(left)
  return names.length === Object.keys(right).length && names.every((name) => Object.hasOwn(right, name) && equals(left[name], right[name]))
}

const isoDate = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})?)?$/

function instantOf(value: Value): number | undefined {
  const found = typeof value === 'string' ? isoDate.exec(value) : null
  if (!found) return undefined
  // A time without an offset would be read in the zone of the machine.
  const instant = Date.parse(found[1] !== undefined && found[4] === undefined ? `${found[0]}Z` : found[0])
  return Number.isNaN(instant) ? undefined : instant
}

/** Negative, 0 or positive for two numbers or two ISO dates; `undefined` when the two have no order. */
export function order(left: Value, right: Value): number | undefined {
  if (typeof left === 'number' && typeof right === 'number') return left - right
  const [first, second] = [instantOf(left), instantOf(right)]
  return first === undefined || second === undefined ? undefined : first - second
}

/** True when a list holds an equal element, or a text holds another text. */
export function includes(whole: Value, part: Value): boolean {
  if (isList(whole)) return whole.some((item) => equals(item, part))
  return typeof whole === 'string' && typeof part === 'string' && whole.includes(part)
}
