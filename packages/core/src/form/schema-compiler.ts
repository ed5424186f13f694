import type { ErrorObject } from 'ajv'
import { Ajv2020 } from 'ajv/dist/2020.js'
import ajvFormats from 'ajv-formats'
import { RE2JS } from 're2js'
import type { Json, JsonObject } from '../json.js'
import { isExactMultiple } from './exact-multiple.js'

/** Checks a value; no errors means that it fits. */
export type SchemaCheck = (value: Json) => readonly ErrorObject[]

/** More schemas than this begin a new cache: a catalog has few different field schemas, hostile documents have many. */
const MOST_SCHEMAS = 2_000

/** Ajv takes an engine for `pattern`: RE2 answers in linear time, whatever the pattern and the text. */
const linearTime = Object.assign((pattern: string) => RE2JS.compile(pattern), { code: 'linearTime' })

const createAjv = (): Ajv2020 => {
  const ajv = new Ajv2020({ allErrors: true, strict: false, verbose: true, logger: false, code: { regExp: linearTime } })
  ajvFormats.default(ajv)
  ajv.removeKeyword('multipleOf')
  ajv.addKeyword({ keyword: 'multipleOf', type: 'number', schemaType: 'number', error: { message: 'must be a multiple' }, validate: (of: number, value: number) => isExactMultiple(value, of) })
  return ajv
}

/**
 * Compiles JSON Schemas (2020-12) with linear-time patterns and exact multiples. Equal schemas are compiled once, so that a thousand
 * forms with the same name field cost one compilation.
 */
const createSchemaCompiler = (): (schema: JsonObject) => SchemaCheck => {
  let ajv = createAjv()
  let checks = new Map<string, SchemaCheck>()
  return (schema) => {
    const key = JSON.stringify(schema)
    const known = checks.get(key)
    if (known !== undefined) return known
    if (checks.size >= MOST_SCHEMAS) {
      ajv = createAjv()
      checks = new Map()
    }
    const validate = ajv.compile(schema)
    const check: SchemaCheck = (value) => validate(value) ? [] : [...(validate.errors ?? [])]
    checks.set(key, check)
    return check
  }
}

/** The compiler that forms and documents share. */
export const compileSchema = createSchemaCompiler()
