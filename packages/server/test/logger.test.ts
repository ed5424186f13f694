import type { LogEntry } from '@pao/testing'
import { loggerContract, runContract } from '@pao/testing'
import { describe, expect, test } from 'vitest'
import { createLogger, prettyLine } from '../src/logger.js'

describe('a line for people', () => {
  test('has time, level, message and facts', () => {
    expect(prettyLine(JSON.stringify({ level: 40, time: Date.UTC(2026, 10, 23, 9, 5, 7), msg: 'slow', requestId: 'r-1', ms: 12 }))).toBe('09:05:07 WARN  slow requestId=r-1 ms=12\n')
  })

  test('is one line whatever it says, and shows no stack', () => {
    const line = prettyLine(JSON.stringify({ level: 50, time: 0, msg: 'a call\nfailed', note: 'x\r\ny', err: { type: 'Error', message: 'no\nanswer', stack: 'at file.ts:1:1' } }))
    expect(line).toBe('00:00:00 ERROR a call failed note=x y error="no\\nanswer"\n')
  })
})

describe.each(['json', 'pretty'] as const)('the log as %s', (logFormat) => {
  const parsed = (line: string): LogEntry => {
    if (logFormat === 'json') {
      const { level, msg, time, ...fields } = JSON.parse(line) as { readonly level: string; readonly msg: string; readonly time: number }
      return { level, message: msg, fields, text: line }
    }
    const [, level = '', rest = ''] = /^\S+ (\w+) +(.*)\n$/.exec(line) ?? []
    const [message = '', ...facts] = rest.split(/ (?=\w+=)/)
    const fields = facts.map((fact) => [fact.slice(0, fact.indexOf('=')), fact.slice(fact.indexOf('=') + 1)])
    return { level: level.toLowerCase(), message, fields: Object.fromEntries(fields) as LogEntry['fields'], text: line }
  }

  runContract(loggerContract, {
    test,
    create: async () => {
      const lines: string[] = []
      const logger = createLogger({ logLevel: 'debug', logFormat }, false, (line) => { lines.push(line) })
      return { logger, entries: async () => lines.map(parsed) }
    },
  })
})
