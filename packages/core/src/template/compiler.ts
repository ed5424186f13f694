import type { Context } from './resolve-path.js'
import type { Report } from './parse-session.js'
import type { Position } from './position.js'
import type { Spell } from './spelling.js'
import type { MustacheStatement } from './syntax.js'
import type { Reference, Target } from './template.js'

/** What all parts of one compilation share. */
export interface Compiler {
  readonly target: Target
  readonly positions: ReadonlyMap<MustacheStatement, Position>
  readonly report: Report
  readonly references: Reference[]
  /** Absent: paths of earlier formats are answered with the cure. */
  readonly spell?: Spell | undefined
}

/** Where an expression stands. */
export interface Place {
  readonly contexts: readonly Context[]
  /** True where a missing value is fine: it is tested or has a fallback. Elsewhere a missing output fails the rendering. */
  readonly tolerant: boolean
  /** True under a condition. */
  readonly guarded: boolean
}
