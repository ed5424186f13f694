import { fieldTypeAliases, fieldTypes } from '../form/field-type.js'
import { dataSourceShape, dependenciesShape } from './data-source-shape.js'
import { any, bag, either, flag, informs, list, may, must, number, object, oneOf, text, texts, type Member } from './document-shape.js'

const position = number({ integer: true, min: 1 })
const operators = ['eq', 'ne', 'gt', 'lt', 'gte', 'lte', 'in', 'not_in', 'contains'] as const

/** One comparison (catalog-format 1.3.4). */
export const conditionShape = object({
  field: must(text({ exact: true }), { older: ['dependsOn'] }),
  operator: may(oneOf(operators, { olderValues: { equals: 'eq', not_equals: 'ne' } }), { older: ['condition'] }),
  value: must(any),
})

const conditional: Member = may(list(conditionShape, { single: true }), { older: ['condition', 'conditions'], decides: true })

const size = number({ integer: true, min: 0 })

/** All validations of all types; which of them a type takes is checked when the field is made. */
const validationShape = object({
  pattern: may(text({ exact: true }), { older: ['regexp', 'regex'] }),
  min_length: may(size),
  max_length: may(size),
  min: may(either(number(), text()), { older: ['min_value', 'min_date', 'min_datetime', 'min_time'] }),
  max: may(either(number(), text()), { older: ['max_value', 'max_date', 'max_datetime', 'max_time'] }),
  step: may(number()),
  precision: may(number({ integer: true, min: 0, max: 15 })),
  format: may(oneOf(['email', 'url', 'hostname'])),
  enum: may(list(any, { min: 1 }), { older: ['oneOf', 'options'] }),
  allow_custom: may(flag),
  min_selections: may(size),
  max_selections: may(size),
  max_size: may(either(number({ integer: true, min: 1 }), text())),
  accept: may(texts, { older: ['types'] }),
  strength: may(oneOf(['weak', 'medium', 'strong'])),
  timezone: informs(text(), 'times are read with their own offset'),
  custom: may(text()),
  messages: may({ kind: 'map', of: text() }),
  message: may(text()),
})

const fieldShape = object({
  id: must(text({ exact: true, identifier: true, pattern: { expression: '^[A-Za-z_][A-Za-z0-9_-]{0,63}$', about: 'letters, digits, _ and -, beginning with a letter', severity: 'error' } })),
  name: { shape: text({ literal: true }), required: 'strict' },
  type: must(oneOf(fieldTypes, { olderValues: fieldTypeAliases })),
  description: may(text(), { older: ['help_text'] }),
  tooltip: may(text()),
  placeholder: may(text()),
  order: may(position),
  required: may(flag),
  readonly: may(flag),
  hidden: may(flag),
  default: may(any),
  enum: may(list(any, { min: 1 }), { older: ['oneOf', 'options'] }),
  validation: may(validationShape),
  conditional,
  datasource: may(dataSourceShape),
  dependencies: may(dependenciesShape),
  ui_hints: informs(bag, 'hints are served as written and nothing else is done with them'),
  rows: may(size),
  cols: may(size),
})

const groupShape = object({
  id: must(text({ exact: true, identifier: true, pattern: { expression: '^[A-Za-z_][A-Za-z0-9_-]{0,63}$', about: 'letters, digits, _ and -, beginning with a letter', severity: 'error' } })),
  name: { shape: text({ literal: true }), required: 'strict' },
  description: may(text()),
  icon: may(text()),
  order: may(position),
  collapsible: may(flag),
  collapsed_default: may(flag),
  conditional,
  fields: must(list(fieldShape, { min: 1 })),
})

/** `presentation` (catalog-format 1.3). */
export const presentationShape = object({
  display: may(object({
    icon: may(text()),
    color: may(text({ pattern: { expression: '^#[0-9a-fA-F]{6}$', about: 'a colour such as #336791', severity: 'strict' } })),
    preview_image: may(text()),
    documentation_url: may(text()),
  })),
  form: must(object({
    layout: may(oneOf(['wizard', 'single-page', 'tabbed'])),
    submit_text: may(text()),
    confirmation_required: may(flag),
    groups: must(list(groupShape, { min: 1 })),
  })),
})
