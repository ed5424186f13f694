import { type LoadedDocument, type LoadOptions, loadDocument } from './load-document.js'
import { type OtherItem, otherItemsIn } from './other-items.js'

type ReadOptions = Pick<LoadOptions, 'profile' | 'actions' | 'templateEnv'>

/** Of each document the ids of other items that it may read. */
const mayRead = new WeakMap<LoadedDocument, readonly string[]>()

const othersOf = (document: LoadedDocument): readonly string[] => {
  const known = mayRead.get(document)
  if (known !== undefined) return known
  const own = document.metadata?.['id']
  const ids = document.item?.bundle === undefined ? otherItemsIn(document.source).filter((id) => id !== own) : []
  mayRead.set(document, ids)
  return ids
}

/** What documents were read with of others: they are read again only when that changes. */
const readWith = new WeakMap<LoadedDocument, { readonly others: ReadonlyMap<string, OtherItem>; readonly answer: LoadedDocument }>()

const sameOthers = (left: ReadonlyMap<string, OtherItem>, right: ReadonlyMap<string, OtherItem>): boolean =>
  left.size === right.size && [...left].every(([id, { path, source }]) => right.get(id)?.path === path && right.get(id)?.source === source)

const readWithOthers = (document: LoadedDocument, byId: ReadonlyMap<string, OtherItem>, options: ReadOptions): LoadedDocument => {
  const others = new Map(othersOf(document).flatMap((id) => { const other = byId.get(id); return other === undefined ? [] : [[id, other] as const] }))
  const before = readWith.get(document)
  if (before === undefined ? others.size === 0 : sameOthers(before.others, others)) return before?.answer ?? document
  const answer = loadDocument({ ...options, path: document.path, source: document.source, others })
  for (const key of [document, answer]) readWith.set(key, { others, answer })
  return answer
}

/** Documents that read the metadata of others are read once more, with it. Of two documents of one id the first counts. */
export const withOthers = (documents: readonly LoadedDocument[], options: ReadOptions): readonly LoadedDocument[] => {
  if (documents.every((document) => othersOf(document).length === 0)) return documents
  const byId = new Map([...documents].reverse().flatMap(({ path, source, metadata }) => metadata === undefined ? [] : [[String(metadata['id']), { metadata, path, source }] as const]))
  return documents.map((document) => othersOf(document).length === 0 ? document : readWithOthers(document, byId, options))
}
