import { isJsonObject } from '../json.js'
import { linkBundle } from './bundle/link-bundle.js'
import { breakingIssue } from './check-versions.js'
import type { Catalog } from './catalog.js'
import type { Dialect } from './dialect.js'
import { recognise } from './dialect.js'
import type { Issue, Profile } from './issue.js'
import { loadDocument } from './load-document.js'
import type { LoadedItem } from './loaded-item.js'
import { type OtherItem, otherItemsIn } from './other-items.js'
import { readYaml } from './read-yaml.js'
import { child, textOf } from './source-node.js'

/** A document that nobody serves yet. */
export interface DocumentDraft {
  /** The document as a text: YAML, or JSON, which is YAML. */
  readonly source: string
  /** Path inside the catalog, with `/`: where issues say that they are. Default `document.yaml`. */
  readonly path?: string
  /** Default: the profile of the catalog. */
  readonly profile?: Profile
}

/** What the catalog would say of a document. */
export interface DocumentCheck {
  /** True when no issue is an error: the catalog would serve it. */
  readonly valid: boolean
  /** Absent: it is of no dialect that is known. */
  readonly dialect?: Dialect
  /** Absent as `dialect`. */
  readonly kind?: LoadedItem['kind']
  /** The item as it would be served. Absent unless `valid`. */
  readonly item?: LoadedItem
  /** By place in the file; what was found when a bundle was joined with its items comes last. */
  readonly issues: readonly Issue[]
}

const DEFAULT_PATH = 'document.yaml'

/** What kind of document it is, as far as its first keys tell. */
const recognisedAs = (source: string): Pick<DocumentCheck, 'dialect' | 'kind'> => {
  const { root } = readYaml(source)
  const recognised = root?.kind === 'object' ? recognise(root) : undefined
  if (root === undefined || recognised === undefined || 'unknown' in recognised) return {}
  return { dialect: recognised.dialect, kind: textOf(child(root, 'kind')) === 'CatalogBundle' ? 'CatalogBundle' : 'CatalogItem' }
}

const othersIn = (source: string, items: ReadonlyMap<string, LoadedItem>): ReadonlyMap<string, OtherItem> => new Map(otherItemsIn(source).flatMap((id) => {
  const other = items.get(id)
  const metadata = other?.item.document['metadata'] ?? null
  return other === undefined || !isJsonObject(metadata) ? [] : [[id, { metadata, path: other.path, source: other.source }] as const]
}))

/**
 * Checks a document as the catalog would, with its actions and settings, and changes nothing. A bundle is joined with `items`, and the item of
 * the same id among them is the version before: those of the catalog that whoever asks may see.
 */
export const checkDocument = ({ source, path = DEFAULT_PATH, profile }: DocumentDraft, { options }: Pick<Catalog, 'options'>, items: ReadonlyMap<string, LoadedItem>): DocumentCheck => {
  const loaded = loadDocument({ ...options, path, source, profile: profile ?? options.profile, others: othersIn(source, items) })
  if (loaded.item === undefined) return { valid: false, ...recognisedAs(source), issues: loaded.issues }
  const { kind, sourceDialect: dialect } = loaded.item
  const linked = linkBundle(loaded.item, items, options.templateEnv)
  const served = items.get(loaded.item.item.id)
  const breaking = served === undefined ? undefined : breakingIssue(served, loaded.item, profile ?? options.profile)
  const issues = [...loaded.issues, ...breaking === undefined ? [] : [breaking], ...linked.issues]
  if (linked.item === undefined || breaking?.severity === 'error') return { valid: false, dialect, kind, issues }
  return { valid: true, dialect, kind, item: linked.item, issues }
}
