import type { CodeownersFile } from '../catalog-snapshot.js'
import { readLine, readSectionHead, tooLarge } from './codeowners-line.js'
import { type PathPattern, githubPattern, gitlabPattern } from './path-pattern.js'

/** A line that cannot be read and is left out. */
export interface CodeownersProblem {
  /** From 1. */
  readonly line: number
  readonly message: string
}

/** Who owns a path, and which lines say so. */
export interface PathOwners {
  /** As they are written: `@team`, `@org/team`, `team@example.com`. Empty: nobody. */
  readonly owners: readonly string[]
  /** From 1, in the order of the file; the lines that decide. Empty: no line fits the path. */
  readonly lines: readonly number[]
}

/** A CODEOWNERS file, read. */
export interface Codeowners {
  /** Where it lies in the repository. */
  readonly path: string
  readonly problems: readonly CodeownersProblem[]
  /** Of a path inside the catalog. */
  ownersOf(path: string): PathOwners
}

interface Rule {
  readonly line: number
  readonly matches: PathPattern
  readonly owners: readonly string[]
  /** What fits belongs to nobody in its section, whatever else stands there. */
  readonly excludes?: true
}

interface Section {
  readonly rules: Rule[]
  readonly defaults: readonly string[]
}

interface Reading {
  readonly sections: Map<string, Rule[]>
  readonly problems: CodeownersProblem[]
}

const addGithubLine = ({ sections, problems }: Reading, text: string, line: number): void => {
  const entry = readLine(text)
  if (entry === undefined) return
  const matches = githubPattern(entry.pattern)
  const [stray] = entry.strays
  if (matches === undefined) problems.push({ line, message: 'the pattern is not one that GitHub reads: it knows no !, no [ ], no \\# and no ***' })
  else if (stray !== undefined) problems.push({ line, message: `${stray.slice(0, 80)} is no owner: write @user, @organisation/team or an e-mail address` })
  else sections.get('')?.push({ line, matches, owners: entry.owners })
}

/** Gives the section that the next lines stand in. */
const addGitlabLine = ({ sections, problems }: Reading, current: Section, text: string, line: number): Section => {
  const head = readSectionHead(text)
  if (head !== undefined) {
    // Sections of one name are one section.
    const name = `[${head.name.toLowerCase()}]`
    const rules = sections.get(name) ?? []
    sections.set(name, rules)
    return { rules, defaults: head.owners }
  }
  const entry = readLine(text)
  if (entry === undefined) return current
  const excludes = entry.pattern.startsWith('!')
  for (const stray of entry.strays) problems.push({ line, message: `${stray.slice(0, 80)} is no owner: write @user, @group/subgroup, @@role or an e-mail address` })
  const matches = gitlabPattern(excludes ? entry.pattern.slice(1) : entry.pattern)
  current.rules.push(excludes ? { line, matches, owners: [], excludes } : { line, matches, owners: entry.owners.length === 0 && entry.strays.length === 0 ? current.defaults : entry.owners })
  return current
}

const read = ({ source, dialect }: CodeownersFile): Reading => {
  const reading: Reading = { sections: new Map([['', []]]), problems: [] }
  if (tooLarge(source)) {
    reading.problems.push({ line: 1, message: 'the file is larger than 3 MiB and is not read: nobody owns anything' })
    return reading
  }
  let section: Section = { rules: reading.sections.get('') ?? [], defaults: [] }
  for (const [index, text] of source.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/).entries()) {
    if (dialect === 'github') addGithubLine(reading, text, index + 1)
    else section = addGitlabLine(reading, section, text, index + 1)
  }
  return reading
}

/** In a section the last rule that fits decides. */
const deciding = (rules: readonly Rule[], path: string): Rule | undefined => {
  const excluding = rules.find(({ excludes, matches }) => excludes === true && matches(path))
  return excluding ?? rules.findLast(({ matches }) => matches(path))
}

/**
 * Reads a CODEOWNERS file by the rules of its host. GitHub: the last line that fits decides, and one without owners takes them away. GitLab: the same in
 * each section, and the owners of all sections together own the path. A line that cannot be read is left out and told.
 */
export const parseCodeowners = (file: CodeownersFile): Codeowners => {
  const { sections, problems } = read(file)
  const all = [...sections.values()]
  const known = new Map<string, PathOwners>()
  const find = (path: string): PathOwners => {
    const rules = all.flatMap((section) => deciding(section, path) ?? [])
    return { owners: [...new Set(rules.flatMap(({ owners }) => owners))], lines: rules.map(({ line }) => line).sort((left, right) => left - right) }
  }
  return {
    path: file.path, problems,
    ownersOf: (path) => {
      const inRepository = file.directory === undefined || file.directory === '' ? path : `${file.directory}/${path}`
      const answer = known.get(inRepository) ?? find(inRepository)
      known.set(inRepository, answer)
      return answer
    },
  }
}
