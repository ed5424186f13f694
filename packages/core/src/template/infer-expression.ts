import type { FunctionDefinition } from '../expression/function-definition.js'
import { findFunction } from '../expression/functions.js'
import { nearestName } from '../expression/nearest-name.js'
import type { ValueType } from '../expression/value-type.js'
import type { CheckPlace, CheckSession } from './check-session.js'
import { inferPath } from './infer-path.js'
import type { Expression, SubExpression } from './syntax.js'
import { testedPaths } from './tested-paths.js'
import { anything, eitherType, holdsSecret, nounOf } from './type-members.js'

/** The type of an expression's value. Reports what cannot be right with the types that are known. */
export function inferExpression(session: CheckSession, expression: Expression, place: CheckPlace): ValueType {
  switch (expression.type) {
    case 'PathExpression': return inferPath(session, expression, place)
    case 'SubExpression': return inferCall(session, expression, place)
    case 'StringLiteral': return { kind: 'string', values: [expression.value] }
    case 'NumberLiteral': return { kind: 'number', values: [expression.value] }
    case 'BooleanLiteral': return { kind: 'boolean', values: [expression.value] }
    case 'NullLiteral': case 'UndefinedLiteral': return { kind: 'null', optional: true }
  }
}

/** As they are evaluated: what a function makes of a missing value is its own matter, and the second side of `&&` is read where the first is true. */
function inferArguments(session: CheckSession, call: SubExpression, definition: FunctionDefinition, place: CheckPlace): readonly ValueType[] {
  const [first, second] = call.params
  if ((definition.name === '&&' || definition.name === '||') && first && second) {
    const tested = definition.name === '&&' ? [...place.tested, ...testedPaths(session, first, place)] : place.tested
    return [inferExpression(session, first, { ...place, guarded: true }), inferExpression(session, second, { ...place, tested })]
  }
  return call.params.map((param) => inferExpression(session, param, { ...place, guarded: definition.tolerant === true }))
}

const comparisons: ReadonlySet<string> = new Set(['==', '!=', '>', '<', '>=', '<='])

function inferCall(session: CheckSession, call: SubExpression, place: CheckPlace): ValueType {
  const definition = findFunction(call.path.original)
  if (!definition) return anything
  const types = inferArguments(session, call, definition, place)
  const [left = anything, right = anything] = types
  if (comparisons.has(definition.name)) checkComparison(session, call, definition.name, left, right)
  else checkParameters(session, call, definition, types)
  const taint = types.some(holdsSecret) && definition.result !== 'boolean' ? { secret: true } : {}
  switch (definition.name) {
    case 'required': return withoutAbsence(left)
    case 'default': return { ...eitherType(withoutAbsence(left), right), ...taint }
    case 'coalesce': return { ...types.map((type, index) => (index < types.length - 1 ? withoutAbsence(type) : type)).reduce(eitherType), ...taint }
    case '&&': case '||': return { ...eitherType(left, right), ...taint }
    case 'lookup': return { kind: 'any', optional: true, ...taint }
    default: return { kind: definition.result, ...taint }
  }
}

function withoutAbsence(type: ValueType): ValueType {
  const { optional: _, ...present } = type
  return present
}

/** A list or an object where a text is due prints something that nobody wants. */
function checkParameters(session: CheckSession, call: SubExpression, definition: FunctionDefinition, types: readonly ValueType[]): void {
  if (definition.name === 'includes') checkIncludes(session, call, types[0] ?? anything)
  for (const [index, { kind }] of types.entries()) {
    const parameter = definition.parameters[Math.min(index, definition.parameters.length - 1)]
    const range = call.params[index]?.range ?? call.range
    if (!parameter || parameter.kind === 'any' || kind === 'any' || kind === 'null' || kind === parameter.kind) continue
    if (parameter.kind === 'array') session.report('not-a-list', range, `${definition.name} needs a list here, and this is ${nounOf(kind)}`)
    else if (parameter.kind === 'number' || kind === 'array' || kind === 'object') session.report('type', range, `${definition.name} needs ${nounOf(parameter.kind)} here, and this is ${nounOf(kind)}`)
  }
}

function checkIncludes(session: CheckSession, call: SubExpression, whole: ValueType): void {
  if (whole.kind !== 'array' && whole.kind !== 'string' && whole.kind !== 'any') session.report('not-a-list', call.params[0]?.range ?? call.range, `includes looks into a list or a text, and this is ${nounOf(whole.kind)}`)
}

function checkComparison(session: CheckSession, call: SubExpression, sign: string, left: ValueType, right: ValueType): void {
  const warn = (message: string, suggestion?: string): void => {
    session.report('never-equal', call.range, message, { severity: 'warning', ...(suggestion !== undefined && { suggestion }) })
  }
  const equality = sign === '==' || sign === '!='
  const known = (type: ValueType): boolean => type.kind !== 'any' && type.kind !== 'null'
  if (!known(left) || !known(right)) return
  if (left.kind !== right.kind) {
    warn(`${nounOf(left.kind)} is never ${equality ? 'equal to' : 'more or less than'} ${nounOf(right.kind)}`)
  } else if (equality && left.values && right.values && !left.values.some((value) => right.values?.includes(value))) {
    const [few, many] = left.values.length < right.values.length ? [left.values, right.values] : [right.values, left.values]
    const near = typeof few[0] === 'string' ? nearestName(few[0], many.filter((value) => typeof value === 'string')) : undefined
    warn(`this is never equal: the values are ${many.map((value) => JSON.stringify(value)).join(', ')}`, near === undefined ? undefined : JSON.stringify(near))
  }
}
