import { memberAt } from '../../expression/member.js'
import { parsePath } from '../../expression/path.js'
import type { Json } from '../../json.js'
import { isJsonObject } from '../../json.js'
import type { Option, OptionPaths } from './data-source.js'
import type { Choice } from '../choice.js'
import { storageFault } from '../storable-value.js'

const LONGEST_VALUE = 1_024
const LONGEST_LABEL = 200
const containers = ['items', 'data', 'results', 'values', 'options']
const valueNames = ['value', 'id', 'name']
const labelNames = ['label', 'name', 'title']

/** The segments of `$`, `$.data[0].items` or `data.items`; none for the root. Undefined: it is no path. */
export const optionPath = (text: string): readonly string[] | undefined => {
  const rest = text.trim().replace(/^\$\.?/, '')
  return rest === '' ? (text.trim().startsWith('$') ? [] : undefined) : parsePath(rest)
}

const at = (value: Json, path: string | undefined): Json | undefined => {
  const segments = path === undefined ? [] : optionPath(path)
  return segments === undefined ? undefined : segments.length === 0 ? value : memberAt(value, segments) as Json | undefined
}

const own = (value: Json, names: readonly string[]): Json | undefined => {
  if (!isJsonObject(value)) return undefined
  const name = names.find((one) => Object.hasOwn(value, one))
  return name === undefined ? undefined : value[name]
}

const listIn = (answer: Json, path: string | undefined): readonly Json[] | undefined => {
  const found = at(answer, path)
  if (Array.isArray(found)) return found as readonly Json[]
  const inside = path === undefined && found !== undefined ? own(found, containers) : undefined
  return Array.isArray(inside) ? inside as readonly Json[] : undefined
}

const isChoice = (value: Json | undefined): value is Choice =>
  (typeof value === 'string' && value !== '' && value.length <= LONGEST_VALUE && storageFault(value) === undefined)
  || (typeof value === 'number' && Number.isFinite(value)) || typeof value === 'boolean'

const labelOf = (label: Json | undefined, value: Choice): string => {
  const text = isChoice(label) ? String(label) : String(value)
  return text.length > LONGEST_LABEL ? `${text.slice(0, LONGEST_LABEL)}…` : text
}

const optionOf = (entry: Json, { valueField, labelField }: OptionPaths): Option | undefined => {
  const value = valueField === undefined ? (isJsonObject(entry) ? own(entry, valueNames) : entry) : at(entry, valueField)
  if (!isChoice(value)) return undefined
  return { value, label: labelOf(labelField === undefined ? own(entry, labelNames) : at(entry, labelField), value) }
}

/** Options in the order in which they were given. `complete` false: there are more, or some could not be read. */
export interface OptionList {
  readonly options: readonly Option[]
  readonly complete: boolean
}

/**
 * Reads options out of an answer. An entry without a usable value is left out, and then the list is not complete; a value that comes twice
 * counts once. `problem`: there is no list, or no entry of it has a value.
 */
export const readOptions = (answer: Json, how: OptionPaths & { readonly items?: string; readonly limit: number }): OptionList | { readonly problem: string } => {
  const list = listIn(answer, how.items)
  if (list === undefined) return { problem: how.items === undefined ? 'the answer is no list, and has none under items, data, results, values or options: set items' : `the answer has no list at ${how.items}` }
  const seen = new Map<Choice, Option>()
  let unread = 0
  for (const entry of list) {
    if (seen.size >= how.limit) return { options: [...seen.values()], complete: false }
    const option = optionOf(entry, how)
    if (option === undefined) unread += 1
    else if (!seen.has(option.value)) seen.set(option.value, option)
  }
  if (seen.size === 0 && unread > 0) return { problem: `no entry of the list has a text, number or truth value ${how.valueField === undefined ? 'as its value, id or name: set value_field' : `at ${how.valueField}`}` }
  return { options: [...seen.values()], complete: unread === 0 }
}

/** The options whose label or value holds all words of a search, in any case. */
export const searchOptions = (options: readonly Option[], q: string): readonly Option[] => {
  const words = q.toLowerCase().split(/\s+/).filter((word) => word !== '')
  return words.length === 0 ? options : options.filter(({ value, label }) => {
    const text = `${label}\n${String(value)}`.toLowerCase()
    return words.every((word) => text.includes(word))
  })
}

/** Values that are not among the options. `chosen`: a value, or the list of a multiselect. */
export const notAmong = (options: readonly Option[], chosen: Json): readonly Json[] => {
  const values = new Set<Json>(options.map(({ value }) => value))
  return (Array.isArray(chosen) ? chosen as readonly Json[] : [chosen]).filter((value) => !values.has(value))
}
