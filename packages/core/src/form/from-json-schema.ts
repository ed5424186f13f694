import type { ActionSchema } from '../action/action.js'
import type { StandardIssue } from '../action/standard-schema.js'
import type { Json, JsonObject } from '../json.js'
import { compileSchema } from './schema-compiler.js'

/** `/a/0/b~1c` as the path that Standard Schema wants. */
const pathOf = (pointer: string): readonly string[] =>
  pointer.split('/').slice(1).map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))

/**
 * An action's schema from a JSON Schema (draft 2020-12) alone: for authors who do not use a schema library. Patterns are matched in
 * linear time (RE2). Defaults are not filled in. Throws when the schema itself is not valid.
 */
export const fromJsonSchema = <Value>(jsonSchema: JsonObject): ActionSchema<Value> => {
  const check = compileSchema(jsonSchema)
  return {
    jsonSchema,
    schema: {
      '~standard': {
        version: 1,
        vendor: 'pao',
        validate: (value) => {
          const issues = check(value as Json).map((error): StandardIssue => ({ message: error.message ?? 'does not fit', path: pathOf(error.instancePath) }))
          return issues.length === 0 ? { value: value as Value } : { issues }
        },
      },
    },
  }
}
