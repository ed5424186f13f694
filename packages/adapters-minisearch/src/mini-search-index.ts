import { setImmediate as nextTurn } from 'node:timers/promises'
import type { SearchChange, SearchDocument, SearchHighlight, SearchIndex, SearchQuery } from '@pao/core/ports'
import MiniSearch from 'minisearch'
import type { SearchResult } from 'minisearch'
import { createAdmission } from './admission.js'
import { completionsOf, typed } from './completions.js'
import { highlightsOf } from './highlights.js'
import { chunksOf, stagesOf, stagesOfAll } from './query-plan.js'
import { settleTies } from './settle-ties.js'
import { createShelf } from './shelf.js'
import type { Entry } from './shelf.js'
import { wordsOf } from './words.js'

export interface MiniSearchIndexOptions {
  /** What a word counts in a field. Default: name 5, tags 3, id 2, owner and description 1. */
  readonly weights?: Readonly<Partial<Record<SearchHighlight['field'], number>>>
  /** Documents that an update takes in before it lets other work of the process go on. Default 100: less than 10 milliseconds. */
  readonly documentsPerTurn?: number
}

const fields: readonly SearchHighlight['field'][] = ['name', 'id', 'tags', 'owner', 'description']
const weightsByDefault = { name: 5, tags: 3, id: 2, owner: 1, description: 1 }

const textOf = (document: SearchDocument, field: SearchHighlight['field']): string =>
  field === 'tags' ? document.tags.join('\n') : document[field]

const makeEngine = (weights: MiniSearchIndexOptions['weights']) => new MiniSearch<Entry>({
  idField: 'slot',
  fields: [...fields],
  extractField: ({ slot, document }, field) => (field === 'slot' ? slot as never : textOf(document, field as SearchHighlight['field'])),
  tokenize: (text) => wordsOf(text).map(({ term }) => term),
  processTerm: (term) => term,
  searchOptions: { boost: { ...weightsByDefault, ...weights }, tokenize: (term) => [term] },
  logger: (_level, message) => { throw new Error(`the index is not what it was made of: ${message}`) },
})

/** Whoever has given it may change it. */
const copyOf = (document: SearchDocument): SearchDocument => ({
  ...document, tags: [...document.tags],
  ...(document.environments === undefined ? {} : { environments: [...document.environments] }),
  ...(document.audience === undefined ? {} : { audience: [...document.audience] }),
})

/** A hit's number is the engine's id of it. */
const slotOf = ({ id }: SearchResult): number => id as number

/** Port SearchIndex in the memory of this process. It begins empty, holds nothing open and needs no end. */
export const miniSearchIndex = ({ weights, documentsPerTurn = 100 }: MiniSearchIndexOptions = {}): SearchIndex => {
  const engine = makeEngine(weights)
  const shelf = createShelf()
  const admission = createAdmission(shelf)
  let latest: Promise<void> = Promise.resolve()

  const remove = (id: string): void => {
    const entry = shelf.take(id)
    if (entry !== undefined) engine.remove(entry)
    admission.forget()
  }

  const put = (document: SearchDocument): void => {
    remove(document.id)
    engine.add(shelf.put(document))
  }

  const apply = async (steps: readonly (() => void)[]): Promise<void> => {
    for (const [index, step] of steps.entries()) {
      if (index > 0 && index % documentsPerTurn === 0) await nextTurn()
      step()
    }
  }

  const documentOf = (hit: SearchResult): SearchDocument => {
    const document = shelf.at(slotOf(hit))
    if (document === undefined) throw new Error('the index has found what is not in it')
    return document
  }

  const find = ({ text, ...asking }: Pick<SearchQuery, 'text' | 'viewer' | 'filter'>, stages = stagesOf): SearchResult[] => {
    const chunks = chunksOf(text)
    if (chunks.length === 0) return []
    const admitted = admission.of(asking)
    const filter = (hit: SearchResult): boolean => admitted(slotOf(hit))
    for (const stage of stages(chunks)) {
      const hits = engine.search(stage(), { filter })
      if (hits.length > 0) return hits
    }
    return []
  }

  return {
    update: ({ put: added = [], remove: removed = [] }: SearchChange) => {
      const steps = [...removed.map((id) => () => { remove(id) }), ...added.map(copyOf).map((copy) => () => { put(copy) })]
      const mine = latest.then(() => apply(steps))
      // Its caller hears of a failure; the next update only waits for its end.
      latest = Promise.allSettled([mine]).then(() => undefined)
      return mine
    },
    search: async ({ offset = 0, limit, ...query }) => {
      const hits = find(query)
      settleTies(hits, { end: offset + limit, idOf: (hit) => documentOf(hit).id })
      const page = hits.slice(offset, offset + limit).map((hit) => ({ id: documentOf(hit).id, highlights: highlightsOf(documentOf(hit), hit.match) }))
      return Promise.resolve({ total: hits.length, hits: page })
    },
    complete: async ({ limit, ...query }) => {
      const text = typed(query.text)
      return Promise.resolve(text === undefined ? [] : completionsOf(text, find(query, stagesOfAll), { documentOf, limit }))
    },
  }
}
