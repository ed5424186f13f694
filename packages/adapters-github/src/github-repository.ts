import type { HttpResponse, Json, JsonObject } from '@pao/core/action'
import { isJsonObject, isPaoError } from '@pao/core/action'
import { catalogLimits } from '@pao/core'
import { isFolderOfInterest } from '@pao/core/plugin'
import type { HostApi, Repository, RepositoryCommit, RepositoryContent, RepositoryEntry, RepositoryPlace } from '@pao/core/plugin'
import { archiveContents } from './archive-contents.js'

export interface GithubRepositoryOptions {
  readonly api: HostApi
  /** `owner/name` */
  readonly repository: string
  readonly branch: string
  readonly place: RepositoryPlace
  /** Told of an archive that could not be used, after which contents are read one by one. */
  readonly told: (error: unknown) => void
}

/** A recursive tree is cut by GitHub at 7 MB. */
const TREE_BYTES = 16_777_216
/** More contents than this are looked for in one archive of the commit first. */
const MANY = 100
/** Of an archive, packed. In a larger one contents are not looked for. */
const ARCHIVE_BYTES = 134_217_728
/** Base64 of the largest document, with what stands around it. */
const BLOB_BYTES = 2_097_152

const idPattern = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/

/** Reads what GitHub gives, or throws. */
const readerOf = (api: HostApi) => {
  const text = (value: Json | undefined): string => {
    if (typeof value !== 'string') throw api.unexpected()
    return value
  }
  const id = (value: Json | undefined): string => {
    const found = isJsonObject(value ?? null) ? (value as JsonObject)['sha'] : undefined
    if (typeof found !== 'string' || !idPattern.test(found)) throw api.unexpected()
    return found
  }
  const tree = (answer: HttpResponse): Tree => {
    const { tree: entries, truncated } = api.object(answer)
    if (!Array.isArray(entries) || !(entries as readonly Json[]).every((entry) => isJsonObject(entry))) throw api.unexpected()
    return { entries: entries as readonly JsonObject[], truncated: truncated === true }
  }
  const entry = (given: JsonObject, folder: string): readonly RepositoryEntry[] => {
    const { type, mode, size, path } = given
    return type === 'blob' ? [{ path: `${folder}${text(path)}`, id: id(given), kind: mode === '120000' ? 'link' : 'file', ...(typeof size === 'number' ? { size } : {}) }] : []
  }
  return { text, id, tree, entry }
}

interface Tree { readonly entries: readonly JsonObject[]; readonly truncated: boolean }

/** The repository at `owner/name`, through the API for Git's data: a reference, its commit, its tree and its blobs. */
export const githubRepository = ({ api, repository, branch, place, told }: GithubRepositoryOptions): Repository => {
  const base = `/repos/${repository}/git`
  const read = readerOf(api)
  /** The reference as it was: asked again with its ETag it costs nothing of GitHub's limit while it stays. */
  let known: { readonly etag: string; readonly commit: string } | undefined

  const tree = async (id: string, recursive: boolean, signal: AbortSignal): Promise<Tree> =>
    read.tree(await api.call({ path: `${base}/trees/${id}${recursive ? '?recursive=1' : ''}`, maxBodyBytes: TREE_BYTES, signal }))

  /** Folder by folder, for what GitHub does not give at once. */
  const walked = async (id: string, folder: string, signal: AbortSignal): Promise<readonly RepositoryEntry[]> => {
    const { entries, truncated } = await tree(id, false, signal)
    if (truncated) throw api.unexpected()
    const found: RepositoryEntry[] = []
    for (const entry of entries) {
      const path = `${folder}${read.text(entry['path'])}`
      if (entry['type'] === 'tree' && isFolderOfInterest(path, place)) found.push(...await below(read.id(entry), `${path}/`, signal))
      else found.push(...read.entry(entry, folder))
    }
    return found
  }

  const below = async (id: string, folder: string, signal: AbortSignal): Promise<readonly RepositoryEntry[]> => {
    const whole = await tree(id, true, signal)
    return whole.truncated ? walked(id, folder, signal) : whole.entries.flatMap((entry) => read.entry(entry, folder))
  }

  const content = async (id: string, signal: AbortSignal): Promise<RepositoryContent> => {
    try {
      const { content: text, encoding } = api.object(await api.call({ path: `${base}/blobs/${id}`, maxBodyBytes: BLOB_BYTES, signal }))
      if (typeof text !== 'string' || encoding !== 'base64') throw api.unexpected()
      return Buffer.from(text, 'base64')
    } catch (error) {
      if (isPaoError(error, 'HTTP_BODY_TOO_LARGE')) return { unreadable: `it is larger than ${catalogLimits.fileBytes} bytes` }
      throw error
    }
  }

  /** A first read of thousands of documents by one call each would use up the limit of an hour. What the archive does not give is read one by one. */
  const contents = async (commit: string, ids: ReadonlySet<string>, signal: AbortSignal): Promise<ReadonlyMap<string, RepositoryContent>> => {
    if (ids.size <= MANY) return new Map()
    try {
      const archive = await api.call({ path: `/repos/${repository}/tarball/${commit}`, redirects: 1, bodyEncoding: 'latin1', maxBodyBytes: ARCHIVE_BYTES, timeoutMs: 60_000, signal })
      return await archiveContents(Buffer.from(archive.body, 'latin1'), ids)
    } catch (error) {
      signal.throwIfAborted()
      told(error)
      return new Map()
    }
  }

  const commitOf = (id: string): RepositoryCommit => ({
    id, content,
    contents: (ids, signal) => contents(id, ids, signal),
    entries: async (signal) => {
      const { tree: root } = api.object(await api.call({ path: `${base}/commits/${id}`, signal }))
      return below(read.id(root), '', signal)
    },
  })

  return {
    description: `the branch ${branch} of ${repository} on GitHub`,
    head: async (signal) => {
      const before = known
      const answer = await api.call({
        path: `${base}/ref/heads/${branch.split('/').map(encodeURIComponent).join('/')}`, signal,
        ...(before === undefined ? {} : { headers: { 'if-none-match': before.etag }, answers: [304] }),
      })
      if (answer.status === 304 && before !== undefined) return commitOf(before.commit)
      const commit = read.id(api.object(answer)['object'])
      const etag = answer.headers['etag']
      known = etag === undefined ? undefined : { etag, commit }
      return commitOf(commit)
    },
  }
}
