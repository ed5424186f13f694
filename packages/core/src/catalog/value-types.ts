import type { ValueType } from '../expression/value-type.js'
import { isSealedType, valueKindOf } from '../form/field-type.js'
import { type Choice, type Field, type FieldGroup, type Form } from '../form/form.js'
import type { Json, JsonObject } from '../json.js'
import { isJsonObject } from '../json.js'

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
  if (Array.isArray(value)) return { kind: 'array', items: value.length === 0 ? { kind: 'any' } : typeOfJson((value as readonly Json[])[0] ?? null) }
  if (isJsonObject(value)) return { kind: 'object', properties: new Map(Object.entries(value).map(([name, member]) => [name, typeOfJson(member)])) }
  return { kind: typeof value as 'string' | 'number' | 'boolean' }
}

const schemaKinds: Readonly<Record<string, ValueType['kind']>> = {
  string: 'string', number: 'number', integer: 'number', boolean: 'boolean', null: 'null', array: 'array', object: 'object',
}

const scalars = (values: Json | undefined): readonly Choice[] | undefined =>
  Array.isArray(values) && values.every((value) => ['string', 'number', 'boolean'].includes(typeof value)) ? values as readonly Choice[] : undefined

/** What a JSON Schema says of a value. Where it says it in another way than by types, members and enums, nothing is known. */
const typeOfSchema = (schema: Json | undefined, depth = 0): ValueType => {
  const type = isJsonObject(schema) ? schema['type'] : undefined
  const kind = typeof type === 'string' && Object.hasOwn(schemaKinds, type) ? schemaKinds[type] : undefined
  if (!isJsonObject(schema) || kind === undefined || depth > 20) return { kind: 'any' }
  const values = scalars(schema['enum'])
  if (kind === 'array') return { kind, items: typeOfSchema(schema['items'], depth + 1) }
  if (kind !== 'object') return { kind, ...(values === undefined ? {} : { values }) }
  const required = Array.isArray(schema['required']) ? schema['required'] : []
  const properties = isJsonObject(schema['properties']) ? Object.entries(schema['properties']) : []
  return {
    kind, ...(schema['additionalProperties'] === false ? {} : { open: true }),
    properties: new Map(properties.map(([name, member]) => {
      const known = typeOfSchema(member, depth + 1)
      return [name, required.includes(name) ? known : { ...known, optional: true }] as const
    })),
  }
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
  date: text, time: text, datetime: text, timestamp: text, unix_timestamp: { kind: 'number' }, uuid: text, short_id: text, hostname: maybe, region: maybe, cluster: maybe,
})

/** What a step gives to later ones: the action's schema, and the names that this document declares. */
export const outputType = (schema: JsonObject, declared: JsonObject | undefined, closed: boolean): ValueType => {
  const own = typeOfSchema(schema)
  const named = Object.entries(declared ?? {}).map(([name, member]) => [name, typeOfSchema(member)] as const)
  const value: readonly (readonly [string, ValueType])[] = own.kind === 'object' || own.kind === 'any' ? [] : [['value', own]]
  const properties = new Map<string, ValueType>([['status', text], ...(own.properties ?? []), ...value, ...named])
  return { kind: 'object', properties, ...(!closed && (own.open === true || own.kind === 'any') ? { open: true } : {}) }
}
