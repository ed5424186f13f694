import type { Json, JsonObject } from '@pao/core/action'
import { isJsonObject } from '@pao/core/action'
import type { ValidateFunction } from 'ajv'
import { Ajv2020 } from 'ajv/dist/2020.js'
import ajvFormats from 'ajv-formats'
import type { OpenApiDocument } from './open-api-document.js'

/** Which way a value goes: what is `readOnly` is not required of a request, what is `writeOnly` not of an answer. */
export type Direction = 'request' | 'answer'

/** Where in a value something is wrong (a JSON pointer, empty for the value itself), and what. */
export interface SchemaProblem {
  readonly pointer: string
  readonly reason: string
}

export interface SchemaChecker {
  check(direction: Direction, schema: JsonObject, value: unknown): readonly SchemaProblem[]
}

const unrequired = { request: 'readOnly', answer: 'writeOnly' } as const

type Members = Record<string, Json>

/** Of the required members those that this direction requires. */
const requiredIn = (direction: Direction, schema: JsonObject): readonly Json[] => {
  const properties = schema['properties']
  const isExempt = (name: Json): boolean => {
    const property = isJsonObject(properties ?? null) ? (properties as JsonObject)[String(name)] : undefined
    return isJsonObject(property ?? null) && (property as JsonObject)[unrequired[direction]] === true
  }
  return (schema['required'] as readonly Json[]).filter((name) => !isExempt(name))
}

/** `nullable` of 3.0 in words of JSON Schema. */
const nullable = ({ nullable: _, ...schema }: Members): Members => {
  if (typeof schema['type'] !== 'string') return { anyOf: [schema, { type: 'null' }] }
  const values = schema['enum']
  return { ...schema, type: [schema['type'], 'null'], ...(Array.isArray(values) && !values.includes(null) ? { enum: [...values as readonly Json[], null] } : {}) }
}

/** `exclusiveMinimum: true` of 3.0: the bound itself is excluded. */
const bounds = (schema: Members): Members => {
  const changed = { ...schema }
  for (const [bound, exclusive] of [['minimum', 'exclusiveMinimum'], ['maximum', 'exclusiveMaximum']] as const) {
    if (typeof changed[exclusive] !== 'boolean') continue
    const excludes = changed[exclusive]
    delete changed[exclusive]
    if (excludes && changed[bound] !== undefined) {
      changed[exclusive] = changed[bound]
      delete changed[bound]
    }
  }
  return changed
}

/** Members that hold values of the described kind, not schemas. */
const holdsValues: ReadonlySet<string> = new Set(['enum', 'const', 'default', 'example', 'examples', 'required', 'discriminator', 'xml'])

/** Members that hold named things: a name in there is no keyword. */
const holdsNames: ReadonlySet<string> = new Set(['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas'])

const reroot = (direction: Direction, reference: Json): Json => typeof reference === 'string' && reference.startsWith('#') ? `${direction}${reference}` : reference

const converted = (schema: Json, direction: Direction, isOld: boolean): Json => {
  if (Array.isArray(schema)) return (schema as readonly Json[]).map((one) => converted(one, direction, isOld))
  if (!isJsonObject(schema)) return schema
  const members: Members = {}
  for (const [name, value] of Object.entries(schema)) {
    if (name === 'example' || name === 'examples' || name === 'discriminator' || name === 'xml' || name === 'externalDocs') continue
    if (name === '$ref') members[name] = reroot(direction, value)
    else if (name === 'required' && Array.isArray(value)) members[name] = requiredIn(direction, schema)
    else if (holdsValues.has(name)) members[name] = value
    else if (holdsNames.has(name) && isJsonObject(value)) members[name] = Object.fromEntries(Object.entries(value).map(([key, one]) => [key, converted(one, direction, isOld)]))
    else members[name] = converted(value, direction, isOld)
  }
  if (!isOld) return members
  // In 3.0 whatever stands beside a reference counts for nothing; `nullable` is written there all the same.
  const own: Members = members['$ref'] === undefined ? bounds(members) : { $ref: members['$ref'], ...(members['nullable'] === undefined ? {} : { nullable: members['nullable'] }) }
  if (own['nullable'] === true) return nullable(own)
  const { nullable: _, ...rest } = own
  return rest
}

const problemOf = ({ instancePath, message = 'is wrong', params }: NonNullable<ValidateFunction['errors']>[number]): SchemaProblem => {
  const { additionalProperty, allowedValues } = params as { readonly additionalProperty?: string; readonly allowedValues?: readonly unknown[] }
  const more = additionalProperty === undefined ? allowedValues === undefined ? '' : `: ${JSON.stringify(allowedValues)}` : ` (${additionalProperty})`
  return { pointer: instancePath, reason: `${message}${more}` }
}

const closedFormats = ['int32', 'int64', 'float', 'double', 'byte', 'binary', 'password']

/** Checks values against the schemas of a document. Schemas are compiled when they are first used. */
export const schemaChecker = (document: OpenApiDocument): SchemaChecker => {
  const isOld = document.openapi.startsWith('3.0')
  // Not strict: OpenAPI has keywords of its own.
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateSchema: false, formats: Object.fromEntries(closedFormats.map((name) => [name, true])) })
  ajvFormats.default(ajv)
  for (const direction of ['request', 'answer'] as const) {
    const components = { schemas: {}, ...document['components'] as object }
    const schemas = Object.entries(components.schemas as JsonObject).map(([name, schema]) => [name, converted(schema, direction, isOld)])
    ajv.addSchema({ $id: direction, components: { schemas: Object.fromEntries(schemas) as JsonObject } })
  }
  const compiled = { request: new Map<JsonObject, ValidateFunction>(), answer: new Map<JsonObject, ValidateFunction>() }
  const validatorOf = (direction: Direction, schema: JsonObject): ValidateFunction => {
    const validate = compiled[direction].get(schema) ?? ajv.compile(converted(schema, direction, isOld) as JsonObject)
    compiled[direction].set(schema, validate)
    return validate
  }
  return {
    check: (direction, schema, value) => {
      const validate = validatorOf(direction, schema)
      return validate(value) ? [] : (validate.errors ?? []).map(problemOf)
    },
  }
}
