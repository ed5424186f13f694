import { isList, isTruthy } from '../expression/value.js'
import type { Value } from '../expression/value-type.js'
import { compileExpression } from './compile-expression.js'
import type { Compiler, Place } from './compiler.js'
import { chargeTurn } from './frame.js'
import type { Evaluate, Frame, Write } from './frame.js'
import { limits } from './limits.js'
import type { Context } from './resolve-path.js'
import type { BlockStatement, Program, Statement } from './syntax.js'

type CompileProgram = (compiler: Compiler, program: Program | undefined, place: Place) => Write

interface BlockParts {
  readonly test: Evaluate
  /** Statements of the body, loops inside of it not counted: they count their own turns. */
  readonly cost: number
  readonly body: Write
  readonly otherwise: Write
}

/** A block as one function of a frame. */
export function compileBlock(compiler: Compiler, block: BlockStatement, place: Place, compileProgram: CompileProgram): Write {
  const name = block.path.original
  if (name === 'if' || name === 'unless') return compileIf(compiler, block, place, compileProgram)
  const section = name !== 'each' && name !== 'with'
  const names = (block.program ?? block.inverse)?.blockParams ?? []
  const context: Context = { kind: name === 'with' ? 'with' : 'each', names }
  const subject = section ? block.path : block.params[0] ?? block.path
  const branch: Place = { ...place, guarded: place.guarded || section || name === 'with' }
  const parts: BlockParts = {
    test: compileSubject(compiler, subject, place, name !== 'each'),
    cost: countStatements(block.program),
    body: compileProgram(compiler, block.program, { ...branch, contexts: [...place.contexts, context] }),
    otherwise: compileProgram(compiler, block.inverse, branch),
  }
  if (name === 'each') return eachBlock(parts)
  return name === 'with' ? withBlock(parts) : sectionBlock(parts)
}

const compileSubject = (compiler: Compiler, subject: BlockStatement['params'][number], place: Place, tolerant: boolean): Evaluate =>
  compileExpression(compiler, subject, tolerant ? { ...place, tolerant: true, guarded: true } : place)

function compileIf(compiler: Compiler, block: BlockStatement, place: Place, compileProgram: CompileProgram): Write {
  const [condition = block.path] = block.params
  const test = compileExpression(compiler, condition, { ...place, tolerant: true, guarded: true })
  const branch: Place = { ...place, guarded: true }
  const [then, otherwise] = [compileProgram(compiler, block.program, branch), compileProgram(compiler, block.inverse, branch)]
  return block.path.original === 'if'
    ? (frame) => (isTruthy(test(frame)) ? then(frame) : otherwise(frame))
    : (frame) => (isTruthy(test(frame)) ? otherwise(frame) : then(frame))
}

const inside = (frame: Frame, self: Value, key: Value, index: number, count: number): Frame => ({
  run: frame.run, variables: frame.variables, self, up: frame, key, index, first: index === 0, last: index === count - 1,
})

/** Writes the body once for each element of a list or member of an object. `undefined` when there is none. */
function writeTurns({ body, cost }: BlockParts, frame: Frame, value: Value): string | undefined {
  const names = typeof value === 'object' && value !== null && !isList(value) ? Object.keys(value) : undefined
  const count = isList(value) ? value.length : names?.length ?? 0
  if (count === 0) return undefined
  const { run } = frame
  let text = ''
  for (let index = 0; index < count && !run.failure && text.length <= limits.output && chargeTurn(run, cost); index += 1) {
    const key = names?.[index] ?? index
    text += body(inside(frame, (value as Record<string | number, Value>)[key], key, index, count))
  }
  return text
}

const eachBlock = (parts: BlockParts): Write => (frame) =>
  writeTurns(parts, frame, parts.test(frame)) ?? parts.otherwise(frame)

/** As Handlebars: 0 is something, other false values and the empty list are nothing. */
const withBlock = ({ test, body, otherwise }: BlockParts): Write => (frame) => {
  const value = test(frame)
  return isTruthy(value) || value === 0 ? body(inside(frame, value, undefined, 0, 1)) : otherwise(frame)
}

/** Mustache's section: a list is a loop, true keeps `this`, other values that are not false or null become `this`. */
const sectionBlock = (parts: BlockParts): Write => (frame) => {
  const value = parts.test(frame)
  if (isList(value)) return writeTurns(parts, frame, value) ?? parts.otherwise(frame)
  if (value === undefined || value === null || value === false) return parts.otherwise(frame)
  return parts.body(inside(frame, value === true ? frame.self : value, undefined, 0, 1))
}

function countStatements(program: Program | undefined): number {
  return (program?.body ?? []).reduce((sum, statement: Statement) => {
    if (statement.type !== 'BlockStatement') return sum + 1
    const inner = statement.path.original === 'each' ? 0 : countStatements(statement.program)
    return sum + 1 + inner + countStatements(statement.inverse)
  }, 0)
}
