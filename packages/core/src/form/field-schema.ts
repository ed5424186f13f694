import type { Json, JsonObject } from '../json.js'
import type { Choice, Field, FieldValidation } from './form.js'
import { atLeastPattern, atMostPattern, literalPattern } from './text-range.js'

/** No text of an input is longer, in Unicode characters. */
const LONGEST_TEXT = 65_536
/** No list of an input is longer. */
const LONGEST_LIST = 1_000

/** The published text of the pattern for `time` values. */
const TIME = '^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?$'

/** Members whose value is `undefined` are left out. */
const compact = (members: { readonly [name: string]: Json | undefined }): JsonObject =>
  Object.fromEntries(Object.entries(members).filter((entry): entry is [string, Json] => entry[1] !== undefined))

/** One member if there is one condition, all of them under `allOf` if there are more. */
const all = (...parts: readonly (JsonObject | undefined)[]): JsonObject => {
  const given = parts.filter((part) => part !== undefined)
  return given.length === 0 ? {} : { allOf: given }
}

const lengths = (validation: FieldValidation, required: boolean): JsonObject => compact({
  minLength: validation.minLength === undefined ? (required ? 1 : undefined) : Math.max(validation.minLength, required ? 1 : 0),
  maxLength: Math.min(validation.maxLength ?? LONGEST_TEXT, LONGEST_TEXT),
})

const formats: Readonly<Record<NonNullable<FieldValidation['format']>, JsonObject>> = {
  email: { format: 'email' }, hostname: { format: 'hostname' }, url: { format: 'uri', allOf: [{ pattern: '^https?://' }] },
}

const textSchema = (field: Field, more: JsonObject = {}): JsonObject => {
  const { validation } = field
  const enumeration = field.choices === undefined || field.choices.length === 0 ? {} : { enum: field.choices }
  return { type: 'string', ...lengths(validation, field.required), ...compact({ pattern: validation.pattern }), ...enumeration, ...more }
}

const tightest = (choose: (...values: number[]) => number, ...bounds: readonly (number | string | undefined)[]): number | undefined => {
  const given = bounds.filter((bound) => typeof bound === 'number')
  return given.length === 0 ? undefined : choose(...given)
}

const numberSchema = (field: Field, type: 'number' | 'integer', bounds: { readonly min?: number; readonly max?: number } = {}): JsonObject => {
  const { min, max, step, precision } = field.validation
  const multiples = [step, precision === undefined ? undefined : Number(`1e-${precision}`)].filter((one) => one !== undefined)
  return {
    type,
    ...compact({ minimum: tightest(Math.max, min, bounds.min), maximum: tightest(Math.min, max, bounds.max) }),
    ...(multiples.length === 1 ? { multipleOf: multiples[0] ?? 1 } : all(...multiples.map((multipleOf) => ({ multipleOf })))),
  }
}

const typesOf = (choices: readonly Choice[]): Json => {
  const types = [...new Set(choices.map((choice) => typeof choice))]
  return types.length === 1 ? types[0] ?? 'string' : types
}

const choiceSchema = (field: Field): JsonObject => {
  const { choices, validation } = field
  if (choices === undefined || choices.length === 0) return { type: ['string', 'number', 'boolean'], maxLength: LONGEST_TEXT, ...(field.required ? { minLength: 1 } : {}) }
  if (validation.allowCustom === true) return { type: 'string', ...lengths(validation, field.required), ...compact({ pattern: validation.pattern }), examples: choices }
  return { type: typesOf(choices), enum: choices }
}

const choicesSchema = (field: Field): JsonObject => {
  const { choices, validation } = field
  const known = choices !== undefined && choices.length > 0 && validation.allowCustom !== true
  const least = Math.max(validation.minSelections ?? 0, field.required ? 1 : 0)
  return {
    type: 'array',
    items: known ? { type: typesOf(choices), enum: choices } : { type: ['string', 'number', 'boolean'], maxLength: LONGEST_TEXT },
    uniqueItems: true,
    ...(least === 0 ? {} : { minItems: least }),
    maxItems: Math.min(validation.maxSelections ?? LONGEST_LIST, LONGEST_LIST),
  }
}

