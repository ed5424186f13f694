import { PaoError } from '@pao/core'
import type { HttpClient } from '@pao/core/action'
import type { Repository, RepositoryCommit, RepositoryPlace } from '@pao/core/plugin'
import { addRemote, Errors, fetch, init, listServerRefs } from 'isomorphic-git'
import { gitHttp } from './git-http.js'
import { commitOf } from './git-objects.js'
import type { GitStore } from './git-objects.js'
import { memoryFiles } from './memory-files.js'

export interface RemoteRepositoryOptions {
  /** Checked already. */
  readonly url: string
  readonly branch: string
  readonly http: HttpClient
  /** Of the header `authorization`, asked for with each read. Absent: none is sent. */
  readonly authorization?: () => Promise<string>
  readonly maxPackBytes: number
  readonly place: RepositoryPlace
}

/** Every fetch leaves a pack. After so many the next one begins anew. */
const MOST_FETCHES = 50

const GITDIR = '/catalog.git'

interface Fetched {
  readonly store: GitStore
  readonly commit: string
  readonly fetches: number
}

const emptyStore = async (url: string): Promise<GitStore> => {
  const store: GitStore = { fs: memoryFiles(), gitdir: GITDIR, cache: {} }
  await init({ ...store, bare: true })
  await addRemote({ ...store, remote: 'origin', url })
  return store
}

/** isomorphic-git looks for the server's HEAD, which names no branch where nobody set it. */
const withoutHead = (error: unknown, url: string): unknown =>
  error instanceof Errors.NotFoundError && error.data.what === 'HEAD'
    ? new PaoError('CATALOG_UNAVAILABLE', `HEAD of ${url} names no branch: set it there, with git symbolic-ref HEAD refs/heads/…`, { cause: error })
    : error

/** A repository behind HTTP: the newest commit alone, without its history, in memory. */
export const remoteRepository = ({ url, branch, http, authorization, maxPackBytes, place }: RemoteRepositoryOptions): Repository => {
  const description = `the branch ${branch} of ${url}`
  let fetched: Fetched | undefined
  let turn: Promise<unknown> = Promise.resolve()

  const connect = async (signal: AbortSignal) => gitHttp({ http, maxBytes: maxPackBytes, signal, authorization: await authorization?.() })

  const listed = async (signal: AbortSignal): Promise<string> => {
    const ref = `refs/heads/${branch}`
    const refs = await listServerRefs({ http: await connect(signal), url, prefix: ref, protocolVersion: 2 })
    const found = refs.find((each) => each.ref === ref)
    if (found === undefined) throw new PaoError('CATALOG_UNAVAILABLE', `${url} has no branch ${branch}: create it, or correct branch`)
    return found.oid
  }

  /** The branch may have moved since it was listed: what was fetched is what counts. */
  const update = async (signal: AbortSignal): Promise<Fetched> => {
    const kept = fetched !== undefined && fetched.fetches < MOST_FETCHES ? fetched : undefined
    const store = kept?.store ?? await emptyStore(url)
    const { fetchHead } = await fetch({
      ...store, http: await connect(signal), url, remote: 'origin', ref: `refs/remotes/origin/${branch}`, remoteRef: `refs/heads/${branch}`, depth: 1, singleBranch: true, tags: false,
    }).catch((error: unknown) => { throw withoutHead(error, url) })
    if (fetchHead === null) throw new PaoError('CATALOG_UNAVAILABLE', `${url} is empty: push the branch ${branch} to it`)
    return { store, commit: fetchHead, fetches: (kept?.fetches ?? 0) + 1 }
  }

  const atHead = async (signal: AbortSignal): Promise<RepositoryCommit> => {
    signal.throwIfAborted()
    const commit = await listed(signal)
    if (fetched?.commit !== commit) fetched = await update(signal)
    return commitOf(fetched.store, fetched.commit, place)
  }

  return {
    description,
    head: (signal) => {
      // One after the other: two fetches into one store would mix.
      const next = turn.then(() => atHead(signal))
      turn = next.catch(() => undefined)
      return next
    },
  }
}
