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
  /** True under a condition, or where a fallback exists. */
  readonly guarded: boolean
}
