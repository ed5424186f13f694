import { Ajv2020 } from 'ajv/dist/2020.js'
import ajvFormats from 'ajv-formats'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Condition, ConditionOperator } from '../../src/expression/condition.js'
import { checkValue } from '../../src/form/check-value.js'
import { isExactMultiple } from '../../src/form/exact-multiple.js'
import type { Field, Form } from '../../src/form/form.js'
import { formFields } from '../../src/form/form.js'
import { formSchema } from '../../src/form/form-schema.js'
import { createInputValidator } from '../../src/form/input-validator.js'
import { atLeastPattern, atMostPattern } from '../../src/form/text-range.js'
import { isVisible, orderedRules } from '../../src/form/visibility.js'
import type { Json, JsonObject } from '../../src/json.js'
import { field, form, group } from './builders.js'

const external = (schema: JsonObject): (input: Json) => boolean => {
  const ajv = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false, allowUnionTypes: true, multipleOfPrecision: 9 })
  ajvFormats.default(ajv)
  return ajv.compile(schema)
}

const words = fc.constantFrom('a', 'b', 'ab', '', 'xyz')
const numbers = fc.constantFrom(0, 1, 2, 2.5, 7, -1, 0.3)
const dates = fc.constantFrom('2026-01-01', '2026-06-15', '2027-12-31', '1999-09-09')

interface Kind { readonly type: Field['type']; readonly more: Partial<Field>; readonly value: fc.Arbitrary<Json> }
const kinds: readonly Kind[] = [
  { type: 'string', more: { validation: { minLength: 1, pattern: 'a' } }, value: words },
  { type: 'string', more: {}, value: words },
  { type: 'number', more: { validation: { min: 0, max: 5, step: 0.1 } }, value: numbers },
  { type: 'integer', more: {}, value: numbers },
  { type: 'percentage', more: { validation: { precision: 1 } }, value: numbers },
  { type: 'boolean', more: {}, value: fc.boolean() },
  { type: 'select', more: { choices: ['a', 'b', 2] }, value: fc.oneof(words, numbers) },
  { type: 'select', more: { choices: ['a'], validation: { allowCustom: true } }, value: fc.oneof(words, numbers) },
  { type: 'multiselect', more: { choices: ['a', 'b', 'ab'], validation: { maxSelections: 2 } }, value: fc.array(words, { maxLength: 3 }) },
  { type: 'date', more: { validation: { min: '2026-01-01', max: '2027-01-01' } }, value: fc.oneof(dates, words) },
  { type: 'email', more: {}, value: fc.constantFrom('a@example.org', 'no') },
  { type: 'url', more: {}, value: fc.constantFrom('https://a.example/x', 'ftp://a.example', 'no') },
  { type: 'time', more: {}, value: fc.constantFrom('08:00', '25:00', '08:00:61') },
  { type: 'password', more: { validation: { strength: 'medium' } }, value: fc.constantFrom('abcdefg1', 'short') },
]

const condition = (parent: Field): fc.Arbitrary<Condition> => {
  const isDate = parent.type === 'date'
  const isNumber = ['number', 'integer', 'percentage'].includes(parent.type)
  const scalar = isDate ? dates : isNumber ? numbers : fc.oneof(words, fc.boolean(), numbers)
  const plain = fc.record({ operator: fc.constantFrom<ConditionOperator>('eq', 'ne'), value: scalar as fc.Arbitrary<Json> })
  const lists = fc.record({ operator: fc.constantFrom<ConditionOperator>('in', 'not_in'), value: fc.uniqueArray(scalar as fc.Arbitrary<Json>, { minLength: 1, maxLength: 3 }) as fc.Arbitrary<Json> })
  const contains = fc.record({ operator: fc.constant<ConditionOperator>('contains'), value: words as fc.Arbitrary<Json> })
  const order = fc.record({ operator: fc.constantFrom<ConditionOperator>('gt', 'gte', 'lt', 'lte'), value: (isDate ? dates : numbers) as fc.Arbitrary<Json> })
  return fc.oneof(plain, lists, contains, ...(isDate || isNumber ? [order] : [])).map((one) => ({ field: parent.id, ...one }))
}

interface Drawn { readonly form: Form; readonly input: Record<string, Json> }

