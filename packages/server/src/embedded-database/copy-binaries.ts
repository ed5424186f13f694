import { constants } from 'node:fs'
import { chmod, cp, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

import { hydrateLinks } from './hydrate-links.js'

/** Libraries for linking other programs, which a server does not need. */
const needed = (path: string): boolean => !path.endsWith('.a') && !path.endsWith('pkgconfig')

const isThere = async (path: string): Promise<boolean> => {
  try {
    await stat(path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw error
  }
}

const openToAll = async (directory: string): Promise<void> => {
  await chmod(directory, 0o755)
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name)
    if (entry.isDirectory()) await openToAll(path)
    else if (entry.isFile()) await chmod(path, directory.endsWith('bin') ? 0o755 : 0o644)
  }
}

/**
 * Copies PostgreSQL's programs (about 50 MB) into `base`, once for each version, whole by a rename, readable by every user.
 * Answers the copy's directory.
 */
export const copyBinaries = async (native: string, base: string, version: string): Promise<string> => {
  const home = join(base, `postgresql-${version}`)
  const copy = join(home, 'native')
  if (await isThere(copy)) return copy
  const fresh = await mkdtemp(join(base, 'copying-'))
  try {
    const target = join(fresh, 'native')
    await cp(native, target, { recursive: true, filter: needed, verbatimSymlinks: true, mode: constants.COPYFILE_FICLONE })
    await hydrateLinks(target)
    await openToAll(fresh)
    await rename(fresh, home)
  } catch (error) {
    await rm(fresh, { recursive: true, force: true })
    // Another server was faster with the same copy.
    if (!(await isThere(copy))) throw error
  }
  return copy
}