const dateSchema = (field: Field): JsonObject => {
  const { min, max } = field.validation
  return {
    type: 'string', format: 'date',
    ...all(typeof min === 'string' ? { pattern: atLeastPattern(min) } : undefined, typeof max === 'string' ? { pattern: atMostPattern(max) } : undefined),
  }
}

const mediaTypePattern = (accept: string): string => `^${literalPattern(accept).replace('\\*', '[^/]+')}$`

/** Each letter in both cases: a pattern without flags, which JavaScript and RE2 both read. */
const extensionPattern = (extension: string): string =>
  `${[...extension].map((one) => /[a-z]/i.test(one) ? `[${one.toLowerCase()}${one.toUpperCase()}]` : literalPattern(one)).join('')}$`

/** `.pdf` is told by the name, `application/pdf` and `image/*` by the media type. */
const accepted = (accept: string): JsonObject => accept.startsWith('.')
  ? { properties: { filename: { pattern: extensionPattern(accept) } } }
  : { properties: { content_type: { pattern: mediaTypePattern(accept) } } }

const fileSchema = (field: Field): JsonObject => {
  const { maxSize, accept } = field.validation
  return {
    type: 'object',
    properties: {
      filename: { type: 'string', minLength: 1, maxLength: 255 },
      content_type: { type: 'string', minLength: 1, maxLength: 255 },
      size: { type: 'integer', minimum: 0, ...compact({ maximum: maxSize }) },
      ref: { type: 'string', minLength: 1, maxLength: 1024 },
    },
    required: ['filename', 'content_type', 'size', 'ref'],
    additionalProperties: false,
    ...(accept === undefined || accept.length === 0 ? {} : { anyOf: accept.map(accepted) }),
  }
}

const strengths: Readonly<Record<NonNullable<FieldValidation['strength']>, JsonObject>> = {
  weak: { minLength: 1 },
  medium: { minLength: 8, allOf: [{ pattern: '[A-Za-z]' }, { pattern: '[0-9]' }] },
  strong: { minLength: 12, allOf: [{ pattern: '[a-z]' }, { pattern: '[A-Z]' }, { pattern: '[0-9]' }, { pattern: '[^A-Za-z0-9]' }] },
}

const passwordSchema = (field: Field): JsonObject => {
  const strength = field.validation.strength === undefined ? undefined : strengths[field.validation.strength]
  const schema = textSchema(field, { writeOnly: true })
  if (strength === undefined) return schema
  return { ...schema, ...strength, minLength: Math.max(Number(schema['minLength'] ?? 0), Number(strength['minLength'])) }
}

const schemaByType: Readonly<Record<Field['type'], (field: Field) => JsonObject>> = {
  string: (field) => textSchema(field, field.validation.format === undefined ? {} : formats[field.validation.format]),
  textarea: (field) => textSchema(field),
  email: (field) => textSchema(field, formats.email),
  url: (field) => textSchema(field, formats.url),
  yaml: (field) => textSchema(field, { contentMediaType: 'application/yaml' }),
  password: passwordSchema,
  secret: passwordSchema,
  number: (field) => numberSchema(field, 'number'),
  integer: (field) => numberSchema(field, 'integer'),
  percentage: (field) => numberSchema(field, 'number', { min: 0, max: 100 }),
  boolean: () => ({ type: 'boolean' }),
  select: choiceSchema,
  multiselect: choicesSchema,
  date: dateSchema,
  datetime: () => ({ type: 'string', format: 'date-time' }),
  time: () => ({ type: 'string', pattern: TIME }),
  file: fileSchema,
  json: () => ({ type: ['object', 'array', 'string'], maxLength: LONGEST_TEXT }),
}

/**
 * The rules of a field's value as JSON Schema 2020-12, without its title and without what its surroundings say. The published
 * schema and the server's validator are both made of it. What plain JSON Schema cannot say is added by `checkBeyondSchema`.
 */
export const valueSchema = (field: Field): JsonObject => schemaByType[field.type](field)
