import type { Field, FieldGroup, Form } from '../../src/form/form.js'

export const field = (id: string, type: Field['type'], more: Partial<Field> = {}): Field =>
  ({ id, name: id, type, required: false, readonly: false, hidden: false, validation: {}, conditions: [], ...more })

export const group = (id: string, fields: readonly Field[], more: Partial<FieldGroup> = {}): FieldGroup =>
  ({ id, name: id, collapsible: false, collapsedDefault: false, conditions: [], fields, ...more })

export const form = (...groups: readonly FieldGroup[]): Form => ({ layout: 'single-page', submitText: 'Submit', confirmationRequired: false, groups })

export const formOf = (...fields: readonly Field[]): Form => form(group('main', fields))
