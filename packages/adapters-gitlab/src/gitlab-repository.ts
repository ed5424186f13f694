import { catalogLimits } from '@pao/core'
import type { HttpResponse, Json, JsonObject } from '@pao/core/action'
import { isJsonObject, isPaoError } from '@pao/core/action'
import { isFolderOfInterest } from '@pao/core/plugin'
import type { HostApi, Repository, RepositoryCommit, RepositoryContent, RepositoryEntry, RepositoryPlace } from '@pao/core/plugin'

export interface GitlabRepositoryOptions {
  readonly api: HostApi
  /** For people. */
  readonly project: string
  /** `/projects/…` */
  readonly base: string
  readonly branch: string
  readonly place: RepositoryPlace
}

const PER_PAGE = 100

const idPattern = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/

/** What names the next page: of the link that GitLab gives only these are taken, so that it leads nowhere else. */
const nextPage = ({ headers }: HttpResponse): string | undefined => {
  const link = /<([^<>]*)>\s*;\s*rel="?next"?/.exec(headers['link'] ?? '')?.[1]
  if (link === undefined || !URL.canParse(link)) return undefined
  const found = new URL(link).searchParams
  const kept = new URLSearchParams()
  for (const name of ['page_token', 'page']) {
    const value = found.get(name)
    if (value !== null) kept.set(name, value)
  }
  return kept.size === 0 ? undefined : `&${kept}`
}

/** Whether everything under a folder counts: a name that nothing can have counts there too. */
const isWhole = (folder: string, place: RepositoryPlace): boolean => isFolderOfInterest(`${folder === '' ? '' : `${folder}/`}\u0000`, place)

/** A project on GitLab, through its repository API: a branch, its tree page by page, and its blobs. */
export const gitlabRepository = ({ api, project, base, branch, place }: GitlabRepositoryOptions): Repository => {
  const idOf = (value: Json | undefined): string => {
    const id = isJsonObject(value ?? null) ? (value as JsonObject)['id'] : undefined
    if (typeof id !== 'string' || !idPattern.test(id)) throw api.unexpected()
    return id
  }

  const pathOf = ({ path }: JsonObject): string => {
    if (typeof path !== 'string') throw api.unexpected()
    return path
  }

  const listed = async (commit: string, folder: string, recursive: boolean, signal: AbortSignal): Promise<readonly JsonObject[]> => {
    const first = `${base}/repository/tree?ref=${commit}&per_page=${PER_PAGE}&pagination=keyset&recursive=${recursive}${folder === '' ? '' : `&path=${encodeURIComponent(folder)}`}`
    const found: JsonObject[] = []
    const seen = new Set<string>()
    for (let page: string | undefined = ''; page !== undefined;) {
      // A server that gives one page again and again would never end.
      if (seen.has(page)) throw api.unexpected()
      seen.add(page)
      const answer: HttpResponse = await api.call({ path: `${first}${page}`, signal })
      const entries = api.json(answer)
      if (!Array.isArray(entries) || !(entries as readonly Json[]).every((entry) => isJsonObject(entry))) throw api.unexpected()
      found.push(...entries as readonly JsonObject[])
      page = nextPage(answer)
    }
    return found
  }

  const entryOf = (entry: JsonObject): readonly RepositoryEntry[] =>
    entry['type'] === 'blob' ? [{ path: pathOf(entry), id: idOf(entry), kind: entry['mode'] === '120000' ? 'link' : 'file' }] : []

  const walked = async (commit: string, folder: string, signal: AbortSignal): Promise<readonly RepositoryEntry[]> => {
    if (isWhole(folder, place)) return (await listed(commit, folder, true, signal)).flatMap(entryOf)
    const found: RepositoryEntry[] = []
    for (const entry of await listed(commit, folder, false, signal)) {
      if (entry['type'] === 'tree' && isFolderOfInterest(pathOf(entry), place)) found.push(...await walked(commit, pathOf(entry), signal))
      else found.push(...entryOf(entry))
    }
    return found
  }

  const content = async (id: string, signal: AbortSignal): Promise<RepositoryContent> => {
    try {
      const { content: text, encoding } = api.object(await api.call({ path: `${base}/repository/blobs/${id}`, signal }))
      if (typeof text !== 'string' || encoding !== 'base64') throw api.unexpected()
      return Buffer.from(text, 'base64')
    } catch (error) {
      if (isPaoError(error, 'HTTP_BODY_TOO_LARGE')) return { unreadable: `it is larger than ${catalogLimits.fileBytes} bytes` }
      throw error
    }
  }

  return {
    description: `the branch ${branch} of ${project} on GitLab`,
    head: async (signal): Promise<RepositoryCommit> => {
      const { commit } = api.object(await api.call({ path: `${base}/repository/branches/${encodeURIComponent(branch)}`, signal }))
      const id = idOf(commit)
      return { id, content, entries: (inner) => walked(id, '', inner) }
    },
  }
}
