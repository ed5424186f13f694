import { gitObjects } from './git-objects.js'
import type { GitContent, GitObjects } from './git-objects.js'

/** One change of a branch. */
export interface GitPush {
  /** Default: `main`. */
  readonly branch?: string
  /** The branch then holds these files alone, and its commit has no parent. */
  readonly force?: boolean
}

/** Branches over objects in memory, for fakes that serve them. */
export interface GitRepository {
  readonly objects: GitObjects
  /** Commits by branch. */
  readonly heads: ReadonlyMap<string, string>
  /** Commits these files on top of what the branch holds, `undefined` removes; gives the commit's id. */
  push(files: Readonly<Record<string, GitContent | undefined>>, options?: GitPush): string
  deleteBranch(branch: string): void
}

export const gitRepository = (): GitRepository => {
  const objects = gitObjects()
  const heads = new Map<string, string>()
  const files = new Map<string, ReadonlyMap<string, GitContent>>()
  let pushes = 0
  return {
    objects, heads,
    push: (changes, { branch = 'main', force = false } = {}) => {
      const next = new Map(force ? [] : files.get(branch))
      for (const [path, content] of Object.entries(changes)) {
        if (content === undefined) next.delete(path)
        else next.set(path, content)
      }
      files.set(branch, next)
      pushes += 1
      const id = objects.commit(next, force ? undefined : heads.get(branch), `push ${pushes}`)
      heads.set(branch, id)
      return id
    },
    deleteBranch: (branch) => { heads.delete(branch) },
  }
}
