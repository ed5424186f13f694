import { describe, expect, test } from 'vitest'
import { createRedactor } from '../../src/redactor.js'

// Every spelling of it differs from every other one.
const secret = 'p"ä+/ ?canary~1'
const bytes = Buffer.from(secret, 'utf8')

const hiding = (...secrets: readonly string[]) => {
  const redactor = createRedactor()
  for (const each of secrets) redactor.add(each)
  return redactor
}

describe('a secret is hidden', () => {
  test.each([
    ['as it is', secret], ['in JSON', JSON.stringify(secret).slice(1, -1)], ['in a URL', encodeURIComponent(secret)], ['in a form', new URLSearchParams({ a: secret }).toString().slice(2)],
    ['in base64', bytes.toString('base64')], ['in base64 without padding', bytes.toString('base64').replace(/=+$/, '')], ['in base64url', bytes.toString('base64url')], ['in hex', bytes.toString('hex')],
  ])('%s', (_how, spelling) => {
    const said = hiding(secret).text(`before ${spelling} after`)
    expect(said).toMatch(/^before \[redacted\]=* after$/)
    expect(hiding('other').text(spelling)).toBe(spelling)
  })

  test('with its padding: nothing of base64 is left', () => {
    expect(hiding('abcd').text(`Basic ${Buffer.from('abcd').toString('base64')}`)).toBe('Basic [redacted]')
  })

  test('everywhere in a value: in texts, in names of members, in lists, as a number', () => {
    const redactor = hiding('canary-1', '123456')
    expect(redactor.json({ 'x canary-1': ['canary-1', { deep: 'a canary-1 b' }], code: 123456, other: 12345, no: null })).toEqual({
      'x [redacted]': ['[redacted]', { deep: 'a [redacted] b' }], code: '[redacted]', other: 12345, no: null,
    })
  })

  test('also when it is short, where it stands alone; a text that holds it as a part stays', () => {
    const redactor = hiding('abc')
    expect([redactor.text('abc'), redactor.json(['abc']), redactor.text('abcd and abc')]).toEqual(['[redacted]', ['[redacted]'], 'abcd and abc'])
  })

  test('whole, when another one is a part of it', () => {
    for (const order of [['canary', 'canary-long'], ['canary-long', 'canary']]) expect(hiding(...order).text('a canary-long b canary c')).toBe('a [redacted] b [redacted] c')
  })
})

test('the empty text is no secret, and without secrets a value is the very one', () => {
  const value = { a: ['b'] }
  expect(hiding('').json(value)).toBe(value)
  expect(hiding('').text('a b')).toBe('a b')
})
