import type { Findings } from '../conform.js'
import type { Dialect } from '../dialect.js'
import type { DocumentPath } from '../issue.js'
import type { ObjectNode } from '../source-node.js'
import { child } from '../source-node.js'
import { canonicalFulfillment } from './canonical-fulfillment.js'
import { type PathRule, canonicalPresentation } from './canonical-presentation.js'
import { entryOf, moved, objectNode, textNode, withEntry, withMember, without } from './edit-source.js'
import { type FieldOrigins, uniqueFields } from './field-origins.js'

/** A document of any dialect in the shape of Schema v2.0, with the places of the file. */
export interface CanonicalDocument {
  readonly root: ObjectNode
  readonly origins: FieldOrigins
  /** A path of the canonical document as it is called in the file. */
  pathInFile(path: DocumentPath): DocumentPath
}

const camelCase: ReadonlySet<Dialect> = new Set<Dialect>(['cv1', 'scv1i', 'scv1p', 'vcv1', 'unvc'])

/** Whether a dialect writes its keys in camel case: another case is no older spelling there. */
export const isCamelCase = (dialect: Dialect): boolean => camelCase.has(dialect)

/** Dialects that are complete; the others are read as well as the format's history tells. */
const present: ReadonlySet<Dialect> = new Set<Dialect>(['v2', 'cv1'])
/** Their authors did not have to write a mode, nor ids of steps. */
const modeInferred: ReadonlySet<Dialect> = new Set<Dialect>(['header', 'unv', 'unvc', 'vcv1', 'scv1i', 'scv1p'])

const withVersion = (root: ObjectNode): ObjectNode => {
  const place = { start: root.start, end: root.start }
  const versioned = withMember(without(root, 'schemaVersion', 'apiVersion', 'version'), 'version', textNode('2.0', place))
  return versioned.entries.has('kind') ? versioned : withMember(versioned, 'kind', textNode('CatalogItem', place))
}

/** `owner: team` says no more than `owner: { team }`. */
const withOwner = (root: ObjectNode): ObjectNode => {
  const metadata = entryOf(root, 'metadata')
  const owner = child(metadata?.node, 'owner')
  if (metadata?.node.kind !== 'object' || owner?.kind !== 'scalar' || typeof owner.value !== 'string') return root
  return withEntry(root, 'metadata', { ...metadata, node: withMember(metadata.node, 'owner', objectNode({ team: owner }, owner)) })
}

const startsWith = (path: DocumentPath, prefix: DocumentPath): boolean => prefix.every((part, index) => path[index] === part)

const translate = (path: DocumentPath, rules: readonly PathRule[]): DocumentPath => {
  const rule = rules.find(({ canonical }) => startsWith(path, canonical))
  return rule === undefined ? path : [...rule.written, ...path.slice(rule.canonical.length)]
}

const tellAge = (findings: Findings, root: ObjectNode, dialect: Dialect): void => {
  if (present.has(dialect)) return
  findings.add('older-dialect', 'warning', [], root.start, `the document is written in the earlier dialect ${dialect}: it is read; new documents begin with version: "2.0"`)
}

/**
 * Brings a document of any dialect that is read into the canonical shape (catalog-format 1.9, 2.3): what moves keeps its place in the file,
 * nothing is dropped, and what the shape does not know is left for it to find.
 */
export const canonicalDocument = (findings: Findings, written: ObjectNode, dialect: Dialect): CanonicalDocument => {
  tellAge(findings, written, dialect)
  const rooted = dialect === 'v2' ? written : withOwner(moved(withVersion(written), 'header', 'metadata'))
  const presented = canonicalPresentation(findings, rooted, dialect)
  const fulfilled = canonicalFulfillment(findings, presented.root, { modeInferred: modeInferred.has(dialect) && !rooted.entries.has('components'), stepsByName: modeInferred.has(dialect), older: dialect !== 'v2' })
  const rules: readonly PathRule[] = [...presented.rules, ...fulfilled.rules, ...(written.entries.has('header') ? [{ canonical: ['metadata'], written: ['header'] }] : [])]
  const { root, origins } = isCamelCase(dialect) ? uniqueFields(fulfilled.root) : { root: fulfilled.root, origins: new Map() }
  return { root, origins, pathInFile: (path) => translate(path, rules) }
}
