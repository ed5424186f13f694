import type { Json } from '../json.js'
import type { IssueCode } from './issue-codes.js'

/** `strict`: an error in profile strict, a warning in compat. */
export type RuleSeverity = 'error' | 'strict' | 'warning'

interface Described {
  /** What the value means, for editors and docs. */
  readonly about?: string
}

/** A text. Numbers and truth values are taken as text where `exact` is absent (severity `strict`). */
export interface TextShape extends Described {
  readonly kind: 'text'
  readonly exact?: true
  readonly values?: readonly string[]
  /** Older spellings of values. */
  readonly olderValues?: Readonly<Record<string, string>>
  readonly valuesSeverity?: RuleSeverity
  /** A JavaScript regular expression of ours, and what it means in words. */
  readonly pattern?: { readonly expression: string; readonly about: string; readonly severity: RuleSeverity }
  readonly length?: { readonly min?: number; readonly max?: number; readonly severity: RuleSeverity }
  /** It becomes a name in templates: `constructor` and its like are errors. */
  readonly identifier?: true
  /** Templates are not expanded here: one is a warning. */
  readonly literal?: true
}

export interface NumberShape extends Described {
  readonly kind: 'number'
  readonly integer?: true
  readonly min?: number
  readonly max?: number
}

/** A list. `single`: a value alone stands for a list of one (severity warning). */
export interface ListShape extends Described {
  readonly kind: 'list'
  readonly of: Shape
  readonly min?: number
  readonly single?: true
}

/**
 * An object with known members. `constants`: further members are the author's own. `decides`: whatever stands in it decides who may
 * order, so a member that is not known blocks: what it wanted to restrict must not be open to everybody.
 */
export interface ObjectShape extends Described {
  readonly kind: 'object'
  readonly members: Readonly<Record<string, Member>>
  readonly constants?: true
  readonly decides?: true
}

/**
 * One of the format's values. `bag`: an object whose members keep their names and are not looked at. `duration`: seconds, or a text
 * such as `4h`. `constant`: any JSON value that holds no template. `either`: the first shape whose JSON type fits.
 */
export type Shape =
  | TextShape | NumberShape | ListShape | ObjectShape
  | ({ readonly kind: 'flag' | 'bag' | 'any' | 'duration' | 'constant' } & Described)
  | ({ readonly kind: 'map'; readonly of: Shape } & Described)
  | ({ readonly kind: 'either'; readonly of: readonly Shape[] } & Described)

/** What is said of a member that this version reads and does not act on. */
interface Unbuilt {
  /** `blocks`: it changes who may order, what runs or in which order, so the item is shown and not orderable. `informs`: it is kept and told. */
  readonly effect: 'blocks' | 'informs'
  /** Values that ask for nothing. Default: none. */
  readonly unless?: readonly Json[]
  /** One sentence: what is not done. */
  readonly what: string
}

export interface Member {
  readonly shape: Shape
  /** What its absence is. Default: nothing. */
  readonly required?: RuleSeverity
  /** Other spellings. Case, `-` and `_` never matter for names of closed objects. */
  readonly older?: readonly string[]
  readonly unbuilt?: Unbuilt
  /** True for names that decide who may order, what runs or in which order: a near miss of one blocks. */
  readonly decides?: true
  /** Code of the issue when it is missing. Default `missing`. */
  readonly missingCode?: IssueCode
}

export const text = (more: Omit<TextShape, 'kind'> = {}): TextShape => ({ kind: 'text', ...more })
export const oneOf = (values: readonly string[], more: Omit<TextShape, 'kind' | 'values'> = {}): TextShape => ({ kind: 'text', values, ...more })
export const number = (more: Omit<NumberShape, 'kind'> = {}): NumberShape => ({ kind: 'number', ...more })
export const list = (of: Shape, more: Omit<ListShape, 'kind' | 'of'> = {}): ListShape => ({ kind: 'list', of, ...more })
export const object = (members: ObjectShape['members'], more: Omit<ObjectShape, 'kind' | 'members'> = {}): ObjectShape => ({ kind: 'object', members, ...more })
export const flag: Shape = { kind: 'flag' }
export const bag: Shape = { kind: 'bag' }
export const any: Shape = { kind: 'any' }
export const duration: Shape = { kind: 'duration' }
export const either = (...of: readonly Shape[]): Shape => ({ kind: 'either', of })
export const map = (of: Shape): Shape => ({ kind: 'map', of })
export const texts: ListShape = list(text())

/** A member that may be absent. */
export const may = (shape: Shape, more: Omit<Member, 'shape'> = {}): Member => ({ shape, ...more })
/** A member whose absence is an error. */
export const must = (shape: Shape, more: Omit<Member, 'shape'> = {}): Member => ({ shape, required: 'error', ...more })
/** A member that is read, kept and shown, and that nothing acts on yet. */
export const informs = (shape: Shape, what: string, unless?: readonly Json[]): Member => ({ shape, unbuilt: { effect: 'informs', what, ...(unless === undefined ? {} : { unless }) } })
/** A member that would change who may order, what runs or in which order, and that is not carried out yet. */
export const blocks = (shape: Shape, what: string, unless?: readonly Json[]): Member =>
  ({ shape, decides: true, unbuilt: { effect: 'blocks', what, ...(unless === undefined ? {} : { unless }) } })
