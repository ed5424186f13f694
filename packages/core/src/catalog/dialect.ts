import { type SourceNode, child, numberOf, textOf } from './source-node.js'

/** The spellings that the format's history knows (catalog-format 1.9). Only `v2` is read yet. */
export type Dialect = 'v2' | 'cv1' | 'scv1i' | 'scv1p' | 'vcv1' | 'unv' | 'unvc' | 'header' | 'flat'

/** What a document says it is; `unknown` when nothing fits. `version`: a schema version that there is not; `misspelt`: the key that says 2.0 in place of `version`. */
export type Recognised = { readonly dialect: Dialect } | { readonly unknown: true; readonly version?: string; readonly misspelt?: string }

const hasNameField = (root: SourceNode): boolean => {
  const groups = child(child(child(root, 'input'), 'form'), 'groups')
  return groups?.kind === 'list' && groups.items.some((group) => {
    const fields = child(group, 'fields')
    return fields?.kind === 'list' && fields.items.some((field) => textOf(child(field, 'id')) === 'name')
  })
}

const schemaVersionDialect = (root: SourceNode): Dialect => {
  if (child(child(root, 'presentation'), 'form') !== undefined) return 'scv1p'
  const form = child(child(root, 'input'), 'form')
  return child(form, 'type') === undefined && hasNameField(root) ? 'scv1i' : 'cv1'
}

/** Whether a document without version writes its keys in camel case: told by the keys that differ. */
const isCamel = (root: SourceNode): boolean => {
  const names = (node: SourceNode | undefined): readonly string[] => {
    if (node?.kind === 'list') return node.items.flatMap(names)
    return node?.kind !== 'object' ? [] : [...node.entries].flatMap(([name, entry]) => [name, ...names(entry.node)])
  }
  const all = [...names(child(root, 'metadata')), ...names(child(root, 'fulfillment'))]
  return all.some((name) => /^[a-z]+[A-Z]/.test(name)) && !all.some((name) => /^(estimated_time|summary_template|content_template|issue_type|base_cost)$/.test(name))
}

/** Recognises a dialect by what the document holds, never by its file name. */
export const recognise = (root: SourceNode): Recognised => {
  const version = child(root, 'version')
  const written = textOf(version) ?? (numberOf(version) === 2 ? '2.0' : undefined)
  if (textOf(child(root, 'schemaVersion')) === 'catalog/v1') return { dialect: schemaVersionDialect(root) }
  if (written === 'catalog/v1' || textOf(child(root, 'apiVersion')) === 'catalog/v1') return { dialect: 'vcv1' }
  if (child(root, 'header')?.kind === 'object') return { dialect: 'header' }
  if (written === '2.0') return { dialect: 'v2' }
  if (textOf(child(root, 'name')) !== undefined && child(root, 'metadata') === undefined && child(root, 'owner') !== undefined) return { dialect: 'flat' }
  if (version !== undefined) return { unknown: true, version: written ?? String(numberOf(version) ?? '') }
  const misspelt = root.kind === 'object' ? [...root.entries].find(([, { node }]) => textOf(node) === '2.0' || numberOf(node) === 2) : undefined
  if (misspelt !== undefined) return { unknown: true, misspelt: misspelt[0] }
  if (textOf(child(root, 'kind')) !== undefined && child(root, 'metadata') !== undefined) return { dialect: isCamel(root) ? 'unvc' : 'unv' }
  return { unknown: true }
}
