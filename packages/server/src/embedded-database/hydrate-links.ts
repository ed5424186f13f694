import { readFile, symlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

interface Link {
  /** The file, as `native/lib/libpq.so.5.18`. */
  readonly source: string
  /** The name to make for it, as `native/lib/libpq.so.5`. */
  readonly target: string
}

const readLinks = async (native: string): Promise<readonly Link[]> => {
  try {
    return JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8')) as readonly Link[]
  } catch (error) {
    // Packages of platforms that need no links bring no list.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

const makeLink = async (native: string, link: Link): Promise<boolean> => {
  try {
    await symlink(join('.', basename(link.source)), join(dirname(native), link.target))
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EEXIST'
  }
}

/**
 * Makes the links between libraries that an npm package cannot carry, which the package's own install script makes where such
 * scripts may run. Answers whether all of them are there now: a read-only installation has to be copied first.
 *
 * @param native the package's `native` directory, or a copy of it by the same name
 */
export const hydrateLinks = async (native: string): Promise<boolean> => {
  const made = await Promise.all((await readLinks(native)).map((link) => makeLink(native, link)))
  return made.every(Boolean)
}
