import type { ValueType } from '../expression/value-type.js'

/** Canonical names of the field types: the ten core types first, then the extensions (catalog-format 1.3.3). */
export const fieldTypes = [
  'string', 'number', 'boolean', 'select', 'multiselect', 'date', 'file', 'textarea', 'password', 'email',
  'integer', 'datetime', 'time', 'url', 'json', 'yaml', 'percentage', 'secret',
] as const

export type FieldType = typeof fieldTypes[number]

/** Older names of field types. */
export const fieldTypeAliases: Readonly<Record<string, FieldType>> = {
  text: 'textarea', selection: 'select', dropdown: 'select', 'multi-selection': 'multiselect', multi_select: 'multiselect', int: 'integer', bool: 'boolean',
}

/** True for types whose value is encrypted before it is stored, and never logged, echoed or returned. */
export const isSealedType = (type: FieldType): boolean => type === 'password' || type === 'secret'

const kinds: Readonly<Record<FieldType, ValueType['kind']>> = {
  string: 'string', number: 'number', boolean: 'boolean', select: 'any', multiselect: 'array', date: 'string', file: 'object', textarea: 'string',
  password: 'string', email: 'string', integer: 'number', datetime: 'string', time: 'string', url: 'string', json: 'any', yaml: 'string',
  percentage: 'number', secret: 'string',
}

/** The kind of JSON value that a field of this type gives. `any` where the document's values decide, or the person does. */
export const valueKindOf = (type: FieldType): ValueType['kind'] => kinds[type]
