import { formFields, type Field, type Form } from '../../form/form.js'
import { isSealedType } from '../../form/field-type.js'
import type { Json, JsonObject } from '../../json.js'
import { isJsonObject } from '../../json.js'
import type { FieldOrigins } from '../dialects/field-origins.js'
import type { LoadedItem } from '../loaded-item.js'
import type { ComponentDefinition } from './bundle-definition.js'

/** What is wrong with how a component's fields are given. */
interface BindingProblem {
  readonly code: 'component-field' | 'component-sealed'
  readonly message: string
}

export interface BoundFields {
  readonly from: ReadonlyMap<string, string>
  readonly defaults: JsonObject
  /** `config` by field id. */
  readonly config: JsonObject
  readonly problems: readonly BindingProblem[]
}

/** By group and id, as its author wrote them. */
const writtenAs = (form: Form, origins: FieldOrigins): ReadonlyMap<string, Field> =>
  new Map(form.groups.flatMap((group) => group.fields.map((field) => [`${group.id}.${origins.get(field.id)?.id ?? field.id}`, field] as const)))

/** The values of `config` by the field ids of the item: `{ size: … }` or `{ group: { size: … } }`. */
const configByField = (config: JsonObject, item: LoadedItem, component: string): Pick<BoundFields, 'config' | 'problems'> => {
  const fields = new Map(formFields(item.item.form).map((field) => [field.id, field]))
  const written = writtenAs(item.item.form, item.origins)
  const values: [string, Json][] = []
  const problems: BindingProblem[] = []
  const give = (name: string, value: Json, field: Field | undefined): void => {
    if (field === undefined) problems.push({ code: 'component-field', message: `${component} gives ${name}, which is no field of ${item.item.id}` })
    else values.push([field.id, value])
  }
  for (const [name, value] of Object.entries(config)) {
    const group = item.item.form.groups.some(({ id }) => id === name)
    if (!fields.has(name) && group && isJsonObject(value)) for (const [inner, one] of Object.entries(value)) give(`${name}.${inner}`, one, written.get(`${name}.${inner}`))
    else give(name, value, fields.get(name))
  }
  return { config: Object.fromEntries(values), problems }
}

/**
 * Finds where each field of a component's item gets its value: `config` of the component, else the field of the bundle of the same group
 * and id, else the one of the same id, else the item's own default (catalog-format 2.2).
 */
export const bindFields = (bundle: LoadedItem, component: ComponentDefinition, item: LoadedItem): BoundFields => {
  const { config, problems } = configByField(component.config, item, component.id)
  const own = new Map(formFields(bundle.item.form).map((field) => [field.id, field]))
  const alike = writtenAs(bundle.item.form, bundle.origins)
  const found: BindingProblem[] = [...problems]
  const [from, defaults] = [new Map<string, string>(), new Map<string, Json>()]
  for (const [name, field] of writtenAs(item.item.form, item.origins)) {
    const source = alike.get(name) ?? own.get(field.id)
    if (field.default !== undefined) defaults.set(field.id, field.default)
    if (Object.hasOwn(config, field.id)) {
      if (isSealedType(field.type)) found.push({ code: 'component-sealed', message: `${component.id} gives the password ${field.id} by config: only a password of the bundle's form can be one` })
    } else if (source !== undefined) {
      from.set(field.id, source.id)
      if (isSealedType(source.type) !== isSealedType(field.type)) found.push({ code: 'component-sealed', message: `${field.id} is a password in only one of ${bundle.item.id} and ${item.item.id}` })
    } else if (field.required && field.default === undefined && field.conditions.length === 0) {
      found.push({ code: 'component-field', message: `${component.id} needs ${field.id} of ${item.item.id}: the form of the bundle has no such field, and config gives none` })
    }
  }
  return { from, defaults: Object.fromEntries(defaults), config, problems: found }
}