/** Each field may be conditional on one before it; defaults satisfy the field's own rules, as the document reader demands. */
const drawn: fc.Arbitrary<Drawn> = fc.array(fc.record({
  kind: fc.constantFrom(...kinds), required: fc.boolean(), useDefault: fc.boolean(), parent: fc.option(fc.nat(5)), fixed: fc.integer({ min: 0, max: 9 }), give: fc.boolean(),
}), { minLength: 1, maxLength: 6 }).chain((specs) => fc.record({
  defaults: fc.tuple(...specs.map((spec) => spec.kind.value)), values: fc.tuple(...specs.map((spec) => spec.kind.value)), seeds: fc.array(fc.nat(1000), { minLength: specs.length, maxLength: specs.length }),
}).map(({ defaults, values, seeds }) => {
  const fields: Field[] = []
  for (const [index, spec] of specs.entries()) {
    const base = field(`f${index}`, spec.kind.type, { ...spec.kind.more, required: spec.required })
    const parent = spec.parent === null || index === 0 ? undefined : fields[spec.parent % index]
    const conditions = parent === undefined ? [] : fc.sample(condition(parent), { numRuns: 1, seed: seeds[index] ?? 0 })
    const hasDefault = spec.useDefault && checkValue(base, defaults[index]).ok
    fields.push({ ...base, conditions, ...(hasDefault ? { default: defaults[index] ?? null } : {}), readonly: spec.fixed === 0, hidden: spec.fixed === 1 })
  }
  const input = Object.fromEntries(specs.flatMap((spec, index) => spec.give ? [[`f${index}`, values[index] ?? null]] : []))
  return { form: form(group('g', fields)), input }
}))

/** Values of hidden fields are dropped by the server and refused by the schema: the one difference that random inputs would meet. */
const withoutLeftovers = ({ form: drawnForm, input }: Drawn): Record<string, Json> => {
  const values = new Map<string, Json>()
  const kept: Record<string, Json> = {}
  for (const rule of orderedRules(drawnForm).rules) {
    const { id, default: standard } = rule.field
    if (!isVisible(rule, values)) continue
    if (Object.hasOwn(input, id)) kept[id] = input[id]!
    const value = kept[id] ?? standard
    if (value !== undefined) values.set(id, value)
  }
  return kept
}

test('the published schema accepts what the server accepts', () => {
  const seen = { accepted: 0, refused: 0, conditional: 0 }
  fc.assert(fc.property(drawn, (one) => {
    const input = withoutLeftovers(one)
    const answer = createInputValidator(one.form).validate(input)
    seen[answer.ok ? 'accepted' : 'refused'] += 1
    if (formFields(one.form).some((each) => each.conditions.length > 0)) seen.conditional += 1
    expect(external(formSchema(one.form))(input)).toBe(answer.ok)
  }), { numRuns: 250 })
  expect(seen.accepted).toBeGreaterThan(20)
  expect(seen.refused).toBeGreaterThan(20)
  expect(seen.conditional).toBeGreaterThan(50)
})

test('the published schema refuses values of hidden fields, which the server drops', () => {
  let leftovers = 0
  fc.assert(fc.property(drawn, (one) => {
    const kept = withoutLeftovers(one)
    if (Object.keys(kept).length === Object.keys(one.input).length) return
    leftovers += 1
    expect(external(formSchema(one.form))(one.input)).toBe(false)
  }), { numRuns: 250 })
  expect(leftovers).toBeGreaterThan(10)
})

test('what was accepted once is accepted again and stays the same', () => {
  fc.assert(fc.property(drawn, ({ form: drawnForm, input }) => {
    const validator = createInputValidator(drawnForm)
    const answer = validator.validate(input)
    if (answer.ok) expect(validator.validate(answer.value)).toEqual(answer)
  }), { numRuns: 300 })
})

test('the validator answers for anything', () => {
  fc.assert(fc.property(drawn, fc.anything({ withNullPrototype: true, withBigInt: true, withDate: true, withMap: true }), (one, input) => {
    const validator = createInputValidator(one.form)
    expect(typeof validator.validate(input).ok).toBe('boolean')
    expect(typeof validator.validate({ f0: input }).ok).toBe('boolean')
  }), { numRuns: 300 })
})

test('date ranges as patterns say what comparing says', () => {
  const date = fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }).map((one) => one.toISOString().slice(0, 10))
  fc.assert(fc.property(date, date, (bound, other) => {
    expect(new RegExp(atLeastPattern(bound), 'u').test(other)).toBe(other >= bound)
    expect(new RegExp(atMostPattern(bound), 'u').test(other)).toBe(other <= bound)
  }))
})

test('multiples are counted as people write them', () => {
  fc.assert(fc.property(fc.integer({ min: -1_000_000, max: 1_000_000 }), fc.integer({ min: 0, max: 6 }), fc.integer({ min: 1, max: 99 }), (count, digits, size) => {
    const scale = 10n ** BigInt(digits)
    const text = (value: bigint): string => {
      const sign = value < 0n ? '-' : ''
      const whole = value < 0n ? -value : value
      return `${sign}${whole / scale}.${String(whole % scale).padStart(digits, '0')}0`
    }
    const [value, step] = [Number(text(BigInt(count) * BigInt(size))), Number(text(BigInt(size)))]
    expect(isExactMultiple(value, step)).toBe(true)
    if (size > 1) expect(isExactMultiple(Number(text(BigInt(count) * BigInt(size) + 1n)), step)).toBe(false)
  }))
})
