import { equals } from '../expression/comparison.js'
import { nearestName } from '../expression/nearest-name.js'
import type { Json, JsonObject } from '../json.js'
import { isJsonObject } from '../json.js'
import { checkValue, problemOf } from './check-value.js'
import type { Field, Form } from './form.js'
import { isFixed } from './form-schema.js'
import type { InputProblem } from './input-problem.js'
import { type FieldRule, isVisible, orderedRules } from './visibility.js'

/** The input as it is kept: defaults applied, values of hidden fields dropped; or everything that is wrong with it. */
type ValidatedInput =
  | { readonly ok: true; readonly value: JsonObject }
  | { readonly ok: false; readonly problems: readonly InputProblem[] }

export interface InputValidator {
  /** Total over anything that may be in memory. Never answers more than 100 problems. */
  validate(input: unknown): ValidatedInput
}

const MOST_PROBLEMS = 100

const unknownField = (name: string, known: ReadonlyMap<string, FieldRule>): InputProblem => {
  const near = nearestName(name, known.keys())
  const shown = name.length > 100 ? `${name.slice(0, 100)}…` : name
  return { field: shown, constraint: 'unknown', message: `there is no field ${shown}${near === undefined ? '' : `: did you mean ${near}?`}` }
}

const fixedProblem = (field: Field, value: unknown): InputProblem =>
  problemOf(field, { constraint: 'readonly', message: 'cannot be changed', below: [], ...(field.default === undefined ? {} : { expected: field.default }) }, value)

/** A value that is there: fixed fields take their default only, the others what their rules allow. */
const given = (field: Field, value: unknown): { readonly value: Json } | { readonly problems: readonly InputProblem[] } => {
  const checked = checkValue(field, value)
  if (isFixed(field)) {
    if (field.default !== undefined && checked.ok && equals(checked.value, field.default)) return { value: field.default }
    return { problems: [fixedProblem(field, value)] }
  }
  return checked.ok ? { value: checked.value } : { problems: checked.faults.map((fault) => problemOf(field, fault, value)) }
}

const missing = (field: Field): InputProblem => problemOf(field, { constraint: 'required', message: 'is required', below: [] }, undefined)

/**
 * Makes the validator of a form. Rules, in this order: an unknown field is refused; a field whose conditions do not hold is absent,
 * its value dropped whatever it is; a visible one takes its default when nothing is given; then required, then the value's rules.
 * Fields are looked at in the order of their conditions, so that a hidden field counts as missing for those behind it. A value that
 * is wrong still decides visibility, as it stands: the person sees the form with it.
 */
export const createInputValidator = (form: Form): InputValidator => {
  const { rules } = orderedRules(form)
  const known = new Map(rules.map((rule) => [rule.field.id, rule]))
  const shown = form.groups.flatMap((group) => group.fields)
  return {
    validate(input) {
      if (!isJsonObject(input)) return { ok: false, problems: [{ field: '', constraint: 'type', message: 'the input must be an object of field values' }] }
      const values = new Map<string, Json>()
      const problems = new Map<string, readonly InputProblem[]>()
      for (const rule of rules) {
        const { field } = rule
        if (!isVisible(rule, values)) continue
        if (!Object.hasOwn(input, field.id) || input[field.id] === undefined) {
          if (field.default !== undefined) values.set(field.id, field.default)
          else if (field.required && !isFixed(field)) problems.set(field.id, [missing(field)])
          continue
        }
        const answer = given(field, input[field.id])
        if ('problems' in answer) problems.set(field.id, answer.problems)
        values.set(field.id, 'value' in answer ? answer.value : input[field.id] ?? null)
      }
      const unknown = Object.keys(input).filter((name) => !known.has(name)).slice(0, MOST_PROBLEMS).map((name) => unknownField(name, known))
      const all = [...unknown, ...shown.flatMap((field) => problems.get(field.id) ?? [])]
      if (all.length > 0) return { ok: false, problems: all.slice(0, MOST_PROBLEMS) }
      return { ok: true, value: Object.fromEntries(shown.flatMap(({ id }) => values.has(id) ? [[id, values.get(id) ?? null]] : [])) }
    },
  }
}
