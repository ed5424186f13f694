import type { ValueType } from '../expression/value-type.js'
import type { Json, JsonObject } from '../json.js'
import { isJsonObject } from '../json.js'
import { anything, eitherType } from '../template/type-members.js'

const DEEPEST = 20

const kinds: Readonly<Record<string, ValueType['kind']>> = {
  string: 'string', number: 'number', integer: 'number', boolean: 'boolean', null: 'null', array: 'array', object: 'object',
}

type Scalar = string | number | boolean

const isScalar = (value: Json | undefined): value is Scalar => ['string', 'number', 'boolean'].includes(typeof value)

interface Reading {
  readonly root: JsonObject
  readonly depth: number
}

const referenced = ({ root }: Reading, reference: string): Json | undefined => !reference.startsWith('#') ? undefined
  : reference.slice(1).split('/').slice(1).map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<Json | undefined>((at, part) => isJsonObject(at ?? null) && Object.hasOwn(at as JsonObject, part) ? (at as JsonObject)[part] : undefined, root)

/** A value may also be null: what is known of it holds no longer, but for whether it has members. */
const orNull = (type: ValueType): ValueType => type.kind === 'object' || type.kind === 'array' ? { ...type, optional: true } : anything

const either = (types: readonly ValueType[]): ValueType => {
  const some = types.filter(({ kind }) => kind !== 'null')
  const [first = anything, ...rest] = some
  const joined = rest.reduce(eitherType, first)
  return some.length === types.length ? joined : orNull(joined)
}

const ofValues = (values: readonly Json[]): ValueType => {
  const scalars = values.filter(isScalar)
  const [kind, ...others] = [...new Set(scalars.map((value) => typeof value as 'string' | 'number' | 'boolean'))]
  return scalars.length === values.length && kind !== undefined && others.length === 0 ? { kind, values: scalars } : anything
}

/** A member that may be left out even where its object is there. */
export const isOptionalSchema = (schema: Json): boolean => isJsonObject(schema) && schema['x-optional'] === true

const ofObject = (reading: Reading, schema: JsonObject): ValueType => {
  const required = Array.isArray(schema['required']) ? schema['required'] as readonly Json[] : []
  const properties = isJsonObject(schema['properties']) ? Object.entries(schema['properties']) : []
  return {
    kind: 'object', ...(schema['additionalProperties'] === false ? {} : { open: true }),
    properties: new Map(properties.map(([name, member]) => {
      const known = read(reading, member)
      return [name, required.includes(name) && !isOptionalSchema(member) ? known : { ...known, optional: true }] as const
    })),
  }
}

const ofKind = (reading: Reading, kind: ValueType['kind'] | undefined, schema: JsonObject): ValueType => {
  if (kind === undefined) return anything
  if (kind === 'array') return { kind, items: read(reading, schema['items']) }
  return kind === 'object' ? ofObject(reading, schema) : { kind }
}

const all = (types: readonly ValueType[]): ValueType => {
  const objects = types.filter(({ kind }) => kind === 'object')
  if (objects.length < 2) return types.find(({ kind }) => kind !== 'any') ?? anything
  return { kind: 'object', ...(objects.some(({ open }) => open !== true) ? {} : { open: true }), properties: new Map(objects.flatMap(({ properties }) => [...properties ?? []])) }
}

const listOf = (schema: JsonObject, name: string): readonly Json[] | undefined => Array.isArray(schema[name]) ? schema[name] as readonly Json[] : undefined

const read = (above: Reading, schema: Json | undefined): ValueType => {
  if (!isJsonObject(schema ?? null) || above.depth > DEEPEST) return anything
  const known = schema as JsonObject
  const reading: Reading = { ...above, depth: above.depth + 1 }
  if (typeof known['$ref'] === 'string') return read(reading, referenced(reading, known['$ref']))
  if (known['const'] !== undefined) return ofValues([known['const']])
  const values = listOf(known, 'enum')
  if (values !== undefined) return ofValues(values)
  const branches = listOf(known, 'anyOf') ?? listOf(known, 'oneOf')
  if (branches !== undefined) return either(branches.map((branch) => read(reading, branch)))
  const parts = listOf(known, 'allOf')
  if (parts !== undefined) return all([ofType(reading, known), ...parts.map((part) => read(reading, part))])
  return ofType(reading, known)
}

const kindOf = (name: Json): ValueType['kind'] | undefined => typeof name === 'string' && Object.hasOwn(kinds, name) ? kinds[name] : undefined

const ofType = (reading: Reading, schema: JsonObject): ValueType => {
  const types = Array.isArray(schema['type']) ? schema['type'] as readonly Json[] : undefined
  return types === undefined ? ofKind(reading, kindOf(schema['type'] ?? null), schema) : either(types.map((one) => ofKind(reading, kindOf(one), schema)))
}

/** What a JSON Schema says of a value: kinds, members, values. Where it says it in another way, nothing is known. */
export const typeOfSchema = (schema: Json | undefined): ValueType => read({ root: isJsonObject(schema ?? null) ? schema as JsonObject : {}, depth: 0 }, schema)
