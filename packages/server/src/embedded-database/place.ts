import { access, chown, constants, lchown, lstat, mkdir, mkdtemp, readdir, realpath, rmdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'

import { PaoError } from '@pao/core'

import { makeElsewhere, readPointer } from './elsewhere.js'
import { onDataDirectory } from './on-data-directory.js'
import { isRoot, ownUser, unprivilegedUser, userOfIds } from './os-user.js'
import type { OsUser } from './os-user.js'
import { isReachable } from './reachable.js'

/** Where one embedded database lives. */
export interface Place {
  /** `<PAO_DATA_DIR>/postgres`: the password, the log, and the pointer where the cluster lies elsewhere. Belongs to this process's user. */
  readonly home: string
  /** Holds the cluster, its configuration and, where needed, a copy of the binaries. Equals `home`, or lies elsewhere. */
  readonly base: string
  /** PostgreSQL's own data directory. */
  readonly cluster: string
  readonly user: OsUser
}

const placeAt = (home: string, base: string, user: OsUser): Place => ({ home, base, cluster: join(base, 'data'), user })

/** Whether a cluster was made there. It appears whole, by a rename. */
export const holdsCluster = async (base: string): Promise<boolean> => {
  try {
    await lstat(join(base, 'data'))
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw error
  }
}

const giveAll = async (path: string, uid: number, gid: number): Promise<void> => {
  await lchown(path, uid, gid)
  if (!(await lstat(path)).isDirectory()) return
  for (const name of await readdir(path)) await giveAll(join(path, name), uid, gid)
}

/** A cluster keeps its user. One that was copied by root belongs to root, as whom PostgreSQL refuses to run: it is given away. */
const userOfCluster = async (cluster: string): Promise<OsUser> => {
  const { uid, gid } = await lstat(cluster)
  if (uid !== 0) return userOfIds(uid, gid)
  const user = await unprivilegedUser()
  await giveAll(cluster, user.ids.uid, user.ids.gid)
  return user
}

const existingPlace = async (home: string, base: string): Promise<Place> => {
  const user = await userOfCluster(join(base, 'data'))
  if (await isReachable(base, user)) return placeAt(home, base, user)
  throw new PaoError(
    'CONFIGURATION',
    `The database in ${base} belongs to the user ${user.name}, who may not enter a directory above it. ` +
      'Allow it (chmod o+x), move the data directory and set PAO_DATA_DIR, or start as the user who made it.',
  )
}

/** Whether a directory in `home` can be given to the user: some file systems keep no owners. */
const keepsOwners = async (home: string, { ids }: Required<OsUser>): Promise<boolean> => {
  const probe = await mkdtemp(join(home, 'owner-'))
  try {
    await chown(probe, ids.uid, ids.gid)
    return (await lstat(probe)).uid === ids.uid
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EPERM') return false
    throw error
  } finally {
    await rmdir(probe)
  }
}

const placeForRoot = async (home: string): Promise<Place> => {
  if (await holdsCluster(home)) return existingPlace(home, home)
  const pointed = await readPointer(home)
  if (pointed !== undefined && await holdsCluster(pointed)) return existingPlace(home, pointed)
  const user = await unprivilegedUser()
  if (pointed !== undefined) return placeAt(home, pointed, user)
  const here = await isReachable(home, user) && await keepsOwners(home, user)
  return placeAt(home, here ? home : await makeElsewhere(home, user), user)
}

/** Where the cluster of this data directory lies and who runs it. Makes `<dataDirectory>/postgres`; refuses one that is not writable. */
export const findPlace = (dataDirectory: string): Promise<Place> =>
  onDataDirectory(resolve(dataDirectory), async () => {
    const wanted = join(resolve(dataDirectory), 'postgres')
    // Others may enter, so that PostgreSQL can run as an unprivileged user: what is secret in it has a mode of its own.
    await mkdir(wanted, { recursive: true, mode: 0o755 })
    const home = await realpath(wanted)
    await access(home, constants.W_OK | constants.X_OK)
    return isRoot() ? placeForRoot(home) : placeAt(home, home, ownUser())
  })

/** Makes an empty directory that only the user of the database may enter. */
export const makeOwnedDirectory = async (path: string, user: OsUser): Promise<void> => {
  await mkdir(path, { mode: 0o700 })
  if (user.ids !== undefined) await chown(path, user.ids.uid, user.ids.gid)
}
