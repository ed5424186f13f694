import { catalogLimits } from '../catalog/catalog-snapshot.js'
import type { CatalogSnapshot, CodeownersFile, SnapshotFile } from '../catalog/catalog-snapshot.js'
import { repositoryFiles } from '../catalog/repository-files.js'
import type { RepositoryDocument, RepositoryEntry, RepositoryPlace } from '../catalog/repository-files.js'
import { isPaoError, PaoError } from '../errors.js'
import type { CatalogSource } from '../ports/catalog-source.js'

/** The bytes of an entry, or why it alone cannot be read, for people. */
export type RepositoryContent = Uint8Array | { readonly unreadable: string }

/**
 * What a repository holds at one commit. Every method throws where it cannot answer (a PaoError says whether it may later), minds the signal, and
 * quotes no credentials.
 */
export interface RepositoryCommit {
  readonly id: string
  /** Every file and link, complete; those under folders that are not `isFolderOfInterest` may be left out. */
  entries(signal: AbortSignal): Promise<readonly RepositoryEntry[]>
  /** Called once for each id that is not known yet, for some at the same time. */
  content(id: string, signal: AbortSignal): Promise<RepositoryContent>
  /** Contents that one call gives together, asked before `content`. It may leave any of them out. Default: none. */
  contents?(ids: ReadonlySet<string>, signal: AbortSignal): Promise<ReadonlyMap<string, RepositoryContent>>
}

/** A repository as `repositorySource` asks it. */
export interface Repository {
  /** For people, for example "the branch main of https://git.example.org/catalog.git". */
  readonly description: string
  /** The commit that the branch is at now. Called for each read; it throws as the methods of a commit do. */
  head(signal: AbortSignal): Promise<RepositoryCommit>
}

type Kept = { readonly source: string } | { readonly unreadable: string }

/** How many contents are asked for at once. */
const AT_ONCE = 8

const tooLarge = { unreadable: `it is larger than ${catalogLimits.fileBytes} bytes` }

const keptOf = (content: RepositoryContent): Kept => {
  if (!(content instanceof Uint8Array)) return content
  if (content.length > catalogLimits.fileBytes) return tooLarge
  try {
    return { source: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content) }
  } catch {
    return { unreadable: 'it is not UTF-8 text' }
  }
}

const unavailable = (message: string): PaoError => new PaoError('CATALOG_UNAVAILABLE', message)

const outage = (error: unknown, description: string): PaoError => {
  if (isPaoError(error, 'CATALOG_UNAVAILABLE')) return error
  const reason = error instanceof Error ? error.message : 'for a reason that is no error'
  return new PaoError('CATALOG_UNAVAILABLE', `${description} cannot be read: ${reason}`, { cause: error, retryable: isPaoError(error) ? error.retryable : true })
}

/** The promise, or the signal's reason as soon as it aborts. What the promise then still does is nobody's. */
const abortable = <Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> => new Promise((resolve, reject) => {
  const onAbort = (): void => { reject(signal.reason as Error) }
  signal.addEventListener('abort', onAbort, { once: true })
  promise.then(resolve, reject).finally(() => { signal.removeEventListener('abort', onAbort) })
})

/** Runs what a source does. It ends as soon as the signal aborts, by its reason; whatever else it throws becomes CATALOG_UNAVAILABLE. */
export const withOutages = async <Value>(description: string, signal: AbortSignal, work: () => Promise<Value>): Promise<Value> => {
  signal.throwIfAborted()
  try {
    return await abortable(work(), signal)
  } catch (error) {
    signal.throwIfAborted()
    throw outage(error, description)
  }
}

const inParallel = async (ids: readonly string[], work: (id: string) => Promise<void>): Promise<void> => {
  const waiting = [...ids]
  const worker = async (): Promise<void> => {
    for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) await work(id)
  }
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, ids.length) }, worker)).finally(() => { waiting.length = 0 })
}

const fileOf = ({ path, id, unreadable }: RepositoryDocument, kept: ReadonlyMap<string, Kept>): SnapshotFile =>
  id === undefined ? { path, unreadable } : { path, ...kept.get(id) ?? { unreadable: 'it was not found in the repository' } }

/** Owners that cannot be read are no reason to serve without them. */
const ownersOf = (entry: RepositoryEntry, kept: ReadonlyMap<string, Kept>, { directory, codeowners: dialect = 'github' }: RepositoryPlace, description: string): CodeownersFile => {
  const content = entry.kind === 'link' ? { unreadable: 'it is a link' } : kept.get(entry.id)
  if (content === undefined || 'unreadable' in content) throw unavailable(`${description} cannot be read: ${entry.path} says who owns what, and ${content?.unreadable ?? 'was not found'}`)
  return { path: entry.path, source: content.source, dialect, ...(directory === undefined || directory === '.' ? {} : { directory }) }
}

/**
 * Port CatalogSource over a repository. Its revision is the commit: while that stays, a read asks `head` alone. After a change it asks for the entries
 * and for the contents that it does not know; what has left the catalog is forgotten. Force pushes are changes like any other.
 */
export const repositorySource = (repository: Repository, place: RepositoryPlace): CatalogSource => {
  const { description } = repository
  let last: CatalogSnapshot | undefined
  /** What was read, also by reads that did not come to their end: a large catalog is not begun from nothing again and again. */
  let known = new Map<string, Kept>()

  const contentsOf = async (commit: RepositoryCommit, ids: ReadonlySet<string>, signal: AbortSignal): Promise<ReadonlyMap<string, Kept>> => {
    const kept = new Map<string, Kept>()
    const keep = (id: string, one: Kept): void => {
      kept.set(id, one)
      known.set(id, one)
    }
    for (const id of ids) {
      const one = known.get(id)
      if (one !== undefined) kept.set(id, one)
    }
    const missing = (): ReadonlySet<string> => new Set([...ids].filter((id) => !kept.has(id)))
    const together = missing().size === 0 ? undefined : await commit.contents?.(missing(), signal)
    for (const [id, content] of together ?? []) if (ids.has(id)) keep(id, keptOf(content))
    await inParallel([...missing()], async (id) => {
      signal.throwIfAborted()
      keep(id, keptOf(await commit.content(id, signal)))
    })
    return kept
  }

  const load = async (commit: RepositoryCommit, signal: AbortSignal): Promise<CatalogSnapshot> => {
    const { documents, codeowners } = repositoryFiles(await commit.entries(signal), place)
    if (documents.length > catalogLimits.files) throw unavailable(`${description} has ${documents.length} documents, more than ${catalogLimits.files}`)
    const ids = [...documents.map(({ id }) => id), codeowners?.kind === 'file' ? codeowners.id : undefined].filter((id) => id !== undefined)
    const kept = await contentsOf(commit, new Set(ids), signal)
    const snapshot: CatalogSnapshot = {
      revision: commit.id, commit: commit.id, files: documents.map((document) => fileOf(document, kept)),
      ...(codeowners === undefined ? {} : { codeowners: ownersOf(codeowners, kept, place, description) }),
    }
    last = snapshot
    known = new Map(kept)
    return snapshot
  }

  return {
    description,
    read: (signal) => withOutages(description, signal, async () => {
      const commit = await repository.head(signal)
      return last?.revision === commit.id ? last : load(commit, signal)
    }),
  }
}
