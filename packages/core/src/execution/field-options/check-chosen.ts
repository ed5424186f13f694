import type { LoadedItem } from '../../catalog/loaded-item.js'
import { equals } from '../../expression/comparison.js'
import { problemOf } from '../../form/check-value.js'
import { notAmong } from '../../form/data-source/option-list.js'
import { type Field, formFields } from '../../form/form.js'
import { isFixed } from '../../form/form-schema.js'
import type { InputProblem, InputWarning } from '../../form/input-problem.js'
import type { Json, JsonObject } from '../../json.js'
import type { Viewer } from '../../ports/request-store.js'
import { type FieldOptions, type OptionWorld, fieldOptions } from './field-options.js'

/** Options that are younger need not be asked for again before a value is refused. */
const NEW_MS = 2_000
/** A refusal names no more options than these. */
const MOST_NAMED = 20

/** What came of comparing the chosen values with what their sources offer. */
export interface ChosenCheck {
  readonly problems: readonly InputProblem[]
  /** What could not be compared. */
  readonly warnings: readonly InputWarning[]
}

/** Fields whose value must be among options that are not in the document. */
const isChecked = ({ dataSource, validation }: Field): boolean => dataSource !== undefined && dataSource.type !== 'static' && validation.allowCustom !== true

const changed = (field: Field, input: JsonObject, before: JsonObject | undefined): boolean =>
  before === undefined || [field.id, ...field.dependsOn ?? []].some((id) => !equals(input[id] ?? null, before[id] ?? null))

const warning = (field: Field, message: string): InputWarning => ({ field: field.id, code: 'OPTIONS_NOT_CHECKED', message: `${field.name} was not checked: ${message}` })

const notOffered = (field: Field, value: Json, { options }: FieldOptions): InputProblem => {
  const named = options.slice(0, MOST_NAMED)
  const rest = options.length > named.length ? ` and ${options.length - named.length} more` : ''
  const message = options.length === 0 ? 'cannot be chosen: there is nothing to choose from' : `must be one of: ${named.map((option) => String(option.value)).join(', ')}${rest}`
  return problemOf(field, { constraint: 'enum', message, below: [], expected: named.map((option) => option.value) }, value)
}

const missingFirst = (field: Field, value: Json, missing: readonly string[]): InputProblem =>
  problemOf(field, { constraint: 'depends', message: `depends on ${missing.join(', ')}, which must be given first`, below: [] }, value)

/** Only a list that is whole and current can refuse: what is not in a part of it, or in an old one, may be there. */
const verdict = (field: Field, value: Json, answer: FieldOptions): ChosenCheck => {
  const { state, complete, reason = '', missing = [] } = answer
  if (state === 'incomplete') return { problems: [missingFirst(field, value, missing)], warnings: [] }
  if (state === 'unavailable') return { problems: [], warnings: [warning(field, `its options cannot be had (${reason})`)] }
  const isThere = notAmong(answer.options, value).length === 0
  if (state === 'stale') return { problems: [], warnings: [warning(field, `its source does not answer (${reason}), and ${isThere ? 'it was' : 'it was not'} among the last options that it gave`)] }
  if (isThere) return { problems: [], warnings: [] }
  return complete ? { problems: [notOffered(field, value, answer)], warnings: [] } : { problems: [], warnings: [warning(field, 'its source has more options than are read')] }
}

const checkField = async (world: OptionWorld, loaded: LoadedItem, field: Field, input: JsonObject, viewer: Viewer): Promise<ChosenCheck> => {
  const [value, question] = [input[field.id] ?? null, { loaded, field, values: input, viewer }]
  const known = await fieldOptions(world, question)
  const first = verdict(field, value, known)
  // What was made a moment ago may be missing in what was kept.
  return first.problems.length === 0 || known.state !== 'current' ? first : verdict(field, value, await fieldOptions(world, question, NEW_MS))
}

/**
 * Checks the values that were chosen from data sources, all at once. A source that does not answer refuses nothing: it is a warning.
 * `before`: earlier input; what is as it was there is not checked again.
 */
export const checkChosen = async (world: OptionWorld, loaded: LoadedItem, input: JsonObject, viewer: Viewer, before?: JsonObject): Promise<ChosenCheck> => {
  const fields = formFields(loaded.item.form).filter((field) => isChecked(field) && !isFixed(field) && Object.hasOwn(input, field.id) && changed(field, input, before))
  const checks = await Promise.all(fields.map((field) => checkField(world, loaded, field, input, viewer)))
  return { problems: checks.flatMap(({ problems }) => problems), warnings: checks.flatMap(({ warnings }) => warnings) }
}
