import type { SearchDocument, SearchHighlight, SearchRange } from '@pao/core/ports'
import type { MatchInfo } from 'minisearch'
import { wordsOf } from './words.js'

type Field = SearchHighlight['field']

const inOrder = (ranges: readonly SearchRange[]): readonly SearchRange[] =>
  ranges.length < 2 ? ranges : ranges.toSorted((left, right) => left.start - right.start)

/** The words of a text that are among these terms; of `ci-cd` and its parts, the parts. */
const wordsAmong = (text: string, terms: readonly string[]): readonly SearchRange[] => {
  const found = wordsOf(text).flatMap(({ term, start, end }) => (terms.includes(term) ? [{ start, end }] : []))
  return inOrder(found.filter((word) => !found.some((other) => other !== word && other.start >= word.start && other.end <= word.end)))
}

const isAscii = (text: string): boolean => /^[\x00-\x7f]*$/.test(text)

const isWordSign = (text: string, index: number): boolean => /[a-z0-9]/.test(text.charAt(index))

/** The places of a term among plain words, without reading the others. */
const placesOf = (lower: string, term: string): readonly SearchRange[] => {
  const places: SearchRange[] = []
  for (let start = lower.indexOf(term); start !== -1; start = lower.indexOf(term, start + 1)) {
    const end = start + term.length
    if (!isWordSign(lower, start - 1) && !isWordSign(lower, end)) places.push({ start, end })
  }
  return places
}

/** The words of a text that are among these terms. What cannot be found plainly is written with accents, or together. */
const rangesIn = (text: string, terms: readonly string[]): readonly SearchRange[] => {
  if (!isAscii(text)) return wordsAmong(text, terms)
  const lower = text.toLowerCase()
  const places = terms.map((term) => placesOf(lower, term))
  return places.every(({ length }) => length > 0) || !/[-_./]/.test(text) ? inOrder(places.flat()) : wordsAmong(text, terms)
}

const inTags = (tags: readonly string[], terms: readonly string[]): readonly SearchHighlight[] => tags.flatMap((tag, index) => {
  const ranges = rangesIn(tag, terms)
  return ranges.length === 0 ? [] : [{ field: 'tags' as const, index, ranges }]
})

const shown: readonly Field[] = ['name', 'id', 'tags', 'owner', 'description']

/** Where the words that were found stand in the document. */
export const highlightsOf = (document: SearchDocument, match: MatchInfo): readonly SearchHighlight[] => {
  const found: Partial<Record<Field, string[]>> = {}
  for (const term in match) {
    for (const field of (match[term] ?? []) as Field[]) (found[field] ??= []).push(term)
  }
  return shown.flatMap((field) => {
    const terms = found[field]
    if (terms === undefined) return []
    return field === 'tags' ? inTags(document.tags, terms) : [{ field, ranges: rangesIn(document[field], terms) }]
  })
}

/** How a term is written in the document, outside of its id. Undefined: it is not. */
export const spellingIn = ({ name, tags, owner, description }: SearchDocument, term: string): string | undefined => {
  for (const text of [name, ...tags, owner, description]) {
    const word = wordsOf(text).find((one) => one.term === term)
    if (word !== undefined) return text.slice(word.start, word.end)
  }
  return undefined
}
