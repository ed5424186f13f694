/** Line (from 1) and column (from 0), as Handlebars counts them. */
interface LinePosition {
  readonly line: number
  readonly column: number
}

export interface SourceLocation {
  readonly start: LinePosition
  readonly end: LinePosition
}

/** Offsets into the source: first, and one after the last. */
export type Range = readonly [number, number]

interface SyntaxNode {
  readonly loc: SourceLocation
  readonly range: Range
}

export interface StripFlags {
  readonly open: boolean
  readonly close: boolean
}

/** A path. `parts` has no `this`, `.` or `..`: those are `depth` and an empty list. */
export interface PathExpression extends SyntaxNode {
  readonly type: 'PathExpression'
  /** True for `@index` and its like. */
  readonly data: boolean
  /** How many `../` stand before it. */
  readonly depth: number
  readonly parts: readonly string[]
  readonly original: string
  /** How it was written where that is not the canonical spelling: `/` between segments, or a leading `.` as in Go. */
  readonly spelling?: 'slashes' | 'leading-dot'
  /** True when `this` or `.` begins it: a scope name after it is a member. */
  readonly fromThis?: boolean
}

interface StringLiteral extends SyntaxNode {
  readonly type: 'StringLiteral'
  readonly value: string
  readonly original: string
}

interface NumberLiteral extends SyntaxNode {
  readonly type: 'NumberLiteral'
  readonly value: number
  readonly original: number
}

interface BooleanLiteral extends SyntaxNode {
  readonly type: 'BooleanLiteral'
  readonly value: boolean
  readonly original: boolean
}

interface NullLiteral extends SyntaxNode {
  readonly type: 'NullLiteral'
  readonly value: null
  readonly original: null
}

interface UndefinedLiteral extends SyntaxNode {
  readonly type: 'UndefinedLiteral'
  readonly value?: undefined
}

export type Literal = StringLiteral | NumberLiteral | BooleanLiteral | NullLiteral | UndefinedLiteral

/** A call, however it was written: `f(a)`, `f a`, `a | f`, `a == b`, `!a`. */
export interface SubExpression extends SyntaxNode {
  readonly type: 'SubExpression'
  readonly path: PathExpression
  readonly params: readonly Expression[]
  /** Expressions on the longest way down from here: bounds every recursion over the tree. */
  readonly height: number
}

export type Expression = PathExpression | Literal | SubExpression

export interface ContentStatement extends SyntaxNode {
  readonly type: 'ContentStatement'
  readonly original: string
  /** `original` without what whitespace control took. Written by Handlebars. */
  value: string
}

interface CommentStatement extends SyntaxNode {
  readonly type: 'CommentStatement'
  readonly value: string
  readonly strip: StripFlags
}

export interface MustacheStatement extends SyntaxNode {
  readonly type: 'MustacheStatement'
  readonly path: PathExpression | Literal
  readonly params: readonly Expression[]
  /** What it writes, as one node: Handlebars splits a call into `path` and `params`. */
  readonly expression: Expression
  /** False for `{{{x}}}` and `{{&x}}`, which mean the same here. */
  readonly escaped: boolean
  readonly strip: StripFlags
}

export interface BlockStatement extends SyntaxNode {
  readonly type: 'BlockStatement'
  readonly path: PathExpression
  readonly params: readonly Expression[]
  readonly program?: Program
  readonly inverse?: Program
  /** True for Go's `{{if}}…{{end}}` and its like. */
  readonly go?: true
  readonly openStrip: StripFlags
  readonly inverseStrip?: StripFlags
  closeStrip?: StripFlags
}

export type Statement = ContentStatement | CommentStatement | MustacheStatement | BlockStatement

export interface Program {
  readonly type: 'Program'
  readonly body: readonly Statement[]
  readonly strip: Readonly<Record<string, never>>
  readonly loc?: SourceLocation
  /** Names after `as` of the block that it belongs to. */
  readonly blockParams?: readonly string[]
  /** True for an `else if`. */
  readonly chained?: boolean
}

export const heightOf = (expression: Expression): number => (expression.type === 'SubExpression' ? expression.height : 1)
