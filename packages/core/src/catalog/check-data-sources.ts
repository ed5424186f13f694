import type { ValueType } from '../expression/value-type.js'
import { type ApiSource } from '../form/data-source/data-source.js'
import { compileSource, fieldsRead, takesSecret } from '../form/data-source/option-call.js'
import { isSealedType } from '../form/field-type.js'
import { type Field, type Form, formFields } from '../form/form.js'
import { type ConfigIssue, type ConfigPath, checkConfig } from '../template/config.js'
import type { Environment } from '../template/environment.js'
import { positionInScalar } from '../template/scalar-position.js'
import type { Findings } from './conform.js'
import type { DocumentPath } from './issue.js'
import { type SourceNode, child, itemsOf, keyOffset, nodeAt, textOf } from './source-node.js'
import { formType } from './value-types.js'

/** What the sources of a form are checked against. */
export interface SourceSurroundings {
  readonly findings: Findings
  /** Text of the file. */
  readonly source: string
  readonly metadata: ValueType
  /** Names of process variables that templates may read. */
  readonly env: ReadonlySet<string>
}

/** A field with a source, where it stands in the document. */
interface Placed {
  readonly field: Field
  readonly node: SourceNode
  readonly path: DocumentPath
}

const groupsPath = ['presentation', 'form', 'groups']

const placedFields = (presentation: SourceNode | undefined, form: Form): readonly Placed[] => {
  const fields = new Map(formFields(form).map((field) => [field.id, field]))
  return itemsOf(child(presentation, 'form'), 'groups').flatMap((group, index) => itemsOf(group, 'fields').flatMap((node, position) => {
    const field = fields.get(textOf(child(node, 'id')) ?? '')
    return field?.dataSource === undefined ? [] : [{ field, node, path: [...groupsPath, index, 'fields', position, 'datasource'] }]
  }))
}

const nothing: ValueType = { kind: 'object', properties: new Map() }

const scalarOffset = (text: string, config: SourceNode | undefined, path: ConfigPath, offset: number): number | undefined => {
  const scalar = nodeAt(config, path)
  return scalar?.kind === 'scalar' && typeof scalar.value === 'string' ? scalar.start + positionInScalar(text.slice(scalar.start, scalar.end), scalar.style, scalar.value, offset) : undefined
}

const tell = ({ findings, source }: SourceSurroundings, { node, path }: Placed, issue: ConfigIssue): void => {
  const config = child(child(node, 'datasource'), 'config')
  const offset = scalarOffset(source, config, issue.path, issue.offset) ?? keyOffset(node, 'datasource')
  findings.add(issue.code, issue.severity, [...path, 'config', ...issue.path], offset, issue.message, { suggestion: issue.suggestion })
}

const checkTemplates = (surroundings: SourceSurroundings, form: Form, placed: Placed, source: ApiSource): void => {
  const { compiled, issues } = compileSource(source)
  for (const issue of issues) tell(surroundings, placed, issue)
  if (compiled === undefined) return
  const environment: Environment = {
    fields: formType(form), metadata: surroundings.metadata, env: surroundings.env, request: nothing, system: nothing, output: new Map(), secrets: 'any', secretsAllowed: true,
  }
  // Whether a field may be left out is asked when the options are: without its value nothing is called.
  for (const issue of checkConfig(compiled, environment, takesSecret)) if (issue.code !== 'maybe-empty') tell(surroundings, placed, issue)
}

const checkFields = ({ findings }: SourceSurroundings, form: Form, { field, node, path }: Placed): void => {
  const order = formFields(form).map(({ id }) => id)
  const at = keyOffset(node, 'datasource')
  for (const id of fieldsRead(field.dataSource)) {
    const other = formFields(form).find((one) => one.id === id)
    if (other === undefined) continue
    if (isSealedType(other.type)) findings.add('data-source', 'error', path, at, `the options of ${field.id} cannot depend on the password ${id}: it would leave with the call`)
    else if (order.indexOf(id) > order.indexOf(field.id)) findings.add('data-source-order', 'strict', path, at, `the options of ${field.id} depend on ${id}, which stands behind it in the form`)
  }
}

/** The fields that a field's options depend on, directly or through others, with the way there. */
const wayBack = (fields: ReadonlyMap<string, Field>, start: string): readonly string[] | undefined => {
  const visit = (id: string, trail: readonly string[]): readonly string[] | undefined => {
    for (const next of fields.get(id)?.dependsOn ?? []) {
      if (next === start) return [...trail, next]
      const found = trail.includes(next) ? undefined : visit(next, [...trail, next])
      if (found !== undefined) return found
    }
    return undefined
  }
  return visit(start, [start])
}

const checkCircles = ({ findings }: SourceSurroundings, form: Form, placed: readonly Placed[]): void => {
  const fields = new Map(formFields(form).map((field) => [field.id, field]))
  const told = new Set<string>()
  for (const { field, node, path } of placed) {
    const circle = told.has(field.id) ? undefined : wayBack(fields, field.id)
    if (circle === undefined) continue
    for (const id of circle) told.add(id)
    findings.add('data-source-cycle', 'error', path, keyOffset(node, 'datasource'), `options depend on each other in a circle: ${circle.join(' → ')}`)
  }
}

/** Checks what the data sources of a form read: their templates, the order of the fields, and circles. */
export const checkDataSources = (surroundings: SourceSurroundings, presentation: SourceNode | undefined, form: Form): void => {
  const placed = placedFields(presentation, form)
  for (const one of placed) {
    const { dataSource } = one.field
    if (dataSource?.type === 'api') checkTemplates(surroundings, form, one, dataSource)
    checkFields(surroundings, form, one)
  }
  checkCircles(surroundings, form, placed)
}
