import type { LoadedItem } from '../../catalog/loaded-item.js'
import { isVisibleTo } from '../../catalog/orderability.js'
import { nearestName } from '../../expression/nearest-name.js'
import { checkValue, problemOf } from '../../form/check-value.js'
import { type Field, formFields } from '../../form/form.js'
import type { InputProblem } from '../../form/input-problem.js'
import type { Json, JsonObject } from '../../json.js'
import type { Person } from '../../request/person.js'
import { viewerOf } from '../permissions.js'
import { type FieldOptions, type OptionWorld, fieldOptions } from './field-options.js'

/** Somebody who fills in a form asks what can be chosen. */
export interface OptionsCommand {
  readonly caller: Person
  readonly itemId: string
  readonly fieldId: string
  /** Values of the form so far, by field id; those that the options depend on are read. */
  readonly fields: JsonObject
}

export type OptionsAnswer =
  | ({ readonly kind: 'options'; readonly field: Field } & FieldOptions)
  /** No such item for this caller, or no such field. */
  | { readonly kind: 'not-found'; readonly what: 'item' | 'field' }
  | { readonly kind: 'refused'; readonly problems: readonly InputProblem[] }

/** Values that options depend on: as they would be accepted, with defaults; what breaks a field's own rules goes nowhere. */
const valuesOf = (fields: ReadonlyMap<string, Field>, on: readonly string[], given: JsonObject): { readonly values: JsonObject; readonly problems: readonly InputProblem[] } => {
  const values: [string, Json][] = []
  const problems: InputProblem[] = []
  for (const id of Object.keys(given)) {
    if (fields.has(id)) continue
    const near = nearestName(id, fields.keys())
    problems.push({ field: id.slice(0, 100), constraint: 'unknown', message: `there is no field ${id.slice(0, 100)}${near === undefined ? '' : `: did you mean ${near}?`}` })
  }
  for (const id of on) {
    const field = fields.get(id)
    const value = Object.hasOwn(given, id) ? given[id] : field?.default
    if (field === undefined || value === undefined || value === null || value === '') continue
    const checked = checkValue(field, value)
    if (checked.ok) values.push([id, checked.value])
    else problems.push(...checked.faults.map((fault) => problemOf(field, fault, value)))
  }
  return { values: Object.fromEntries(values), problems }
}

const visible = (world: OptionWorld, { itemId, caller }: OptionsCommand): LoadedItem | undefined => {
  const loaded = world.catalog().get(itemId)
  return loaded !== undefined && isVisibleTo(loaded, viewerOf(caller)) ? loaded : undefined
}

/** What can be chosen for a field now, as this caller may see it. */
export const askOptions = async (world: OptionWorld, command: OptionsCommand): Promise<OptionsAnswer> => {
  const loaded = visible(world, command)
  if (loaded === undefined) return { kind: 'not-found', what: 'item' }
  const fields = new Map(formFields(loaded.item.form).map((field) => [field.id, field]))
  const field = fields.get(command.fieldId)
  if (field === undefined) return { kind: 'not-found', what: 'field' }
  const { values, problems } = valuesOf(fields, field.dependsOn ?? [], command.fields)
  if (problems.length > 0) return { kind: 'refused', problems }
  return { kind: 'options', field, ...await fieldOptions(world, { loaded, field, values, viewer: viewerOf(command.caller) }) }
}
