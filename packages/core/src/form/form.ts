import type { Condition } from '../expression/condition.js'
import type { Json, JsonObject } from '../json.js'
import type { Choice } from './choice.js'
import type { DataSource } from './data-source/data-source.js'
import type { FieldType } from './field-type.js'

export type { Choice } from './choice.js'

/**
 * The rules of a value (catalog-format 1.3.3). Which of them a type accepts is a matter of the document reader: here they are
 * already canonical. Absent always means: no such rule.
 */
export interface FieldValidation {
  /** RE2 syntax, unanchored. */
  readonly pattern?: string
  /** Unicode characters. */
  readonly minLength?: number
  /** Unicode characters. Never above 65,536, whatever is written. */
  readonly maxLength?: number
  readonly format?: 'email' | 'url' | 'hostname'
  /** A number, or for date, datetime and time a text of that type. Inclusive. */
  readonly min?: number | string
  /** As `min`. Inclusive. */
  readonly max?: number | string
  /** The number is a multiple of it, counted from 0, exactly: 0.3 is a multiple of 0.1. */
  readonly step?: number
  /** Most digits behind the decimal point. */
  readonly precision?: number
  readonly minSelections?: number
  readonly maxSelections?: number
  /** For `select`: any other text is accepted too. */
  readonly allowCustom?: boolean
  /** For `file`: bytes. */
  readonly maxSize?: number
  /** For `file`: media types (`image/*` too) or extensions with a dot. */
  readonly accept?: readonly string[]
  /** For `password`: weak has 1 character, medium 8 with letters and digits, strong 12 with lower, upper, digit and sign. */
  readonly strength?: 'weak' | 'medium' | 'strong'
  /** Texts that replace the standard ones, by constraint. */
  readonly messages?: Readonly<Record<string, string>>
  /** A text for every constraint that `messages` does not name. */
  readonly message?: string
}

export interface Field {
  /** Unique in the form: templates read it as `fields.<id>`. */
  readonly id: string
  /** The label. */
  readonly name: string
  readonly type: FieldType
  readonly description?: string
  readonly tooltip?: string
  readonly placeholder?: string
  /** Must be given, or have a default, while the field is visible. */
  readonly required: boolean
  /** The value is the default; another one is refused. */
  readonly readonly: boolean
  /** Not shown; the value is the default and another one is refused. */
  readonly hidden: boolean
  /** Taken when the field is visible and nothing is given. Satisfies the field's own rules. */
  readonly default?: Json
  /** For select and multiselect: what may be chosen. Absent: nothing is known (a data source decides). */
  readonly choices?: readonly Choice[]
  readonly validation: FieldValidation
  /** All must hold for the field to be visible; a field that is not visible is absent. Empty: always visible. */
  readonly conditions: readonly Condition[]
  /** Where its choices come from. Those of a `static` one are its `choices` too. */
  readonly dataSource?: DataSource
  /** Fields whose change makes its options out of date, in the order of the form. Absent: none. */
  readonly dependsOn?: readonly string[]
  /** `ui_hints`, `rows`, `cols`, as written, for whoever draws the form. */
  readonly hints?: JsonObject
}

/** Fields shown together. A hidden group hides its fields. */
export interface FieldGroup {
  readonly id: string
  readonly name: string
  readonly description?: string
  readonly icon?: string
  readonly collapsible: boolean
  readonly collapsedDefault: boolean
  readonly conditions: readonly Condition[]
  /** In the order in which they are shown. */
  readonly fields: readonly Field[]
}

/** What a person fills in to ask for an item. Groups and fields stand in the order in which they are shown. */
export interface Form {
  readonly layout: 'wizard' | 'single-page' | 'tabbed'
  readonly submitText: string
  readonly confirmationRequired: boolean
  readonly groups: readonly FieldGroup[]
}

/** All fields of a form, in the order in which they are shown. */
export const formFields = (form: Form): readonly Field[] => form.groups.flatMap((group) => group.fields)
