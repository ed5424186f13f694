import type { AnyAction } from '../../action/action.js'
import { type Json, type JsonObject, isJsonObject } from '../../json.js'
import type { Draft } from './draft.js'

/** Keywords that hold one schema, a list of them, or several by name. */
const one: ReadonlySet<string> = new Set(['items', 'additionalProperties', 'contains', 'not', 'if', 'then', 'else', 'propertyNames', 'additionalItems', 'unevaluatedItems'])
const many: ReadonlySet<string> = new Set(['anyOf', 'oneOf', 'allOf', 'prefixItems'])
const named: ReadonlySet<string> = new Set(['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas'])
const values: ReadonlySet<string> = new Set(['properties', 'patternProperties', 'items', 'additionalProperties', 'prefixItems'])

interface Writing {
  readonly draft: Draft
  /** Reference to the schema itself within the document's. */
  readonly base: string
}

const template: JsonObject = { type: 'string', pattern: '\\{\\{' }

/** A value that is a template has the type of its field when it is rendered, so a text with one stands for any scalar and list. */
const orTemplate = (schema: Json): Json => {
  if (!isJsonObject(schema) || Object.keys(schema).length === 0 || schema['type'] === 'object' || (schema['type'] === 'string' && Object.keys(schema).length === 1)) return schema
  const { title, description, ...rest } = schema
  return { ...(title === undefined ? {} : { title }), ...(description === undefined ? {} : { description }), anyOf: [rest, template] }
}

const reference = (ref: string, { draft, base }: Writing): string => {
  if (!ref.startsWith('#')) return ref
  return `${base}${ref.slice(1).replace(/^\/(\$defs|definitions)\//, `/${draft.definitions}/`)}`
}

/** Keywords of 2020-12 under their names in draft-07. */
const keyword = (name: string, schema: JsonObject, { draft }: Writing): string | undefined => {
  if (name === '$defs' || name === 'definitions') return draft.definitions
  if (draft.name === '2020-12') return name
  if (name === 'prefixItems') return 'items'
  if (name === 'items' && schema['prefixItems'] !== undefined) return 'additionalItems'
  if (name === 'dependentSchemas' || name === 'dependentRequired') return 'dependencies'
  return name.startsWith('unevaluated') || name === '$anchor' || name === '$dynamicRef' ? undefined : name
}

const written = (value: Json, writing: Writing): Json => {
  if (!isJsonObject(value)) return value
  return Object.fromEntries(Object.entries(value).flatMap(([name, member]): [string, Json][] => {
    const spelled = keyword(name, value, writing)
    return spelled === undefined || name === '$schema' || name === '$id' ? [] : [[spelled, writtenMember(name, member, writing)]]
  }))
}

const writtenMember = (name: string, member: Json, writing: Writing): Json => {
  const relaxed = (schema: Json): Json => values.has(name) ? orTemplate(written(schema, writing)) : written(schema, writing)
  if (name === '$ref' && typeof member === 'string') return reference(member, writing)
  if (many.has(name) && Array.isArray(member)) return (member as readonly Json[]).map(relaxed)
  if (named.has(name) && isJsonObject(member)) return Object.fromEntries(Object.entries(member).map(([key, schema]) => [key, relaxed(schema)]))
  return one.has(name) ? relaxed(member) : member
}

/** The config schema of an action as a part of another schema, at `base`: with templates in place of values, and its examples. */
export const configSchema = ({ type, summary, config, examples }: AnyAction, draft: Draft, base: string): JsonObject =>
  ({ title: `Config of ${type}`, description: summary, ...written(config.jsonSchema, { draft, base }) as JsonObject, examples: examples.map((example) => example.config) as readonly Json[] })
