import { PaoError } from '@pao/core'
import type { HttpClient, Json, JsonObject } from '@pao/core/action'
import { isJsonObject } from '@pao/core/action'
import { branchProblem, directoryProblem, hostApi, repositorySource, withOutages } from '@pao/core/plugin'
import type { HostApi, RepositoryPlace } from '@pao/core/plugin'
import type { CatalogSource, CatalogVerdict } from '@pao/core/ports'
import { gitlabRepository } from './gitlab-repository.js'

export interface GitlabCatalogSourceOptions {
  /** Path of the project, `group/subgroup/project`, or its number. */
  readonly project: string
  /** Default: `main`. */
  readonly branch?: string
  /** The folder that the catalog begins in. Default: the root, where what lies under `catalog/` and `bundles/` counts. `.`: everything counts. */
  readonly directory?: string
  /** A token with `read_api`; with `api`, verdicts are shown as commit statuses. Default: none is sent, which public projects admit. */
  readonly token?: () => Promise<string>
  /** Of your own GitLab, for example `https://gitlab.example.com/api/v4`. Default: `https://gitlab.com/api/v4`. */
  readonly apiUrl?: string
  /** What the commit status is called. Default: `pao/catalog`. */
  readonly statusName?: string
  readonly http: HttpClient
  /** Milliseconds since 1970. Default: the system's clock. */
  readonly now?: () => number
}

const DESCRIPTION_CHARACTERS = 255

const cures = {
  401: 'the token is wrong or has run out: check tokenSecret',
  403: 'the token may not do this: it needs the scope read_api, and api to write commit statuses',
  404: 'there is no such thing, or the token may not see it: check project, branch and the rights of the token',
}

const isAddress = (text: string): boolean => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) && new URL(text).username === '' && new URL(text).search === ''

const problemOf = ({ project, branch = 'main', directory = '.', apiUrl = 'https://gitlab.com/api/v4' }: GitlabCatalogSourceOptions): string | undefined => {
  const folder = directoryProblem(directory)
  if (!/^(?:\d+|[\w.-]+(?:\/[\w.-]+)+)$/.test(project) || /(?:^|\/)\.{1,2}(?:\/|$)/.test(project)) return 'project must be group/project, such as acme/platform/catalog, or its number'
  const name = branchProblem(branch)
  if (name !== undefined) return name
  if (folder !== undefined) return `directory: ${folder}`
  return isAddress(apiUrl) ? undefined : 'apiUrl must be an address such as https://gitlab.example.com/api/v4, without credentials'
}

const idOf = (status: JsonObject): number => (typeof status['id'] === 'number' ? status['id'] : 0)

const latestOf = (statuses: Json, name: string): JsonObject | undefined => (Array.isArray(statuses) ? statuses as readonly Json[] : [])
  .filter((status): status is JsonObject => isJsonObject(status)).filter((status) => status['name'] === name).toSorted((left, right) => idOf(right) - idOf(left))[0]

/** As a commit status, which holds one sentence. GitLab refuses a status that is there already, so what is there is looked at first. */
const publish = async (api: HostApi, { base, branch, name }: { readonly base: string; readonly branch: string; readonly name: string }, verdict: CatalogVerdict, signal: AbortSignal): Promise<void> => {
  const { commit, summary } = verdict
  const state = verdict.state === 'success' ? 'success' : 'failed'
  const description = summary.length > DESCRIPTION_CHARACTERS ? `${summary.slice(0, DESCRIPTION_CHARACTERS - 1)}…` : summary
  const found = api.json(await api.call({ path: `${base}/repository/commits/${commit}/statuses?name=${encodeURIComponent(name)}&per_page=100`, signal }))
  const last = latestOf(found, name)
  if (last?.['status'] === state && last['description'] === description) return
  await api.call({ method: 'POST', path: `${base}/statuses/${commit}`, body: { state, name, description, ref: branch }, signal })
}

/** Port CatalogSource over a project on GitLab, by its REST API. Throws PaoError CONFIGURATION for options that cannot be meant. */
export const gitlabCatalogSource = (options: GitlabCatalogSourceOptions): CatalogSource => {
  const problem = problemOf(options)
  if (problem !== undefined) throw new PaoError('CONFIGURATION', `A catalog on GitLab: ${problem}`)
  const { project, branch = 'main', directory, token, http, statusName: name = 'pao/catalog', now = Date.now } = options
  const apiUrl = (options.apiUrl ?? 'https://gitlab.com/api/v4').replace(/\/+$/, '')
  const api = hostApi({
    host: 'GitLab', subject: project, apiUrl, http, now, cures, limits: 'ratelimit',
    headers: async () => ({ accept: 'application/json', ...(token === undefined ? {} : { 'private-token': await token() }) }),
  })
  const place: RepositoryPlace = { codeowners: 'gitlab', ...(directory === undefined ? {} : { directory }) }
  const base = `/projects/${encodeURIComponent(project)}`
  const source = repositorySource(gitlabRepository({ api, project, base, branch, place }), place)
  if (token === undefined) return source
  return { ...source, publish: (verdict, signal) => withOutages(`the verdict of ${project}`, signal, () => publish(api, { base, branch, name }, verdict, signal)) }
}
