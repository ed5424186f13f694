import { compileProgram } from './compile-statement.js'
import type { Compiler, Place } from './compiler.js'
import { compileExpression } from './compile-expression.js'
import { findPositions } from './find-positions.js'
import { finishText } from './finish-text.js'
import type { Evaluate } from './frame.js'
import { createJsonAutomaton } from './json-automaton.js'
import { limits } from './limits.js'
import { createReport } from './parse-session.js'
import type { Report } from './parse-session.js'
import { parseTemplate } from './parse-template.js'
import type { Position } from './position.js'
import type { Spell, TemplateStyle } from './spelling.js'
import type { MustacheStatement, Program, Statement } from './syntax.js'
import type { TemplateIssue } from './template-issue.js'
import type { CompiledTemplate, Reference, Target, Template } from './template.js'
import { formAutomaton } from './targets/form-automaton.js'
import { createHclAutomaton } from './targets/hcl-automaton.js'
import { createHtmlAutomaton } from './targets/html-automaton.js'
import { createXmlAutomaton } from './targets/xml-automaton.js'
import { createYamlAutomaton } from './targets/yaml-automaton.js'
import { urlAutomaton } from './url-automaton.js'
import { stripWhitespace } from './whitespace-control.js'

/**
 * Reads a template and finds the encoding of each expression from its place in the target. What cannot be proven safe is
 * an issue. `spell` knows what paths of earlier formats mean here; without it they are issues. Total: it answers for any text.
 */
export function compileTemplate(source: string, target: Target, spell?: Spell): CompiledTemplate {
  const issues: TemplateIssue[] = []
  const report = createReport(issues)
  const template = read(source, target, report, spell)
  const failed = issues.some((issue) => issue.severity === 'error')
  issues.sort((left, right) => left.offset - right.offset)
  return template && !failed ? { template, issues } : { issues }
}

function read(source: string, target: Target, report: Report, spell: Spell | undefined): Template | undefined {
  if (source.length > limits.source) return report('limit', [limits.source, source.length], `a template may have ${limits.source} characters, this one has ${source.length}`)
  let failed = false
  const watch: Report = (code, range, message, more) => {
    failed ||= more?.severity !== 'warning'
    return report(code, range, message, more)
  }
  const parsed = parseTemplate(source, target === 'json' || target === 'yaml' || target === 'hcl', watch)
  warnOfOtherLanguages(source, report)
  // Only a tree without errors is known to be shallow enough for recursion.
  if (failed) return undefined
  const program = stripWhitespace(parsed)
  const positions = positionsOf(program, target, source.length, watch)
  const references: Reference[] = []
  const compiler: Compiler = { target, positions, report: watch, references, spell }
  const place: Place = { contexts: [], tolerant: false, guarded: false }
  const write = compileProgram(compiler, program, place)
  const native = target === 'value' ? compileNative(program, place, spell) : undefined
  const constant = !program.body.some(isDynamic)
  checkContents(program, target, constant, watch)
  const styles = new Set([...references.map(({ style }) => style), ...blockStyles(program)])
  return { source, target, references, constant, styles, code: { program, spell, positions, write, ...(native && { native }) } }
}

const blockStyles = (program: Program | undefined): readonly TemplateStyle[] => (program?.body ?? []).flatMap((statement) =>
  statement.type === 'BlockStatement' ? [statement.go === true ? 'go' as const : 'handlebars' as const, ...blockStyles(statement.program), ...blockStyles(statement.inverse)] : [])

const isDynamic = (statement: Statement): boolean => statement.type === 'MustacheStatement' || statement.type === 'BlockStatement'

function positionsOf(program: Program, target: Target, end: number, report: Report): ReadonlyMap<MustacheStatement, Position> {
  switch (target) {
    case 'json': return findPositions(program, createJsonAutomaton(), end, report)
    case 'yaml': return findPositions(program, createYamlAutomaton(), end, report)
    case 'hcl': return findPositions(program, createHclAutomaton(), end, report)
    case 'xml': return findPositions(program, createXmlAutomaton(), end, report)
    case 'html': return findPositions(program, createHtmlAutomaton(), end, report)
    case 'form': return findPositions(program, formAutomaton, end, report)
    case 'url': return findPositions(program, urlAutomaton, end, report)
    default: return alike(program, target === 'value' ? 'text' : target)
  }
}

function alike(program: Program, position: Position): ReadonlyMap<MustacheStatement, Position> {
  const positions = new Map<MustacheStatement, Position>()
  placeAll(program, position, positions)
  return positions
}

/** For targets where every place is alike. */
function placeAll(program: Program | undefined, position: Position, positions: Map<MustacheStatement, Position>): void {
  for (const statement of program?.body ?? []) {
    if (statement.type === 'MustacheStatement') positions.set(statement, position)
    if (statement.type !== 'BlockStatement') continue
    placeAll(statement.program, position, positions)
    placeAll(statement.inverse, position, positions)
  }
}

/** The expression of a scalar that is nothing else. Its issues were reported when it was compiled as text. */
function compileNative(program: Program, place: Place, spell: Spell | undefined): Evaluate | undefined {
  const statements = program.body.filter((statement) => statement.type !== 'CommentStatement' && !(statement.type === 'ContentStatement' && statement.value === ''))
  const [only] = statements
  if (statements.length !== 1 || only?.type !== 'MustacheStatement') return undefined
  const silent: Compiler = { target: 'value', positions: new Map(), report: () => undefined, references: [], spell }
  return compileExpression(silent, only.expression, place)
}

/** What the text itself breaks, whatever the values are. */
function checkContents(program: Program, target: Target, constant: boolean, report: Report): void {
  if (target !== 'header' && target !== 'path' && !(target === 'url' && constant)) return
  const check = (text: string, range: readonly [number, number]): void => {
    const finished = finishText(target, text)
    if ('problem' in finished) report(target === 'url' ? 'invalid-url' : 'invalid-text', range, finished.problem)
  }
  if (constant) {
    const text = program.body.map((statement) => (statement.type === 'ContentStatement' ? statement.value : '')).join('')
    check(text, [0, program.body.at(-1)?.range[1] ?? 0])
    return
  }
  for (const statement of program.body) {
    // Slashes at the edge of a content touch a value, so segments are looked at after rendering.
    if (statement.type === 'ContentStatement' && /[\u0000-\u0008\u000a-\u001f\u007f]/.test(statement.value)) {
      report('invalid-text', statement.range, `a ${target} cannot hold line breaks or control characters`)
    }
  }
}

const foreign: readonly (readonly [RegExp, 'literal-dollar' | 'foreign-syntax', (found: string) => readonly [message: string, suggestion: string]])[] = [
  [/\$\{(?:env:)?([A-Z_][A-Z0-9_]*)\}/g, 'literal-dollar', (name) => [`"\${${name}}" stays as it is: nothing is put in its place`, `{{env.${name}}}`]],
  [/\{%-?\s*(if|elif|else|endif|for|endfor|set|block|include|macro)\b/g, 'foreign-syntax', (word) => [`"{% ${word}" stays as it is: this is not a Jinja template`, word === 'for' ? '{{#each …}}' : '{{#if …}}']],
]

function warnOfOtherLanguages(source: string, report: Report): void {
  for (const [pattern, code, answer] of foreign) {
    for (const found of source.matchAll(pattern)) {
      const [message, suggestion] = answer(found[1] ?? '')
      report(code, [found.index, found.index + found[0].length], message, { severity: 'warning', suggestion })
    }
  }
}
