import { constants } from 'node:fs'
import { chown, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { PaoError } from '@pao/core'

import { databaseUser } from './cluster.js'
import type { Cluster } from './cluster.js'
import { holdsCluster, makeOwnedDirectory } from './place.js'
import { isAlive } from './postmaster.js'
import { runCommand } from './run-command.js'

const prefix = 'making-'

const removeAbandoned = async (base: string): Promise<void> => {
  for (const name of await readdir(base)) {
    if (name.startsWith(prefix) && !isAlive(Number(name.slice(prefix.length)))) await rm(join(base, name), { recursive: true, force: true })
  }
}

/** The configuration lies beside the cluster and not in it, where only this process may write it. */
const includeConfiguration = async (cluster: string): Promise<void> => {
  const file = await open(join(cluster, 'postgresql.conf'), constants.O_WRONLY | constants.O_APPEND | (constants.O_NOFOLLOW ?? 0))
  try {
    await file.write("\ninclude_if_exists = '../postgresql.conf'\n")
  } finally {
    await file.close()
  }
}

const initialize = async ({ place, binaries, password, settings }: Cluster, work: string): Promise<void> => {
  const passwordFile = join(work, 'password')
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 })
  if (place.user.ids !== undefined) await chown(passwordFile, place.user.ids.uid, place.user.ids.gid)
  const data = join(work, 'data')
  const { code, text } = await runCommand(
    binaries.initdb,
    [
      `--pgdata=${data}`, `--username=${databaseUser}`, `--pwfile=${passwordFile}`, '--auth=scram-sha-256', '--encoding=UTF8',
      '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C', '--no-instructions',
      ...(settings['fsync'] === 'off' ? ['--no-sync'] : []),
    ],
    { user: place.user, directory: place.base },
  )
  if (code !== 0) {
    const said = text.split('\n').find((line) => line.includes('error:')) ?? text
    throw new PaoError(
      'CONFIGURATION',
      `The embedded database cannot be made in ${place.base} as the user ${place.user.name} (${said}). ` +
        'Set PAO_DATA_DIR to another directory, or DATABASE_URL to a PostgreSQL of your own.',
    )
  }
  await includeConfiguration(data)
}

/**
 * Makes the cluster where there is none yet. It appears whole, by a rename, so that a crash or a second server leaves either no
 * cluster or one that works.
 */
export const makeCluster = async (cluster: Cluster): Promise<void> => {
  const { base, user } = cluster.place
  if (await holdsCluster(base)) return
  await removeAbandoned(base)
  const work = join(base, `${prefix}${process.pid}`)
  await makeOwnedDirectory(work, user)
  try {
    await initialize(cluster, work)
    await rename(join(work, 'data'), cluster.place.cluster)
  } catch (error) {
    // Another server was faster: its cluster is the one.
    if (!(await holdsCluster(base))) throw error
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

const majorOf = (version: string): string => version.split('.')[0] ?? version

/** Refuses a cluster of another major version of PostgreSQL, which these programs cannot open. */
export const checkVersion = async ({ place, binaries }: Cluster): Promise<void> => {
  const found = (await readFile(join(place.cluster, 'PG_VERSION'), 'utf8')).trim()
  if (found === majorOf(binaries.version)) return
  throw new PaoError(
    'CONFIGURATION',
    `The database in ${place.cluster} was made by PostgreSQL ${found}, and this program brings ${binaries.version}. ` +
      'Move it with pg_dump of the older version, or set PAO_DATA_DIR to a new directory.',
  )
}
