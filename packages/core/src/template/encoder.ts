import type { Value } from '../expression/value-type.js'
import { failRun } from './frame.js'
import type { Run } from './frame.js'
import type { Range } from './syntax.js'

/** Writes a value into the place it stands in. */
export type Encode = (value: Value, run: Run, range: Range) => string

/** Fails the rendering: the value has no safe form there. */
export const refuse = (run: Run, range: Range, message: string): string => {
  failRun(run, 'unsafe-value', message, range)
  return ''
}

/** Half of a surrogate pair has no UTF-8. */
export const isBroken = (text: string): boolean => /\p{Surrogate}/u.test(text)
