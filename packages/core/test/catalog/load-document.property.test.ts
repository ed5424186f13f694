import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseDocument, visit } from 'yaml'
import { caseFile, load, queue } from './documents.js'

const sources = [queue, caseFile('v2-3b0c7dd6-postgresql-complete'), caseFile('v2-eec32543-postgresql-full')]

const isWhole = (source: string, answer: ReturnType<typeof load>): void => {
  const lines = source.split(/\r\n?|\n/)
  for (const issue of answer.issues) {
    expect(issue.line).toBeGreaterThanOrEqual(1)
    expect(issue.line).toBeLessThanOrEqual(lines.length)
    expect(issue.column).toBeGreaterThanOrEqual(1)
    expect(issue.column).toBeLessThanOrEqual((lines[issue.line - 1] ?? '').length + 1)
  }
  expect(answer.item !== undefined || answer.issues.length > 0).toBe(true)
  expect(answer.item === undefined).toBe(answer.issues.some(({ severity }) => severity === 'error'))
  expect(JSON.parse(JSON.stringify(answer.item?.item ?? null))).toEqual(answer.item?.item ?? null)
}

test('whatever is cut out of a document or put into it, the answer is whole', () => {
  const piece = fc.oneof(fc.constantFrom('{{', '}}', '"', "'", ': ', '- ', '\n', '&a ', '*a', '!!str ', '[', ']', '{', '}', '\u0000', '\ud800', '? ', '<<: ', '#', '| ', '\t'), fc.string({ maxLength: 5 }))
  fc.assert(fc.property(fc.constantFrom(...sources), fc.nat(), fc.nat(40), piece, (source, at, length, text) => {
    const start = at % source.length
    const mutated = source.slice(0, start) + text + source.slice(start + length)
    isWhole(mutated, load(mutated))
  }), { numRuns: 100 })
}, 60_000)

test('whatever a value is replaced with, the answer is whole', () => {
  const value = fc.oneof(fc.constantFrom(null, true, 0, -1, 1.5, 1e300, '', 'x', '{{', '{{fields.x}}', [], {}), fc.json().map((text) => JSON.parse(text) as unknown))
  fc.assert(fc.property(fc.constantFrom(...sources), fc.nat(), value, (source, at, replacement) => {
    const document = parseDocument(source)
    const places: (() => void)[] = []
    visit(document, { Pair: (_key, pair) => { places.push(() => { pair.value = document.createNode(replacement) }) } })
    places[at % places.length]?.()
    const mutated = document.toString()
    isWhole(mutated, load(mutated))
  }), { numRuns: 100 })
}, 60_000)

test('a key with one letter too many is found, and the right one suggested', () => {
  const free = new Set(['config', 'retentionDays', 'ticket', 'endpoint', 'body', 'parsing', 'idempotency'])
  const keys: { readonly name: string; readonly offset: number }[] = []
  visit(parseDocument(queue), { Pair: (_key, pair, path) => {
    const key = pair.key as { readonly value: string; readonly range: readonly [number, number, number] }
    const inside = path.some((node) => (node as { readonly key?: { readonly value?: string } }).key?.value === 'config')
    if (!free.has(key.value) && !inside && key.value.length > 2) keys.push({ name: key.value, offset: key.range[0] })
  } })
  expect(keys.length).toBeGreaterThan(50)
  for (const { name, offset } of keys) {
    const mutated = `${queue.slice(0, offset + name.length)}x${queue.slice(offset + name.length)}`
    const found = load(mutated, 'strict').issues.find(({ suggestion }) => suggestion === name)
    expect(found, `${name}x`).toMatchObject({ code: expect.stringMatching(/unknown-key|near-miss|unknown-document/) as string })
  }
}, 60_000)
