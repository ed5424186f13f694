import type { Condition } from '../expression/condition.js'
import type { Json, JsonObject } from '../json.js'
import { accessibilityNotes } from './accessibility-notes.js'
import { type FieldType, isSealedType } from './field-type.js'
import type { Field, FieldGroup, Form } from './form.js'
import { type OptionsLink, optionsLink } from './data-source/options-link.js'
import { isVisible, orderedRules } from './visibility.js'

/** What draws a field. */
export type Widget =
  | 'text-input' | 'number-input' | 'checkbox' | 'dropdown' | 'combobox' | 'multi-dropdown' | 'date-picker' | 'datetime-picker' | 'time-picker' | 'file' | 'textarea'
  | 'password-input' | 'email' | 'url-input' | 'code-editor' | 'percentage-input'

const widgets: Readonly<Record<FieldType, Widget>> = {
  string: 'text-input', number: 'number-input', integer: 'number-input', boolean: 'checkbox', select: 'dropdown', multiselect: 'multi-dropdown', date: 'date-picker',
  datetime: 'datetime-picker', time: 'time-picker', file: 'file', textarea: 'textarea', password: 'password-input', secret: 'password-input', email: 'email', url: 'url-input',
  json: 'code-editor', yaml: 'code-editor', percentage: 'percentage-input',
}

interface PreviewedField {
  readonly id: string
  readonly label: string
  readonly type: FieldType
  readonly widget: Widget
  readonly required: boolean
  readonly readonly: boolean
  /** Whether it is shown with the values of the preview. */
  readonly visible: boolean
  readonly sealed: boolean
  readonly help?: string
  readonly tooltip?: string
  readonly placeholder?: string
  /** What it holds when nothing is given; never of a password. */
  readonly default?: Json
  /** Absent: any value, or a data source gives them. */
  readonly choices?: Field['choices']
  readonly dataSource?: Field['dataSource']
  /** Where its options are had, and which fields make them out of date. Absent: nowhere. */
  readonly options?: OptionsLink
  /** The rules of its value, in the form's own words. */
  readonly rules: readonly { readonly rule: string; readonly value: Json; readonly text: string }[]
  readonly conditions: readonly Condition[]
  /** The conditions in words. Empty: always shown. */
  readonly shownWhen: readonly string[]
  readonly hints?: JsonObject
}

interface PreviewedGroup extends Omit<FieldGroup, 'fields'> {
  /** From 1: of the step, the tab or the section. */
  readonly position: number
  readonly visible: boolean
  readonly shownWhen: readonly string[]
  readonly fields: readonly PreviewedField[]
}

/** A form as it would be drawn with some values. */
export interface FormPreview {
  readonly layout: Form['layout']
  /** How the layout shows groups: all below one another, one after the other, or one of several tabs. */
  readonly groupsAre: 'sections' | 'steps' | 'tabs'
  readonly submitText: string
  readonly confirmationRequired: boolean
  readonly groups: readonly PreviewedGroup[]
  /** Where people who cannot see or use a mouse would be lost, and what to do about it. */
  readonly accessibility: readonly { readonly about: string; readonly note: string }[]
}

const operatorWords: Readonly<Record<Condition['operator'], string>> = {
  eq: 'is', ne: 'is not', gt: 'is more than', lt: 'is less than', gte: 'is at least', lte: 'is at most', in: 'is one of', not_in: 'is none of', contains: 'contains',
}

const inWords = (form: Form, { field, operator, value }: Condition): string => {
  const label = form.groups.flatMap(({ fields }) => fields).find(({ id }) => id === field)?.name ?? field
  return `${label} ${operatorWords[operator]} ${Array.isArray(value) ? value.map(String).join(', ') : typeof value === 'string' ? value : JSON.stringify(value)}`
}

const ruleWords: Readonly<Record<string, (value: string) => string>> = {
  pattern: (value) => `matches ${value}`, minLength: (value) => `at least ${value} characters`, maxLength: (value) => `at most ${value} characters`, format: (value) => `is a valid ${value}`,
  min: (value) => `at least ${value}`, max: (value) => `at most ${value}`, step: (value) => `in steps of ${value}`, precision: (value) => `at most ${value} digits behind the point`,
  minSelections: (value) => `at least ${value} of them`, maxSelections: (value) => `at most ${value} of them`, allowCustom: () => 'other texts too', maxSize: (value) => `at most ${value} bytes`,
  accept: (value) => `a file of ${value}`, strength: (value) => `a ${value} password`,
}

const rulesOf = ({ validation }: Field): PreviewedField['rules'] => Object.entries(validation as Readonly<Record<string, Json>>).flatMap(([rule, value]) => {
  const words = ruleWords[rule]
  return words === undefined || value === false ? [] : [{ rule, value, text: words(Array.isArray(value) ? value.map(String).join(', ') : String(value as string | number | boolean)) }]
})

const widgetOf = ({ type, validation }: Field): Widget => type === 'select' && validation.allowCustom === true ? 'combobox' : widgets[type]

const optionsOf = (field: Field): { readonly options?: OptionsLink } => {
  const options = optionsLink(field)
  return options === undefined ? {} : { options }
}

const fieldOf = (form: Form, field: Field, visible: boolean): PreviewedField => {
  const { id, name, type, required, readonly, description, tooltip, placeholder, choices, dataSource, conditions, hints } = field
  const sealed = isSealedType(type)
  return {
    id, label: name, type, widget: widgetOf(field), required, readonly, visible, sealed, rules: rulesOf(field), conditions, shownWhen: conditions.map((condition) => inWords(form, condition)),
    ...(description === undefined ? {} : { help: description }), ...(tooltip === undefined ? {} : { tooltip }), ...(placeholder === undefined ? {} : { placeholder }),
    ...(field.default === undefined || sealed ? {} : { default: field.default }), ...(choices === undefined ? {} : { choices }), ...(dataSource === undefined ? {} : { dataSource }),
    ...optionsOf(field), ...(hints === undefined ? {} : { hints }),
  }
}

/** Ids of the fields that are shown with these values, defaults taken where nothing is given. */
const shownWith = (form: Form, given: JsonObject): ReadonlySet<string> => {
  const values = new Map<string, Json>()
  const shown = new Set<string>()
  for (const rule of orderedRules(form).rules) {
    const { id, hidden } = rule.field
    if (!isVisible(rule, values)) continue
    const value = (Object.hasOwn(given, id) ? given[id] : undefined) ?? rule.field.default
    if (value !== undefined) values.set(id, value)
    if (!hidden) shown.add(id)
  }
  return shown
}

const groupsAre = { 'single-page': 'sections', wizard: 'steps', tabbed: 'tabs' } as const

/** Draws a form with some values, for whoever writes it. `color`: of the item's icon. Nothing is checked or kept: the values only decide what is shown. */
export const previewForm = (form: Form, given: JsonObject = {}, { color }: { readonly color?: string } = {}): FormPreview => {
  const shown = shownWith(form, given)
  return {
    layout: form.layout, groupsAre: groupsAre[form.layout], submitText: form.submitText, confirmationRequired: form.confirmationRequired,
    groups: form.groups.map(({ fields, ...group }, index) => ({
      ...group, position: index + 1, visible: fields.some(({ id }) => shown.has(id)), shownWhen: group.conditions.map((condition) => inWords(form, condition)),
      fields: fields.map((field) => fieldOf(form, field, shown.has(field.id))),
    })),
    accessibility: accessibilityNotes(form, color),
  }
}
