import { sha256 } from '../canonical-json.js'
import type { JsonObject } from '../json.js'
import { isJsonObject } from '../json.js'
import type { ActionRegistry } from './action-registry.js'
import type { BundleDefinition } from './bundle/bundle-definition.js'
import { bundleShape } from './bundle/bundle-shape.js'
import { joinSources } from './bundle/bundle-source.js'
import { readBundle } from './bundle/read-bundle.js'
import { type Findings, conform, createFindings } from './conform.js'
import { type Dialect, type Recognised, recognise } from './dialect.js'
import { canonicalDocument, isCamelCase } from './dialects/canonical-document.js'
import { withEntry } from './dialects/edit-source.js'
import { tellFlat } from './dialects/flat-document.js'
import { type DocumentPath, type Finding, type Issue, type Profile, pathText } from './issue.js'
import { itemShape } from './item-shape.js'
import type { LoadedItem } from './loaded-item.js'
import type { OtherItem } from './other-items.js'
import { type ReadItem, readItem } from './read-item.js'
import { type ReadDocument, readYaml } from './read-yaml.js'
import { type ObjectNode, type SourceNode, child, keyOffset, numberOf, textOf } from './source-node.js'
import { unreadItem } from './unread-item.js'

export interface LoadOptions {
  /** Path inside the catalog, with `/`. */
  readonly path: string
  readonly source: string
  readonly profile: Profile
  readonly actions: ActionRegistry
  /** Names of process variables that templates may read. */
  readonly templateEnv: readonly string[]
  /** Other documents by the ids of their items: templates may read their metadata. Default: none, and reading them is an issue. */
  readonly others?: ReadonlyMap<string, OtherItem>
}

/** What a file gives: an item, issues, or both. An item is there unless an issue is an error. */
export interface LoadedDocument {
  readonly path: string
  readonly source: string
  /** SHA-256 of the source, hex. */
  readonly hash: string
  readonly item?: LoadedItem
  /** What others may read of it, also where it is in error. Absent: it says too little of itself. */
  readonly metadata?: JsonObject
  /** By place in the file. */
  readonly issues: readonly Issue[]
}

const MOST_ISSUES = 200

/** The number 2.0 is what YAML makes of an unquoted version. */
const quotedVersion = (findings: Findings, root: ObjectNode): ObjectNode => {
  const version = root.entries.get('version')
  if (version?.node.kind !== 'scalar' || numberOf(version.node) !== 2) return root
  findings.add('version-not-text', 'warning', ['version'], version.node.start, 'version is a number here: write "2.0"', { suggestion: '"2.0"' })
  return withEntry(root, 'version', { ...version, node: { ...version.node, value: '2.0' } })
}

const refuseUnknown = (findings: Findings, root: SourceNode, recognised: Extract<Recognised, { unknown: true }>): void => {
  if (recognised.misspelt !== undefined) findings.add('unknown-document', 'error', [recognised.misspelt], keyOffset(root, recognised.misspelt), `${recognised.misspelt} is no key of the document: did you mean version?`, { suggestion: 'version' })
  else if (recognised.version === undefined) findings.add('unknown-document', 'error', [], root.start, 'this is no catalog document: it has no version: "2.0" and kind: CatalogItem')
  else findings.add('unsupported-version', 'error', ['version'], keyOffset(root, 'version'), `version ${recognised.version} is not supported`, { suggestion: '"2.0"' })
}

interface Content {
  readonly dialect: Dialect
  readonly kind: LoadedItem['kind']
  readonly read?: ReadItem
  readonly bundle?: BundleDefinition
  /** A canonical path as the file has it. Absent: they are the same. */
  readonly pathInFile?: (path: DocumentPath) => DocumentPath
}

const kindOf = (root: SourceNode): LoadedItem['kind'] => textOf(child(root, 'kind')) === 'CatalogBundle' ? 'CatalogBundle' : 'CatalogItem'

/** What is shown of what is recognised and not read; without an id it can only be an error. */
const unread = (findings: Findings, root: SourceNode, dialect: Dialect): Content => {
  const read = unreadItem(root)
  if (read === undefined) findings.add('missing', 'error', ['metadata', 'id'], root.start, 'the document has no id that can be used: nothing of it can be shown')
  return { dialect, kind: kindOf(root), ...(read === undefined ? {} : { read }) }
}

