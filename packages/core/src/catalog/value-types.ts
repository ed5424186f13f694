import type { ValueType } from '../expression/value-type.js'
import { isSealedType, valueKindOf } from '../form/field-type.js'
import { type Choice, type Field, type FieldGroup, type Form } from '../form/form.js'
import type { Json, JsonObject } from '../json.js'
import { isJsonObject } from '../json.js'
import { eitherType } from '../template/type-members.js'
import { isOptionalSchema, typeOfSchema } from './schema-type.js'

const kindOfChoices = (choices: readonly Choice[]): ValueType['kind'] => {
  const kinds = new Set(choices.map((choice) => typeof choice as 'string' | 'number' | 'boolean'))
  const [only] = kinds
  return kinds.size === 1 && only !== undefined ? only : 'any'
}

const fileType: ValueType = {
  kind: 'object', properties: new Map<string, ValueType>([['filename', { kind: 'string' }], ['content_type', { kind: 'string' }], ['size', { kind: 'number' }], ['ref', { kind: 'string' }]]),
}

const fieldType = (field: Field, group: FieldGroup): ValueType => {
  const { type, choices = [], validation } = field
  const isOptional = (!field.required && field.default === undefined) || field.conditions.length > 0 || group.conditions.length > 0
  const flags = { ...(isOptional ? { optional: true } : {}), ...(isSealedType(type) ? { secret: true } : {}) }
  const closed = choices.length > 0 && validation.allowCustom !== true
  if (type === 'file') return { ...fileType, ...flags }
  if (type === 'multiselect') return { kind: 'array', items: closed ? { kind: kindOfChoices(choices), values: choices } : { kind: 'any' }, ...flags }
  if (type === 'select') return closed ? { kind: kindOfChoices(choices), values: choices, ...flags } : { kind: validation.allowCustom === true ? 'string' : 'any', ...flags }
  return { kind: valueKindOf(type), ...(closed ? { values: choices } : {}), ...flags }
}

/** The `fields` scope of a form. */
export const formType = (form: Form): ValueType =>
  ({ kind: 'object', properties: new Map(form.groups.flatMap((group) => group.fields.map((field) => [field.id, fieldType(field, group)] as const))) })

/** The type of a value that is known. */
export const typeOfJson = (value: Json): ValueType => {
  if (value === null) return { kind: 'null' }
  if (Array.isArray(value)) return { kind: 'array', items: (value as readonly Json[]).map(typeOfJson).reduce<ValueType | undefined>((all, one) => all === undefined ? one : eitherType(all, one), undefined) ?? { kind: 'any' } }
  if (isJsonObject(value)) return { kind: 'object', properties: new Map(Object.entries(value).map(([name, member]) => [name, typeOfJson(member)])) }
  return { kind: typeof value as 'string' | 'number' | 'boolean' }
}

const text: ValueType = { kind: 'string' }
const maybe: ValueType = { kind: 'string', optional: true }

const members = (entries: Readonly<Record<string, ValueType>>): ValueType => ({ kind: 'object', properties: new Map(Object.entries(entries)) })

/** The `request` scope (catalog-format 3.1). What an identity provider may leave out is optional. */
export const requestType = (environmentGiven: boolean): ValueType => members({
  id: text, timestamp: text, correlation_id: text, environment: environmentGiven ? text : maybe, session_id: maybe,
  user: members({ id: text, email: maybe, name: maybe, department: maybe, manager: maybe, teams: { kind: 'array', items: text } }),
})

/** The `system` scope. Where the program runs is not told by every installation. */
export const systemType: ValueType = members({
  date: text, time: text, datetime: text, timestamp: text, unix_timestamp: { kind: 'number' }, uuid: text, short_id: text, hostname: maybe, region: maybe, cluster: maybe, account: maybe,
})

/** What a step gives to later ones: the action's schema, and the names that this document declares. */
export const outputType = (schema: JsonObject, declared: JsonObject | undefined, closed: boolean): ValueType => {
  const own = typeOfSchema(schema)
  const named = Object.entries(declared ?? {}).map(([name, member]) => [name, isOptionalSchema(member) ? { ...typeOfSchema(member), optional: true } : typeOfSchema(member)] as const)
  const value: readonly (readonly [string, ValueType])[] = own.kind === 'object' || own.kind === 'any' ? [] : [['value', own]]
  const properties = new Map<string, ValueType>([['status', text], ...(own.properties ?? []), ...value, ...named])
  return { kind: 'object', properties, ...(!closed && (own.open === true || own.kind === 'any') ? { open: true } : {}) }
}
