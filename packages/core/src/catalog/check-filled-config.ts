import type { ErrorObject } from 'ajv'
import { textOf } from '../expression/value.js'
import type { ValueType } from '../expression/value-type.js'
import type { SchemaCheck } from '../form/schema-compiler.js'
import type { Json, JsonObject } from '../json.js'
import { isJsonObject } from '../json.js'
import type { SeenExpression } from '../template/check-template.js'
import type { ConfigPath } from '../template/config.js'

/** A template of a config with what is known of its whole value. */
export interface TypedTemplate {
  readonly path: ConfigPath
  /** Native: the value itself, of its type. Else a text. */
  readonly native: boolean
  /** Of its only expression, where it is nothing else. */
  readonly type?: ValueType
}

/** What is wrong with the value that a template gives. `some`: with some of its values, others fit. */
export interface FilledProblem {
  readonly path: ConfigPath
  readonly some: boolean
  readonly message: string
}

const MOST_VALUES = 50

const samples: Readonly<Partial<Record<ValueType['kind'], Json>>> = { string: 'text', number: 1, boolean: true, array: [], object: {} }

const withValue = (config: Json, [part, ...rest]: ConfigPath, value: Json): Json => {
  if (part === undefined) return value
  if (Array.isArray(config)) return (config as readonly Json[]).map((item, index) => index === part ? withValue(item, rest, value) : item)
  if (!isJsonObject(config)) return config
  return Object.fromEntries(Object.entries(config).map(([name, member]) => [name, name === part ? withValue(member, rest, value) : member]))
}

const pointer = (path: ConfigPath): string => path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')

const ofTheValue: ReadonlySet<string> = new Set(['enum', 'const', 'pattern', 'format', 'minLength', 'maxLength', 'minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf', 'minItems', 'maxItems', 'anyOf', 'oneOf'])

const listed: ReadonlySet<string> = new Set(['enum', 'const'])

const isInBranch = ({ schemaPath }: ErrorObject): boolean => /\/(?:anyOf|oneOf|not|if)\//.test(schemaPath)

const nouns: Readonly<Record<string, string>> = { string: 'a text', number: 'a number', integer: 'a whole number', boolean: 'true or false', array: 'a list', object: 'an object', null: 'null' }

const wanted = (error: ErrorObject): string => {
  const type: unknown = (error.params as Readonly<Record<string, unknown>>)['type']
  return (Array.isArray(type) ? type as readonly unknown[] : [type]).map((one) => nouns[String(one)] ?? String(one)).join(' or ')
}

const rule = (error: ErrorObject): string => error.keyword === 'enum'
  ? `it must be one of ${((error.params as Readonly<Record<string, unknown>>)['allowedValues'] as readonly unknown[]).map(String).join(', ')}`
  : error.message === undefined ? 'the schema refuses it' : `it ${error.message}`

const checkKind = (errors: (value: Json) => readonly ErrorObject[], { path, native, type }: TypedTemplate): FilledProblem | undefined => {
  const kind = native ? type?.kind ?? 'any' : 'string'
  const sample = samples[kind]
  const error = sample === undefined ? undefined : errors(sample).find((one) => one.keyword === 'type' && !isInBranch(one))
  if (error !== undefined) return { path, some: false, message: `${path.join('.')} must be ${wanted(error)}, and this gives ${nouns[kind] ?? kind}` }
  if (!native || type?.optional !== true || kind === 'any') return undefined
  const absent = errors(null).find((one) => (one.keyword === 'type' || listed.has(one.keyword)) && !isInBranch(one))
  return absent && { path, some: true, message: absent.keyword === 'type' ? `${path.join('.')} must be ${wanted(absent)}, and this may be missing` : `${path.join('.')}: this may be missing: ${rule(absent)}` }
}

const checkValues = (errors: (value: Json) => readonly ErrorObject[], { path, native, type }: TypedTemplate): FilledProblem | undefined => {
  const values = type?.values
  if (values === undefined) {
    const sample = type === undefined ? undefined : samples[type.kind]
    const error = sample === undefined ? undefined : errors(native ? sample : textOf(sample)).find((one) => listed.has(one.keyword) && !isInBranch(one))
    return error && { path, some: true, message: `${path.join('.')}: this may have other values: ${rule(error)}` }
  }
  if (values.length > MOST_VALUES) return undefined
  const refused = values.flatMap((value) => {
    const error = errors(native ? value : textOf(value)).find((one) => (one.keyword === 'type' || ofTheValue.has(one.keyword)) && !isInBranch(one))
    return error === undefined ? [] : [{ value, error }]
  })
  const [first] = refused
  if (first === undefined) return undefined
  const some = refused.length < values.length
  const which = some ? refused.map(({ value }) => JSON.stringify(value)).join(', ') : 'none of the values that this may have'
  return { path, some, message: `${path.join('.')}: ${which} ${some ? `${refused.length === 1 ? 'does' : 'do'} not fit` : 'fits'}: ${rule(first.error)}` }
}

/** Fills each template with values of its type and holds the config to its action's schema. What nothing is known of fits. */
export const checkFilledConfig = (config: JsonObject, check: SchemaCheck, templates: readonly TypedTemplate[]): readonly FilledProblem[] => templates.flatMap((template) => {
  const at = pointer(template.path)
  const errors = (value: Json): readonly ErrorObject[] => check(withValue(config, template.path, value)).filter(({ instancePath }) => instancePath === at)
  return checkKind(errors, template) ?? checkValues(errors, template) ?? []
})

/** What is known of a template by one of its expressions. */
export const typedTemplate = (path: ConfigPath, { position, alone, type }: SeenExpression): TypedTemplate =>
  ({ path, native: position === 'value', ...(position === 'value' || (alone === true && position === 'text') ? { type } : {}) })
