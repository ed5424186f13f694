import type { ValueType } from '../expression/value-type.js'
import type { CheckPlace, CheckSession, TypedContext } from './check-session.js'
import type { Environment } from './environment.js'
import { inferExpression } from './infer-expression.js'
import { createReport } from './parse-session.js'
import { type Position, isValuePosition } from './position.js'
import type { BlockStatement, Expression, MustacheStatement, Program, Statement } from './syntax.js'
import type { TemplateIssue } from './template-issue.js'
import type { Template } from './template.js'
import { testedPaths } from './tested-paths.js'
import { anything, nounOf } from './type-members.js'

/** An expression of a template with what is known of its value before it is rendered. */
export interface SeenExpression {
  readonly expression: Expression
  readonly type: ValueType
  /** What it stands in; `condition` and `loop`: the subject of a block. */
  readonly position: Position | 'value' | 'condition' | 'loop'
  /** How many loops and `with` stand around it. */
  readonly depth: number
  /** True when the template is this expression and nothing else. */
  readonly alone?: true
}

interface Check extends CheckSession {
  readonly template: Template
  readonly seen: ((expression: SeenExpression) => void) | undefined
}

/**
 * Compares a compiled template with what exists where it stands: unknown names, order of actions, types, secrets. `seen` is told of every
 * expression, in the order of the template.
 */
export function checkTemplate(template: Template, environment: Environment, seen?: (expression: SeenExpression) => void): readonly TemplateIssue[] {
  const issues: TemplateIssue[] = []
  const check: Check = { template, environment, report: createReport(issues), spell: template.code.spell, seen }
  checkProgram(check, template.code.program, { contexts: [], guarded: false, inBranch: false, tested: [] })
  return issues.sort((left, right) => left.offset - right.offset)
}

function checkProgram(check: Check, program: Program | undefined, place: CheckPlace): void {
  for (const statement of program?.body ?? []) {
    if (statement.type === 'MustacheStatement') checkMustache(check, statement, place)
    else if (statement.type === 'BlockStatement') checkBlock(check, statement, place)
  }
}

function checkMustache(check: Check, statement: MustacheStatement, place: CheckPlace): void {
  const type = inferExpression(check, statement.expression, place)
  const alone = check.seen !== undefined || check.template.target === 'value' ? isAlone(check.template, statement) : false
  const native = alone && check.template.target === 'value'
  const position = check.template.code.positions.get(statement)
  check.seen?.({ expression: statement.expression, type, position: native ? 'value' : position ?? 'text', depth: place.contexts.length, ...(alone ? { alone: true as const } : {}) })
  if (native) return
  const { report } = check
  const severity = 'warning'
  if (isValuePosition(position)) {
    if (type.optional === true && statement.expression.type === 'PathExpression' && !place.inBranch) report('maybe-null', statement.range, 'this may be missing, and null is written then', { severity, suggestion: `default(${statement.expression.original}, …)` })
    return
  }
  if (type.kind === 'object') report('object-in-text', statement.range, 'an object stands in a text as name=value, name=value', { severity, suggestion: 'json(…)' })
  if (type.kind === 'array') report('list-in-text', statement.range, 'a list stands in a text as a, b, c', { severity, suggestion: 'join(…, ", ")' })
  if (type.optional === true && (position === 'url:path' || position === 'path' || (['url', 'header'].includes(check.template.target) && isAlone(check.template, statement)))) {
    report('maybe-empty', statement.range, `this may be missing, and an empty ${check.template.target} is of no use`, { severity, suggestion: 'default(…, …)' })
  }
}

/** True when the template is this expression and nothing else. */
const isAlone = ({ code }: Template, statement: Statement): boolean =>
  code.program.body.every((other) => other === statement || other.type === 'CommentStatement' || (other.type === 'ContentStatement' && other.value === ''))

function checkBlock(check: Check, block: BlockStatement, place: CheckPlace): void {
  const name = block.path.original
  const section = name !== 'if' && name !== 'unless' && name !== 'each' && name !== 'with'
  const subject = section ? block.path : block.params[0] ?? block.path
  const type = inferExpression(check, subject, { ...place, guarded: name !== 'each' })
  check.seen?.({ expression: subject, type, position: name === 'if' || name === 'unless' ? 'condition' : 'loop', depth: place.contexts.length })
  const branch: CheckPlace = { ...place, inBranch: place.inBranch || name !== 'each' }
  const holds: CheckPlace = { ...branch, tested: [...place.tested, ...testedPaths(check, subject, place)] }
  checkProgram(check, block.inverse, name === 'unless' ? holds : branch)
  if (name === 'if' || name === 'unless') return checkProgram(check, block.program, name === 'if' ? holds : branch)
  const context = contextOf(check, block, name, subject, type, place)
  checkProgram(check, block.program, { ...holds, contexts: [...place.contexts, context] })
}

function contextOf(check: Check, block: BlockStatement, name: string, subject: Expression, type: ValueType, place: CheckPlace): TypedContext {
  const names = (block.program ?? block.inverse)?.blockParams ?? []
  const secret = type.secret === true ? { secret: true } : {}
  if (name === 'each' && !['array', 'object', 'any'].includes(type.kind)) {
    check.report('not-a-list', subject.range, `#each goes through a list, and this is ${nounOf(type.kind)}`)
  }
  if (type.kind === 'array') return { kind: 'each', names, self: { ...(type.items ?? anything), ...secret }, key: { kind: 'number' } }
  if (name === 'each') return { kind: 'each', names, self: { kind: 'any', ...secret }, key: { kind: type.kind === 'object' ? 'string' : 'any' } }
  const self = name !== 'with' && (type.kind === 'boolean' || type.kind === 'any') ? place.contexts.at(-1)?.self ?? type : type
  return { kind: name === 'with' ? 'with' : 'each', names, self: type.kind === 'any' ? anything : { ...self, ...secret }, key: anything }
}
