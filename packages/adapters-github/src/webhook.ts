import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Json, JsonObject } from '@pao/core/action'
import { isJsonObject } from '@pao/core/action'
import type { CatalogDelivery, CatalogPush, CatalogWebhook, WebhookHeaders, WebhookProblem } from '@pao/core/ports'

const proof = /^sha256=([0-9a-f]{64})$/
const commitPattern = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/
const MOST_COMMITS = 2048
const MOST_FILES = 3000

const problem = (what: string): WebhookProblem => ({ problem: `The delivery is no push as GitHub describes it: ${what}` })

const bodyOf = (rawBody: Uint8Array): JsonObject | undefined => {
  try {
    const body = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(rawBody)) as Json
    return isJsonObject(body) ? body : undefined
  } catch {
    return undefined
  }
}

const isNone = (commit: string): boolean => /^0+$/.test(commit)

/** The paths of one commit. `undefined`: they are not all there, or are no paths. */
const pathsOf = (commit: Json): readonly string[] | undefined => {
  if (!isJsonObject(commit)) return undefined
  const lists = [commit['added'] ?? [], commit['modified'] ?? [], commit['removed'] ?? []]
  if (!lists.every((list): list is readonly Json[] => Array.isArray(list))) return undefined
  const paths = lists.flat()
  return paths.length < MOST_FILES && paths.every((path) => typeof path === 'string') ? paths : undefined
}

/** Every path that the commits changed, where all are listed. */
const changedPathsOf = (commits: readonly Json[]): readonly string[] | undefined => {
  const paths = commits.map(pathsOf)
  return commits.length < MOST_COMMITS && paths.every((list) => list !== undefined) ? [...new Set(paths.flat())].toSorted() : undefined
}

const repositoryOf = ({ repository }: JsonObject): string | undefined => {
  const name = isJsonObject(repository ?? null) ? (repository as JsonObject)['full_name'] : undefined
  return typeof name === 'string' && /^[^/\s]{1,100}\/[^/\s]{1,100}$/.test(name) ? name : undefined
}

const isCommit = (value: unknown): value is string => typeof value === 'string' && commitPattern.test(value)

const readPush = (id: string, body: JsonObject): CatalogDelivery | WebhookProblem => {
  const { ref, before, after, forced, commits } = body
  if (typeof ref !== 'string' || ref.length > 1_000 || !/^refs\/[^/]+\/[^\u0000-\u0020]/.test(ref)) return problem('ref is no reference')
  if (!ref.startsWith('refs/heads/')) return { event: 'other', id, name: 'push of another reference than a branch' }
  const repository = repositoryOf(body)
  if (repository === undefined) return problem('repository.full_name is not owner/name')
  if (!isCommit(before) || !isCommit(after)) return problem('before or after is no commit')
  if (typeof forced !== 'boolean') return problem('forced is not true or false')
  if (!Array.isArray(commits)) return problem('commits is no list')
  const paths = forced || isNone(before) || isNone(after) ? undefined : changedPathsOf(commits as readonly Json[])
  const push: CatalogPush = {
    event: 'push', id, repository, branch: ref.slice('refs/heads/'.length), forced,
    ...(isNone(after) ? {} : { commit: after }), ...(isNone(before) ? {} : { before }), ...(paths === undefined ? {} : { changedPaths: paths }),
  }
  return push
}

const header = (headers: WebhookHeaders, name: string): string | undefined => {
  const value = headers[name]?.trim()
  return value !== undefined && /^[\x21-\x7e][\x20-\x7e]{0,199}$/.test(value) ? value : undefined
}

/** Port CatalogWebhook for GitHub: `X-Hub-Signature-256` over the raw body, `X-GitHub-Event`, `X-GitHub-Delivery`. */
export const webhook: CatalogWebhook = {
  host: 'github',
  verify: (headers, rawBody, secret) => {
    const sent = proof.exec(headers['x-hub-signature-256'] ?? '')?.[1]
    if (sent === undefined || secret === '') return false
    return timingSafeEqual(Buffer.from(sent, 'hex'), createHmac('sha256', secret).update(rawBody).digest())
  },
  read: (headers, rawBody) => {
    const [event, id] = [header(headers, 'x-github-event'), header(headers, 'x-github-delivery')]
    if (event === undefined || id === undefined) return { problem: 'The headers X-GitHub-Event and X-GitHub-Delivery are missing or malformed: is it GitHub that calls?' }
    if (event === 'ping') return { event, id }
    if (event !== 'push') return { event: 'other', id, name: event }
    if (headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true) return { problem: 'The webhook sends a form: set its content type to application/json' }
    const body = bodyOf(rawBody)
    return body === undefined ? problem('its body is no JSON object') : readPush(id, body)
  },
}
