// Searches one index in a process of its own: the product's, or MiniSearch as it comes.
import MiniSearch from 'minisearch'

import { loadPackage } from '../pao/product.mjs'
import { answerTasks } from '../tasks.mjs'
import { makeQueries, makeShelf } from './make-shelf.mjs'

const ITEMS = 10_000
const QUERIES = 300
const PAGE = 20

const weights = { name: 5, tags: 3, id: 2, owner: 1, description: 1 }

const openMiniSearch = async (shelf) => {
  const index = new MiniSearch({ fields: Object.keys(weights), searchOptions: { boost: weights }, extractField: (item, field) => (Array.isArray(item[field]) ? item[field].join(' ') : item[field]) })
  index.addAll(shelf)
  return {
    find: async (text, kind) => index.search(text, { prefix: true, fuzzy: kind === 'typo' ? 0.2 : false, combineWith: 'AND' }).slice(0, PAGE).length,
    replace: async (item) => {
      index.remove(item)
      index.add(item)
    },
  }
}

/** As somebody who may not see a third of the items. */
const openProduct = async (shelf) => {
  const { miniSearchIndex } = await loadPackage('adapters-minisearch')
  const index = miniSearchIndex()
  await index.update({ put: shelf })
  return {
    find: async (text) => (await index.search({ text, viewer: { teams: ['others'] }, limit: PAGE })).hits.length,
    replace: (item) => index.update({ put: [item] }),
  }
}

const timed = async (work) => {
  const start = performance.now()
  const value = await work()
  return { ms: performance.now() - start, value }
}

/** Milliseconds a query. Fails where too little is found: what finds nothing is fast. */
const measureKind = async (index, kind, queries) => {
  for (const text of queries) await index.find(text, kind)
  let found = 0
  const { ms } = await timed(async () => {
    for (const text of queries) if (await index.find(text, kind) > 0) found += 1
  })
  if (found < queries.length / 2) throw new Error(`${kind}: only ${found} of ${queries.length} queries find anything`)
  return ms / queries.length
}

const measure = async (open) => {
  const shelf = makeShelf(ITEMS)
  const { ms: index, value } = await timed(() => open(shelf))
  const figures = { index }
  for (const [kind, queries] of Object.entries(makeQueries(shelf, QUERIES))) figures[kind] = await measureKind(value, kind, queries)
  const some = shelf.slice(0, 100)
  figures.replace = (await timed(async () => { for (const item of some) await value.replace(item) })).ms / some.length
  return figures
}

answerTasks({ pao: () => measure(openProduct), minisearch: () => measure(openMiniSearch) })
