import type { Expression } from './syntax.js'

/** A literal text of YAML, with its indentation. */
export type BlockPosition = `yaml:block:${number}`

/** What an expression stands in: decides how its value is written. Found once, when the template is compiled. */
export type Position =
  | 'text' | 'header' | 'path'
  | 'json:string' | 'json:key' | 'json:value'
  | 'url:base' | 'url:host' | 'url:path' | 'url:query'
  | 'yaml:string' | 'yaml:key' | 'yaml:value' | BlockPosition
  | 'hcl:string' | 'hcl:value' | 'hcl:heredoc'
  | 'xml:text' | 'xml:attribute'
  | 'form:key' | 'form:value'
  | 'html:text' | 'html:first' | 'html:attribute' | 'html:url' | 'html:url-part'

/** True where a whole value is written, in the target's own notation, and not a piece of text. */
export const isValuePosition = (position: Position | undefined): boolean => position === 'json:value' || position === 'yaml:value' || position === 'hcl:value'

/** True where a value becomes a name, which may repeat another. */
export const isKeyPosition = (position: Position | undefined): boolean => position === 'json:key' || position === 'yaml:key' || position === 'form:key'

/** What an automaton says of an expression in one of its states. */
export type Placement<State> =
  | { readonly state: State; readonly position: Position }
  | { readonly problem: string; readonly suggestion?: string }

/**
 * The lexical grammar of a target, one character at a time. States are interned: the same state is the same object. `advance`
 * answers `undefined` where a text cannot go on in this way.
 */
export interface Automaton<State> {
  /** The code of what it reports about text. */
  readonly code: 'invalid-json' | 'invalid-url' | 'invalid-yaml' | 'invalid-hcl' | 'invalid-xml' | 'invalid-form' | 'invalid-html'
  readonly start: State
  advance(state: State, character: string): State | undefined
  place(state: State, expression: Expression): Placement<State>
  /** Why a character cannot stand here. */
  explain(state: State, character: string): string
  /** Why the text cannot end here; `undefined` when it can. */
  unfinished(state: State): string | undefined
}
