/** Names shorter than this have neighbours that are words of their own. */
const SHORTEST = 3

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')

/** Every text that is one insertion, omission, replacement or swap away from a name, as alternatives of a regular expression. */
const neighbours = (name: string): readonly string[] => {
  const parts = [...name]
  const around = (from: number, to: number, between: string): string => `${escaped(parts.slice(0, from).join(''))}${between}${escaped(parts.slice(to).join(''))}`
  const swaps = parts.slice(1).map((part, index) => around(index, index + 2, escaped(`${part}${parts[index] ?? ''}`)))
  return [...parts.flatMap((_, index) => [around(index, index + 1, '.?'), around(index, index, '.')]), around(parts.length, parts.length, '.'), ...swaps]
}

/** A regular expression of the names that are one mistake away from one of these, and are none of them: typing errors in an object that takes other names too. */
export const nearMisses = (names: readonly string[]): string => {
  const known = names.map(escaped).join('|')
  return `^(?!(?:${known})$)(?:${names.filter(({ length }) => length >= SHORTEST).flatMap(neighbours).join('|')})$`
}
