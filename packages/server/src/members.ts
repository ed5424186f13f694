import { nearestName } from '@pao/core'
import type { Json, JsonObject } from '@pao/core/action'
import { isJsonObject } from '@pao/core/action'
import type { ProblemDetail } from './problem.js'

interface TextRule {
  readonly required?: boolean
  readonly maxLength?: number
  readonly pattern?: RegExp
  /** Said when the pattern does not fit. */
  readonly expected?: string
}

/** Reads the members of a JSON object by name and collects every problem; `problems` is complete after all members were read. */
export interface Members {
  text(name: string, rule?: TextRule): string | undefined
  object(name: string): JsonObject | undefined
  list(name: string): readonly Json[] | undefined
  flag(name: string): boolean | undefined
  refuse(name: string, constraint: string, message: string): void
  readonly problems: readonly ProblemDetail[]
}

const unknownMember = (name: string, at: string, known: readonly string[]): ProblemDetail => {
  const suggestion = nearestName(name, known)
  const hint = suggestion === undefined ? `Known are ${known.join(', ')}.` : `Did you mean "${suggestion}"?`
  return {
    field: name, constraint: 'unknown', pointer: `${at}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`,
    message: `"${name.slice(0, 64)}" is not known here. ${hint}`,
    ...(suggestion === undefined ? {} : { suggestion }),
  }
}

/** A strict reader: names that are not among `known` are refused. `at` is the JSON Pointer of the object. */
export const members = (object: JsonObject, known: readonly string[], at = ''): Members => {
  const problems: ProblemDetail[] = Object.keys(object).filter((name) => !known.includes(name)).map((name) => unknownMember(name, at, known))
  const prefix = at === '' ? '' : `${at.slice(1).replaceAll('/', '.')}.`
  const refuse = (name: string, constraint: string, message: string): undefined => {
    problems.push({ field: `${prefix}${name}`, constraint, message, pointer: `${at}/${name}` })
    return undefined
  }
  const value = (name: string): Json | undefined => (Object.hasOwn(object, name) ? object[name] : undefined)
  const typed = <T extends Json>(name: string, expected: string, fits: (candidate: Json) => candidate is T): T | undefined => {
    const found = value(name)
    if (found === undefined) return undefined
    return fits(found) ? found : refuse(name, 'type', `"${prefix}${name}" must be ${expected}.`)
  }
  return {
    problems,
    refuse,
    text: (name, rule = {}) => {
      const { required = false, maxLength = 255, pattern, expected = 'of another form' } = rule
      const found = typed(name, 'a text', (candidate): candidate is string => typeof candidate === 'string')
      if (found === undefined || found.trim() === '') {
        return (required && value(name) === undefined) || (required && found !== undefined) ? refuse(name, 'required', `"${prefix}${name}" is needed.`) : undefined
      }
      if (found.length > maxLength) return refuse(name, 'max_length', `"${prefix}${name}" has at most ${maxLength} characters.`)
      return pattern === undefined || pattern.test(found) ? found : refuse(name, 'pattern', `"${prefix}${name}" must be ${expected}.`)
    },
    object: (name) => typed(name, 'an object', isJsonObject),
    list: (name) => typed(name, 'a list', (candidate): candidate is readonly Json[] => Array.isArray(candidate)),
    flag: (name) => typed(name, 'true or false', (candidate): candidate is boolean => typeof candidate === 'boolean'),
  }
}
