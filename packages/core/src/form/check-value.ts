import type { ErrorObject } from 'ajv'
import { parseDocument } from 'yaml'
import type { Json } from '../json.js'
import { valueSchema } from './field-schema.js'
import { isSealedType } from './field-type.js'
import type { Field } from './form.js'
import type { InputProblem } from './input-problem.js'
import { type SchemaCheck, compileSchema } from './schema-compiler.js'
import { storageFault } from './storable-value.js'
import { atLeastPattern, atMostPattern } from './text-range.js'

/** A rule that a value breaks: the name of the rule, the text for people, and what would have been right. */
export interface ValueFault {
  readonly constraint: string
  readonly message: string
  readonly expected?: Json
  /** Where inside the value, for lists and objects. */
  readonly below: readonly string[]
}

/** A value as it is kept, or what is wrong with it. */
export type CheckedValue = { readonly ok: true; readonly value: Json } | { readonly ok: false; readonly faults: readonly ValueFault[] }

const fault = (constraint: string, message: string, expected?: Json, below: readonly string[] = []): ValueFault =>
  ({ constraint, message, below, ...(expected === undefined ? {} : { expected }) })

const refused: Readonly<Record<NonNullable<ReturnType<typeof storageFault>>, ValueFault>> = {
  'unstorable': fault('characters', 'holds a character that cannot be stored (NUL or half of a surrogate pair)'),
  'forbidden-name': fault('forbidden', 'holds a name that is not allowed: __proto__, constructor or prototype'),
  'too-deep': fault('depth', 'is nested deeper than 32 levels'),
  'too-large': fault('size', 'has more than 10,000 parts'),
  'type': fault('type', 'is not a value that JSON can hold'),
}

