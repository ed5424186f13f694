import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeCursor, encodeCursor } from '../src/cursor.js'
import { api } from './api-fixture.js'
import { expectProblem } from './problem-expectation.js'

const part = fc.oneof(fc.string({ maxLength: 60 }), fc.integer())

test('a cursor comes back as it was', () => {
  fc.assert(fc.property(fc.array(part, { maxLength: 3 }), (parts) => { expect(decodeCursor(encodeCursor(parts))).toEqual(parts) }))
})

const encoded = (json: unknown) => Buffer.from(JSON.stringify(json)).toString('base64url')

test.each([[2, 'a'], ['1', 'a'], [1, { id: 'a' }], [1, ['a']], [1, null], [1, true], { 0: 1, 1: 'a' }, 1, null])('%j is no cursor of ours', (json) => {
  expect(decodeCursor(encoded(json))).toBeUndefined()
})

test('a text that is too long, or not of the alphabet, is not decoded', () => {
  expect(decodeCursor(encodeCursor(['x'.repeat(300)]))).toEqual(['x'.repeat(300)])
  expect(decodeCursor(encodeCursor(['x'.repeat(400)]))).toBeUndefined()
  expect(decodeCursor(`${encodeCursor(['a'])}=`)).toBeUndefined()
})

const foreign = fc.oneof(
  fc.string(), fc.string({ unit: 'binary' }), fc.base64String(), fc.json().map((json) => Buffer.from(json).toString('base64url')),
  fc.array(fc.jsonValue()).map((json) => Buffer.from(JSON.stringify([1, ...json])).toString('base64url')), fc.string({ minLength: 513, maxLength: 600 }),
).filter((text) => text.trim() !== '')

test('anything else is an answer of 400 or a page, never a fault', async () => {
  const { call } = api()
  await fc.assert(fc.asyncProperty(foreign, fc.constantFrom('/api/v1/catalog', '/api/v1/requests'), async (cursor, path) => {
    const answer = await call('GET', `${path}?cursor=${encodeURIComponent(cursor.toWellFormed())}`)
    if (answer.status !== 200) expectProblem(answer, 400, 'VALIDATION_ERROR')
  }))
})
