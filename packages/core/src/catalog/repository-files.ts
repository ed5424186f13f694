import { catalogLimits, isDocumentPath, isSoundPath } from './catalog-snapshot.js'
import type { CodeownersFile } from './catalog-snapshot.js'

/** What a commit has at a path. */
export interface RepositoryEntry {
  /** From the repository's root, with `/`. */
  readonly path: string
  /** Names the content: equal ids are equal bytes. */
  readonly id: string
  /** `link`: a symbolic one. Folders and other repositories are no entries. */
  readonly kind: 'file' | 'link'
  /** In bytes. Absent: not known before it is read. */
  readonly size?: number
}

/** Which part of a repository is the catalog. */
export interface RepositoryPlace {
  /**
   * The folder that the catalog begins in: every document under it counts. `.`: the whole repository. Default: the repository's root, where what lies
   * under `catalog/` and `bundles/` counts.
   */
  readonly directory?: string
  /** Where CODEOWNERS is looked for, and by whose rules it is read. Default: nowhere. */
  readonly codeowners?: CodeownersFile['dialect']
}

/** A document to read, or why it cannot be read. */
export type RepositoryDocument =
  | { readonly path: string; readonly id: string; readonly unreadable?: undefined }
  | { readonly path: string; readonly unreadable: string; readonly id?: undefined }

/** The first that is there counts. */
const codeownersPlaces = {
  github: ['.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS'],
  gitlab: ['CODEOWNERS', 'docs/CODEOWNERS', '.gitlab/CODEOWNERS'],
} as const

const areas = ['catalog/', 'bundles/']

/** What is wrong with a `directory`, for people. `undefined`: nothing. */
export const directoryProblem = (directory: string): string | undefined =>
  directory === '.' || isSoundPath(directory) ? undefined : 'it must be a folder of the repository such as platform/services: no "/" at its ends, no ".." and no "\\"; "." is the whole repository'

/** What is wrong with the name of a branch, for people. `undefined`: nothing. As `git check-ref-format` has it, as far as it matters to who reads. */
export const branchProblem = (branch: string): string | undefined =>
  /^(?![-/.])(?!.*(?:\.\.|\/\/|\/\.|@\{|\.lock(?:\/|$)))[^\u0000-\u0020~^:?*[\\\u007f]+(?<![/.])$/.test(branch) ? undefined : 'branch must be the name of a branch, such as main, without refs/heads/'

/** A path as the catalog has it. `undefined`: it lies elsewhere. */
const pathInCatalog = (path: string, directory: string | undefined): string | undefined => {
  if (directory === undefined) return areas.some((area) => path.startsWith(area)) ? path : undefined
  if (directory === '.') return path
  return path.startsWith(`${directory}/`) ? path.slice(directory.length + 1) : undefined
}

/** Whether anything in a folder of the repository (its path without a final `/`, empty for the root) or under it can matter to the catalog. */
export const isFolderOfInterest = (folder: string, { directory, codeowners }: RepositoryPlace): boolean => {
  const wanted = [...(directory === undefined ? areas : [directory === '.' ? '' : `${directory}/`]), ...(codeowners === undefined ? [] : codeownersPlaces[codeowners])]
  const inside = folder === '' ? '' : `${folder}/`
  // Above what is wanted, or under a folder that is.
  return wanted.some((place) => place.startsWith(inside) || ((place === '' || place.endsWith('/')) && inside.startsWith(place)))
}

/** A name that a snapshot may have, for a document whose own it may not have. */
const soundPath = (path: string, taken: ReadonlySet<string>): string => {
  const extension = /\.ya?ml$/i.exec(path)?.[0] ?? ''
  const plain = path.toWellFormed().replace(/[\\\u0000-\u001f\u007f]/g, '_').slice(0, catalogLimits.pathCharacters - extension.length - 8).replace(/\.ya?ml$/i, '')
  for (let number = 1; ; number += 1) {
    const name = `${plain}${number === 1 ? '' : `~${number}`}${extension}`
    if (!taken.has(name)) return name
  }
}

const documentOf = (path: string, { id, kind, size = 0 }: RepositoryEntry): RepositoryDocument => {
  if (kind === 'link') return { path, unreadable: 'it is a link, and links of a repository are not followed' }
  return size > catalogLimits.fileBytes ? { path, unreadable: `it is larger than ${catalogLimits.fileBytes} bytes` } : { path, id }
}

/** The documents of a commit, by the rules of port CatalogSource, and where its CODEOWNERS lies. Total. */
export const repositoryFiles = (entries: readonly RepositoryEntry[], { directory, codeowners }: RepositoryPlace): {
  readonly documents: readonly RepositoryDocument[]
  readonly codeowners?: RepositoryEntry
} => {
  const found = entries.flatMap((entry) => {
    const path = pathInCatalog(entry.path, directory)
    return path !== undefined && isDocumentPath(path) ? [{ path, entry }] : []
  })
  const [taken, given] = [new Set(found.map(({ path }) => path)), new Set<string>()]
  const documents = found.map(({ path, entry }): RepositoryDocument => {
    // Names that are not UTF-8 may look alike.
    const unreadable = !isSoundPath(path) ? 'its name is too long or holds a backslash or a control character: rename it' : given.has(path) ? 'its name is not UTF-8: rename it' : undefined
    given.add(path)
    if (unreadable === undefined) return documentOf(path, entry)
    const shown = soundPath(path, taken)
    taken.add(shown)
    return { path: shown, unreadable }
  })
  const owners = (codeowners === undefined ? [] : codeownersPlaces[codeowners]).map((place) => entries.find(({ path }) => path === place)).find((entry) => entry !== undefined)
  return { documents, ...(owners === undefined ? {} : { codeowners: owners }) }
}
