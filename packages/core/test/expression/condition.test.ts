import { describe, expect, test } from 'vitest'
import type { Condition, ConditionOperator } from '../../src/expression/condition.js'
import { evaluateConditions } from '../../src/expression/condition.js'
import type { Json } from '../../src/json.js'

const holds = (left: Json | undefined, operator: ConditionOperator, value: Json): boolean =>
  evaluateConditions([{ field: 'f', operator, value }], (path) => (path === 'f' ? left : undefined))

describe('conditions', () => {
  test.each<[Json, ConditionOperator, Json, boolean]>([
    ['prod', 'eq', 'prod', true], ['prod', 'eq', 'dev', false], [7, 'eq', '7', false], [['a'], 'eq', ['a'], true], [{ a: 1 }, 'eq', { a: 2 }, false],
    ['prod', 'ne', 'dev', true], ['prod', 'ne', 'prod', false],
    [2, 'gt', 1, true], [1, 'gt', 1, false], [1, 'gte', 1, true], [1, 'lt', 2, true], [2, 'lt', 2, false], [2, 'lte', 2, true], [3, 'lte', 2, false],
    [10, 'gt', 9, true], ['10', 'gt', 9, false], ['b', 'gt', 'a', false],
    ['2025-10-02', 'gt', '2025-10-01', true], ['2025-10-01T10:00:00+02:00', 'lt', '2025-10-01T09:00:00Z', true],
    ['2025-10-01T10:00', 'eq', '2025-10-01T10:00', true], ['2025-10-01T10:00', 'gte', '2025-10-01T10:00:00Z', true], ['2025-13-01', 'lt', '2026-01-01', false],
    ['a', 'in', ['a', 'b'], true], ['c', 'in', ['a', 'b'], false], ['a', 'in', 'abc', false],
    ['c', 'not_in', ['a', 'b'], true], ['a', 'not_in', ['a', 'b'], false], ['c', 'not_in', 'abc', false],
    ['abc', 'contains', 'b', true], ['abc', 'contains', 'x', false], [['a', 'b'], 'contains', 'b', true], [['ab'], 'contains', 'a', false], [[1], 'contains', '1', false],
    [false, 'eq', false, true], [0, 'eq', 0, true], ['', 'eq', '', true], [0, 'gte', 0, true],
  ])('%j %s %j is %j', (left, operator, value, expected) => {
    expect(holds(left, operator, value)).toBe(expected)
  })

  test.each<[ConditionOperator, boolean]>([
    ['eq', false], ['ne', true], ['gt', false], ['lt', false], ['gte', false], ['lte', false], ['in', false], ['not_in', true], ['contains', false],
  ])('a missing or null left side makes %s %j', (operator, expected) => {
    expect(holds(undefined, operator, ['x'])).toBe(expected)
    expect(holds(null, operator, null)).toBe(expected)
  })

  test('a list is a conjunction, and the empty list holds', () => {
    const both: readonly Condition[] = [{ field: 'a', operator: 'eq', value: 1 }, { field: 'b', operator: 'eq', value: 2 }]
    const read = (values: Record<string, Json>) => (path: string): Json | undefined => values[path]
    expect(evaluateConditions(both, read({ a: 1, b: 2 }))).toBe(true)
    expect(evaluateConditions(both, read({ a: 1, b: 3 }))).toBe(false)
    expect(evaluateConditions(both, read({ a: 3, b: 2 }))).toBe(false)
    expect(evaluateConditions([], read({}))).toBe(true)
  })

  test('the path reaches the reader as it is written', () => {
    const seen: string[] = []
    evaluateConditions([{ field: 'output.cost-estimation.total', operator: 'gt', value: 1 }], (path) => { seen.push(path); return 2 })
    expect(seen).toEqual(['output.cost-estimation.total'])
  })
})
