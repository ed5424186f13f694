import type { CheckPlace, CheckSession } from './check-session.js'
import { resolvePath } from './resolve-path.js'
import type { Expression } from './syntax.js'

const bothSides: ReadonlySet<string> = new Set(['&&', 'and', '>', '<', '>=', '<=', 'includes'])

/** Paths that are there wherever an expression is true, in canonical spelling. */
export function testedPaths(session: CheckSession, expression: Expression, place: CheckPlace): readonly string[] {
  if (expression.type === 'PathExpression') {
    const found = resolvePath(expression, place.contexts, session.spell)
    return found.kind === 'scope' ? [[found.scope, ...found.path].join('.')] : []
  }
  if (expression.type !== 'SubExpression') return []
  const { path: { original: name }, params } = expression
  const isEquality = (name === '==' || name === 'eq') && params.some((param) => ['StringLiteral', 'NumberLiteral', 'BooleanLiteral'].includes(param.type))
  return bothSides.has(name) || isEquality ? params.flatMap((param) => testedPaths(session, param, place)) : []
}

/** True when a condition around found the path, or something below it, to be there. */
export const isTested = ({ tested }: CheckPlace, path: string): boolean => tested.some((one) => one === path || one.startsWith(`${path}.`))
