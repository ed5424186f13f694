import type { Catalog } from '../../catalog/catalog.js'
import type { LoadedItem } from '../../catalog/loaded-item.js'
import { isVisibleTo, offeredIn } from '../../catalog/orderability.js'
import { searchCatalog } from '../../catalog/search-catalog.js'
import type { ReferenceSource } from '../../form/data-source/data-source.js'
import { type OptionList, readOptions } from '../../form/data-source/option-list.js'
import type { Json, JsonObject } from '../../json.js'
import { isJsonObject } from '../../json.js'
import type { RequestStore, StoredRequest, Viewer } from '../../ports/request-store.js'
import { shownRequestId } from '../variables.js'

const MOST_REQUESTS = 200
const MOST_OPTIONS = 5_000

/** What references are read from. */
export interface ReferenceWorld {
  readonly catalog: Catalog
  readonly requests: Pick<RequestStore, 'list'>
  readonly viewer: Viewer
  /** The item whose form it is. */
  readonly loaded: LoadedItem
}

const unique = (texts: readonly string[]): readonly string[] => [...new Set(texts)].sort()

/** An item that the viewer may see: what others have is none. */
const visibleItem = ({ catalog, viewer, loaded }: ReferenceWorld, id: string | undefined): LoadedItem | undefined => {
  const found = id === undefined ? loaded : catalog.get(id)
  return found !== undefined && isVisibleTo(found, viewer) ? found : undefined
}

const itemFacts = ({ item }: LoadedItem): JsonObject =>
  ({ id: item.id, name: item.name, description: item.description, version: item.version, category: item.category ?? null, owner: item.owner.team, tags: item.tags, metadata: item.metadata })

/** What a reference may tell of a request: never a password, which is stored encrypted. */
const requestFacts = ({ request: { id, accepted, revision, steps }, createdAt }: StoredRequest): JsonObject => {
  const input = isJsonObject(revision.input) ? revision.input : {}
  const sealed = new Set(revision.sealed ?? [])
  const fields = Object.fromEntries(Object.entries(input).filter(([name]) => !sealed.has(name)))
  const output = Object.fromEntries(steps.flatMap((step): [string, Json][] => step.state === 'completed' ? [[step.id, step.output]] : []))
  const name = typeof fields['name'] === 'string' ? `${fields['name']} (${accepted.subject.id})` : `${accepted.subject.id}, ${new Date(createdAt).toISOString().slice(0, 10)}`
  return { id: shownRequestId(id), label: name, item: accepted.subject.id, version: accepted.subject.version, environment: accepted.environment ?? null, fields, output }
}

const completedRequests = async ({ requests, viewer }: ReferenceWorld, source: ReferenceSource): Promise<{ readonly entries: readonly Json[]; readonly more: boolean }> => {
  const subject = source.catalogItem === undefined ? {} : { subjectId: source.catalogItem }
  const { data, hasMore } = await requests.list({ viewer, scope: 'visible', status: ['completed'], limit: MOST_REQUESTS, ...subject })
  return { entries: data.map(requestFacts), more: hasMore }
}

/** The entries that a reference lists. Undefined: the item that it names is none for the viewer. */
const entriesOf = async (world: ReferenceWorld, source: ReferenceSource): Promise<{ readonly entries: Json; readonly more: boolean } | undefined> => {
  const { catalog, viewer } = world
  if (source.list === 'requests') return completedRequests(world, source)
  if (source.list === 'teams') return { entries: unique(viewer.teams), more: false }
  if (source.list === 'items') {
    const { category, tags } = source
    const found = searchCatalog(catalog, viewer, { ...(category === undefined ? {} : { category }), ...(tags === undefined ? {} : { tags }) })
    return { entries: found.map(itemFacts), more: false }
  }
  if (source.list === 'environments' && source.catalogItem === undefined) return { entries: unique(searchCatalog(catalog, viewer).flatMap((item) => offeredIn(item) ?? [])), more: false }
  const item = visibleItem(world, source.catalogItem)
  if (item === undefined) return undefined
  return { entries: source.list === 'environments' ? unique(offeredIn(item) ?? []) : item.item.metadata, more: false }
}

/** The options of a reference, as this viewer may see them. Throws what the store throws. */
export const referenceOptions = async (world: ReferenceWorld, source: ReferenceSource): Promise<OptionList | { readonly problem: string }> => {
  const found = await entriesOf(world, source)
  if (found === undefined) return { problem: `there is no catalog item ${source.catalogItem ?? ''}` }
  const { path, valueField, labelField } = source
  const read = readOptions(found.entries, {
    limit: MOST_OPTIONS, ...(source.list === 'metadata' && path !== undefined ? { items: path } : {}),
    ...(valueField === undefined ? (source.list === 'requests' || source.list === 'items' ? { valueField: 'id' } : {}) : { valueField }), ...(labelField === undefined ? {} : { labelField }),
  })
  return 'problem' in read ? read : { options: read.options, complete: read.complete && !found.more }
}
