import { isStorableText } from '../form/storable-value.js'

/** One document of a snapshot: its text as stored, or why it alone cannot be read. */
export type SnapshotFile =
  | { readonly path: string; readonly source: string; readonly unreadable?: undefined }
  /** `unreadable` is for people: it names no credentials. */
  | { readonly path: string; readonly unreadable: string; readonly source?: undefined }

/** The file that says who owns which path of a repository. */
export interface CodeownersFile {
  /** Where it lies in the repository, for example `.github/CODEOWNERS`. */
  readonly path: string
  readonly source: string
  /** By whose rules it is read: GitHub's last match wins; GitLab's has sections. */
  readonly dialect: 'github' | 'gitlab'
  /** The folder of the repository that the paths of the snapshot begin in, without `/` at its ends. Absent: its root. */
  readonly directory?: string
}

/** All documents of a source, as they were at one moment. A value: it does not change when the source does. */
export interface CatalogSnapshot {
  /** Names this state: a commit, an ETag, a hash of the content. Equal revisions hold equal files and an equal `codeowners`. */
  readonly revision: string
  /** In any order. */
  readonly files: readonly SnapshotFile[]
  /** The id of the commit that was read. Absent: the source knows no commits. */
  readonly commit?: string
  /** Absent: the source has none. */
  readonly codeowners?: CodeownersFile
}

/** What a source may hold. More than `files` fails the read; a document of more than `fileBytes` (in UTF-8) is `unreadable`. */
export const catalogLimits = { files: 10_000, fileBytes: 1_048_576, pathCharacters: 1_024 } as const

/** True for the names that hold documents: `.yaml` or `.yml` in any case; nothing of whose path a part begins with a dot. */
export const isDocumentPath = (path: string): boolean => /\.ya?ml$/i.test(path) && !path.split('/').some((part) => part.startsWith('.'))

/** Whether a snapshot may have it: relative, with `/`, no part of it empty, `.` or `..`, no backslash and no control character, not too long. */
export const isSoundPath = (path: unknown): path is string =>
  typeof path === 'string' && path.length <= catalogLimits.pathCharacters && isStorableText(path) && !/[\\\u0000-\u001f\u007f]/.test(path) &&
  path.split('/').every((part) => part !== '' && part !== '.' && part !== '..')

const fileProblem = (file: unknown, seen: Set<unknown>): string | undefined => {
  const { path, source, unreadable } = (typeof file === 'object' && file !== null ? file : {}) as { readonly [member: string]: unknown }
  if (!isSoundPath(path)) return `the path ${JSON.stringify(path)?.slice(0, 100) ?? 'of a file'} is not a relative one with "/" and without "." and ".."`
  if (seen.has(path)) return `the path ${path} stands twice in it`
  seen.add(path)
  return typeof (source ?? unreadable) === 'string' ? undefined : `${path} has neither a source nor a reason why it is unreadable`
}

/** In what a snapshot breaks the laws of port CatalogSource, as far as the snapshot alone shows it. `undefined`: in nothing. */
export const snapshotProblem = (snapshot: CatalogSnapshot): string | undefined => {
  const { revision, files } = snapshot as { readonly revision: unknown; readonly files: unknown }
  if (typeof revision !== 'string' || revision === '') return 'it has no revision'
  if (!Array.isArray(files)) return 'it has no list of files'
  if (files.length > catalogLimits.files) return `it has ${files.length} files, more than ${catalogLimits.files}`
  const seen = new Set<unknown>()
  for (const file of files) {
    const problem = fileProblem(file, seen)
    if (problem !== undefined) return problem
  }
  return undefined
}
