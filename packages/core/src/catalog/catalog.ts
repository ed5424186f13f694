import type { ActionRegistry } from './action-registry.js'
import { type LinkedBundle, linkBundle } from './bundle/link-bundle.js'
import { unknownReferences } from './check-references.js'
import { checkVersions } from './check-versions.js'
import { type Ownership, type OwnershipCheck, checkOwnership } from './codeowners/check-ownership.js'
import type { Issue, Profile } from './issue.js'
import { type LoadedDocument, loadDocument } from './load-document.js'
import type { LoadedItem } from './loaded-item.js'
import { withOthers } from './with-others.js'

export interface CatalogFile {
  /** Path inside the catalog, with `/`. */
  readonly path: string
  readonly source: string
}

export interface CatalogOptions {
  readonly profile: Profile
  readonly actions: ActionRegistry
  /** Names of process variables that templates may read. */
  readonly templateEnv: readonly string[]
  /** Last good versions from a store: served where a file of the same path is in error now, and what new versions are compared with; they win over `earlier`. Default: none. */
  readonly previous?: readonly LoadedItem[]
  /** The catalog before this one: what did not change is not read again, and its items are last good versions too. */
  readonly earlier?: Catalog
  /** Who may change which path. A document that breaks it is not served, and what was served before stays. Default: nothing is checked. */
  readonly ownership?: Ownership
}

/** What is served: immutable, replaced as a whole. */
export interface Catalog {
  /** By id, in the order of ids. */
  readonly items: ReadonlyMap<string, LoadedItem>
  /** Of all files, in the order of their paths. */
  readonly issues: readonly Issue[]
  /** By path. */
  readonly documents: ReadonlyMap<string, LoadedDocument>
  get(id: string): LoadedItem | undefined
  /** Of the items whose form breaks with an earlier version although the major version is the same: that earlier version, by id. */
  readonly baselines: ReadonlyMap<string, LoadedItem>
  /** The settings that it was made with, for the next one. */
  readonly options: Pick<CatalogOptions, 'profile' | 'actions' | 'templateEnv'>
}

const byText = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0)

const sameSettings = (left: Catalog['options'], right: Catalog['options']): boolean =>
  left.profile === right.profile && left.actions === right.actions && left.templateEnv.join('\n') === right.templateEnv.join('\n')

const read = (file: CatalogFile, options: CatalogOptions): LoadedDocument => {
  const known = options.earlier !== undefined && sameSettings(options.earlier.options, options) ? options.earlier.documents.get(file.path) : undefined
  if (known !== undefined && known.source === file.source) return known
  return loadDocument({ ...options, path: file.path, source: file.source })
}

const placed = (path: string, code: Issue['code'], severity: Issue['severity'], message: string): Issue => ({ code, severity, path: '', file: path, line: 1, column: 1, message })

const fileName = (path: string): string => path.slice(path.lastIndexOf('/') + 1).replace(/\.ya?ml$/, '')

const nameIssue = ({ path, item }: LoadedDocument): readonly Issue[] =>
  item === undefined || fileName(path) === item.item.id ? [] : [placed(path, 'file-name', 'warning', `the file holds ${item.item.id}; name it ${item.item.id}.yaml`)]

interface Serving {
  readonly items: Map<string, LoadedItem>
  readonly issues: Issue[]
}

/** Bundles are linked again only when they or one of their items changed. */
const linked = new WeakMap<LoadedItem, { readonly parts: readonly (LoadedItem | undefined)[]; readonly answer: LinkedBundle }>()

const link = (bundle: LoadedItem, items: ReadonlyMap<string, LoadedItem>, env: readonly string[]): LinkedBundle => {
  const parts = (bundle.bundle?.components ?? []).map(({ itemId }) => items.get(itemId))
  const before = linked.get(bundle)
  if (before !== undefined && parts.every((part, index) => part === before.parts[index])) return before.answer
  const answer = linkBundle(bundle, items, env)
  linked.set(bundle, { parts, answer })
  return answer
}

