import fc from 'fast-check'
import { expect } from 'vitest'
import { compileTemplate } from '../../src/template/compile-template.js'
import { renderTemplate } from '../../src/template/render-template.js'
import type { Target } from '../../src/template/template.js'
import { generated, variables } from './fixtures.js'

/** What people type into forms to see what happens, for every target at once. */
export const hostileText = fc.oneof(
  fc.constantFrom('"', "'", '\\', '\\"', '\n', '\r\n', '\t', '\n\n', ' x', 'x ', '\n  y', '${x}', '%{if}', '$', '%', '{x}', '$${', '{{fields.b}}', '": 1\nadmin: true\nx: "', "' ", '#', ' #c', ': ', '- a', '---', '...', '&a', '*a', '!t', '|', '>', '[', ']', '}', ',', '<b>', '</b>', '-->', ']]>', ']', '<!--', '&amp;', '&', ';', '=', '+', '%41', 'EOT', '\nEOT\n', '"}\nresource "x" "y" {', 'null', '~', 'true', '1e3', '\u0085', '\u2028', '\ufeff', '\u007f', '\u009f', '😀', 'é', '__proto__', 'javascript:alert(1)', '${"', '"}'),
  fc.array(fc.constantFrom('"', '\\', '\n', ' ', '$', '{', '%', '}', '<', '&', ']', '>', ':', '#', "'", 'a', '-'), { maxLength: 8 }).map((signs) => signs.join('')),
  fc.string({ unit: 'grapheme', maxLength: 12 }), fc.string({ maxLength: 12 })
)

/** A tree of what a parser read: texts are compared, whatever they are (names, values, attributes). */
export type Parsed = string | number | boolean | null | undefined | readonly Parsed[]

const replaced = (tree: Parsed, put: (text: string) => string): Parsed =>
  typeof tree === 'string' ? put(tree) : Array.isArray(tree) ? (tree as readonly Parsed[]).map((one) => replaced(one, put)) : tree

const marks = ['Qa1', 'Qb2', 'Qc3'] as const
type Fields = readonly [a: string, b: string, c: string]

export type Outcome = 'refused' | 'unsafe' | 'unread' | 'same'

/** Renders with plain words and with the values, and holds both to be the same document but for the values. */
export const compareWith = (target: Target, source: string, values: Fields, flags: { readonly on: boolean; readonly turns: number }, parse: (text: string) => Parsed, { sound = true, alike = (tree: Parsed): Parsed => tree } = {}): Outcome => {
  const { template } = compileTemplate(source, target)
  if (template === undefined) return 'refused'
  const render = (fields: Fields) => renderTemplate(template, variables({ fields: { a: fields[0], b: fields[1], c: fields[2], on: flags.on, xs: Array.from({ length: flags.turns }, () => fields[2]) } }), generated)
  const plain = render(marks)
  if (!plain.ok) throw new Error(`${JSON.stringify(source)}: ${plain.issue.code} ${plain.issue.message}`)
  const tree = ((): { readonly read?: Parsed; readonly error?: unknown } => { try { return { read: parse(plain.value as string) } } catch (error) { return { error } } })()
  if ('error' in tree) {
    if (sound) throw new Error(`accepted, and not read: ${JSON.stringify(source)} gives ${JSON.stringify(plain.value)}: ${String(tree.error)}`)
    return 'unread'
  }
  const rendered = render(values)
  if (!rendered.ok) {
    expect(rendered.issue.code).toBe('unsafe-value')
    return 'unsafe'
  }
  const put = (text: string): string => text.replace(/Qa1|Qb2|Qc3/g, (mark) => values[marks.indexOf(mark as typeof marks[number])] ?? '')
  expect(alike(parse(rendered.value as string)), `${JSON.stringify(source)} with ${JSON.stringify(values)} gives ${JSON.stringify(rendered.value)}`).toEqual(alike(replaced(tree.read, put)))
  return 'same'
}

/** Pieces with blocks around them: branches and loops, which every automaton must follow. */
export const soupOf = (pieces: readonly string[]): fc.Arbitrary<string> => fc.letrec<{ body: string }>((tie) => ({
  body: fc.array(fc.oneof({ maxDepth: 2 }, { arbitrary: fc.constantFrom(...pieces), weight: 8 },
    fc.tuple(tie('body'), fc.option(tie('body'))).map(([then, other]) => `{{#if fields.on}}${then}${other === null ? '' : `{{else}}${other}`}{{/if}}`),
    tie('body').map((inner) => `{{#each fields.xs}}${inner}{{/each}}`)), { maxLength: 9 }).map((parts) => parts.join('')),
})).body

export const flags = fc.record({ on: fc.boolean(), turns: fc.integer({ min: 0, max: 3 }) })
export const fields = fc.tuple(hostileText, hostileText, hostileText)

export const accepts = (target: Target, source: string): boolean => compileTemplate(source, target).template !== undefined
export const problemsOf = (target: Target, source: string): string[] => compileTemplate(source, target).issues.filter(({ severity }) => severity === 'error').map(({ code, message, suggestion }) => `${code}: ${message}${suggestion === undefined ? '' : ` — ${suggestion}`}`)
