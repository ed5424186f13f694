import { type NameToken, type PatternCharacter, fitsName, fitsRuns, nameTokens, patternCharacters } from './name-glob.js'

/** A part of a path's pattern: a name, or any number of folders. */
type Part = 'folders' | readonly NameToken[]

/** The pattern of a line, ready to be asked. */
export type PathPattern = (path: string) => boolean

const anyName: Part = [{ kind: 'one' }, { kind: 'run' }]

const split = (characters: readonly PatternCharacter[]): readonly (readonly PatternCharacter[])[] => {
  const parts: PatternCharacter[][] = [[]]
  for (const character of characters) {
    if (character.text === '/') parts.push([])
    else parts.at(-1)?.push(character)
  }
  return parts
}

const spelt = (characters: readonly PatternCharacter[]): string => (characters.some(({ escaped }) => escaped) ? '' : characters.map(({ text }) => text).join(''))

/** What a name is compared with; most names of patterns are plain. */
const matcherOf = (tokens: readonly NameToken[]): (name: string) => boolean => {
  const plain = tokens.every(({ kind }) => kind === 'character') ? tokens.map((token) => (token.kind === 'character' ? token.text : '')).join('') : undefined
  return plain === undefined ? (name) => fitsName(tokens, name) : (name) => name === plain
}

const patternOf = (parts: readonly Part[]): PathPattern => {
  const matchers = parts.map((part) => (part === 'folders' ? part : matcherOf(part)))
  return (path) => fitsRuns(matchers, path.split('/'), (matcher) => matcher === 'folders', (matcher, name) => matcher !== 'folders' && matcher(name))
}

/**
 * As in `.gitignore`: a slash before the end binds the pattern to the root, a folder means all that lies below it, `**` any folders. A `*` alone at the
 * end means the files right there. Undefined for what GitHub does not read: `!`, `[ ]`, an escaped `#`, three asterisks.
 */
export const githubPattern = (text: string): PathPattern | undefined => {
  if (/^!|^\\#|\*{3}|[[\]]/.test(text) || text === '/') return undefined
  const parts = split(patternCharacters(text))
  const anchored = parts.length > 2 || (parts.length === 2 && parts[1]?.length !== 0)
  const names = parts.filter((part, index) => part.length > 0 || (index > 0 && index < parts.length - 1))
  const read = names.map((part): Part => (spelt(part) === '**' ? 'folders' : nameTokens(part, { sets: false })))
  const last = names.at(-1) ?? []
  const below: readonly Part[] = parts.at(-1)?.length === 0 || spelt(last) === '**' ? ['folders', anyName] : spelt(last) === '*' ? [] : ['folders']
  return patternOf([...(anchored ? [] : ['folders' as const]), ...read.map((part) => (part !== 'folders' && part.length === 1 && part[0]?.kind === 'run' ? anyName : part)), ...below])
}

/** A pattern that does not begin with a slash is looked for in every folder; one that ends with a slash means all that lies below; any other means files. */
export const gitlabPattern = (text: string): PathPattern => {
  const parts = split(patternCharacters(text))
  const anchored = parts[0]?.length === 0
  const below = parts.at(-1)?.length === 0
  const names = parts.slice(anchored ? 1 : 0, below ? -1 : undefined)
  const read = names.map((part, index): Part => {
    // As fnmatch has it, ** at the end, without a slash behind it, is *.
    if (spelt(part) === '**') return index < names.length - 1 || below ? 'folders' : anyName
    return nameTokens(part, { sets: true })
  })
  return patternOf([...(anchored ? [] : ['folders' as const]), ...read, ...(below ? ['folders' as const, anyName] : [])])
}
