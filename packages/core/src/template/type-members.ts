import type { ValueType } from '../expression/value-type.js'

/** Nothing is known of it. */
export const anything: ValueType = { kind: 'any' }

/** How a member of a type was found, or why there is none. */
export type TypedMember = { readonly type: ValueType } | { readonly missing: 'name' | 'object' }

const inherit = (type: ValueType, parent: ValueType): ValueType => ({
  ...type, ...(parent.optional === true && { optional: true }), ...(parent.secret === true && { secret: true }),
})

/** The type of one member. Elements of a list and members of unknown objects may be missing. */
export function memberType(parent: ValueType, name: string): TypedMember {
  switch (parent.kind) {
    case 'any': return { type: inherit({ kind: 'any' }, parent) }
    case 'object': {
      const known = parent.properties?.get(name)
      if (known) return { type: inherit(known, parent) }
      return parent.open === true ? { type: inherit({ kind: 'any', optional: true }, parent) } : { missing: 'name' }
    }
    case 'array':
      if (name === 'length') return { type: inherit({ kind: 'number' }, parent) }
      return /^\d+$/.test(name) ? { type: inherit({ ...(parent.items ?? anything), optional: true }, parent) } : { missing: 'name' }
    case 'string': case 'number': case 'boolean': case 'null': return { missing: 'object' }
  }
}

/** True when a value of the type is a secret or holds one. */
export const holdsSecret = (type: ValueType): boolean =>
  type.secret === true || (type.items !== undefined && holdsSecret(type.items)) || [...(type.properties?.values() ?? [])].some(holdsSecret)

/** What is certain of a value that is one or the other. */
export function eitherType(left: ValueType, right: ValueType): ValueType {
  const flags = { ...((left.optional ?? right.optional) === true && { optional: true }), ...((holdsSecret(left) || holdsSecret(right)) && { secret: true }) }
  if (left.kind !== right.kind) return { kind: 'any', ...flags }
  const values = left.values && right.values && { values: [...new Set([...left.values, ...right.values])] }
  const items = left.items && right.items && { items: eitherType(left.items, right.items) }
  return { kind: left.kind, ...flags, ...values, ...items, ...(left.kind === 'object' && { open: true }) }
}

const nouns: Readonly<Record<ValueType['kind'], string>> = {
  string: 'a text', number: 'a number', boolean: 'a boolean', null: 'null', array: 'a list', object: 'an object', any: 'a value',
}

export const nounOf = (kind: ValueType['kind']): string => nouns[kind]
