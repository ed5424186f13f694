import { PaoError } from '@pao/core'
import { isFolderOfInterest } from '@pao/core/plugin'
import type { RepositoryCommit, RepositoryEntry, RepositoryPlace } from '@pao/core/plugin'
import type { FsClient } from 'isomorphic-git'
import { readBlob, readCommit, readObject } from 'isomorphic-git'

/** Where Git keeps its objects, as isomorphic-git asks for it. */
export interface GitStore {
  readonly fs: FsClient
  readonly gitdir: string
  readonly cache: object
}

interface TreeLine { readonly mode: string; readonly name: string; readonly id: string }

/** A tree as Git stores it. isomorphic-git's own reader refuses a whole tree for one name that no working copy may hold. */
const linesOf = (data: Uint8Array): readonly TreeLine[] => {
  const bytes = Buffer.from(data)
  const found: TreeLine[] = []
  for (let at = 0; at < bytes.length;) {
    const [space, end] = [bytes.indexOf(32, at), bytes.indexOf(0, at)]
    if (space < 0 || end < space || end + 20 >= bytes.length) throw new PaoError('CATALOG_UNAVAILABLE', 'the repository holds a tree that is damaged')
    found.push({ mode: bytes.toString('latin1', at, space), name: bytes.toString('utf8', space + 1, end), id: bytes.toString('hex', end + 1, end + 21) })
    at = end + 21
  }
  return found
}

const kindOf = (mode: string): RepositoryEntry['kind'] | undefined => (mode === '120000' ? 'link' : mode.startsWith('100') ? 'file' : undefined)

/** The files and links under a tree, of the folders that matter. */
const entriesOf = async (store: GitStore, root: string, place: RepositoryPlace, signal: AbortSignal): Promise<readonly RepositoryEntry[]> => {
  const found: RepositoryEntry[] = []
  const walk = async (oid: string, folder: string): Promise<void> => {
    signal.throwIfAborted()
    if (!isFolderOfInterest(folder.slice(0, -1), place)) return
    const { object } = await readObject({ ...store, oid, format: 'content' })
    for (const { mode, name, id } of linesOf(object as Uint8Array)) {
      const kind = kindOf(mode)
      if (mode === '40000') await walk(id, `${folder}${name}/`)
      else if (kind !== undefined) found.push({ path: `${folder}${name}`, id, kind })
    }
  }
  await walk(root, '')
  return found
}

/** A commit whose objects are all in the store. */
export const commitOf = (store: GitStore, id: string, place: RepositoryPlace): RepositoryCommit => ({
  id,
  entries: (signal) => readCommit({ ...store, oid: id }).then(({ commit }) => entriesOf(store, commit.tree, place, signal)),
  content: (blob) => readBlob({ ...store, oid: blob }).then(({ blob: bytes }) => bytes),
})
