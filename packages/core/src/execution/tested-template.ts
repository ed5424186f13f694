import { linePositions } from '../catalog/line-positions.js'
import { isForbiddenName } from '../expression/member.js'
import type { ValueType } from '../expression/value-type.js'
import type { Json } from '../json.js'
import { type SeenExpression, checkTemplate } from '../template/check-template.js'
import { compileTemplate } from '../template/compile-template.js'
import type { Environment } from '../template/environment.js'
import { renderTemplate } from '../template/render-template.js'
import type { TemplateIssue } from '../template/template-issue.js'
import type { Reference, Template } from '../template/template.js'
import type { Generated, Variables } from '../template/variables.js'

/** What is known of a value before it is rendered. */
interface TestedType {
  readonly kind: ValueType['kind']
  readonly optional: boolean
  readonly secret: boolean
  readonly values?: ValueType['values']
}

export interface TestedExpression {
  /** As it is written, without braces. */
  readonly source: string
  readonly line: number
  readonly column: number
  readonly type: TestedType
  /** What it stands in, which decides how its value is written; `condition` and `loop`: the subject of a block. */
  readonly position: SeenExpression['position']
  /** Paths that it reads, under their canonical names: `fields.size`. */
  readonly reads: readonly string[]
  /** Its value with the samples. Absent: it stands in a loop, where it has one for each turn, or it has none. */
  readonly value?: Json
}

/** Something that the template reads and the samples do not have. */
interface MissingValue {
  readonly path: string
  /** True where the rendering goes on without it: under a condition, or with a default. */
  readonly guarded: boolean
  readonly line: number
  readonly column: number
}

/** An issue with its place in the template. */
export interface PlacedTemplateIssue extends Omit<TemplateIssue, 'offset' | 'end'> {
  readonly line: number
  readonly column: number
}

/** One template, rendered with samples. */
export interface TestedTemplate {
  readonly source: string
  readonly target: Template['target']
  /** What it gives. Absent: it fails, as `failure` says. */
  readonly rendered?: Json
  readonly failure?: PlacedTemplateIssue
  readonly expressions: readonly TestedExpression[]
  readonly missing: readonly MissingValue[]
  readonly issues: readonly PlacedTemplateIssue[]
}

export const placeIssue = (source: string, { offset, end: _end, ...issue }: TemplateIssue): PlacedTemplateIssue => ({ ...issue, ...linePositions(source)(offset) })

const nameOf = ({ scope, path }: Reference): string => [scope, ...path].join('.')

const isThere = (variables: Variables, { scope, path }: Reference): boolean => {
  let at: unknown = variables[scope]
  for (const name of path) {
    if (isForbiddenName(name) || typeof at !== 'object' || at === null || !Object.hasOwn(at, name)) return false
    at = (at as Readonly<Record<string, unknown>>)[name]
  }
  return at !== undefined && at !== null
}

const missingIn = ({ source, references }: Template, variables: Variables): readonly MissingValue[] => {
  const place = linePositions(source)
  return references.filter((reference) => !isThere(variables, reference)).map((reference) => ({ path: nameOf(reference), guarded: reference.guarded, ...place(reference.offset) }))
}

const valueOf = ({ code: { spell } }: Template, source: string, variables: Variables, generated: Generated): { readonly value?: Json } => {
  const { template } = compileTemplate(`{{${source}}}`, 'value', spell)
  const rendered = template === undefined ? undefined : renderTemplate(template, variables, generated)
  return rendered?.ok === true ? { value: rendered.value } : {}
}

const expressionOf = (template: Template, { expression, type, position, depth }: SeenExpression, variables: Variables, generated: Generated): TestedExpression => {
  const [start, end] = expression.range
  const source = template.source.slice(start, end)
  const reads = template.references.filter(({ offset }) => offset >= start && offset < end).map(nameOf)
  return {
    source, ...linePositions(template.source)(start), position, reads: [...new Set(reads)],
    type: { kind: type.kind, optional: type.optional === true, secret: type.secret === true, ...(type.values === undefined ? {} : { values: type.values }) },
    ...(depth > 0 ? {} : valueOf(template, source, variables, generated)),
  }
}

/** Renders a template with samples and tells of each of its expressions what it reads, what it is and what it gives. */
export const testTemplate = (template: Template, environment: Environment, variables: Variables, generated: Generated): TestedTemplate => {
  const { source, target } = template
  const expressions: TestedExpression[] = []
  const issues = checkTemplate(template, environment, (seen) => { expressions.push(expressionOf(template, seen, variables, generated)) })
  const rendered = renderTemplate(template, variables, generated)
  return {
    source, target, ...(rendered.ok ? { rendered: rendered.value } : { failure: placeIssue(source, rendered.issue) }),
    expressions, missing: missingIn(template, variables), issues: issues.map((issue) => placeIssue(source, issue)),
  }
}
