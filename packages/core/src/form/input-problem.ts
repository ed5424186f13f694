import type { Json } from '../json.js'

/** One thing wrong in an input: every problem is reported at once. */
export interface InputProblem {
  /** Field id, or a path into it. Empty for the form as a whole. */
  readonly field: string
  /** The rule that was broken: required, unknown, type, pattern, min, max, enum, … */
  readonly constraint: string
  readonly message: string
  /** What was sent; never for a password. Absent: nothing was, or it is too large to repeat. */
  readonly received?: Json
  readonly expected?: Json
  /** Where it stands in what was sent, as a JSON Pointer, when that is not `/fields/<field>`. */
  readonly pointer?: string
}

/** What could not be made sure of an input that was accepted all the same. */
export interface InputWarning {
  /** Field id. */
  readonly field: string
  readonly code: 'OPTIONS_NOT_CHECKED'
  /** For people. */
  readonly message: string
}
