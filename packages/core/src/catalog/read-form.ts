import { nearestName } from '../expression/nearest-name.js'
import { checkValue } from '../form/check-value.js'
import { type FieldType, isSealedType } from '../form/field-type.js'
import { type Choice, type Field, type FieldGroup, type Form, formFields } from '../form/form.js'
import { orderedRules } from '../form/visibility.js'
import type { Json, JsonObject } from '../json.js'
import { checkFormConditions } from './check-conditions.js'
import type { Findings } from './conform.js'
import { ROOT_GROUP } from './dialects/field-origins.js'
import type { DocumentPath } from './issue.js'
import { type PlacedCondition, readConditions } from './read-condition.js'
import { readDataSource } from './read-data-source.js'
import { withDependencies } from './read-dependencies.js'
import { readValidation } from './read-validation.js'
import { type ObjectNode, type SourceNode, child, flagOf, itemsOf, keyOffset, numberOf, textOf, valueOf } from './source-node.js'

const isChoice = (value: Json): value is Choice => typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'

/** A choice alone, or `{ value, label }` of a data source. */
const choiceValue = (value: Json): Json => typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject)['value'] ?? null : value

/** What a form being read has come to: its conditions with their places, to be checked when all fields are known. */
interface Reading {
  readonly findings: Findings
  readonly conditions: { readonly owner: readonly string[]; readonly placed: PlacedCondition }[]
}

const listedChoices = (findings: Findings, list: SourceNode, path: DocumentPath): readonly Choice[] => {
  const values = list.kind === 'list' ? list.items.map((item) => ({ item, value: choiceValue(valueOf(item)) })) : []
  return values.flatMap(({ item, value }, index) => {
    if (isChoice(value)) return [value]
    findings.add('choice-type', 'error', [...path, index], item.start, 'a choice must be a text, a number, true or false')
    return []
  })
}

const sourceList = (source: SourceNode | undefined): SourceNode | undefined => {
  const config = child(source, 'config')
  return textOf(child(source, 'type')) === 'static' ? child(config, 'values') : undefined
}

const choicesOf = ({ findings }: Reading, node: ObjectNode, type: FieldType, path: DocumentPath): readonly Choice[] | undefined => {
  const [own, inner] = [child(node, 'enum'), child(child(node, 'validation'), 'enum')]
  if (own !== undefined && inner !== undefined && JSON.stringify(valueOf(own)) !== JSON.stringify(valueOf(inner))) {
    findings.add('conflicting-keys', 'error', [...path, 'validation', 'enum'], inner.start, 'enum says something else than the enum of the field')
  }
  const takesChoices = type === 'select' || type === 'multiselect' || type === 'string'
  if (own !== undefined && !takesChoices) findings.add('validation-not-for-type', 'strict', [...path, 'enum'], keyOffset(node, 'enum'), `enum is no validation of a ${type} field; it is not checked`)
  const list = own ?? inner ?? sourceList(child(node, 'datasource'))
  if (list !== undefined && takesChoices) return listedChoices(findings, list, [...path, 'enum'])
  if (child(node, 'datasource') !== undefined && !takesChoices) findings.add('validation-not-for-type', 'strict', [...path, 'datasource'], keyOffset(node, 'datasource'), `a ${type} field has no choices; its data source is not asked`)
  else if (child(node, 'datasource') === undefined && (type === 'select' || type === 'multiselect')) findings.add('choices-missing', 'error', [...path, 'enum'], node.start, `${type} needs enum or datasource`)
  return undefined
}

const hintsOf = (node: ObjectNode): { readonly hints?: JsonObject } => {
  const hints = { ...(valueOf(child(node, 'ui_hints') ?? { kind: 'object', entries: new Map(), start: 0, end: 0 }) as JsonObject) }
  const sizes = Object.fromEntries(['rows', 'cols'].flatMap((name) => numberOf(child(node, name)) === undefined ? [] : [[name, numberOf(child(node, name)) ?? 0]]))
  const all = { ...hints, ...sizes }
  return Object.keys(all).length === 0 ? {} : { hints: all }
}

