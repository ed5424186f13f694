import { describe, expect, test } from 'vitest'
import { catalogIssueCodes } from '../../src/catalog/issue-codes.js'
import { issueExamples } from '../../src/catalog/issue-examples.js'
import { issueCodeNames, issuePage } from '../../src/catalog/issue-page.js'
import { compileTemplate } from '../../src/template/compile-template.js'
import { templateIssueCodes } from '../../src/template/template-issue-codes.js'
import { codes, edited, load, queue } from './documents.js'

/** Codes whose examples are no place of the example document: several files, sizes, other kinds of document. */
const told: readonly string[] = [
  'too-large', 'too-deep', 'empty-document', 'unknown-document', 'dialect-not-supported', 'unknown-component', 'unknown-item', 'data-source-item', 'component-blocked', 'component-field',
  'component-sealed', 'component-not-depended', 'unquoted-template', 'mode-inferred', 'file-name', 'condition-depth', 'manual-missing', 'actions-missing', 'action-not-installed',
  'config-incomplete', 'config-older', 'config-value', 'rollback-incomplete', 'action-broken', 'duplicate-item', 'served-last-good', 'breaking-change', 'many-issues', 'several-documents',
  'owner-not-codeowner', 'new-category-owner', 'schema-owner', 'codeowners-missing', 'codeowners-line',
]

describe.each(Object.keys(catalogIssueCodes).filter((code) => !told.includes(code)))('%s', (code) => {
  const { good, bad } = issueExamples[code as keyof typeof issueExamples]
  test('the bad place of its page gives the issue in the good document', () => {
    const source = edited([good, bad])
    expect([...codes(load(source, 'strict')), ...codes(load(source, 'compat'))]).toContain(code)
  })
  test('the good place does not', () => {
    expect(codes(load(queue, 'strict'))).toEqual([])
  })
})

/** Codes that a text alone has, for the target text. */
const ofText: readonly string[] = ['syntax', 'not-supported', 'forbidden-name', 'unknown-function', 'unknown-block', 'arguments', 'no-this', 'no-loop', 'literal-dollar', 'negated-comment', 'foreign-syntax', 'unknown-scope']
const ofJson: readonly string[] = ['invalid-json', 'position', 'join-in-quotes', 'dynamic-key', 'triple']

describe.each([...ofText.map((code) => [code, 'text'] as const), ...ofJson.map((code) => [code, 'json'] as const), ...(['url', 'yaml', 'hcl', 'xml', 'form', 'html'] as const).map((target) => [`invalid-${target}`, target] as const)])('template code %s', (code, target) => {
  const { good, bad } = templateIssueCodes[code as keyof typeof templateIssueCodes]
  const found = (source: string) => compileTemplate(source, target).issues.map((issue) => issue.code)
  test('the bad template has it and the good one has not', () => {
    expect(found(bad)).toContain(code)
    expect(found(good)).not.toContain(code)
  })
})

test('every code has a page, and nothing else has', () => {
  for (const code of issueCodeNames) {
    const page = issuePage(code)!
    expect(Object.values(page).every((value) => value !== undefined)).toBe(true)
    expect(page.title.length).toBeGreaterThan(5)
    expect(page.good).not.toBe(page.bad)
  }
  expect(issuePage('constructor')).toBeUndefined()
  expect(issuePage('rest-api/secret')).toBeUndefined()
})
