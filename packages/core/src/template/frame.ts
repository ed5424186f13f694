import { createHash } from 'node:crypto'
import type { FunctionCall } from '../expression/function-definition.js'
import type { Value } from '../expression/value-type.js'
import { limits } from './limits.js'
import type { TemplateIssue, TemplateIssueCode } from './template-issue.js'
import type { Generated, Variables } from './variables.js'

/** One level of `this`: the root, an element of a loop, or the object of a `with`. */
export interface Frame {
  readonly run: Run
  readonly variables: Variables
  /** What `this` is. Missing at the root. */
  readonly self: Value
  readonly up: Frame | undefined
  readonly key: Value
  readonly index: number
  readonly first: boolean
  readonly last: boolean
}

/** A compiled expression. */
export type Evaluate = (frame: Frame) => Value

/** A compiled statement or list of statements. */
export type Write = (frame: Frame) => string

/** One rendering: what it may still spend, and how it failed. Spending is counted up, never down. */
export interface Run extends FunctionCall {
  readonly generated: Generated
  failure: TemplateIssue | undefined
  /** Place of the call that is being made, and the frame that it is made in. */
  site: readonly [number, number]
  frame: Frame | undefined
  size: number
  iterations: number
  statements: number
  work: number
}

/** Records why this rendering fails. The first reason counts. */
export function failRun(run: Run, code: TemplateIssueCode, message: string, [offset, end]: readonly [number, number]): undefined {
  run.failure ??= { code, severity: 'error', message, offset, end }
  return undefined
}

const exceeded = (run: Run, what: string): false => {
  failRun(run, 'budget', `the rendering needs more than ${what}`, run.site)
  return false
}

/** Indexes of the loops around a frame, outermost first: what tells the turns of a loop apart. */
const turnsOf = (frame: Frame | undefined): string => frame?.up ? `${turnsOf(frame.up)}/${frame.index}` : ''

export function createRun(generated: Generated): Run {
  const run: Run = {
    generated, at: generated.at, failure: undefined, site: [0, 0], frame: undefined, size: 0, iterations: 0, statements: 0, work: 0,
    digest: () => createHash('sha256').update(JSON.stringify([generated.seed, run.site[0], turnsOf(run.frame)])).digest('hex'),
    charge: (units) => (run.work += units) <= limits.work || exceeded(run, `${limits.work} characters of work`),
    fail: (code, message) => failRun(run, code, message, run.site),
  }
  return run
}

/** Counts text that was written. False when the result is too large. */
export const chargeSize = (run: Run, units: number): boolean =>
  (run.size += units) <= limits.output || exceeded(run, `${limits.output} characters of output`)

/** Counts one turn of a loop over `statements` statements. False when there were too many. */
export function chargeTurn(run: Run, statements: number): boolean {
  run.iterations += 1
  run.statements += statements
  if (run.iterations > limits.iterations) return exceeded(run, `${limits.iterations} turns of loops`)
  return run.statements <= limits.statements || exceeded(run, `${limits.statements} statements`)
}
