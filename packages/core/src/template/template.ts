import type { Json } from '../json.js'
import type { TemplateIssue } from './template-issue.js'
import type { Generated, Scope, Variables } from './variables.js'

/**
 * Where the rendered text goes; decides how values are encoded. `value` keeps the native type of a scalar that is exactly
 * one expression (`"{{fields.size}}"` gives a number) and is `text` otherwise.
 */
export type Target = 'text' | 'json' | 'url' | 'header' | 'path' | 'value'

/** One static path that a template reads. */
export interface Reference {
  readonly scope: Scope
  /** Segments below the scope: `['create-queue', 'arn']` for `output.create-queue.arn`. Empty: the whole scope is read. */
  readonly path: readonly string[]
  /** True when a missing value does no harm: under a condition, or inside `default`, `coalesce`, `required`. */
  readonly guarded: boolean
  readonly offset: number
  readonly end: number
}

/** How a rendering ended. A failure is a value: a missing output, `required()`, a `..` in a URL, a budget. */
export type Rendered =
  | { readonly ok: true; readonly value: Json }
  | { readonly ok: false; readonly issue: TemplateIssue }

/** A template that was read, found sound for its target, and compiled. Immutable; rendering has no side effect. */
export interface Template {
  readonly source: string
  readonly target: Target
  /** Every static path that it reads, in order of appearance. */
  readonly references: readonly Reference[]
  /** True when it holds no expression: the result is always the same. */
  readonly constant: boolean
}

/** `template` is absent when an issue is an error. */
export interface CompiledTemplate {
  readonly template?: Template
  readonly issues: readonly TemplateIssue[]
}

/**
 * Reads a template and finds the encoding of each expression from its place in the target. What cannot be proven safe is
 * an issue. Total: it answers for any text.
 */
export declare function compileTemplate(source: string, target: Target): CompiledTemplate

/** Renders. The same arguments always give the same answer. `value` is a text, except for target `value`. */
export declare function renderTemplate(template: Template, variables: Variables, generated: Generated): Rendered
