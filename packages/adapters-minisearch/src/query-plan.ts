import type { Query, QueryCombination } from 'minisearch'
import { plainWordsOf } from './words.js'

/** So many words of a query count: what a person types, and no more than can be looked up at once. */
const MOST_WORDS = 12

/** So much of a text is read. */
const MOST_LETTERS = 1_000

/** Longer words are keys and hashes: those are pasted, and not misspelt. */
const LONGEST_MISSPELT = 32

/** Shorter ones stand for nearly everything. */
const SHORTEST_BEGINNING = 2

/** What a person typed between two spaces: one word, or several that are written together. */
type Chunk = readonly string[]

/** The words of a query as they were typed. Empty: there is nothing to look for. */
export const chunksOf = (text: string): readonly Chunk[] => {
  const chunks: Chunk[] = []
  let left = MOST_WORDS
  for (const piece of text.slice(0, MOST_LETTERS).split(/\s+/u)) {
    const words = plainWordsOf(piece).slice(0, left).map(({ term }) => term)
    left -= words.length
    if (words.length > 0) chunks.push(words)
  }
  return chunks
}

const isBeginning = (term: string): boolean => term.length >= SHORTEST_BEGINNING

/** How many letters may be wrong: none in short words and in numbers, where each letter makes another word. */
const typosIn = (term: string): number => (term.length < 4 || term.length > LONGEST_MISSPELT || /^\p{N}+$/u.test(term) ? 0 : term.length < 8 ? 1 : 2)

const asWritten = { prefix: isBeginning, fuzzy: false }
const withTypos = { prefix: isBeginning, fuzzy: typosIn }

const all = (queries: Query[], options = {}): QueryCombination => ({ ...options, combineWith: 'AND', queries })
const any = (queries: Query[], options = {}): QueryCombination => ({ ...options, combineWith: 'OR', queries })

/** The word with each two neighbours swapped: one slip of the fingers, and two edits to an index. */
const swaps = (term: string): string[] => {
  const letters = [...term]
  if (letters.length < 3 || letters.length > LONGEST_MISSPELT) return []
  return letters.slice(1).flatMap((letter, index) => {
    const before = letters[index] ?? ''
    return letter === before ? [] : [[...letters.slice(0, index), letter, before, ...letters.slice(index + 2)].join('')]
  })
}

const likely = (boost: number) => ({ fuzzy: false, boostTerm: () => boost })

const misspelt = (term: string): Query => any([any([term], withTypos), any(swaps(term), { ...likely(0.8), prefix: isBeginning })])

/** Two wrong letters are allowed in longer words anyway: swaps are looked for only where that was in vain. */
const slightlyMisspelt = (term: string): Query => (typosIn(term) > 1 ? any([term], withTypos) : misspelt(term))

/** What stays of a long word that was misspelt while it is not finished. */
const stem = (term: string): readonly string[] => (term.length < 6 ? [] : [term.slice(0, Math.ceil(term.length * 0.6))])

const together = (chunk: Chunk, one: (term: string) => Query): Query =>
  chunk.length === 1 ? one(chunk[0] ?? '') : any([all(chunk.map(one)), one(chunk.join(''))])

/** "data base": what was written apart. */
const joined = (chunks: readonly Chunk[]): Query[] => {
  const words = chunks.flat()
  return words.slice(1).map((word, index) => `${words[index] ?? ''}${word}`)
}

/** A word or two that may be one. */
const wholeWord = (chunks: readonly Chunk[]): Query[] => (chunks.length < 2 || chunks.length > 3 ? [] : [any([chunks.flat().join('')], withTypos)])

type Stages = readonly (() => QueryCombination)[]

/** Asked one after the other, until something is found with all words: a query that is right costs the first alone. */
export const stagesOfAll = (chunks: readonly Chunk[]): Stages => [
  () => all(chunks.map((chunk) => together(chunk, (term) => term)), asWritten),
  () => any([all(chunks.map((chunk) => together(chunk, slightlyMisspelt))), ...wholeWord(chunks)]),
  () => all(chunks.map((chunk) => together(chunk, misspelt))),
]

/** The same, and at last what has any of the words. */
export const stagesOf = (chunks: readonly Chunk[]): Stages => [
  ...stagesOfAll(chunks),
  () => any([
    ...chunks.flat().map(misspelt),
    any(joined(chunks), { ...likely(1), prefix: isBeginning }),
    any(chunks.flat().flatMap(stem), { ...likely(0.3), prefix: true }),
  ]),
]
