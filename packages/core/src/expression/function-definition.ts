import type { Instant } from '../json.js'
import type { Value, ValueType } from './value-type.js'

/** What a call may use besides its arguments. Everything in it is decided before rendering begins. */
export interface FunctionCall {
  /** The acceptance time of the request. */
  readonly at: Instant
  /** 64 hex digits of this call alone: from the seed of the rendering, the place in the template and the turns of the loops. */
  digest(): string
  /** Counts work in UTF-16 units. False when the budget of the rendering is spent: give up and return `undefined`. */
  charge(units: number): boolean
  /** Ends the rendering with a sentence for the requester that holds no secret. The first failure counts. */
  fail(code: 'required' | 'arguments', message: string): undefined
}

/** One parameter of a function. */
export interface FunctionParameter {
  readonly name: string
  /** `string` also takes numbers and booleans, as their text. `any` takes everything. */
  readonly kind: 'string' | 'number' | 'array' | 'any'
  /** True when it may be left out. Only the last ones. */
  readonly optional?: boolean
  /** True for the last parameter when it may be given many times (once at least). */
  readonly rest?: boolean
  /** True when it must be a literal: it is prepared when the document loads, or shown to people. */
  readonly literal?: boolean
}

type Call = (args: readonly Value[], call: FunctionCall) => Value

/** A function that templates can call. */
export interface FunctionDefinition {
  readonly name: string
  /** Other spellings that mean the same. */
  readonly aliases: readonly string[]
  readonly parameters: readonly FunctionParameter[]
  readonly result: ValueType['kind']
  /** True when a missing argument is its business: `default`, `coalesce`, `required`. Absent: a missing output fails before it is called. */
  readonly tolerant?: boolean
  readonly call: Call
  /** Made once for each place from its literal arguments; the answer replaces `call`, or is the sentence of an issue. */
  readonly prepare?: (literals: readonly Value[]) => Call | { readonly problem: string }
}
