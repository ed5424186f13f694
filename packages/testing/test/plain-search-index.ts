import type { SearchDocument, SearchHighlight, SearchIndex, SearchQuery } from '@pao/core/ports'

/** What a broken index does otherwise. Each is the sound way by default. */
export interface SearchTraits {
  readonly copy: (document: SearchDocument) => SearchDocument
  readonly fields: readonly SearchHighlight['field'][]
  readonly fold: (text: string) => string
  readonly weight: (field: string) => number
  readonly ofBeginning: number
  readonly shortestBeginning: number
  readonly distance: number
  readonly fallsBack: boolean
  readonly sees: (document: SearchDocument, viewer: SearchQuery['viewer']) => boolean
  readonly fits: (document: SearchDocument, filter: NonNullable<SearchQuery['filter']>) => boolean
  readonly tie: (left: string, right: string) => number
  readonly mostWords: number
  readonly typosAlways: boolean
  /** Whether there is a hit is decided by all that there is. */
  readonly stageBy: 'visible' | 'all'
}

export const soundTraits: SearchTraits = {
  copy: structuredClone,
  fields: ['id', 'name', 'description', 'tags', 'owner'],
  fold: (text) => text.toLowerCase().normalize('NFKD').replace(/\p{M}/gu, ''),
  weight: (field) => (field === 'name' ? 5 : 1),
  ofBeginning: 0.4,
  shortestBeginning: 2,
  distance: 1,
  fallsBack: true,
  sees: ({ audience }, { teams, administrator }) => administrator === true || audience === undefined || audience.some((team) => teams.includes(team)),
  fits: (document, { category, owner, tags = [], environment }) =>
    (category ?? document.category) === document.category && (owner ?? document.owner) === document.owner && tags.every((tag) => document.tags.includes(tag))
    && (environment === undefined || (document.environments?.includes(environment) ?? true)),
  tie: (left, right) => (left < right ? -1 : 1),
  mostWords: 12,
  typosAlways: false,
  stageBy: 'visible',
}

interface Word { readonly term: string; readonly start: number; readonly end: number }

const wordsOf = (text: string, fold: (text: string) => string): readonly Word[] =>
  [...text.matchAll(/[\p{L}\p{N}\p{M}]+/gu)].map(({ 0: word, index }) => ({ term: fold(word), start: index, end: index + word.length }))

/** Edits, two neighbours that are swapped among them as one. */
const distanceOf = (left: string, right: string): number => {
  const rows = [Array.from({ length: right.length + 1 }, (_, column) => column)]
  for (let row = 1; row <= left.length; row += 1) {
    const line = [row]
    for (let column = 1; column <= right.length; column += 1) {
      const same = left[row - 1] === right[column - 1] ? 0 : 1
      const swapped = left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1] ? (rows[row - 2]?.[column - 2] ?? 9) + 1 : 9
      line.push(Math.min((rows[row - 1]?.[column] ?? 9) + 1, (line[column - 1] ?? 9) + 1, (rows[row - 1]?.[column - 1] ?? 9) + same, swapped))
    }
    rows.push(line)
  }
  return rows.at(-1)?.at(-1) ?? 9
}

interface Place extends Word { readonly field: SearchHighlight['field']; readonly index?: number }

const placesOf = (document: SearchDocument, { fields, fold }: SearchTraits): readonly Place[] => fields.flatMap((field) =>
  (field === 'tags' ? document.tags.map((tag, index) => [tag, index] as const) : [[document[field], undefined] as const])
    .flatMap(([text, index]) => wordsOf(text, fold).map((word) => ({ ...word, field, ...(index === undefined ? {} : { index }) }))))

interface Hit { readonly document: SearchDocument; readonly score: number; readonly places: readonly Place[]; readonly missing: number }

const worth = (wanted: string, { term }: Word, traits: SearchTraits, typos: boolean): number => {
  if (term === wanted) return 1
  if (wanted.length >= traits.shortestBeginning && term.startsWith(wanted)) return traits.ofBeginning
  return typos && wanted.length > 4 && Math.abs(term.length - wanted.length) <= traits.distance && distanceOf(wanted, term) <= traits.distance ? 0.3 : 0
}

const hitOf = (document: SearchDocument, wanted: readonly string[], traits: SearchTraits, typos: boolean): Hit => {
  const found = wanted.map((word) => placesOf(document, traits).map((place) => ({ place, score: worth(word, place, traits, typos) * traits.weight(place.field) })).filter(({ score }) => score > 0))
  return {
    document, places: found.flat().map(({ place }) => place), missing: found.filter(({ length }) => length === 0).length,
    score: found.flat().reduce((sum, { score }) => sum + score, 0),
  }
}

const highlightsOf = (places: readonly Place[]): readonly SearchHighlight[] => {
  const byText = new Map<string, Place[]>()
  for (const place of places) {
    const text = `${place.field} ${place.index ?? ''}`
    byText.set(text, [...byText.get(text) ?? [], place])
  }
  return [...byText.values()].map((group) => {
    const [{ field, index }] = group as [Place]
    const ranges = [...new Map(group.map(({ start, end }) => [start, { start, end }])).values()].sort((left, right) => left.start - right.start)
    return { field, ranges, ...(index === undefined ? {} : { index }) }
  })
}

/** A search index by the book: it looks at every document. */
export const plainSearchIndex = (change: Partial<SearchTraits> = {}): SearchIndex => {
  const traits = { ...soundTraits, ...change }
  const documents = new Map<string, SearchDocument>()

  const find = ({ text, viewer, filter = {} }: Omit<SearchQuery, 'limit'>, fallsBack = traits.fallsBack): readonly Hit[] => {
    const wanted = [...new Set(wordsOf(text, traits.fold).slice(0, traits.mostWords).map(({ term }) => term))]
    const admitted = (document: SearchDocument) => traits.sees(document, viewer) && traits.fits(document, filter)
    const among = [...documents.values()].filter((document) => traits.stageBy === 'all' || admitted(document))
    if (wanted.length === 0) return []
    const stage = (typos: boolean, most: number) => among.map((document) => hitOf(document, wanted, traits, typos)).filter(({ missing }) => missing <= most)
    const stages = [() => stage(traits.typosAlways, 0), () => stage(true, 0), ...(fallsBack ? [() => stage(true, wanted.length - 1)] : [])]
    const hits = stages.reduce<readonly Hit[]>((found, next) => (found.length > 0 ? found : next()), [])
    return hits.filter(({ document }) => admitted(document)).toSorted((left, right) => right.score - left.score || traits.tie(left.document.id, right.document.id))
  }

  return {
    update: async ({ put = [], remove = [] }) => {
      for (const id of remove) documents.delete(id)
      for (const document of put) documents.set(document.id, traits.copy(document))
      return Promise.resolve()
    },
    search: async ({ offset = 0, limit, ...query }) => {
      const hits = find(query)
      return Promise.resolve({ total: hits.length, hits: hits.slice(offset, offset + limit).map(({ document: { id }, places }) => ({ id, highlights: highlightsOf(places) })) })
    },
    complete: async ({ limit, ...query }) => {
      const last = wordsOf(query.text, traits.fold).at(-1)
      if (last === undefined) return Promise.resolve([])
      const endings = find(query, false).flatMap(({ places }) => places.map(({ term }) => term)).filter((term) => term.startsWith(last.term) && term !== last.term)
      return Promise.resolve([...new Set(endings)].slice(0, limit).map((ending) => `${query.text.slice(0, last.start)}${ending}`))
    },
  }
}
