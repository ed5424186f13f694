import type { SearchDocument, SearchHighlight, SearchIndex } from '@pao/core/ports'
import { searchIndexContract } from '@pao/testing'
import type { SearchIndexFixture } from '@pao/testing'
import { refusesMutants } from './mutants.js'
import { plainSearchIndex, soundTraits } from './plain-search-index.js'
import type { SearchTraits } from './plain-search-index.js'

const plain = (change: Partial<SearchTraits> = {}) => async (): Promise<SearchIndexFixture> => Promise.resolve({ index: plainSearchIndex(change) })

const around = (broken: (index: SearchIndex) => Partial<SearchIndex>, change: Partial<SearchTraits> = {}) => async (): Promise<SearchIndexFixture> => {
  const index = plainSearchIndex(change)
  return Promise.resolve({ index: { ...index, ...broken(index) } })
}

const marking = (change: (highlight: SearchHighlight) => readonly SearchHighlight[]) => around((index) => ({
  search: async (query) => {
    const { total, hits } = await index.search(query)
    return { total, hits: hits.map(({ id, highlights }) => ({ id, highlights: highlights.flatMap(change) })) }
  },
}))

const moved = (by: number) => marking((highlight) => [{ ...highlight, ranges: highlight.ranges.map(({ start, end }) => ({ start: start + by, end: end + by })) }])

const sees = soundTraits.sees
const [whole, order, fields] = ['an update is seen whole, and touches nothing else', 'overlapping updates take effect in the order of their calls', 'a document is found by the words of each of its fields, in any order, case and accent']
const [beginning, all, rank] = ['a word of two letters and more stands for those that begin with it', 'all words are wanted, and some of them where nothing has all', 'a name before a description, a whole word before a beginning']
const [sorted, typos, needed] = ['the order does not depend on how the documents came in, and equals stand in the order of ids', 'one letter wrong, too much, missing or two swapped still finds the word', 'a typo is assumed only where nothing has the word as it is written']
const [filtered, paged, visible] = ['filters hold for every hit, before anything is counted', 'pages put together are the whole, and the total counts all', 'what a viewer may not see is no hit, is not counted and completes nothing']
const [indifferent, marked, completed] = ['what a viewer may not see decides nothing about what is found', 'highlights are positions of the words that were found', 'completions go on where the text ends, each once and each with a hit']
const [anything, bounded, values] = ['every text is a query, and means its words alone', 'the first twelve words count, and no others', 'what was passed and given may change without the index']

