import { isJsonObject } from '../json.js'
import type { Json, JsonObject } from '../json.js'
import type { CatalogDelivery, WebhookHeaders, WebhookProblem } from '../ports/catalog-webhook.js'

/** What a host says of a push, as it stands in the body. Nothing of it is believed. */
export interface ToldPush {
  readonly id: string
  /** For people: `GitHub`. */
  readonly host: string
  readonly ref: unknown
  /** Nothing but zeros: the branch was or is not there. */
  readonly before: unknown
  readonly after: unknown
  readonly repository: unknown
  /** Absent: the host does not tell. */
  readonly forced?: boolean
  readonly commits: unknown
  /** Whether `commits` are all that were pushed. */
  readonly isComplete: (listed: number) => boolean
  /** A commit with so many changed files may have more. Default: none is cut off. */
  readonly mostFiles?: number
}

/** A delivery's body as an object. `undefined`: it is none. */
export const deliveryBody = (rawBody: Uint8Array): JsonObject | undefined => {
  try {
    const body = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(rawBody)) as Json
    return isJsonObject(body) ? body : undefined
  } catch {
    return undefined
  }
}

/** A header of a delivery. `undefined`: it is absent, empty, too long or holds what no host sends. */
export const deliveryHeader = (headers: WebhookHeaders, name: string): string | undefined => {
  const value = headers[name]?.trim()
  return value !== undefined && /^[\x21-\x7e][\x20-\x7e]{0,199}$/.test(value) ? value : undefined
}

const commitPattern = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/

const isCommit = (value: unknown): value is string => typeof value === 'string' && commitPattern.test(value)

const isNone = (commit: string): boolean => /^0+$/.test(commit)

/** The paths of one commit. `undefined`: they are not all there, or are no paths. */
const pathsOf = (commit: Json, mostFiles: number): readonly string[] | undefined => {
  if (!isJsonObject(commit)) return undefined
  const lists = [commit['added'], commit['modified'], commit['removed']]
  if (!lists.every((list): list is readonly Json[] => Array.isArray(list))) return undefined
  const paths = lists.flat()
  return paths.length < mostFiles && paths.every((path) => typeof path === 'string') ? paths : undefined
}

const changedPathsOf = (commits: readonly Json[], { isComplete, mostFiles = Infinity }: ToldPush): readonly string[] | undefined => {
  const paths = commits.map((commit) => pathsOf(commit, mostFiles))
  return isComplete(commits.length) && paths.every((list) => list !== undefined) ? [...new Set(paths.flat())].toSorted() : undefined
}

/** A push out of what a host told, by the laws of port CatalogWebhook. Total. */
export const readCatalogPush = (told: ToldPush): CatalogDelivery | WebhookProblem => {
  const { id, host, ref, before, after, repository, forced, commits } = told
  const problem = (what: string): WebhookProblem => ({ problem: `The delivery is no push as ${host} describes it: ${what}` })
  if (typeof ref !== 'string' || ref.length > 1_000 || !/^refs\/[^/]+\/[^\u0000-\u0020]/.test(ref)) return problem('ref is no reference')
  if (!ref.startsWith('refs/heads/')) return { event: 'other', id, name: 'push of what is no branch' }
  if (typeof repository !== 'string' || repository.length > 500 || !/^[^/\s]+(?:\/[^/\s]+)+$/.test(repository)) return problem('it does not name its repository')
  if (!isCommit(before) || !isCommit(after)) return problem('before or after is no commit')
  if (!Array.isArray(commits)) return problem('commits is no list')
  const paths = forced === true || isNone(before) || isNone(after) ? undefined : changedPathsOf(commits as readonly Json[], told)
  return {
    event: 'push', id, repository, branch: ref.slice('refs/heads/'.length), ...(isNone(after) ? {} : { commit: after }), ...(isNone(before) ? {} : { before }),
    ...(forced === undefined ? {} : { forced }), ...(paths === undefined ? {} : { changedPaths: paths }),
  }
}
