import fc from 'fast-check'
import Handlebars from 'handlebars'
import { describe, expect, test } from 'vitest'
import { compileTemplate } from '../../src/template/compile-template.js'
import { createReport } from '../../src/template/parse-session.js'
import { parseTemplate } from '../../src/template/parse-template.js'
import { renderTemplate } from '../../src/template/render-template.js'
import type { TemplateIssue } from '../../src/template/template-issue.js'
import { stripWhitespace } from '../../src/template/whitespace-control.js'
import { plainReading, plainTemplate, plainVariables } from './plain-handlebars.js'

const ours: ReadonlySet<string> = new Set(['range', 'expression', 'height', 'spelling', 'fromThis'])

/** A tree without what only we have, in one order of keys. */
function normal(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(normal)
  if (typeof node !== 'object' || node === null) return node
  const entries = Object.entries(node as Record<string, unknown>).filter(([key, value]) => !ours.has(key) && key !== 'source' && value !== undefined)
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => [key, normal(value)]))
}

function parseByHandlebars(source: string): unknown {
  try {
    return normal(Handlebars.parse(source))
  } catch (error) {
    return error instanceof Error ? undefined : error
  }
}

describe('Handlebars as the oracle', () => {
  test('the same tree, positions included, with standalone lines and ~ applied', () => {
    let compared = 0
    fc.assert(fc.property(plainTemplate, (source) => {
      const expected = parseByHandlebars(source)
      if (expected === undefined) return
      const issues: TemplateIssue[] = []
      const program = parseTemplate(source, false, createReport(issues))
      expect(issues.filter((issue) => issue.severity === 'error')).toEqual([])
      expect(normal(stripWhitespace(program))).toEqual(expected)
      compared += 1
    }), { numRuns: 2000 })
    expect(compared).toBeGreaterThan(1000)
  })

  test('the same answer', () => {
    let rendered = 0
    fc.assert(fc.property(plainReading, (source) => {
      const { template, issues } = compileTemplate(source, 'text')
      expect(issues).toEqual([])
      const result = template && renderTemplate(template, plainVariables, { seed: 's', at: 0 })
      expect(result).toEqual({ ok: true, value: Handlebars.compile(source)(plainVariables) })
      if (source.includes('{{')) rendered += 1
    }), { numRuns: 600 })
    expect(rendered).toBeGreaterThan(300)
  })
})
