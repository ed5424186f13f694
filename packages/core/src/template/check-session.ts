import type { ValueType } from '../expression/value-type.js'
import type { Environment } from './environment.js'
import type { Report } from './parse-session.js'
import type { Context } from './resolve-path.js'
import type { Spell } from './spelling.js'

/** What all parts of one check share. */
export interface CheckSession {
  readonly environment: Environment
  readonly report: Report
  readonly spell: Spell | undefined
}

/** A level of `this` with what is known of its value. */
export interface TypedContext extends Context {
  readonly self: ValueType
  readonly key: ValueType
}

/** Where an expression stands. */
export interface CheckPlace {
  readonly contexts: readonly TypedContext[]
  /** True where a missing value does no harm: it is tested, or has a fallback. */
  readonly guarded: boolean
  /** True under a condition. */
  readonly inBranch: boolean
  /** Paths that a condition around found to be there, such as `output.create.arn`. */
  readonly tested: readonly string[]
}
