import { PaoError } from '@pao/core'
import type { HttpClient } from '@pao/core/action'
import { branchProblem, directoryProblem, hostApi, repositorySource, withOutages } from '@pao/core/plugin'
import type { RepositoryPlace } from '@pao/core/plugin'
import type { CatalogSource, Logger } from '@pao/core/ports'
import { appCredentials, githubHeaders, noCredentials, tokenCredentials } from './github-credentials.js'
import type { GithubApp } from './github-credentials.js'
import { githubRepository } from './github-repository.js'
import { publishCheck, publishStatus } from './publish-verdict.js'

export interface GithubCatalogSourceOptions {
  /** `owner/name` */
  readonly repository: string
  /** Default: `main`. */
  readonly branch?: string
  /** The folder that the catalog begins in. Default: the root, where what lies under `catalog/` and `bundles/` counts. `.`: everything counts. */
  readonly directory?: string
  /** A token that may read contents; with the right to write commit statuses, verdicts are shown as such. Either this, `app` or neither. */
  readonly token?: () => Promise<string>
  /** A GitHub app that may read contents; with the right to write checks, verdicts are shown as check runs with annotations. */
  readonly app?: GithubApp
  /** Of GitHub Enterprise Server, for example `https://github.example.com/api/v3`. Default: `https://api.github.com`. */
  readonly apiUrl?: string
  /** What the check or status is called. Default: `pao/catalog`. */
  readonly checkName?: string
  /** Carries the calls; its egress policy decides what may be reached. */
  readonly http: HttpClient
  /** Told of what is read another way than it should be. Default: nobody. */
  readonly logger?: Logger
  /** Milliseconds since 1970. Default: the system's clock. */
  readonly now?: () => number
}

const cures = {
  401: 'the credentials are wrong or have run out: check tokenSecret or app',
  403: 'the credentials may not do this: let the token or app read contents, and write checks or statuses',
  404: 'there is no such thing, or the credentials may not see it: check repository, branch and the rights of the token or app',
  409: 'the repository is empty: push the branch to it',
}

const isAddress = (text: string): boolean => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) && new URL(text).username === '' && new URL(text).search === ''

const problemOf = ({ repository, branch = 'main', directory = '.', token, app, apiUrl = 'https://api.github.com' }: GithubCatalogSourceOptions): string | undefined => {
  const folder = directoryProblem(directory)
  if (!/^[\w.-]+\/[\w.-]+$/.test(repository) || /(?:^|\/)\.{1,2}(?:\/|$)/.test(repository)) return 'repository must be owner/name, such as acme/platform-catalog'
  const name = branchProblem(branch)
  if (name !== undefined) return name
  if (folder !== undefined) return `directory: ${folder}`
  if (token !== undefined && app !== undefined) return 'either a token or an app calls GitHub, not both'
  return isAddress(apiUrl) ? undefined : 'apiUrl must be an address such as https://github.example.com/api/v3, without credentials'
}

/** Port CatalogSource over a repository on GitHub, by its REST API. Throws PaoError CONFIGURATION for options that cannot be meant. */
export const githubCatalogSource = (options: GithubCatalogSourceOptions): CatalogSource => {
  const problem = problemOf(options)
  if (problem !== undefined) throw new PaoError('CONFIGURATION', `A catalog on GitHub: ${problem}`)
  const { repository, branch = 'main', directory, token, app, http, checkName: name = 'pao/catalog', now = Date.now, logger } = options
  const apiUrl = (options.apiUrl ?? 'https://api.github.com').replace(/\/+$/, '')
  const credentials = app !== undefined ? appCredentials({ app, http, apiUrl, now }) : token !== undefined ? tokenCredentials(token) : noCredentials
  const api = hostApi({
    host: 'GitHub', subject: repository, apiUrl, http, now, cures, limits: 'x-ratelimit', refused: () => { credentials.forget() },
    headers: async () => {
      const authorization = await credentials.authorization()
      return { ...githubHeaders, ...(authorization === undefined ? {} : { authorization }) }
    },
  })
  const place: RepositoryPlace = { codeowners: 'github', ...(directory === undefined ? {} : { directory }) }
  const source = repositorySource(githubRepository({ api, repository, branch, place, told: (error) => { logger?.warn({ err: error, repository }, 'the archive of the commit cannot be used: its documents are read one by one') } }), place)
  if (credentials.kind === 'none') return source
  const show = credentials.kind === 'app' ? publishCheck : publishStatus
  const prefix = directory === undefined || directory === '.' ? '' : `${directory}/`
  return {
    ...source,
    publish: (verdict, signal) => withOutages(`the verdict of ${repository}`, signal, () => show({ api, repository, name, prefix }, verdict, signal)),
  }
}
