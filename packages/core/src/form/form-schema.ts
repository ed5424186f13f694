import type { Json, JsonObject } from '../json.js'
import { visibilitySchemas } from './condition-schema.js'
import { valueSchema } from './field-schema.js'
import { optionsLink } from './data-source/options-link.js'
import type { Field, Form } from './form.js'
import { type FieldRule, orderedRules } from './visibility.js'

/** True for fields whose value nobody may choose: another value than the default is refused. */
export const isFixed = (field: Field): boolean => field.readonly || field.hidden

/** `x-options`: where the options are had. No keyword of JSON Schema says it. */
const optionsAnnotation = (field: Field): JsonObject => {
  const link = optionsLink(field)
  return link === undefined ? {} : { 'x-options': { ...link } }
}

const annotations = (field: Field): JsonObject => ({
  title: field.name,
  ...(field.description === undefined ? {} : { description: field.description }),
  ...(field.default === undefined ? {} : { default: field.default }),
  ...(isFixed(field) ? { readOnly: true } : {}),
  ...optionsAnnotation(field),
})

/** A fixed field has its default or, without one, no value at all. */
const fixedValue = (field: Field): JsonObject => field.default === undefined ? { not: {} } : { const: field.default }

const property = (field: Field): JsonObject => ({ ...annotations(field), ...valueSchema(field), ...(isFixed(field) ? fixedValue(field) : {}) })

const isDemanded = ({ field }: FieldRule): boolean => field.required && field.default === undefined && !isFixed(field)

const members = (rules: readonly FieldRule[]): JsonObject => {
  const required = rules.filter(isDemanded).map(({ field }) => field.id)
  return {
    properties: Object.fromEntries(rules.map(({ field }) => [field.id, property(field)])),
    ...(required.length === 0 ? {} : { required }),
  }
}

/** Fields in the order of the form, those with the same conditions together. */
const groupedByCondition = (form: Form, visible: (id: string) => JsonObject | undefined): ReadonlyMap<string, { readonly when: JsonObject | undefined; readonly rules: readonly FieldRule[] }> => {
  const grouped = new Map<string, { when: JsonObject | undefined; rules: FieldRule[] }>()
  for (const field of form.groups.flatMap((group) => group.fields)) {
    const when = visible(field.id)
    const key = when === undefined ? '' : JSON.stringify(when)
    const entry = grouped.get(key) ?? { when, rules: [] }
    entry.rules.push({ field, conditions: [] })
    grouped.set(key, entry)
  }
  return grouped
}

/**
 * The form as JSON Schema 2020-12. A field with conditions lives in `allOf: [{ if, then }]` (never in `dependentSchemas`, which form
 * libraries do not draw), and every member that no branch names is refused by `unevaluatedProperties`.
 *
 * The server decides as this schema does, but for five things that it does more: it drops values of hidden fields where the schema
 * refuses them; it reads and checks the text of `json` and `yaml`; it checks the bounds of `time` and `datetime`; it counts steps
 * exactly, where binary arithmetic takes 0.3 for no multiple of 0.1; and it refuses text that cannot be stored (NUL, half a surrogate
 * pair), names such as `__proto__` and deeper nesting than 32.
 */
export const formSchema = (form: Form): JsonObject => {
  const grouped = groupedByCondition(form, visibilitySchemas(orderedRules(form).rules))
  const conditional = [...grouped.values()].filter((entry) => entry.when !== undefined)
  const branches: Json[] = conditional.map(({ when, rules }) => ({ if: when ?? {}, then: members(rules) }))
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    ...members(grouped.get('')?.rules ?? []),
    ...(branches.length === 0 ? {} : { allOf: branches }),
    unevaluatedProperties: false,
  }
}
