import { PaoError } from '@pao/core'
import type { HttpClient } from '@pao/core/action'
import { branchProblem, directoryProblem, repositorySource } from '@pao/core/plugin'
import type { RepositoryPlace } from '@pao/core/plugin'
import type { CatalogSource } from '@pao/core/ports'
import { addressProblem } from './git-address.js'
import { localRepository } from './local-repository.js'
import { remoteRepository } from './remote-repository.js'

export interface GitCatalogSourceOptions extends RepositoryPlace {
  /** The repository behind `https://`, or `http://` on loopback. Without credentials. Either this or `path`. */
  readonly url?: string
  /** The folder of the repository, bare or with a working copy, absolute. Either this or `url`. */
  readonly path?: string
  /** Default: `main`. */
  readonly branch?: string
  /** The password that is sent with each call. Resolved for each read, so that a new one needs no restart. Default: none is sent. */
  readonly token?: () => Promise<string>
  /** The name beside it. Default: `x-access-token`, which GitHub, GitLab, Gitea and Bitbucket take for tokens. */
  readonly username?: string
  /** Bytes of one answer of the server: the newest commit's whole content, packed. Default: 256 MiB. */
  readonly maxPackBytes?: number
  /** Carries the calls; its egress policy decides what may be reached. Required for `url`. */
  readonly http?: HttpClient
}

const MAX_PACK_BYTES = 268_435_456

/** What is wrong with options, for people. `undefined`: nothing. */
export const gitOptionsProblem = ({ url, path, branch = 'main', directory = '.', token }: Omit<GitCatalogSourceOptions, 'http'>): string | undefined => {
  const folder = directoryProblem(directory)
  const unused = path !== undefined && token !== undefined ? 'path needs no token' : undefined
  return addressProblem({ ...(url === undefined ? {} : { url }), ...(path === undefined ? {} : { path }) }) ?? branchProblem(branch) ?? (folder === undefined ? undefined : `directory: ${folder}`) ?? unused
}

const basic = (username: string, token: string): string => `Basic ${Buffer.from(`${username}:${token}`).toString('base64')}`

/**
 * Port CatalogSource over a branch of a Git repository, by isomorphic-git: no `git`, no shell, no working copy. Throws PaoError CONFIGURATION for
 * options that cannot be meant.
 */
export const gitCatalogSource = (options: GitCatalogSourceOptions): CatalogSource => {
  const { url, path, branch = 'main', token, username = 'x-access-token', maxPackBytes = MAX_PACK_BYTES, http, directory, codeowners } = options
  const problem = gitOptionsProblem(options) ?? (url !== undefined && http === undefined ? 'http carries the calls of url' : undefined)
  if (problem !== undefined) throw new PaoError('CONFIGURATION', `A catalog in Git: ${problem}`)
  const place: RepositoryPlace = { ...(directory === undefined ? {} : { directory }), ...(codeowners === undefined ? {} : { codeowners }) }
  if (url === undefined || http === undefined) return repositorySource(localRepository({ path: path ?? '', branch, place }), place)
  return repositorySource(remoteRepository({
    url: url.replace(/\/+$/, ''), branch, http, maxPackBytes, place, ...(token === undefined ? {} : { authorization: async () => basic(username, await token()) }),
  }), place)
}