const readContent = (findings: Findings, root: SourceNode, recognised: Recognised, options: LoadOptions): Content | undefined => {
  if (root.kind !== 'object') {
    const empty = root.kind === 'scalar' && root.value === null
    findings.add(empty ? 'empty-document' : 'unknown-document', 'error', [], root.start, empty ? 'the file holds no document' : 'a catalog document is an object')
    return undefined
  }
  if ('unknown' in recognised) {
    refuseUnknown(findings, root, recognised)
    return undefined
  }
  const { dialect } = recognised
  if (dialect === 'flat') {
    tellFlat(findings, root, options.source)
    return unread(findings, root, dialect)
  }
  const { root: moved, origins, pathInFile } = canonicalDocument(findings, quotedVersion(findings, root), dialect)
  if (kindOf(root) === 'CatalogBundle') {
    const bundle = conform(findings, moved, [], bundleShape)
    return bundle?.kind === 'object' ? { dialect, kind: 'CatalogBundle', pathInFile, ...readBundle(findings, bundle, { ...options, origins, dialect }) } : undefined
  }
  const canonical = conform(findings, moved, [], itemShape)
  return canonical?.kind === 'object' ? { dialect, kind: 'CatalogItem', pathInFile, read: readItem(findings, canonical, { ...options, origins, dialect }) } : undefined
}

/** What stands in the mode that does not run is told and decides nothing. */
const withoutOtherMode = (findings: readonly Finding[], read: ReadItem | undefined): readonly Finding[] => {
  if (read === undefined) return findings
  const other = read.item.fulfillment.mode === 'manual' ? 'automatic' : 'manual'
  return findings.map((finding) => {
    const { path: [first, second], code } = finding
    if (first !== 'fulfillment' || second !== other || code === 'manual-missing' || code === 'actions-missing') return finding
    const { blocks: _blocks, ...rest } = finding
    return { ...rest, severity: 'warning' }
  })
}

type PathInFile = NonNullable<Content['pathInFile']>

/** What lacks something is called as the file calls it. */
const inWordsOfFile = ({ code, path, message }: Finding, written: DocumentPath): string => {
  const [name, nameInFile] = [path.at(-2), written.at(-2)]
  return code === 'missing' && typeof nameInFile === 'string' && message.startsWith(`${String(name)} needs `) ? message.replace(String(name), nameInFile) : message
}

const issueOf = (file: string, { position }: ReadDocument, finding: Finding, pathInFile: PathInFile): Issue => {
  const { offset, path, ...rest } = finding
  const written = pathInFile(path)
  const message = inWordsOfFile(finding, written)
  return { ...rest, path: pathText(written), file, ...position(offset), message: finding.blocks === true ? `${message}; the item is not orderable` : message }
}

/** Errors and blockers are never among those that are cut. */
const bounded = (findings: readonly Finding[]): readonly Finding[] => {
  if (findings.length <= MOST_ISSUES) return findings
  const weight = ({ severity, blocks }: Finding): number => severity === 'error' ? 0 : blocks === true ? 1 : 2
  const kept = [...findings].sort((left, right) => weight(left) - weight(right)).slice(0, MOST_ISSUES)
  return [...kept, { code: 'many-issues', severity: 'warning', path: [], offset: 0, message: `${findings.length - MOST_ISSUES} more issues are not told` }]
}

const issuesOf = (file: string, document: ReadDocument, findings: readonly Finding[], pathInFile: PathInFile = (path) => path): readonly Issue[] =>
  [...bounded(findings)].sort((left, right) => left.offset - right.offset).map((finding) => issueOf(file, document, finding, pathInFile))

/** An item that reads the metadata of others is pinned to their documents too. */
const pinnedSource = (source: string, hash: string, reads: readonly OtherItem[]): Pick<LoadedItem, 'source' | 'hash'> => {
  if (reads.length === 0) return { source, hash }
  const joined = joinSources(source, reads)
  return { source: joined, hash: sha256(joined) }
}

/**
 * Reads one document of the catalog. Total: whatever the file holds, the answer is an item, issues, or both. Nothing in a document is
 * ignored in silence: what is not carried out yet blocks the ordering of the item where it matters, and is a warning where it does not.
 */
export const loadDocument = (options: LoadOptions): LoadedDocument => {
  const { path, source, profile } = options
  const hash = sha256(source)
  const document = readYaml(source)
  if (document.root === undefined) return { path, source, hash, issues: issuesOf(path, document, document.findings) }
  const recognised = recognise(document.root)
  const findings = createFindings(profile, 'dialect' in recognised && isCamelCase(recognised.dialect))
  const content = readContent(findings, document.root, recognised, options)
  const issues = issuesOf(path, document, withoutOtherMode(findings.all, content?.read), content?.pathInFile)
  if (content?.read === undefined) return { path, source, hash, issues }
  const { reads = [], ...read } = content.read
  const metadata = read.item.document['metadata']
  const answer = { path, source, hash, ...(isJsonObject(metadata ?? null) ? { metadata: metadata as JsonObject } : {}), issues }
  if (issues.some(({ severity }) => severity === 'error')) return answer
  const item: LoadedItem = {
    ...read, ...(content.bundle === undefined ? {} : { bundle: content.bundle }), kind: content.kind, sourceDialect: content.dialect, path, ...pinnedSource(source, hash, reads), issues, blockers: issues.filter(({ blocks }) => blocks === true),
  }
  return { ...answer, item }
}
