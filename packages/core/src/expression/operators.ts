import { equals, includes, order } from './comparison.js'
import type { FunctionDefinition } from './function-definition.js'
import { isList, isTruthy } from './value.js'
import type { Value } from './value-type.js'

const operator = (name: string, aliases: readonly string[], decide: (left: Value, right: Value) => boolean): FunctionDefinition => ({
  name, aliases, result: 'boolean', tolerant: true,
  parameters: [{ name: 'left', kind: 'any' }, { name: 'right', kind: 'any' }],
  call: ([left, right], call) => call.charge(typeof left === 'string' || isList(left) ? left.length : 1) && decide(left, right),
})

const ordered = (accept: (sign: number) => boolean) => (left: Value, right: Value): boolean => {
  const sign = order(left, right)
  return sign !== undefined && accept(sign)
}

/**
 * Operators are functions with a sign for a name, and words for those who write `eq a b`. `&&` and `||` answer an operand
 * and look at the second only when it decides; the compiler sees to that.
 */
export const operators: readonly FunctionDefinition[] = [
  operator('==', ['eq'], equals),
  operator('!=', ['ne'], (left, right) => !equals(left, right)),
  operator('>', ['gt'], ordered((sign) => sign > 0)),
  operator('<', ['lt'], ordered((sign) => sign < 0)),
  operator('>=', ['gte', 'ge'], ordered((sign) => sign >= 0)),
  operator('<=', ['lte', 'le'], ordered((sign) => sign <= 0)),
  operator('includes', ['contains'], includes),
  {
    name: '!', aliases: ['not'], result: 'boolean', tolerant: true,
    parameters: [{ name: 'value', kind: 'any' }], call: ([value]) => !isTruthy(value),
  },
  {
    name: '&&', aliases: ['and'], result: 'any', tolerant: true, parameters: [{ name: 'left', kind: 'any' }, { name: 'right', kind: 'any' }],
    call: ([left, right]) => isTruthy(left) ? right : left,
  },
  {
    name: '||', aliases: ['or'], result: 'any', tolerant: true, parameters: [{ name: 'left', kind: 'any' }, { name: 'right', kind: 'any' }],
    call: ([left, right]) => isTruthy(left) ? left : right,
  },
]
