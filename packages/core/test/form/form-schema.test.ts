import { Ajv2020 } from 'ajv/dist/2020.js'
import ajvFormats from 'ajv-formats'
import { expect, test } from 'vitest'
import { formSchema } from '../../src/form/form-schema.js'
import { createInputValidator } from '../../src/form/input-validator.js'
import { sealedFields } from '../../src/form/sealed-fields.js'
import { field, form, formOf, group } from './builders.js'

const strictAjv = (): Ajv2020 => {
  const ajv = new Ajv2020({ allErrors: true, strict: true, strictTypes: false, strictRequired: false, allowUnionTypes: true })
  ajvFormats.default(ajv)
  return ajv
}

test('conditional fields live in allOf of if and then, never in dependentSchemas, and nothing else is allowed', () => {
  const schema = formSchema(form(
    group('basics', [field('stage', 'select', { choices: ['dev', 'prod'], default: 'dev' }), field('pw', 'password', { required: true })]),
    group('production', [field('days', 'integer', { required: true }), field('zone', 'string')], { conditions: [{ field: 'stage', operator: 'eq', value: 'prod' }] }),
  ))
  expect(schema).toEqual({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    properties: {
      stage: { title: 'stage', default: 'dev', type: 'string', enum: ['dev', 'prod'] },
      pw: { title: 'pw', type: 'string', minLength: 1, maxLength: 65536, writeOnly: true },
    },
    required: ['pw'],
    allOf: [{
      if: { required: ['stage'], properties: { stage: { const: 'prod' } } },
      then: { properties: { days: { title: 'days', type: 'integer' }, zone: { title: 'zone', type: 'string', maxLength: 65536 } }, required: ['days'] },
    }],
    unevaluatedProperties: false,
  })
  const validate = strictAjv().compile(schema)
  expect(validate({ pw: 'x', stage: 'prod', days: 3 })).toBe(true)
  expect(validate({ pw: 'x', days: 3 })).toBe(false)
  expect(validate({ pw: 'x', more: 1 })).toBe(false)
})

test('a default that satisfies the condition makes the branch hold when nothing is given', () => {
  const schema = formSchema(formOf(field('ha', 'boolean', { default: true }), field('zones', 'integer', { conditions: [{ field: 'ha', operator: 'eq', value: true }] })))
  const validate = strictAjv().compile(schema)
  expect([validate({ zones: 2 }), validate({ ha: true, zones: 2 }), validate({ ha: false, zones: 2 })]).toEqual([true, true, false])
})

test('a value given for a hidden field satisfies no condition, and is refused', () => {
  const chained = formOf(
    field('a', 'string'),
    field('b', 'string', { conditions: [{ field: 'a', operator: 'eq', value: 'x' }] }),
    field('c', 'string', { conditions: [{ field: 'b', operator: 'eq', value: 'y' }] }),
  )
  const validate = strictAjv().compile(formSchema(chained))
  expect(validate({ a: 'x', b: 'y', c: 'z' })).toBe(true)
  expect(validate({ b: 'y', c: 'z' })).toBe(false)
  expect(validate({ b: 'y' })).toBe(false)
  expect(createInputValidator(chained).validate({ b: 'y', c: 'z' })).toEqual({ ok: true, value: {} })
})

test('fixed fields are read only and constant; without a default they take nothing', () => {
  const schema = formSchema(formOf(field('encryption', 'boolean', { readonly: true, default: true }), field('nothing', 'string', { hidden: true, required: true })))
  expect(schema).toMatchObject({ properties: { encryption: { readOnly: true, const: true, default: true } } })
  const validate = strictAjv().compile(schema)
  expect([validate({}), validate({ encryption: true }), validate({ encryption: false }), validate({ nothing: 'x' })]).toEqual([true, true, false, false])
  expect(schema['required']).toBeUndefined()
})

test('passwords and secrets are sealed', () => {
  expect(sealedFields(formOf(field('a', 'password'), field('b', 'string'), field('c', 'secret')))).toEqual(['a', 'c'])
})
