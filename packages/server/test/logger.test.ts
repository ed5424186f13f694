import { describe, expect, test } from 'vitest'
import { prettyLine } from '../src/logger.js'

describe('a line for people', () => {
  test('has time, level, message and facts', () => {
    expect(prettyLine(JSON.stringify({ level: 40, time: Date.UTC(2026, 10, 23, 9, 5, 7), msg: 'slow', requestId: 'r-1', ms: 12 }))).toBe('09:05:07 WARN  slow requestId=r-1 ms=12\n')
  })

  test('is one line whatever it says, and shows no stack', () => {
    const line = prettyLine(JSON.stringify({ level: 50, time: 0, msg: 'a call\nfailed', note: 'x\r\ny', err: { type: 'Error', message: 'no\nanswer', stack: 'at file.ts:1:1' } }))
    expect(line).toBe('00:00:00 ERROR a call failed note=x y error="no\\nanswer"\n')
  })
})
