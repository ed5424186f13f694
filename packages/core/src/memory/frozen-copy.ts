/**
 * A copy that nobody can change, as a database would give it back: members that are `undefined` are gone. What was copied before is shared.
 */
export function frozenCopy<T>(value: T): T {
  return copy(value) as T
}

const copies = new WeakSet<object>()

const copy = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null || copies.has(value)) return value
  const made = Array.isArray(value)
    ? value.map(copy)
    : Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined).map(([name, member]) => [name, copy(member)]))
  copies.add(made)
  return Object.freeze(made)
}
