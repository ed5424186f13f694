import { PaoError } from '@pao/core'
import type { Repository, RepositoryPlace } from '@pao/core/plugin'
import { Errors, resolveRef } from 'isomorphic-git'
import * as fs from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { commitOf } from './git-objects.js'

const isFolder = async (path: string): Promise<boolean> => stat(path).then((found) => found.isDirectory(), (error: NodeJS.ErrnoException) => {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return false
  throw error
})

/** `.git` of a working copy, or the folder itself where it is bare. */
const gitdirOf = async (path: string): Promise<string> => {
  for (const gitdir of [join(path, '.git'), path]) if (await isFolder(join(gitdir, 'objects'))) return gitdir
  throw new PaoError('CATALOG_UNAVAILABLE', `${path} is no Git repository: name a folder that holds .git, or a bare repository; of a linked worktree name the repository itself`)
}

/** A repository in a folder. What is committed counts; a working copy's files do not. */
export const localRepository = ({ path, branch, place }: { readonly path: string; readonly branch: string; readonly place: RepositoryPlace }): Repository => ({
  description: `the branch ${branch} of the repository ${path}`,
  head: async () => {
    const store = { fs, gitdir: await gitdirOf(path), cache: {} }
    const id = await resolveRef({ ...store, ref: `refs/heads/${branch}` }).catch((error: unknown) => {
      throw error instanceof Errors.NotFoundError ? new PaoError('CATALOG_UNAVAILABLE', `${path} has no branch ${branch}: create it, or correct branch`, { cause: error }) : error
    })
    return commitOf(store, id, place)
  },
})