/** Texts that are there, under their names. */
const texts = (node: ObjectNode, ...names: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(names.flatMap((name) => textOf(child(node, name)) === undefined ? [] : [[name, textOf(child(node, name)) ?? '']]))

/** A default in the form in which it is kept, or nothing when it breaks the field's own rules. */
const defaultOf = ({ findings }: Reading, field: Field, node: ObjectNode, path: DocumentPath): { readonly default?: Json } => {
  const given = child(node, 'default')
  const fixed = field.readonly || field.hidden
  if (given === undefined) {
    if (fixed) findings.add('default-missing', 'strict', path, node.start, `${field.id} is read-only or hidden and has no default: it never has a value`)
    return {}
  }
  const at = [...path, 'default']
  if (isSealedType(field.type)) {
    findings.add('sealed-default', 'error', at, given.start, `${field.id} is a password: no secret may stand in a document`)
    return {}
  }
  const checked = checkValue(field, valueOf(given))
  if (checked.ok) return { default: checked.value }
  for (const fault of checked.faults) findings.add('default-invalid', 'error', at, given.start, `the default of ${field.id} breaks its own rules: it ${fault.message}`)
  return {}
}

const readField = (reading: Reading, node: ObjectNode, path: DocumentPath, groupConditions: readonly PlacedCondition[]): { readonly field: Field; readonly order: number } | undefined => {
  const [id, type] = [textOf(child(node, 'id')), textOf(child(node, 'type')) as FieldType | undefined]
  if (id === undefined || type === undefined) return undefined
  const own = readConditions(reading.findings, node, 'conditional', path)
  for (const placed of own) reading.conditions.push({ owner: [id], placed })
  for (const placed of groupConditions) if (placed.condition.field === id) reading.conditions.push({ owner: [id], placed })
  const validation = child(node, 'validation')
  const choices = choicesOf(reading, node, type, path)
  const dataSource = readDataSource(reading.findings, node, path)
  const field: Field = {
    id, type, name: textOf(child(node, 'name')) ?? id, ...texts(node, 'description', 'tooltip', 'placeholder'),
    required: flagOf(child(node, 'required')) ?? false, readonly: flagOf(child(node, 'readonly')) ?? false, hidden: flagOf(child(node, 'hidden')) ?? false,
    ...(choices === undefined ? {} : { choices }),
    validation: readValidation(reading.findings, type, validation?.kind === 'object' ? validation : undefined, [...path, 'validation']),
    conditions: own.map(({ condition }) => condition), ...(dataSource === undefined ? {} : { dataSource }), ...hintsOf(node),
  }
  return { field: { ...field, ...defaultOf(reading, field, node, path) }, order: numberOf(child(node, 'order')) ?? Number.POSITIVE_INFINITY }
}

/** Sorted by `order`; those without one keep their place behind the numbered ones, and ties stay as written. */
const inOrder = <Item>(items: readonly { readonly item: Item; readonly order: number; readonly position: number }[]): readonly Item[] =>
  [...items].sort((left, right) => (left.order === right.order ? left.position - right.position : left.order - right.order)).map(({ item }) => item)

const positionOrder = (order: number, position: number): number => Number.isFinite(order) ? order : position + 1

const readGroup = (reading: Reading, node: SourceNode, path: DocumentPath): FieldGroup | undefined => {
  const id = textOf(child(node, 'id'))
  if (node.kind !== 'object' || id === undefined) return undefined
  const conditions = readConditions(reading.findings, node, 'conditional', path)
  for (const placed of conditions) reading.conditions.push({ owner: [], placed })
  const fields = itemsOf(node, 'fields').flatMap((item, position) => {
    const read = item.kind === 'object' ? readField(reading, item, [...path, 'fields', position], conditions) : undefined
    return read === undefined ? [] : [{ item: read.field, order: positionOrder(read.order, position), position }]
  })
  return {
    id, name: textOf(child(node, 'name')) ?? id, ...texts(node, 'description', 'icon'),
    collapsible: flagOf(child(node, 'collapsible')) ?? false, collapsedDefault: flagOf(child(node, 'collapsed_default')) ?? false,
    conditions: conditions.map(({ condition }) => condition), fields: inOrder(fields),
  }
}

const checkIds = (findings: Findings, groups: readonly SourceNode[], path: DocumentPath): void => {
  const [groupIds, fieldIds] = [new Set<string>(), new Set<string>()]
  const check = (seen: Set<string>, node: SourceNode, at: DocumentPath, what: string): void => {
    const id = child(node, 'id')
    const text = textOf(id)
    if (id === undefined || text === undefined) return
    if (seen.has(text)) findings.add('duplicate-id', 'error', [...at, 'id'], id.start, `the ${what} id ${text} stands twice in the form`)
    seen.add(text)
  }
  for (const [index, group] of groups.entries()) {
    check(groupIds, group, [...path, index], 'group')
    for (const [position, field] of itemsOf(group, 'fields').entries()) check(fieldIds, field, [...path, index, 'fields', position], 'field')
  }
}

const checkConditions = ({ findings, conditions }: Reading, form: Form): void => {
  const fields = new Map(formFields(form).map((field) => [field.id, field]))
  for (const { owner, placed: { condition, path, offset } } of conditions) {
    const target = fields.get(condition.field)
    const near = target === undefined ? nearestName(condition.field, fields.keys()) : undefined
    if (owner.includes(condition.field)) findings.add('condition-self', 'error', path, offset, `a condition of ${condition.field} cannot read ${condition.field} itself`)
    else if (target === undefined) findings.add('unknown-field-reference', 'error', path, offset, `there is no field ${condition.field}${near === undefined ? '' : `: did you mean ${near}?`}`, { suggestion: near })
    else if (isSealedType(target.type)) findings.add('condition-sealed', 'error', path, offset, `a condition cannot read the password ${condition.field}`)
    else if (['gt', 'gte', 'lt', 'lte'].includes(condition.operator) && ['datetime', 'time'].includes(target.type)) findings.add('condition-value', 'error', path, offset, `${condition.operator} works on numbers and dates, not on ${target.type}`)
  }
}

const checkGraph = (findings: Findings, form: Form, path: DocumentPath, offset: number): void => {
  for (const fault of orderedRules(form).faults) {
    if (fault.kind === 'too-deep') findings.add('condition-depth', 'error', path, offset, `the conditions of ${fault.field} build on each other more than 8 levels deep, or come to more than 1,000`)
    else if (new Set(fault.fields).size > 1) findings.add('condition-cycle', 'error', path, offset, `conditions go round in a circle: ${fault.fields.join(' → ')}`)
  }
}

/** The form of a canonical `presentation`. What is wrong with it is found, and left out of what comes back. */
export const readForm = (findings: Findings, presentation: SourceNode | undefined): Form => {
  const reading: Reading = { findings, conditions: [] }
  const form = child(presentation, 'form')
  const path = ['presentation', 'form', 'groups']
  const groups = itemsOf(form, 'groups')
  checkIds(findings, groups, path)
  const read = groups.flatMap((node, position) => {
    const group = readGroup(reading, node, [...path, position])
    const order = group?.id === ROOT_GROUP ? 0 : positionOrder(numberOf(child(node, 'order')) ?? Number.POSITIVE_INFINITY, position)
    return group === undefined ? [] : [{ item: group, order, position }]
  })
  const built: Form = {
    layout: (textOf(child(form, 'layout')) ?? 'single-page') as Form['layout'], submitText: textOf(child(form, 'submit_text')) ?? 'Submit',
    confirmationRequired: flagOf(child(form, 'confirmation_required')) ?? false, groups: withDependencies(findings, groups, inOrder(read)),
  }
  checkConditions(reading, built)
  checkGraph(findings, built, path, form?.start ?? 0)
  if (reading.conditions.length > 0) checkFormConditions(findings, built, reading.conditions.map(({ placed }) => placed))
  return built
}
