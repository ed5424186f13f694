import type { Expression } from './syntax.js'

/** Which turn of the innermost loop is looked at. */
export interface LoopFlags {
  readonly first: boolean
  readonly last: boolean
}

/** Whether a condition holds in this turn, where that depends on `@first` and `@last` alone; `undefined` when it does not. */
export function decide(expression: Expression | undefined, flags: LoopFlags | undefined): boolean | undefined {
  if (expression?.type === 'PathExpression') {
    if (!flags || !expression.data || expression.depth > 0 || expression.parts.length !== 1) return undefined
    return expression.parts[0] === 'first' ? flags.first : expression.parts[0] === 'last' ? flags.last : undefined
  }
  if (expression?.type !== 'SubExpression') return undefined
  const [left, right] = expression.params.map((param) => decide(param, flags))
  switch (expression.path.original) {
    case '!': case 'not': return left === undefined ? undefined : !left
    case '&&': case 'and': return left === false || right === false ? false : left === true && right === true ? true : undefined
    case '||': case 'or': return left === true || right === true ? true : left === false && right === false ? false : undefined
    default: return undefined
  }
}
