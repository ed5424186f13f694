import { describe, expect, test } from 'vitest'
import { classifyError, classifyStatus, fatal, markSent, wasSent } from '../../src/action/index.js'
import { PaoError } from '../../src/errors.js'

const kindOf = (error: unknown, repeatable: boolean, hasWritten = false): string => classifyError(error, repeatable, hasWritten).kind

describe('an error that an action throws', () => {
  test('means what an ActionFailure says it means', () => {
    expect(classifyError(fatal('NO', 'no'), false, true)).toEqual({ kind: 'fatal', code: 'NO', message: 'no' })
  })

  test.each(['HTTP_CONNECTION', 'HTTP_DEADLINE'] as const)('%s is unknown once the request has left, and retryable before', (code) => {
    const error = (): PaoError => new PaoError(code, 'no answer')
    expect(kindOf(markSent(error(), true), true)).toBe('unknown')
    expect(kindOf(markSent(error(), true), false)).toBe('unknown')
    expect(kindOf(markSent(error(), false), false)).toBe('retryable')
  })

  test('whose marking nobody knows may have been sent', () => {
    expect(kindOf(new PaoError('HTTP_CONNECTION', 'no answer'), false)).toBe('unknown')
    expect([new Error('x'), 'a text', undefined, markSent(new Error('x'), true)].map(wasSent)).toEqual([true, true, true, true])
    expect(wasSent(markSent(new Error('x'), false))).toBe(false)
  })

  test('an answer that is too large is no lost answer: asking again would bring the same one', () => {
    const error = markSent(new PaoError('HTTP_BODY_TOO_LARGE', 'too large'), true)
    expect(kindOf(error, true)).toBe('fatal')
    expect(kindOf(error, false)).toBe('unknown')
  })

  test('of unknown origin is fatal only where repeating is harmless', () => {
    expect(kindOf(new TypeError('x is undefined'), true)).toBe('fatal')
    expect(kindOf('a text', false)).toBe('unknown')
  })

  test('a refusal after a call that may have changed something is unknown', () => {
    const refusal = new PaoError('EGRESS_REFUSED', 'refused')
    expect(kindOf(refusal, false, true)).toBe('unknown')
    expect(kindOf(refusal, false, false)).toBe('fatal')
    expect(kindOf(refusal, true, true)).toBe('fatal')
  })
})

describe('a status that was not expected', () => {
  const kind = (status: number, repeatable: boolean): string => classifyStatus({ status, headers: {} }, 'POST x', repeatable, 0).kind

  test('a 5xx may have come after the effect; a 4xx has refused it', () => {
    expect([kind(503, true), kind(503, false), kind(400, true), kind(400, false), kind(429, false)]).toEqual(['retryable', 'unknown', 'fatal', 'fatal', 'retryable'])
  })

  test('another success than the expected one has done something', () => {
    expect([kind(200, true), kind(200, false), kind(302, false)]).toEqual(['fatal', 'unknown', 'fatal'])
  })

  test.each([['7', 7_000], ['Thu, 01 Jan 1970 00:00:09 GMT', 9_000], ['-3', 0]])('Retry-After %s is read', (header, retryAfterMs) => {
    expect(classifyStatus({ status: 429, headers: { 'retry-after': header } }, 'GET x', true, 0)).toMatchObject({ retryAfterMs })
  })

  test('a Retry-After that nobody can read is left out', () => {
    expect(classifyStatus({ status: 429, headers: { 'retry-after': 'soon' } }, 'GET x', true, 0)).not.toHaveProperty('retryAfterMs')
  })
})