refusesMutants(searchIndexContract, plain(), [
  { breaks: 'keeps what is removed', refusedBy: [whole, order, values], create: around((index) => ({ update: ({ put = [] }) => index.update({ put }) })) },
  { breaks: 'keeps the first version', refusedBy: [whole, order], create: around((index) => {
    const known = new Set<string>()
    return { update: ({ put = [], remove = [] }) => {
      for (const id of remove) known.delete(id)
      const fresh = put.filter(({ id }) => !known.has(id))
      for (const { id } of fresh) known.add(id)
      return index.update({ put: fresh, remove })
    } }
  }) },
  { breaks: 'forgets all others', refusedBy: whole, create: around((index) => {
    const known = new Set<string>()
    return { update: ({ put = [], remove = [] }) => {
      const gone = [...known]
      for (const { id } of put) known.add(id)
      return index.update({ put, remove: [...gone, ...remove] })
    } }
  }) },
  { breaks: 'takes large updates later', refusedBy: order, create: around((index) => ({
    update: async (change) => {
      if ((change.put?.length ?? 0) > 100) for (let turn = 0; turn < 5; turn += 1) await Promise.resolve()
      return index.update(change)
    },
  })) },
  ...soundTraits.fields.map((field) => ({ breaks: `does not look at ${field}`, refusedBy: fields, create: plain({ fields: soundTraits.fields.filter((one) => one !== field) }) })),
  { breaks: 'keeps upper case apart', refusedBy: fields, create: plain({ fold: (text) => text.normalize('NFKD').replace(/\p{M}/gu, '') }) },
  { breaks: 'keeps accents apart', refusedBy: fields, create: plain({ fold: (text) => text.toLowerCase() }) },
  { breaks: 'finds whole words alone', refusedBy: [beginning, completed], create: plain({ shortestBeginning: 99 }) },
  { breaks: 'wants three letters', refusedBy: beginning, create: plain({ shortestBeginning: 3 }) },
  { breaks: 'gives nothing where nothing has all', refusedBy: all, create: plain({ fallsBack: false }) },
  { breaks: 'gives what has any of the words', refusedBy: all, create: around((index) => ({
    search: async (query) => {
      const found = await Promise.all(query.text.split(' ').map((text) => index.search({ ...query, text })))
      const hits = [...new Map(found.flatMap((answer) => answer.hits).map((hit) => [hit.id, hit])).values()]
      return { total: hits.length, hits }
    },
  })) },
  { breaks: 'weighs every field alike', refusedBy: rank, create: plain({ weight: () => 1 }) },
  { breaks: 'weighs a beginning like a word', refusedBy: rank, create: plain({ ofBeginning: 1 }) },
  { breaks: 'lets equals stand as they came', refusedBy: sorted, create: plain({ tie: () => 0 }) },
  { breaks: 'knows no typos', refusedBy: typos, create: plain({ distance: 0 }) },
  { breaks: 'assumes typos always', refusedBy: needed, create: plain({ typosAlways: true }) },
  ...(['category', 'owner', 'tags', 'environment'] as const).map((name) => ({
    breaks: `does not look at the filter ${name}`, refusedBy: filtered,
    create: plain({ fits: (document, filter) => soundTraits.fits(document, Object.fromEntries(Object.entries(filter).filter(([key]) => key !== name))) }),
  })),
  { breaks: 'takes no environment for every one', refusedBy: filtered, create: plain({ fits: (document, filter) => soundTraits.fits({ ...document, environments: document.environments?.length === 0 ? ['test', 'production'] : document.environments ?? ['test', 'production'] }, filter) }) },
  { breaks: 'is content with one tag', refusedBy: filtered, create: plain({ fits: (document, { tags, ...filter }) => soundTraits.fits(document, filter) && (tags === undefined || tags.some((tag) => document.tags.includes(tag))) }) },
  { breaks: 'counts the page', refusedBy: [paged, filtered], create: around((index) => ({
    search: async (query) => { const { hits } = await index.search(query); return { hits, total: hits.length } },
  })) },
  { breaks: 'counts pages, not hits', refusedBy: paged, create: around((index) => ({ search: ({ offset = 0, limit, ...query }) => index.search({ ...query, limit, offset: offset * limit }) })) },
  { breaks: 'filters the page', refusedBy: visible, create: around((index) => {
    const known = new Map<string, SearchDocument>()
    return {
      update: async (change) => { for (const one of change.put ?? []) known.set(one.id, one); return index.update(change) },
      search: async ({ viewer, ...query }) => {
        const { total, hits } = await index.search({ ...query, viewer: { teams: [], administrator: true } })
        return { total, hits: hits.filter(({ id }) => { const one = known.get(id); return one !== undefined && sees(one, viewer) }) }
      },
    }
  }) },
  { breaks: 'completes from everything', refusedBy: visible, create: around((index) => ({ complete: (query) => index.complete({ ...query, viewer: { teams: [], administrator: true } }) })) },
  { breaks: 'takes an empty audience for everybody', refusedBy: visible, create: plain({ sees: (document, viewer) => document.audience?.length === 0 || sees(document, viewer) }) },
  { breaks: 'knows teams by their beginning', refusedBy: visible, create: plain({ sees: (document, viewer) => sees(document, viewer) || document.audience?.some((team) => viewer.teams.some((mine) => team.startsWith(mine))) === true }) },
  { breaks: 'keeps administrators out', refusedBy: visible, create: plain({ sees: (document, { teams }) => sees(document, { teams }) }) },
  { breaks: 'assumes no typo where something hidden has the word', refusedBy: indifferent, create: plain({ stageBy: 'all' }) },
  { breaks: 'counts ranges from one', refusedBy: marked, create: moved(1) },
  { breaks: 'says nothing of what was found', refusedBy: marked, create: marking(() => []) },
  { breaks: 'counts bytes', refusedBy: marked, create: marking((highlight) => [{ ...highlight, ranges: highlight.ranges.map(({ start, end }) => (highlight.field === 'name' && start > 0 ? { start: start + 1, end: end + 1 } : { start, end })) }]) },
  { breaks: 'marks the whole text', refusedBy: marked, create: marking((highlight) => [{ ...highlight, ranges: [{ start: 0, end: highlight.ranges.at(-1)?.end ?? 1 }] }]) },
  { breaks: 'gives the text back', refusedBy: marked, create: marking((highlight) => [{ ...highlight, html: '<b>relay</b>' }]) },
  { breaks: 'completes without end', refusedBy: completed, create: around((index) => ({ complete: (query) => index.complete({ ...query, limit: 1_000 }) })) },
  { breaks: 'drops the words before', refusedBy: completed, create: around((index) => ({ complete: async (query) => (await index.complete(query)).map((text) => text.split(' ').at(-1) ?? '') })) },
  { breaks: 'gives one completion twice', refusedBy: completed, create: around((index) => ({ complete: async (query) => (await index.complete(query)).flatMap((text) => [text, text]).slice(0, query.limit) })) },
  { breaks: 'makes completions up', refusedBy: completed, create: around((index) => ({ complete: async (query) => (await index.complete(query)).map((text) => `${text}zz`) })) },
  { breaks: 'has a syntax', refusedBy: anything, create: around((index) => ({ search: (query) => (/^[-+]/.test(query.text) ? Promise.resolve({ total: 0, hits: [] }) : index.search(query)) })) },
  { breaks: 'reads patterns', refusedBy: anything, create: around((index) => ({ search: (query) => { new RegExp(query.text); return index.search(query) } })) },
  { breaks: 'gives everything for nothing', refusedBy: anything, create: around((index) => ({ search: (query) => index.search(/\p{L}/u.test(query.text) ? query : { ...query, text: 'crew' }) })) },
  { breaks: 'reads every word', refusedBy: bounded, create: plain({ mostWords: 10_000 }) },
  { breaks: 'reads ten words', refusedBy: bounded, create: plain({ mostWords: 10 }) },
  { breaks: 'keeps what it was passed', refusedBy: values, create: plain({ copy: (document) => document }) },
  { breaks: 'reads an update later', refusedBy: values, create: around((index) => ({ update: async (change) => { await Promise.resolve(); return index.update(change) } })) },
  { breaks: 'gives its own list', refusedBy: values, create: around((index) => {
    let last: Awaited<ReturnType<SearchIndex['search']>> | undefined
    let asked = ''
    return { search: async (query) => {
      if (last === undefined || asked !== JSON.stringify(query)) [asked, last] = [JSON.stringify(query), await index.search(query)]
      return last
    } }
  }) },
])
