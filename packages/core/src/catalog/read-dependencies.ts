import { nearestName } from '../expression/nearest-name.js'
import { fieldsRead } from '../form/data-source/option-call.js'
import type { Field, FieldGroup } from '../form/form.js'
import type { Findings } from './conform.js'
import type { DocumentPath } from './issue.js'
import { type SourceNode, child, itemsOf, textOf } from './source-node.js'

/** Field ids under `dependencies`, by the field that they make out of date. */
const written = (findings: Findings, groups: readonly SourceNode[], known: ReadonlySet<string>): ReadonlyMap<string, ReadonlySet<string>> => {
  const triggers = new Map<string, Set<string>>()
  const add = (of: string, trigger: string): void => { triggers.set(of, (triggers.get(of) ?? new Set()).add(trigger)) }
  const read = (field: SourceNode, path: DocumentPath, name: 'triggers' | 'updates', each: (id: string) => void): void => {
    for (const [index, node] of itemsOf(child(field, 'dependencies'), name).entries()) {
      const id = textOf(node) ?? ''
      const near = known.has(id) ? undefined : nearestName(id, known)
      if (known.has(id)) each(id)
      else findings.add('unknown-field-reference', 'error', [...path, 'dependencies', name, index], node.start, `there is no field ${id}${near === undefined ? '' : `: did you mean ${near}?`}`, { suggestion: near })
    }
  }
  for (const [index, group] of groups.entries()) {
    for (const [position, field] of itemsOf(group, 'fields').entries()) {
      const [own, path] = [textOf(child(field, 'id')) ?? '', ['presentation', 'form', 'groups', index, 'fields', position]]
      read(field, path, 'triggers', (id) => { add(own, id) })
      read(field, path, 'updates', (id) => { add(id, own) })
    }
  }
  return triggers
}

/** The groups with what each field with a data source depends on: what its templates read, and what the document says. */
export const withDependencies = (findings: Findings, nodes: readonly SourceNode[], groups: readonly FieldGroup[]): readonly FieldGroup[] => {
  const ids = groups.flatMap(({ fields }) => fields.map(({ id }) => id))
  const triggers = written(findings, nodes, new Set(ids))
  const dependent = (field: Field): Field => {
    const on = new Set([...triggers.get(field.id) ?? [], ...fieldsRead(field.dataSource)])
    return field.dataSource === undefined || on.size === 0 ? field : { ...field, dependsOn: ids.filter((id) => on.has(id)) }
  }
  return groups.map((group) => ({ ...group, fields: group.fields.map(dependent) }))
}
