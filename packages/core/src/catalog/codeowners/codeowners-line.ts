/** Characters. GitHub reads no larger file either. */
const LARGEST = 3 * 1024 * 1024

export const tooLarge = (source: string): boolean => source.length > LARGEST

/** A line with a pattern. */
export interface CodeownersEntry {
  /** With its escapes. */
  readonly pattern: string
  readonly owners: readonly string[]
  /** What stands where owners stand and is none. */
  readonly strays: readonly string[]
}

const isOwner = (word: string): boolean => /^@{1,2}[\w.-]+(\/[\w.-]+)*$/.test(word) || /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(word)

/** Owners up to a comment. */
const readOwners = (text: string): Pick<CodeownersEntry, 'owners' | 'strays'> => {
  const words = text.split(/\s+/).filter((word) => word !== '')
  const comment = words.findIndex((word) => word.startsWith('#'))
  const told = comment === -1 ? words : words.slice(0, comment)
  return { owners: told.filter(isOwner), strays: told.filter((word) => !isOwner(word)) }
}

/** Undefined: the line is empty or a comment. Blanks of a path are escaped by a backslash. */
export const readLine = (text: string): CodeownersEntry | undefined => {
  const line = text.trim()
  if (line === '' || line.startsWith('#')) return undefined
  let end = 0
  while (end < line.length && !/\s/.test(line[end] ?? '')) end += line[end] === '\\' ? 2 : 1
  return { pattern: line.slice(0, end), ...readOwners(line.slice(end)) }
}

/** `[Name]`, `^[Name]`, `[Name][2] @default`. Undefined: the line is none. */
export const readSectionHead = (text: string): { readonly name: string; readonly owners: readonly string[] } | undefined => {
  const [, name, rest = ''] = /^\s*\^?\[([^[\]]+)\](?:\[\d*\])?((?:\s.*)?)$/.exec(text) ?? []
  return name === undefined ? undefined : { name: name.trim(), owners: readOwners(rest).owners }
}
