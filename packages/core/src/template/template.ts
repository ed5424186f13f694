import type { Json } from '../json.js'
import type { Evaluate, Write } from './frame.js'
import type { Position } from './position.js'
import type { Spell, TemplateStyle } from './spelling.js'
import type { MustacheStatement, Program } from './syntax.js'
import type { TemplateIssue } from './template-issue.js'
import type { Scope } from './variables.js'

/**
 * Where the rendered text goes; decides how values are encoded. `value` keeps the native type of a scalar that is exactly
 * one expression (`"{{fields.size}}"` gives a number) and is `text` otherwise.
 */
export type Target = 'text' | 'json' | 'yaml' | 'hcl' | 'xml' | 'form' | 'html' | 'url' | 'header' | 'path' | 'value'

/** One static path that a template reads. */
export interface Reference {
  readonly scope: Scope
  /** Segments below the scope: `['create-queue', 'arn']` for `output.create-queue.arn`. Empty: the whole scope is read. */
  readonly path: readonly string[]
  /** True when a missing value does no harm: under a condition, or inside `default`, `coalesce`, `required`. */
  readonly guarded: boolean
  /** How it is written. */
  readonly style: TemplateStyle
  readonly offset: number
  readonly end: number
}

/** How a rendering ended. A failure is a value: a missing output, `required()`, a `..` in a URL, a budget. */
export type Rendered =
  | { readonly ok: true; readonly value: Json }
  | { readonly ok: false; readonly issue: TemplateIssue }

/** What rendering and checking need. Only this package looks into it. */
interface TemplateCode {
  readonly program: Program
  readonly spell?: Spell | undefined
  readonly positions: ReadonlyMap<MustacheStatement, Position>
  readonly write: Write
  /** For target `value`: the one expression that the scalar is. */
  readonly native?: Evaluate
}

/** A template that was read, found sound for its target, and compiled. Immutable; rendering has no side effect. */
export interface Template {
  readonly source: string
  readonly target: Target
  /** Every static path that it reads, in order of appearance. */
  readonly references: readonly Reference[]
  /** True when it holds no expression: the result is always the same. */
  readonly constant: boolean
  /** The languages that its paths and blocks are written in; more than one is a mixture. */
  readonly styles: ReadonlySet<TemplateStyle>
  /** Made by `compileTemplate`; not for others. */
  readonly code: TemplateCode
}

/** `template` is absent when an issue is an error. */
export interface CompiledTemplate {
  readonly template?: Template
  readonly issues: readonly TemplateIssue[]
}
