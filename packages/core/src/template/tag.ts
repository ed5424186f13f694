import type { Expression, PathExpression, Range, StripFlags } from './syntax.js'

interface TagPlace {
  readonly range: Range
  readonly strip: StripFlags
}

/** A block's opening: its name or, for a section, the path that it tests. */
export interface TagHead {
  readonly path: PathExpression
  readonly params: readonly Expression[]
  readonly blockParams?: readonly string[]
}

/** `{{#if x}}`, `{{^x}}`. */
export interface OpenTag extends TagPlace, TagHead {
  readonly kind: 'open'
  readonly inverted: boolean
  /** Go's `{{if x}}`, `{{range x}}` or `{{with x}}`, which `{{end}}` closes. */
  readonly go?: true
}

/** `{{else}}`, `{{^}}`, and with a head `{{else if x}}`. */
export interface ElseTag extends TagPlace {
  readonly kind: 'else'
  readonly head?: TagHead
}

/** `{{/if}}`. */
export interface CloseTag extends TagPlace {
  readonly kind: 'close'
  /** Absent for Go's `{{end}}`, which closes the last block. */
  readonly original?: string
}

interface CommentTag extends TagPlace {
  readonly kind: 'comment'
  readonly text: string
}

/** `{{x}}`, `{{{x}}}`, `{{&x}}`. */
export interface MustacheTag extends TagPlace {
  readonly kind: 'mustache'
  readonly expression: Expression
  readonly escaped: boolean
}

/** Something was wrong and reported; reading goes on after it. */
export interface FailedTag {
  readonly kind: 'failed'
  /** True when it would have opened or closed a block: what then has no partner is not reported again. */
  readonly unbalanced?: boolean
}

export type Tag = OpenTag | ElseTag | CloseTag | CommentTag | MustacheTag | FailedTag
