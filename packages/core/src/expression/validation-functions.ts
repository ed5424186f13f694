import { RE2JS } from 're2js'
import type { FunctionDefinition } from './function-definition.js'
import { isForbiddenName, member } from './member.js'
import { isBlank, textOf } from './value.js'

const longestPattern = 1000

const matches: FunctionDefinition = {
  name: 'matches', aliases: [], result: 'boolean',
  parameters: [{ name: 'text', kind: 'string' }, { name: 'pattern', kind: 'string', literal: true }],
  call: (_, call) => call.fail('arguments', 'the pattern of matches must be a literal text'),
  prepare: ([, pattern]) => {
    if (typeof pattern !== 'string') return { problem: 'the pattern of matches must be a literal text' }
    if (pattern.length > longestPattern) return { problem: `the pattern of matches is longer than ${longestPattern} characters` }
    const compiled = compilePattern(pattern)
    if (typeof compiled === 'string') return { problem: `the pattern of matches cannot be used: ${compiled}` }
    return ([value], call) => {
      const source = textOf(value)
      return call.charge(source.length) ? compiled.test(source) : undefined
    }
  },
}

/** RE2 syntax, found anywhere in the text; linear in the text whatever the pattern. */
function compilePattern(pattern: string): RE2JS | string {
  try {
    return RE2JS.compile(pattern)
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

/** Checks and fallbacks. A value is blank when it is missing, null or the empty text: 0 and false are not. */
export const validationFunctions: readonly FunctionDefinition[] = [
  {
    name: 'required', aliases: [], result: 'any', tolerant: true,
    parameters: [{ name: 'value', kind: 'any' }, { name: 'message', kind: 'string', optional: true, literal: true }],
    call: ([value, message], call) => isBlank(value) ? call.fail('required', message === undefined ? 'a required value is missing' : textOf(message)) : value,
  },
  matches,
  {
    name: 'default', aliases: [], result: 'any', tolerant: true,
    parameters: [{ name: 'value', kind: 'any' }, { name: 'fallback', kind: 'any' }],
    call: ([value, fallback]) => isBlank(value) ? fallback : value,
  },
  {
    name: 'coalesce', aliases: [], result: 'any', tolerant: true, parameters: [{ name: 'values', kind: 'any', rest: true }],
    call: (args) => args.find((value) => !isBlank(value)),
  },
  {
    name: 'lookup', aliases: ['index'], result: 'any',
    parameters: [{ name: 'value', kind: 'any' }, { name: 'key', kind: 'string' }],
    call: ([value, key]) => isForbiddenName(textOf(key)) ? undefined : member(value, textOf(key)),
  },
]
