import { randomBytes } from 'node:crypto'
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

import { PaoError } from '@pao/core'

import type { OsUser } from './os-user.js'
import { isReachable } from './reachable.js'

/** Durable places that are under nobody's home, the best first. */
const roots = ['/var/lib/pao', '/var/opt/pao', '/opt/pao', '/srv/pao']

const refusals = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST'])

const pointerOf = (home: string): string => join(home, 'location.json')

/**
 * The directory elsewhere that this data directory points to; `undefined` when it points nowhere. The pointer lies in the data
 * directory, so that the database is found again after that moved, and forgotten when that is deleted.
 */
export const readPointer = async (home: string): Promise<string | undefined> => {
  const pointer = pointerOf(home)
  try {
    const { base } = JSON.parse(await readFile(pointer, 'utf8')) as { readonly base: string }
    return await stat(base).then(() => base, (cause: unknown) => {
      throw new PaoError(
        'CONFIGURATION',
        `${pointer} says that the database lies in ${base}, which is not there. Bring it back, or delete ${pointer} to start with an empty database.`,
        { cause },
      )
    })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

const tryRoot = async (root: string, name: string, user: OsUser): Promise<string | undefined> => {
  try {
    await mkdir(root, { recursive: true, mode: 0o755 })
    if (!(await isReachable(root, user))) return undefined
    const base = join(root, name)
    await mkdir(base, { mode: 0o755 })
    return base
  } catch (error) {
    if (refusals.has((error as NodeJS.ErrnoException).code ?? '')) return undefined
    throw error
  }
}

/** Makes a directory that `user` can reach for the database of `home`, and the pointer to it. */
export const makeElsewhere = async (home: string, user: OsUser): Promise<string> => {
  const name = `${basename(dirname(dirname(home))).replace(/[^\w-]/g, '') || 'pao'}-${randomBytes(4).toString('hex')}`
  for (const root of roots) {
    const base = await tryRoot(root, name, user)
    if (base === undefined) continue
    await writeFile(join(base, 'README'), `The embedded database of the PAO data directory ${dirname(home)}\n`)
    await writeFile(pointerOf(home), `${JSON.stringify({ base }, undefined, 2)}\n`)
    return base
  }
  throw new PaoError(
    'CONFIGURATION',
    `PostgreSQL may not run as root, the user ${user.name} may not enter ${home}, and none of ${roots.join(', ')} can be used instead. ` +
      'Set PAO_DATA_DIR to a directory that others may enter, or DATABASE_URL to a PostgreSQL of your own.',
  )
}
