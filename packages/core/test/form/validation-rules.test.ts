import { describe, expect, test } from 'vitest'
import type { Field } from '../../src/form/form.js'
import { createInputValidator } from '../../src/form/input-validator.js'
import { field, formOf } from './builders.js'

const constraints = (one: Field, value: unknown): readonly string[] => {
  const answer = createInputValidator(formOf(one)).validate({ [one.id]: value })
  return answer.ok ? [] : answer.problems.map((problem) => problem.constraint)
}

const file = { filename: 'a.PDF', content_type: 'application/pdf', size: 10, ref: 'upload-1' }

const name = field('f', 'string', { validation: { pattern: '^[a-z][a-z0-9-]{2,28}[a-z0-9]$' } })
const cases: readonly (readonly [string, Field, unknown, readonly string[]])[] = [
  ['string', field('f', 'string'), 'x', []],
  ['string', field('f', 'string'), 3, ['type']],
  ['string', field('f', 'string'), null, ['type']],
  ['string, required', field('f', 'string', { required: true }), '', ['required']],
  ['string, optional', field('f', 'string'), '', []],
  ['string pattern', name, 'orders-db', []],
  ['string pattern', name, 'Orders', ['pattern']],
  ['string pattern is unanchored', field('f', 'string', { validation: { pattern: 'b' } }), 'abc', []],
  ['string pattern, hostile', field('f', 'string', { validation: { pattern: '^(a|a)*$' } }), `${'a'.repeat(5000)}!`, ['pattern']],
  ['string min_length', field('f', 'string', { validation: { minLength: 3 } }), 'ab', ['min_length']],
  ['string min_length counts characters', field('f', 'string', { validation: { minLength: 2 } }), '😀', ['min_length']],
  ['string max_length', field('f', 'string', { validation: { maxLength: 3 } }), 'abcd', ['max_length']],
  ['string of 64k', field('f', 'string'), 'a'.repeat(65_536), []],
  ['string above 64k', field('f', 'string'), 'a'.repeat(65_537), ['max_length']],
  ['string with NUL', field('f', 'string'), 'a\u0000b', ['characters']],
  ['string with half a pair', field('f', 'string'), 'a\ud800b', ['characters']],
  ['string with a whole pair', field('f', 'string'), 'a\ud83d\ude00b', []],
  ['string enum', field('f', 'string', { choices: ['a', 'b'] }), 'c', ['enum']],
  ['string format email', field('f', 'string', { validation: { format: 'email' } }), 'no', ['format']],
  ['string format hostname', field('f', 'string', { validation: { format: 'hostname' } }), 'db.example.org', []],
  ['string format hostname', field('f', 'string', { validation: { format: 'hostname' } }), '-db', ['format']],
  ['number', field('f', 'number'), 1.5, []],
  ['number as text', field('f', 'number'), '1', ['type']],
  ['number not finite', field('f', 'number'), Number.POSITIVE_INFINITY, ['type']],
  ['number min', field('f', 'number', { validation: { min: 20 } }), 19, ['min']],
  ['number max', field('f', 'number', { validation: { max: 20 } }), 21, ['max']],
  ['number step 0.1', field('f', 'number', { validation: { step: 0.1 } }), 0.3, []],
  ['number step 0.1, many', field('f', 'number', { validation: { step: 0.1 } }), 1234567.7, []],
  ['number step 0.1', field('f', 'number', { validation: { step: 0.1 } }), 0.35, ['step']],
  ['number step 0.1, minimal miss', field('f', 'number', { validation: { step: 0.1 } }), 0.30000000000000004, ['step']],
  ['number precision', field('f', 'number', { validation: { precision: 2 } }), 1.13, []],
  ['number precision', field('f', 'number', { validation: { precision: 2 } }), 1.135, ['step']],
  ['number step and precision', field('f', 'number', { validation: { step: 0.25, precision: 1 } }), 0.25, ['step']],
  ['number huge', field('f', 'number', { validation: { step: 0.1 } }), 1e300, []],
  ['integer', field('f', 'integer'), 3, []],
  ['integer', field('f', 'integer'), 3.5, ['type']],
  ['percentage', field('f', 'percentage'), 100, []],
  ['percentage', field('f', 'percentage'), 100.5, ['max']],
  ['percentage below own min', field('f', 'percentage', { validation: { min: -5 } }), -1, ['min']],
  ['boolean', field('f', 'boolean'), false, []],
  ['boolean', field('f', 'boolean'), 'true', ['type']],
  ['select', field('f', 'select', { choices: ['a', 2, true] }), 2, []],
  ['select', field('f', 'select', { choices: ['a', 2] }), '2', ['enum']],
  ['select allow_custom', field('f', 'select', { choices: ['a'], validation: { allowCustom: true } }), 'z', []],
  ['select allow_custom, not a text', field('f', 'select', { choices: ['a'], validation: { allowCustom: true } }), 3, ['type']],
  ['select without choices', field('f', 'select', { required: true }), 'vpc-1', []],
  ['select without choices', field('f', 'select', { required: true }), '', ['required']],
  ['select without choices', field('f', 'select'), {}, ['type']],
  ['multiselect', field('f', 'multiselect', { choices: ['a', 'b'] }), ['a'], []],
  ['multiselect', field('f', 'multiselect', { choices: ['a', 'b'] }), ['c'], ['enum']],
  ['multiselect', field('f', 'multiselect', { choices: ['a', 'b'] }), 'a', ['type']],
  ['multiselect twice', field('f', 'multiselect', { choices: ['a', 'b'] }), ['a', 'a'], ['unique']],
  ['multiselect required', field('f', 'multiselect', { choices: ['a'], required: true }), [], ['required']],
  ['multiselect min_selections', field('f', 'multiselect', { choices: ['a', 'b', 'c'], validation: { minSelections: 2 } }), ['a'], ['min_selections']],
  ['multiselect max_selections', field('f', 'multiselect', { choices: ['a', 'b', 'c'], validation: { maxSelections: 1 } }), ['a', 'b'], ['max_selections']],
  ['multiselect endless', field('f', 'multiselect'), Array.from({ length: 1001 }, (_, index) => index), ['max_selections']],
  ['date', field('f', 'date'), '2026-02-28', []],
  ['date that is none', field('f', 'date', { validation: { min: '2026-01-01' } }), '2026-02-30', ['format']],
  ['date text', field('f', 'date', { validation: { min: '2026-01-01', max: '2026-12-31' } }), 'soon', ['format']],
  ['date min', field('f', 'date', { validation: { min: '2026-01-31' } }), '2026-01-30', ['min']],
  ['date min, later year', field('f', 'date', { validation: { min: '2026-01-31' } }), '2027-01-01', []],
  ['date min itself', field('f', 'date', { validation: { min: '2026-01-31' } }), '2026-01-31', []],
  ['date max', field('f', 'date', { validation: { max: '2026-01-31' } }), '2026-02-01', ['max']],
  ['date max, earlier', field('f', 'date', { validation: { max: '2026-01-31' } }), '2025-12-31', []],
  ['datetime', field('f', 'datetime'), '2026-01-31T08:30:00+02:00', []],
  ['datetime without offset', field('f', 'datetime'), '2026-01-31T08:30:00', ['format']],
  ['datetime min over offsets', field('f', 'datetime', { validation: { min: '2026-01-31T08:00:00Z' } }), '2026-01-31T08:30:00+02:00', ['min']],
  ['time', field('f', 'time'), '23:59', []],
  ['time', field('f', 'time'), '24:00', ['format']],
  ['time max with seconds', field('f', 'time', { validation: { max: '17:00' } }), '17:00:01', ['max']],
  ['file', field('f', 'file', { validation: { accept: ['.pdf'] } }), file, []],
  ['file by media type', field('f', 'file', { validation: { accept: ['image/*', 'text/plain'] } }), file, ['types']],
  ['file by wildcard', field('f', 'file', { validation: { accept: ['application/*'] } }), file, []],
  ['file too large', field('f', 'file', { validation: { maxSize: 9 } }), file, ['max_size']],
  ['file with more', field('f', 'file'), { ...file, path: '/etc/passwd' }, ['unknown']],
  ['file without ref', field('f', 'file'), { filename: 'a', content_type: 'b', size: 1 }, ['required']],
  ['textarea', field('f', 'textarea', { validation: { maxLength: 4 } }), 'a\nb\nc', ['max_length']],
  ['password', field('f', 'password'), 'pw', []],
  ['password medium', field('f', 'password', { validation: { strength: 'medium' } }), 'abcdefgh', ['strength']],
  ['password medium', field('f', 'password', { validation: { strength: 'medium' } }), 'abcdefg1', []],
  ['password strong', field('f', 'password', { validation: { strength: 'strong' } }), 'Abcdefghij1!', []],
  ['password strong, short', field('f', 'password', { validation: { strength: 'strong' } }), 'Abcdefgh1!', ['min_length']],
  ['secret pattern', field('f', 'secret', { validation: { pattern: '^k-' } }), 'x', ['pattern']],
  ['email', field('f', 'email'), 'a@example.org', []],
  ['email', field('f', 'email'), 'a@', ['format']],
  ['email pattern', field('f', 'email', { validation: { pattern: '@example\\.org$' } }), 'a@example.com', ['pattern']],
  ['url', field('f', 'url'), 'https://example.org/a?b=c', []],
  ['url of another kind', field('f', 'url'), 'javascript:alert(1)', ['format']],
  ['json object', field('f', 'json'), { a: [1] }, []],
  ['json text that is none', field('f', 'json'), '{a', ['format']],
  ['json with a forbidden name', field('f', 'json'), '{"a": {"__proto__": 1}}', ['forbidden']],
  ['json value with a forbidden name', field('f', 'json'), JSON.parse('{"constructor": 1}'), ['forbidden']],
  ['json with NUL in a name', field('f', 'json'), { 'a\u0000': 1 }, ['characters']],
  ['json too deep', field('f', 'json'), JSON.parse(`${'['.repeat(40)}${']'.repeat(40)}`), ['depth']],
  ['json too large', field('f', 'json'), Array.from({ length: 10_001 }, () => 0), ['size']],
  ['yaml', field('f', 'yaml'), 'a: [1, 2]', []],
  ['yaml that is none', field('f', 'yaml'), 'a: [1', ['format']],
]

