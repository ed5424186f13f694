import { type Condition, evaluateCondition } from '../../expression/condition.js'
import { isList } from '../../expression/value.js'
import type { ValueType } from '../../expression/value-type.js'
import type { Json } from '../../json.js'

/** Values of unknown paths that were assumed on the way, by path: whoever has assumed one keeps to it. */
export type Assumptions = ReadonlyMap<string, Json>

const constantsOf = (conditions: readonly Condition[]): readonly Json[] => conditions.flatMap(({ value }) => isList(value) ? [...value, value] : [value])

const around = (numbers: readonly number[]): readonly number[] => {
  const sorted = [...new Set(numbers)].sort((left, right) => left - right)
  return sorted.flatMap((number, index) => [number - 1, number, (number + (sorted[index + 1] ?? number + 2)) / 2])
}

const numbersFor = (constants: readonly Json[]): readonly Json[] => [0, ...around(constants.filter((value): value is number => typeof value === 'number'))]

const textsFor = (constants: readonly Json[]): readonly Json[] => {
  const texts = constants.filter((value): value is string => typeof value === 'string')
  return ['', 'other', ...texts.flatMap((text) => [text, `${text}~`]), texts.join('')]
}

const listsFor = (constants: readonly Json[]): readonly Json[] => [[], ...constants.map((value) => [value]), [...constants]]

/** Where nothing is known of a value, it is most likely of the type that it is compared with. */
const ofTheirType = (constants: readonly Json[]): readonly Json[] => {
  if (constants.every((value) => typeof value === 'number')) return numbersFor(constants)
  return constants.every((value) => typeof value === 'boolean') ? [true, false] : []
}

/** Values of the type that tell the conditions apart. */
const candidatesFor = (type: { readonly type: ValueType['kind']; readonly values?: ValueType['values'] }, conditions: readonly Condition[]): readonly Json[] => {
  if (type.values !== undefined) return type.values
  const constants = constantsOf(conditions)
  switch (type.type) {
    case 'boolean': return [true, false]
    case 'number': return numbersFor(constants)
    case 'string': return textsFor(constants)
    case 'array': return listsFor(constants)
    case 'any': return [...ofTheirType(constants), ...textsFor(constants), ...numbersFor(constants), true, false, ...listsFor(constants)]
    case 'null':
    case 'object':
      return [null]
  }
}

/**
 * What an unknown value may be, as far as these conditions tell one value from another: one example for each set of answers. Those for which more
 * conditions hold come first, so that a course that is expected is one in which things are done.
 */
export const assumable = (type: { readonly type: ValueType['kind']; readonly values?: ValueType['values'] }, conditions: readonly Condition[]): readonly Json[] => {
  const byAnswers = new Map<string, { readonly value: Json; readonly holding: number }>()
  for (const value of candidatesFor(type, conditions)) {
    const answers = conditions.map((condition) => evaluateCondition(condition, value))
    const key = answers.map(Number).join('')
    if (!byAnswers.has(key)) byAnswers.set(key, { value, holding: answers.filter(Boolean).length })
  }
  return [...byAnswers.values()].sort((left, right) => right.holding - left.holding).map(({ value }) => value)
}
