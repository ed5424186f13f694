import type { FunctionDefinition } from '../expression/function-definition.js'
import { findFunction, nearestFunction } from '../expression/functions.js'
import { isTruthy } from '../expression/value.js'
import type { Value } from '../expression/value-type.js'
import type { Compiler, Place } from './compiler.js'
import { compilePath } from './compile-path.js'
import type { Evaluate } from './frame.js'
import type { Expression, SubExpression } from './syntax.js'

/** The expression as a function of a frame. What is wrong with it is reported. */
export function compileExpression(compiler: Compiler, expression: Expression, place: Place): Evaluate {
  switch (expression.type) {
    case 'PathExpression': return compilePath(compiler, expression, place, (call) => compileCall(compiler, call, place))
    case 'SubExpression': return compileCall(compiler, expression, place)
    case 'UndefinedLiteral': return () => undefined
    default: {
      const { value } = expression
      return () => value
    }
  }
}

const isLiteral = (expression: Expression | undefined): boolean =>
  expression !== undefined && expression.type !== 'PathExpression' && expression.type !== 'SubExpression'

const literalOf = (expression: Expression | undefined): Value =>
  expression === undefined || expression.type === 'PathExpression' || expression.type === 'SubExpression' ? undefined : expression.value

const nothing = (): undefined => undefined

function compileCall(compiler: Compiler, call: SubExpression, place: Place): Evaluate {
  const name = call.path.original
  const definition = findFunction(name)
  if (!definition) {
    reportUnknownFunction(compiler, call, name)
    return nothing
  }
  if (!checkArguments(compiler, call, definition)) return nothing
  if (definition.name === '&&' || definition.name === '||') return compileChoice(compiler, call, definition.name, place)
  const inner: Place = definition.tolerant ? { ...place, tolerant: true, guarded: true } : { ...place, tolerant: false }
  const args = call.params.map((param) => compileExpression(compiler, param, inner))
  const invoke = prepareCall(compiler, call, definition)
  const { range } = call
  return (frame) => {
    const values = args.map((arg) => arg(frame))
    const { run } = frame
    if (run.failure) return undefined
    run.site = range
    run.frame = frame
    return invoke(values, run)
  }
}

/** `&&` and `||` answer an operand, and look at the second only when it decides. */
function compileChoice(compiler: Compiler, call: SubExpression, name: '&&' | '||', place: Place): Evaluate {
  const [first, second] = call.params as [Expression, Expression]
  const left = compileExpression(compiler, first, { ...place, tolerant: true, guarded: true })
  const right = compileExpression(compiler, second, { ...place, guarded: true })
  const wanted = name === '&&'
  return (frame) => {
    const value = left(frame)
    return isTruthy(value) === wanted ? right(frame) : value
  }
}

function reportUnknownFunction(compiler: Compiler, call: SubExpression, name: string): void {
  const near = nearestFunction(name)
  compiler.report('unknown-function', call.path.range, `there is no function "${name}"`, near === undefined ? {} : { suggestion: near })
}

const signature = (definition: FunctionDefinition): string =>
  `${definition.name}(${definition.parameters.map((parameter) => `${parameter.name}${parameter.rest ? ', …' : parameter.optional ? '?' : ''}`).join(', ')})`

function checkArguments(compiler: Compiler, call: SubExpression, definition: FunctionDefinition): boolean {
  const { parameters } = definition
  const { params } = call
  const least = parameters.filter((parameter) => !parameter.optional).length
  if (params.length < least || (params.length > parameters.length && !parameters.at(-1)?.rest)) {
    compiler.report('arguments', call.range, `${signature(definition)} cannot be called with ${params.length} ${params.length === 1 ? 'argument' : 'arguments'}`)
    return false
  }
  if (definition.name === 'default' && isLiteral(params[0]) && !isLiteral(params[1])) {
    const value = params[1] && 'original' in params[1] ? String(params[1].original) : '…'
    compiler.report('arguments', call.range, 'default takes the value first and the fallback second', { suggestion: `default(${value}, ${JSON.stringify(literalOf(params[0]) ?? null)})` })
    return false
  }
  return true
}

function prepareCall(compiler: Compiler, call: SubExpression, definition: FunctionDefinition): FunctionDefinition['call'] {
  const loose = definition.parameters.findIndex((parameter, index) => parameter.literal && call.params[index] && !isLiteral(call.params[index]))
  if (loose >= 0) {
    compiler.report('arguments', call.params[loose]?.range ?? call.range, `the ${definition.parameters[loose]?.name ?? ''} of ${definition.name} must be a literal`)
    return nothing
  }
  const prepared = definition.prepare?.(call.params.map(literalOf)) ?? definition.call
  if (typeof prepared === 'function') return prepared
  compiler.report('arguments', call.range, prepared.problem)
  return nothing
}
