import { nearestName } from '../expression/nearest-name.js'
import type { Form } from '../form/form.js'
import type { InputProblem } from '../form/input-problem.js'
import type { Json, JsonObject } from '../json.js'
import { isJsonObject } from '../json.js'
import { type FieldOrigins, ROOT_GROUP } from './dialects/field-origins.js'

/** Input by group, by field id. */
export interface GroupedInput {
  readonly fields: JsonObject
  readonly problems: readonly InputProblem[]
  /** Where a field, or a path into one, stands in what was sent: a JSON Pointer. */
  pointerOf(path: string): string
}

/** More is not told of one input. */
const MOST_PROBLEMS = 100

const pointer = (...parts: readonly string[]): string => ['/input', ...parts.map((part) => part.replaceAll('~', '~0').replaceAll('/', '~1'))].join('/')

const unknown = (what: string, name: string, at: string, known: Iterable<string>): InputProblem => {
  const near = nearestName(name, known)
  return { field: shortened(name), constraint: 'unknown', message: `${what} ${shortened(name)}${near === undefined ? '' : `: did you mean ${near}?`}`, pointer: at }
}

const shortened = (name: string): string => name.length > 100 ? `${name.slice(0, 100)}…` : name

/**
 * Reads input as catalog/v1 has it, `{ name, <group>: { <field>: value } }`, into values by field id (catalog-format 2.3). A field may stand
 * outside of its group by its id; a name that is a group and a field is the group where its value is an object.
 */
export const readGroupedInput = (form: Form, origins: FieldOrigins, input: JsonObject): GroupedInput => {
  const groups = new Map(form.groups.map(({ id, fields }) => [id, new Map(fields.map((field) => [origins.get(field.id)?.id ?? field.id, field.id]))]))
  const ids = new Set(form.groups.flatMap(({ fields }) => fields.map(({ id }) => id)))
  const places = new Map([...groups].flatMap(([group, fields]) => [...fields].map(([name, id]) => [id, group === ROOT_GROUP ? pointer(name) : pointer(group, name)] as const)))
  const values = new Map<string, Json>()
  const problems: InputProblem[] = []
  const tell = (problem: () => InputProblem): void => { if (problems.length < MOST_PROBLEMS) problems.push(problem()) }
  const give = (id: string, value: Json, at: string): void => {
    if (values.has(id)) tell(() => ({ field: id, constraint: 'conflict', message: `${id} is given twice: inside its group and outside`, pointer: at }))
    values.set(id, value)
    places.set(id, at)
  }
  const giveGroup = (group: string, fields: ReadonlyMap<string, string>, value: Json): void => {
    if (!isJsonObject(value)) tell(() => ({ field: group, constraint: 'type', message: `${group} is a group of the form: its value is an object of fields`, pointer: pointer(group) }))
    else for (const [name, one] of Object.entries(value)) {
      const id = fields.get(name)
      if (id === undefined) tell(() => unknown(`the group ${group} has no field`, name, pointer(group, name), fields.keys()))
      else give(id, one, pointer(group, name))
    }
  }
  for (const [name, value] of Object.entries(input)) {
    const [group, root] = [groups.get(name), groups.get(ROOT_GROUP)?.get(name) ?? (ids.has(name) ? name : undefined)]
    if (group !== undefined && (root === undefined || isJsonObject(value))) giveGroup(name, group, value)
    else if (root !== undefined) give(root, value, pointer(name))
    else tell(() => unknown('the form has no group or field', name, pointer(name), [...groups.keys(), ...groups.get(ROOT_GROUP)?.keys() ?? [], ...ids].filter((known) => known !== ROOT_GROUP)))
  }
  return {
    fields: Object.fromEntries(values), problems,
    pointerOf: (path) => {
      const [field = '', ...below] = path.split('.')
      return [places.get(field) ?? pointer(field), ...below].join('/')
    },
  }
}
