/** A word of a text, as it is compared, and where it stands: UTF-16 code units, `end` not included. */
export interface Word {
  readonly term: string
  readonly start: number
  readonly end: number
}

/** Several words are one for those who write it together: `object-storage` is found by "objectstorage". Longer ones are addresses and paths. */
const MOST_PARTS = 4

const folded = (text: string): string => {
  const lower = text.toLowerCase()
  // Plain ASCII has no accents, and is nearly all that there is.
  return /^[\x00-\x7f]*$/.test(lower) ? lower : lower.normalize('NFKD').replace(/\p{M}/gu, '')
}

/** The words that stand together without a space, such as `ci-cd`. */
const compoundsIn = (text: string, words: readonly Word[]): readonly Word[] => {
  const compounds: Word[] = []
  for (let first = 0; first < words.length;) {
    let last = first
    while (words[last + 1]?.start === (words[last]?.end ?? 0) + 1 && /[-_./]/.test(text.charAt(words[last]?.end ?? 0))) last += 1
    const parts = words.slice(first, last + 1)
    const [start, end] = [parts[0]?.start ?? 0, parts.at(-1)?.end ?? 0]
    if (parts.length > 1 && parts.length <= MOST_PARTS) compounds.push({ term: parts.map(({ term }) => term).join(''), start, end })
    first = last + 1
  }
  return compounds
}

/** Letters and digits, and languages such as C++ and C#. */
const word = /\p{L}(?:#|\+\+)|[\p{L}\p{N}\p{M}]+/gu

/** The words of a text, in their order, without what is written together of them. */
export const plainWordsOf = (text: string): readonly Word[] =>
  [...text.matchAll(word)].flatMap(({ 0: found, index }) => {
    const term = folded(found)
    return term === '' ? [] : [{ term, start: index, end: index + found.length }]
  })

/** The words of a text, those that are written together behind the others. */
export const wordsOf = (text: string): readonly Word[] => {
  const words = plainWordsOf(text)
  return [...words, ...compoundsIn(text, words)]
}
