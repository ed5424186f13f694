import { describe, expect, test } from 'vitest'
import type { Condition } from '../../src/expression/condition.js'
import { createInputValidator } from '../../src/form/input-validator.js'
import { orderedRules } from '../../src/form/visibility.js'
import { field, form, formOf, group } from './builders.js'

const eq = (name: string, value: Condition['value']): Condition => ({ field: name, operator: 'eq', value })

describe('visibility', () => {
  const chained = formOf(
    field('c', 'string', { conditions: [eq('b', 'y')], required: true }),
    field('b', 'string', { conditions: [eq('a', 'x')], default: 'y' }),
    field('a', 'string', { default: 'x' }),
  )
  const { validate } = createInputValidator(chained)

  test('conditions chain over defaults, in the order of their dependencies', () => {
    expect(validate({})).toMatchObject({ ok: false, problems: [{ field: 'c', constraint: 'required' }] })
    expect(validate({ c: 'v' })).toEqual({ ok: true, value: { c: 'v', b: 'y', a: 'x' } })
  })
  test('a hidden field counts as missing, and its value is dropped whatever it is', () => {
    expect(validate({ a: 'other', b: 'y', c: 7 })).toEqual({ ok: true, value: { a: 'other' } })
  })
  test('a hidden group hides its fields; missing satisfies only ne and not_in', () => {
    const { validate: check } = createInputValidator(form(
      group('first', [field('kind', 'string')]),
      group('second', [field('size', 'number', { required: true })], { conditions: [{ field: 'kind', operator: 'ne', value: 'small' }] }),
    ))
    expect(check({ kind: 'small', size: 'bad' })).toEqual({ ok: true, value: { kind: 'small' } })
    expect(check({})).toMatchObject({ ok: false, problems: [{ field: 'size' }] })
  })
  test('cycles are found', () => {
    const cyclic = formOf(field('a', 'string', { conditions: [eq('b', 1)] }), field('b', 'string', { conditions: [eq('a', 1)] }))
    expect(orderedRules(cyclic).faults).toEqual([{ kind: 'cycle', fields: ['a', 'b', 'a'] }])
  })
  test('chains deeper than eight are found', () => {
    const fields = Array.from({ length: 11 }, (_, index) => field(`f${index}`, 'string', index === 0 ? {} : { conditions: [eq(`f${index - 1}`, 'x')] }))
    expect(orderedRules(formOf(...fields)).faults.map((fault) => fault.kind)).toEqual(['too-deep', 'too-deep'])
  })
  test('conditions that come to thousands when written out are found', () => {
    const many = (name: string): readonly Condition[] => Array.from({ length: 40 }, (_, index) => eq(name, index))
    const form4 = formOf(field('a', 'string'), field('b', 'string', { conditions: many('a') }), field('c', 'string', { conditions: many('b') }))
    expect(orderedRules(form4).faults).toEqual([{ kind: 'too-deep', field: 'c' }])
  })
})

describe('fixed fields', () => {
  const { validate } = createInputValidator(formOf(
    field('encryption', 'boolean', { readonly: true, default: true }),
    field('source', 'string', { hidden: true, default: 'portal' }),
    field('nothing', 'string', { hidden: true }),
  ))
  test('take their default, and accept it when it is sent', () => {
    expect(validate({})).toEqual({ ok: true, value: { encryption: true, source: 'portal' } })
    expect(validate({ encryption: true, source: 'portal' })).toEqual({ ok: true, value: { encryption: true, source: 'portal' } })
  })
  test('refuse any other value', () => {
    expect(validate({ encryption: false, source: 'x', nothing: '' })).toMatchObject({ ok: false, problems: [
      { field: 'encryption', constraint: 'readonly', expected: true, received: false }, { field: 'source', constraint: 'readonly' }, { field: 'nothing', constraint: 'readonly' },
    ] })
  })
})

describe('inputs that are not what a form sends', () => {
  const { validate } = createInputValidator(formOf(field('instance_name', 'string'), field('size', 'number', { required: true })))
  test('every problem is reported at once, unknown fields with what was probably meant', () => {
    expect(validate({ instanceName: 'x', instance_name: 3 })).toEqual({ ok: false, problems: [
      { field: 'instanceName', constraint: 'unknown', message: 'there is no field instanceName: did you mean instance_name?' },
      { field: 'instance_name', constraint: 'type', message: 'instance_name must be string', received: 3, expected: 'string' },
      { field: 'size', constraint: 'required', message: 'size is required' },
    ] })
  })
  test.each(['__proto__', 'constructor', 'prototype', 'toString'])('%s is no field', (name) => {
    const answer = validate(JSON.parse(`{"${name}": {"size": 1}, "size": 1}`))
    expect(answer).toMatchObject({ ok: false, problems: [{ field: name, constraint: 'unknown' }] })
    expect(({} as Record<string, unknown>)['size']).toBeUndefined()
  })
  test('a field is never read from what every object inherits', () => {
    const inherited = createInputValidator(formOf(field('toString', 'string', { required: true }), field('valueOf', 'string')))
    expect(inherited.validate({})).toMatchObject({ ok: false, problems: [{ field: 'toString', constraint: 'required' }] })
    expect(inherited.validate({ toString: 'x' })).toEqual({ ok: true, value: { toString: 'x' } })
  })
  test.each([undefined, null, 1, 'x', [], [1]])('%j is not an input', (input) => {
    expect(validate(input)).toMatchObject({ ok: false, problems: [{ field: '', constraint: 'type' }] })
  })
  test('no more than 100 problems', () => {
    const answer = validate(Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`x${index}`, 1])))
    expect(answer.ok ? 0 : answer.problems.length).toBe(100)
  })
  test('undefined is absent, a cyclic value is refused', () => {
    const cyclic: Record<string, unknown> = {}
    cyclic['self'] = cyclic
    expect(validate({ instance_name: undefined, size: 1 })).toEqual({ ok: true, value: { size: 1 } })
    expect(validate({ size: cyclic })).toMatchObject({ ok: false, problems: [{ field: 'size', constraint: 'depth' }] })
  })
})