const many = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`

const listed = (values: readonly Json[]): string => values.map((value) => typeof value === 'string' ? value : JSON.stringify(value)).join(', ')

/** The bounds of a date are patterns in the schema; people see the bound. */
const dateBound = (field: Field, pattern: unknown): ValueFault | undefined => {
  const { min, max } = field.validation
  if (field.type !== 'date') return undefined
  if (typeof min === 'string' && pattern === atLeastPattern(min)) return fault('min', `must not be before ${min}`, min)
  if (typeof max === 'string' && pattern === atMostPattern(max)) return fault('max', `must not be after ${max}`, max)
  return undefined
}

const patternFault = (field: Field, pattern: unknown): ValueFault => {
  const bound = dateBound(field, pattern)
  if (bound !== undefined) return bound
  if (field.validation.pattern === pattern) return fault('pattern', `must match ${String(pattern)}`, String(pattern))
  if (field.validation.strength !== undefined && isSealedType(field.type)) return fault('strength', `is not ${field.validation.strength} enough`, field.validation.strength)
  if (field.type === 'time') return fault('format', 'must be a time such as 08:30 or 08:30:00', 'time')
  return fault('format', 'must be a URL that begins with http:// or https://', 'url')
}

/** `date-time` in the schema is `datetime` in documents, and `uri` is `url`. */
const formatNames: Readonly<Record<string, string>> = { 'date-time': 'a date and time with offset, such as 2026-01-31T08:30:00Z', 'date': 'a date such as 2026-01-31', 'uri': 'a URL', 'email': 'an e-mail address', 'hostname': 'a host name' }

const faultOf = (field: Field, error: ErrorObject): ValueFault => {
  const params = error.params as Record<string, Json>
  const limit = params['limit'] ?? null
  const below = error.instancePath.split('/').slice(1)
  const one = (constraint: string, message: string, expected?: Json): ValueFault => fault(constraint, message, expected, below)
  switch (error.keyword) {
    case 'type': return one('type', `must be ${listed([params['type'] ?? ''].flat())}`, params['type'])
    case 'enum': return one('enum', `must be one of: ${listed(field.choices ?? [])}`, field.choices)
    case 'minLength': return limit === 1 ? one('required', 'must not be empty') : one('min_length', `must have at least ${many(Number(limit), 'character')}`, limit)
    case 'maxLength': return one('max_length', `must have at most ${many(Number(limit), 'character')}`, limit)
    case 'minimum': return one('min', `must be at least ${String(limit)}`, limit)
    case 'maximum': return field.type === 'file' ? one('max_size', `must not be larger than ${String(limit)} bytes`, limit) : one('max', `must be at most ${String(limit)}`, limit)
    case 'minItems': return limit === 1 && field.required ? one('required', 'needs at least one choice') : one('min_selections', `needs at least ${many(Number(limit), 'choice')}`, limit)
    case 'maxItems': return one('max_selections', `takes at most ${many(Number(limit), 'choice')}`, limit)
    case 'multipleOf': return one('step', `must be a multiple of ${String(error.schema ?? field.validation.step)}`, field.validation.step)
    case 'uniqueItems': return one('unique', 'must not name a choice twice')
    case 'format': return one('format', `must be ${formatNames[String(params['format'])] ?? String(params['format'])}`, params['format'])
    case 'pattern': return { ...patternFault(field, params['pattern']), below }
    case 'required': return one('required', `lacks ${String(params['missingProperty'])}`)
    case 'additionalProperties': return one('unknown', `has an unknown member ${String(params['additionalProperty'])}`)
    case 'anyOf': return one('types', `must be of one of the types: ${listed(field.validation.accept ?? [])}`, field.validation.accept)
    default: return one(error.keyword, error.message ?? 'does not fit')
  }
}

/** Ajv tells everything; people need the cause: a wrong type before its rules, a text that is no date before its bounds. */
const leading = (field: Field, errors: readonly ErrorObject[]): readonly ErrorObject[] => {
  const wrongType = errors.filter((error) => error.keyword === 'type' && error.instancePath === '')
  if (wrongType.length > 0) return wrongType
  const noDate = errors.filter((error) => error.keyword === 'format' && field.type === 'date')
  return noDate.length > 0 ? noDate : errors.filter((error) => !error.schemaPath.includes('/anyOf/'))
}

const secondsOfDay = (time: string): string => time.length === 5 ? `${time}:00` : time

const comparable: Partial<Record<Field['type'], (text: string) => number | string>> = {
  datetime: (text) => Date.parse(text), time: secondsOfDay,
}

const boundFaults = (field: Field, value: Json): readonly ValueFault[] => {
  const read = comparable[field.type]
  const { min, max } = field.validation
  if (read === undefined || typeof value !== 'string') return []
  return [
    ...(typeof min === 'string' && read(value) < read(min) ? [fault('min', `must not be before ${min}`, min)] : []),
    ...(typeof max === 'string' && read(value) > read(max) ? [fault('max', `must not be after ${max}`, max)] : []),
  ]
}

const parsedJson = (text: string): CheckedValue => {
  try {
    const value = JSON.parse(text) as Json
    const problem = storageFault(value)
    return problem === undefined ? { ok: true, value } : { ok: false, faults: [refused[problem]] }
  } catch {
    return { ok: false, faults: [fault('format', 'must be JSON', 'json')] }
  }
}

const isYaml = (text: string): boolean => parseDocument(text, { logLevel: 'error' }).errors.length === 0

/** What the schema cannot say: see `formSchema`. */
const checkBeyondSchema = (field: Field, value: Json): CheckedValue => {
  if (field.type === 'json' && typeof value === 'string') return parsedJson(value)
  if (field.type === 'yaml' && typeof value === 'string' && !isYaml(value)) return { ok: false, faults: [fault('format', 'must be YAML', 'yaml')] }
  const faults = boundFaults(field, value)
  return faults.length === 0 ? { ok: true, value } : { ok: false, faults }
}

/** Compiled on first use: a form that is only looked at costs nothing. */
const checks = new WeakMap<Field, SchemaCheck>()

const checkOf = (field: Field): SchemaCheck => {
  const check = checks.get(field) ?? compileSchema(valueSchema(field))
  checks.set(field, check)
  return check
}

/** Checks a value against a field's own rules, visibility apart. The text of a `json` field becomes the value that it says. */
export const checkValue = (field: Field, value: unknown): CheckedValue => {
  const problem = storageFault(value)
  if (problem !== undefined) return { ok: false, faults: [refused[problem]] }
  const errors = checkOf(field)(value as Json)
  if (errors.length > 0) return { ok: false, faults: leading(field, errors).map((error) => faultOf(field, error)) }
  return checkBeyondSchema(field, value as Json)
}

const LONGEST_ECHO = 200

/** What was sent, where it may be repeated: never for a password, never at length. */
const echo = (field: Field, value: unknown): { readonly received?: Json } => {
  if (isSealedType(field.type) || value === undefined || storageFault(value) !== undefined) return {}
  return JSON.stringify(value).length > LONGEST_ECHO ? {} : { received: value as Json }
}

/** For texts and lists, documents write `min` and `max` for the length. */
const otherNames: Readonly<Record<string, string>> = { min_length: 'min', max_length: 'max', min_selections: 'min', max_selections: 'max', types: 'accept' }

const ownMessage = (messages: Readonly<Record<string, string>>, constraint: string): string | undefined =>
  [constraint, otherNames[constraint] ?? constraint].filter((name) => Object.hasOwn(messages, name)).map((name) => messages[name])[0]

/** A fault in the document's own words where it has some, else as `<label> <what is wrong>`. */
export const problemOf = (field: Field, { constraint, message, expected, below }: ValueFault, value: unknown): InputProblem => {
  const { messages = {}, message: single } = field.validation
  const own = ownMessage(messages, constraint) ?? single
  return {
    field: [field.id, ...below].join('.'), constraint, message: own ?? `${field.name} ${message}`,
    ...echo(field, value), ...(expected === undefined ? {} : { expected }),
  }
}
