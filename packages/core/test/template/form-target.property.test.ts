import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { render } from './fixtures.js'
import { type Parsed, accepts, compareWith, fields, flags, problemsOf, soupOf } from './targets.js'

const read = (text: string): Parsed => [...new URLSearchParams(text)].map(([name, value]) => [name, value])

const pieces = ['a', 'b', '=', '=', '&', '&', '%41', '%', '+', 'x.y', ' ', '\n', '?', '#', ';', '{{fields.a}}', '{{fields.b}}', 'a={{fields.a}}&', 'b={{fields.b}}', '&c={{fields.c}}', '{{fields.a}}={{fields.b}}']

describe('a form is proven when the document loads', () => {
  test('what is accepted is read, with each value in its place and nothing else changed', () => {
    const counts = { refused: 0, unsafe: 0, unread: 0, same: 0 }
    fc.assert(fc.property(soupOf(pieces), fields, flags, (source, values, chosen) => {
      // An empty name without a value leaves no pair at all.
      const named = values.map((value) => value || 'x') as unknown as typeof values
      counts[compareWith('form', source, named, chosen, read)] += 1
    }), { numRuns: 2000 })
    expect(counts.same).toBeGreaterThan(500)
  })

  test.each([
    ['a={{fields.a}}&b=c d', 'invalid-form: " " must be percent-encoded in a form'],
    ['a={{fields.a}}\n&b=1', 'invalid-form: a form stands on one line: name=value&name=value'],
    ['a=%{{fields.a}}', 'position: a percent sequence cannot be put together from a value'],
    ['a=50%', 'invalid-form: a percent sequence is not finished'],
    ['a=50%&b=1', 'invalid-form: a % in a form is followed by two hexadecimal digits: write %25 for the sign itself'],
  ])('%j', (source, problem) => {
    expect(problemsOf('form', source)).toEqual([problem])
  })

  test('the last line break is none of the form; half a surrogate pair has no place in it', () => {
    expect(render('a={{fields.a}}&b=2\n', { fields: { a: 'x&y=1 +é' } }, 'form')).toBe('a=x%26y%3D1%20%2B%C3%A9&b=2')
    expect(render('a={{fields.a}}', { fields: { a: '\ud800' } }, 'form')).toEqual({ failed: 'unsafe-value' })
    expect(accepts('form', 'grant_type=client_credentials&scope={{fields.a}}')).toBe(true)
  })
})
