import type { Scope } from './variables.js'

/**
 * How a part of a template is written. `handlebars`: `{{fields.x}}`, `{{#if}}`. `go`: `{{.current.x}}`, `{{if}}…{{end}}`. `slashes`:
 * `{{input/group/x}}`. `older`: dotted, under a name of an earlier format, such as `{{response.create.arn}}`.
 */
export type TemplateStyle = 'handlebars' | 'go' | 'slashes' | 'older'

/** A path as it was written: its segments without the leading `.` or `$`. */
export interface WrittenPath {
  readonly parts: readonly string[]
  readonly style: TemplateStyle
}

/** What a written path means in canonical names, or why it means nothing. */
export type Spelled =
  | { readonly scope: Scope; readonly path: readonly string[] }
  | { readonly problem: string; readonly suggestion?: string }

/**
 * Knows the paths of earlier formats where a template stands. `undefined`: the path begins with no name that it knows. It is asked for
 * paths that do not begin with a scope, and for every path in the styles `go` and `slashes`.
 */
export type Spell = (path: WrittenPath) => Spelled | undefined
