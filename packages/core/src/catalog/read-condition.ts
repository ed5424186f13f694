import type { Condition, ConditionOperator } from '../expression/condition.js'
import type { Json } from '../json.js'
import type { Findings } from './conform.js'
import type { DocumentPath } from './issue.js'
import { type SourceNode, child, itemsOf, textOf, valueOf } from './source-node.js'

const isDateText = (value: Json): boolean => typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value)

const isOrder = (operator: ConditionOperator): boolean => ['gt', 'gte', 'lt', 'lte'].includes(operator)

const fitsOperator = (operator: ConditionOperator, value: Json): boolean => {
  if (operator === 'in' || operator === 'not_in') return Array.isArray(value) && value.length > 0
  return !isOrder(operator) || typeof value === 'number' || isDateText(value)
}

/** A condition with its place, for those who check what it reads. */
export interface PlacedCondition {
  readonly condition: Condition
  readonly path: DocumentPath
  readonly offset: number
}

/** The conditions under a member of a canonical node. An operator that is not written is `eq`, `fields.x` is `x`. */
export const readConditions = (findings: Findings, node: SourceNode, name: string, path: DocumentPath): readonly PlacedCondition[] =>
  itemsOf(node, name).flatMap((item, index) => {
    const field = textOf(child(item, 'field'))
    const given = child(item, 'value')
    if (field === undefined || given === undefined) return []
    const operator = (textOf(child(item, 'operator')) ?? 'eq') as ConditionOperator
    const value = valueOf(given)
    const at = [...path, name, index]
    if (!fitsOperator(operator, value)) {
      findings.add('condition-value', 'error', [...at, 'value'], given.start, isOrder(operator) ? `${operator} needs a number or a date such as 2026-01-31` : `${operator} needs a list`)
      return []
    }
    return [{ condition: { field: field.replace(/^fields\./, ''), operator, value }, path: [...at, 'field'], offset: child(item, 'field')?.start ?? item.start }]
  })