describe('each type accepts what it says and names the rule that is broken', () => {
  test.each(cases)('%s: %#', (_title, one, value, expected) => {
    expect(constraints(one, value)).toEqual(expected)
  })
})

test('patterns are those of RE2: what it reads and JavaScript does not is matched, what it does not read is refused', () => {
  expect(constraints(field('f', 'string', { validation: { pattern: '(?i)^abc$' } }), 'ABC')).toEqual([])
  expect(() => constraints(field('f', 'string', { validation: { pattern: '(?=a)b' } }), 'b')).toThrow()
})

test('the text of a json field becomes its value', () => {
  expect(createInputValidator(formOf(field('tags', 'json'))).validate({ tags: '{"team":"a"}' })).toEqual({ ok: true, value: { tags: { team: 'a' } } })
})

test("messages are the document's own where it has some, by any name of the rule", () => {
  const size = field('size', 'integer', { name: 'Size', validation: { min: 20, max: 30, messages: { min: 'Minimum storage is 20 GB' } } })
  const label = field('label', 'string', { required: true, validation: { minLength: 3, messages: { min: 'too short', required: 'say something' } } })
  const code = field('code', 'string', { validation: { pattern: '^x', message: 'codes begin with x' } })
  const answer = createInputValidator(formOf(size, label, code)).validate({ size: 3, label: 'a', code: 'y' })
  expect(answer).toMatchObject({ ok: false, problems: [
    { field: 'size', constraint: 'min', message: 'Minimum storage is 20 GB', received: 3, expected: 20 },
    { field: 'label', constraint: 'min_length', message: 'too short' },
    { field: 'code', constraint: 'pattern', message: 'codes begin with x', expected: '^x' },
  ] })
  expect(createInputValidator(formOf(size, label)).validate({ size: 31 })).toMatchObject({ problems: [{ message: 'Size must be at most 30' }, { message: 'say something' }] })
})

test('a problem never repeats a password, nor anything at length', () => {
  const secret = field('pw', 'password', { validation: { pattern: '^x', strength: 'strong' } })
  const text = field('text', 'string', { validation: { pattern: '^x' } })
  const answer = JSON.stringify(createInputValidator(formOf(secret, text)).validate({ pw: 'canary-1', text: `canary-2${'y'.repeat(300)}` }))
  expect(answer).not.toContain('canary')
})
