import type { SearchDocument } from '@pao/core/ports'
import type { SearchResult } from 'minisearch'
import { spellingIn } from './highlights.js'
import { plainWordsOf } from './words.js'

/** Hits that are looked at: beyond them nothing changes the first completions. */
const MOST_HITS = 200

interface Ending {
  readonly term: string
  readonly hit: SearchResult
}

/** The terms of the hits that the last word may become, by how much the hits speak for each. */
const endings = (fits: (term: string) => boolean, hits: readonly SearchResult[]): readonly Ending[] => {
  const found = new Map<string, Ending & { weight: number }>()
  for (const hit of hits) {
    for (const term of hit.terms) {
      const known = found.get(term)
      if (known !== undefined) known.weight += hit.score
      else if (fits(term)) found.set(term, { term, hit, weight: hit.score })
    }
  }
  return [...found.values()].sort((left, right) => right.weight - left.weight || (left.term < right.term ? -1 : 1))
}

/** Beginnings made whole; where there are none the word is misspelt, and what was found for it is put in its place. */
const endingsOf = ({ earlier, last }: Typed, hits: readonly SearchResult[]): readonly Ending[] => {
  const whole = endings((term) => term.startsWith(last) && term !== last, hits)
  return whole.length > 0 || hits.some(({ terms }) => terms.includes(last)) ? whole : endings((term) => !earlier.some((word) => term.startsWith(word)), hits)
}

interface Typed {
  /** What stands before the last word, with the space behind it. */
  readonly before: string
  readonly last: string
  /** The words before. */
  readonly earlier: readonly string[]
}

/** A text that is being typed. Undefined: it has no word yet. */
export const typed = (text: string): Typed | undefined => {
  const words = plainWordsOf(text)
  const last = words.at(-1)
  return last === undefined ? undefined : { before: text.slice(0, last.start), last: last.term, earlier: words.slice(0, -1).map(({ term }) => term) }
}

/** The text with its last word made whole in each way that the hits know, as they spell it. */
export const completionsOf = (
  text: Typed, hits: readonly SearchResult[], { documentOf, limit }: { readonly documentOf: (hit: SearchResult) => SearchDocument; readonly limit: number },
): readonly string[] => {
  const completions = new Set<string>()
  for (const { term, hit } of endingsOf(text, hits.slice(0, MOST_HITS))) {
    if (completions.size >= limit) break
    const spelling = spellingIn(documentOf(hit), term)
    if (spelling !== undefined) completions.add(`${text.before}${spelling}`)
  }
  return [...completions]
}
