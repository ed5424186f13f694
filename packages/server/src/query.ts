import { nearestName } from '@pao/core'
import { problem } from './problem.js'
import type { Problem, ProblemDetail } from './problem.js'

const DEFAULT_LIMIT = 50
const MAX_LIMIT = 200

/** Reads query parameters and collects every problem. */
export interface Query {
  text(name: string, maxLength?: number): string | undefined
  /** Comma-separated, also over repeated parameters. Undefined: not given. */
  list(name: string): readonly string[] | undefined
  oneOf<Word extends string>(name: string, words: readonly Word[]): Word | undefined
  /** A date or a time. `endOfDay`: a date alone means the end of that day. */
  instant(name: string, options?: { readonly endOfDay?: boolean }): number | undefined
  /** 1 to 200, 50 when absent; larger ones are cut to 200. */
  limit(): number
  flag(name: string): boolean
  refuse(name: string, constraint: string, message: string): void
  /** The refusal, where anything was wrong. */
  problem(): Problem | undefined
}

const DAY_MS = 86_400_000
const date = /^\d{4}-\d{2}-\d{2}$/
const dateTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/

const unknown = (name: string, known: readonly string[]): ProblemDetail => {
  const suggestion = nearestName(name, known)
  return {
    field: name.slice(0, 64), constraint: 'unknown',
    message: `"${name.slice(0, 64)}" is no filter here. ${suggestion === undefined ? `Known are ${known.join(', ')}.` : `Did you mean "${suggestion}"?`}`,
    ...(suggestion === undefined ? {} : { suggestion }),
  }
}

/** A strict reader of a query: a filter with a typing error would otherwise show everything. */
export const readQuery = (parameters: URLSearchParams, known: readonly string[]): Query => {
  const errors = [...new Set(parameters.keys())].filter((name) => !known.includes(name)).map((name) => unknown(name, known))
  const refuse = (name: string, constraint: string, message: string): undefined => {
    errors.push({ field: name, constraint, message })
    return undefined
  }
  const text = (name: string, maxLength = 200): string | undefined => {
    const value = parameters.get(name)?.trim()
    if (value === undefined || value === '') return undefined
    return value.length > maxLength || /[\u0000-\u001f]/.test(value) ? refuse(name, 'max_length', `"${name}" has at most ${maxLength} printable characters.`) : value
  }
  const instant = (name: string, { endOfDay = false } = {}): number | undefined => {
    const value = text(name)
    if (value === undefined) return undefined
    const at = date.test(value) || dateTime.test(value) ? Date.parse(value) : Number.NaN
    if (Number.isNaN(at)) return refuse(name, 'format', `"${name}" is a date (2026-11-23) or a time with an offset (2026-11-23T10:00:00Z).`)
    return at + (endOfDay && date.test(value) ? DAY_MS : 0)
  }
  return {
    text, refuse, instant,
    list: (name) => {
      const values = parameters.getAll(name).flatMap((value) => value.split(',')).map((value) => value.trim()).filter((value) => value !== '')
      return values.length === 0 ? undefined : [...new Set(values)]
    },
    oneOf: (name, words) => {
      const value = text(name)
      if (value === undefined) return undefined
      return words.find((word) => word === value) ?? refuse(name, 'enum', `"${name}" is one of ${words.join(', ')}.`)
    },
    limit: () => {
      const value = text('limit')
      if (value === undefined) return DEFAULT_LIMIT
      if (!/^\d{1,9}$/.test(value) || Number(value) < 1) refuse('limit', 'type', `"limit" is a number from 1 to ${MAX_LIMIT}.`)
      return Math.min(Number(value), MAX_LIMIT)
    },
    flag: (name) => {
      const value = text(name)
      if (value !== undefined && value !== 'true' && value !== 'false') refuse(name, 'enum', `"${name}" is true or false.`)
      return value === 'true'
    },
    problem: () => (errors.length === 0 ? undefined : problem('VALIDATION_ERROR', 'The query is not valid.', { errors })),
  }
}
