/**
 * A copy that nobody can change, as a database would give it back: members that are `undefined` are gone. Values of the domain never change
 * once they are made, so what was copied before, or is such a copy, is not copied again: most of a request stays as it was at each commit.
 */
export function frozenCopy<T>(value: T): T {
  return copy(value) as T
}

/** Copies by what they were made of; a copy stands for itself. */
const copies = new WeakMap<object, unknown>()

const copy = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null) return value
  const known = copies.get(value)
  if (known !== undefined) return known
  const made = Object.freeze(Array.isArray(value) ? value.map(copy) : copyMembers(value as Readonly<Record<string, unknown>>))
  copies.set(value, made)
  copies.set(made, made)
  return made
}

const copyMembers = (value: Readonly<Record<string, unknown>>): object => {
  const made: Record<string, unknown> = {}
  for (const name of Object.keys(value)) {
    const member = value[name]
    if (member === undefined) continue
    // The only name whose assignment would not define a member.
    if (name === '__proto__') Object.defineProperty(made, name, { value: copy(member), enumerable: true })
    else made[name] = copy(member)
  }
  return made
}