/** Bundles stand among the items with what they are made of; one that does not fit its items any more stays as it was linked last. */
const linkBundles = ({ items, issues }: Serving, lastGood: ReadonlyMap<string, LoadedItem>, env: readonly string[]): void => {
  for (const [id, bundle] of items) {
    if (bundle.bundle === undefined || bundle.components !== undefined) continue
    const { item, issues: found } = link(bundle, items, env)
    issues.push(...found)
    const last = item === undefined ? lastGood.get(id) : undefined
    if (item !== undefined) items.set(id, item)
    else if (last?.components === undefined) items.delete(id)
    else {
      items.set(id, last)
      issues.push(placed(bundle.path, 'served-last-good', 'warning', `the bundle does not fit its items; version ${last.item.version} of ${id}, linked before, stays served`))
    }
  }
}

/** Two files of one id: the one that was served before stays, else the first by path that can be ordered, else the first. */
const chooseRival = (rivals: readonly LoadedDocument[], before: LoadedItem | undefined): LoadedDocument | undefined =>
  rivals.find(({ path }) => path === before?.path) ?? rivals.find(({ item }) => item?.blockers.length === 0) ?? rivals[0]

const serveGood = ({ items, issues }: Serving, documents: readonly LoadedDocument[], lastGood: ReadonlyMap<string, LoadedItem>): void => {
  const byId = new Map<string, LoadedDocument[]>()
  for (const document of documents) {
    if (document.item === undefined) continue
    const { id } = document.item.item
    const rivals = byId.get(id)
    if (rivals === undefined) byId.set(id, [document])
    else rivals.push(document)
  }
  for (const [id, rivals] of byId) {
    const served = chooseRival(rivals, lastGood.get(id))
    if (served?.item !== undefined) items.set(id, served.item)
    for (const rival of rivals) {
      if (rival === served) continue
      issues.push(placed(rival.path, 'duplicate-item', 'error', `${id} is given by ${served?.path ?? 'another file'} already; this file is not served`))
      issues.push(placed(served?.path ?? rival.path, 'duplicate-item', 'warning', `${id} is given by ${rival.path} too, which is not served`))
    }
  }
}

/** A file in error keeps the item that it gave last, and one that is refused keeps the item that it would change, unless another file gives that id now. */
const serveLastGood = ({ items, issues }: Serving, documents: readonly LoadedDocument[], lastGood: ReadonlyMap<string, LoadedItem>, refused: ReadonlySet<string>): void => {
  const byPath = new Map([...lastGood.values()].map((item) => [item.path, item]))
  for (const { path, item } of documents) {
    if (item !== undefined && !refused.has(path)) continue
    for (const last of [byPath.get(path), lastGood.get(item?.item.id ?? '')]) {
      if (last === undefined || items.has(last.item.id)) continue
      items.set(last.item.id, last)
      issues.push(placed(path, 'served-last-good', 'warning', `the file is in error; version ${last.item.version} of ${last.item.id}, read before, stays served`))
    }
  }
}

const unchecked: OwnershipCheck = { issues: [], refused: new Set() }

/**
 * Makes a catalog of files. One bad file never hides another; a file in error keeps its last good version served, and an item whose file
 * is gone is not served any more. Files that did not change since `earlier` cost a comparison.
 */
export const createCatalog = (files: readonly CatalogFile[], options: CatalogOptions): Catalog => {
  const documents = withOthers([...files].sort((left, right) => byText(left.path, right.path)).map((file) => read(file, options)), options)
  const lastGood = new Map([...options.earlier?.items.values() ?? [], ...options.previous ?? []].map((item) => [item.item.id, item]))
  const { issues, refused } = options.ownership === undefined ? unchecked : checkOwnership(documents, lastGood, options.ownership)
  const serving: Serving = { items: new Map(), issues: [...documents.flatMap((document) => [...document.issues, ...nameIssue(document)]), ...issues] }
  serveGood(serving, documents.filter(({ path }) => !refused.has(path)), lastGood)
  serveLastGood(serving, documents, lastGood, refused)
  const baselines = checkVersions(serving, lastGood, options.earlier?.baselines ?? new Map(), options.profile)
  linkBundles(serving, lastGood, options.templateEnv)
  const items = new Map([...serving.items].sort(([left], [right]) => byText(left, right)))
  serving.issues.push(...unknownReferences(items).map(({ path, message }) => placed(path, 'data-source-item', 'warning', message)))
  const { profile, actions, templateEnv } = options
  return {
    items, get: (id) => items.get(id), documents: new Map(documents.map((document) => [document.path, document])), baselines,
    issues: [...serving.issues].sort((left, right) => byText(left.file, right.file)), options: { profile, actions, templateEnv },
  }
}
