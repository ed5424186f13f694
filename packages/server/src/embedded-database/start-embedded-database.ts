import { setTimeout as sleep } from 'node:timers/promises'

import type { Logger } from '@pao/core/ports'
import pg from 'pg'

import { findBinaries } from './binaries.js'
import { databaseName, databaseUser } from './cluster.js'
import type { Cluster } from './cluster.js'
import { checkVersion, makeCluster } from './make-cluster.js'
import { onDataDirectory } from './on-data-directory.js'
import { own } from './ownership.js'
import type { Ownership } from './ownership.js'
import { readOrMakePassword } from './password.js'
import { findPlace } from './place.js'
import { stopServer } from './server-process.js'

export interface EmbeddedDatabaseOptions {
  /** `PAO_DATA_DIR`. The database lies in its folder `postgres`, or elsewhere where only root may enter it. Made when absent. */
  readonly dataDirectory: string
  readonly log: Logger
  /** Further settings of postgresql.conf, by name, over the house's own. Default: none. */
  readonly settings?: Readonly<Record<string, string>>
}

/** A running embedded PostgreSQL that this process owns. */
export interface EmbeddedDatabase {
  /** Connection string with the password: for the pool only, never for a log. */
  readonly url: string
  /** For people: PostgreSQL's data directory, where its programs lie, and the user that it runs as. */
  readonly where: { readonly dataDirectory: string, readonly binaries: string, readonly user: string }
  /** Stops PostgreSQL. The data stays. */
  stop(): Promise<void>
}

const urlOf = (cluster: Cluster, port: number, database: string): string =>
  `postgres://${databaseUser}:${encodeURIComponent(cluster.password)}@127.0.0.1:${port}/${database}`

const makeDatabase = async (session: pg.Client): Promise<void> => {
  const { rowCount } = await session.query('select from pg_database where datname = $1', [databaseName])
  if (rowCount === 0) await session.query(`create database ${pg.escapeIdentifier(databaseName)}`)
}

const openCluster = async ({ dataDirectory, settings = {} }: EmbeddedDatabaseOptions): Promise<Cluster> => {
  const place = await findPlace(dataDirectory)
  return onDataDirectory(place.base, async () => {
    const cluster = { place, binaries: await findBinaries(place), password: await readOrMakePassword(place.home), settings }
    await makeCluster(cluster)
    await checkVersion(cluster)
    return cluster
  })
}

/**
 * Keeps the cluster owned: when PostgreSQL or its session ends under this process, it is started again and taken back, at the same
 * port as long as that is free.
 */
const keepOwned = (cluster: Cluster, first: Ownership, log: Logger): { release(): Promise<void> } => {
  let held = first
  let released = false
  let takingBack: Promise<void> = Promise.resolve()

  const takeBack = async (): Promise<void> => {
    for (let attempt = 1; !released; attempt += 1) {
      try {
        watch(await own(cluster))
        log.info({ attempt, port: held.port, portChanged: held.port !== first.port }, 'embedded database is back')
        return
      } catch (error) {
        log.error({ attempt, reason: (error as Error).message }, 'embedded database is gone')
        await sleep(Math.min(attempt * 200, 5_000))
      }
    }
  }

  const watch = (ownership: Ownership): void => {
    held = ownership
    ownership.session.once('end', () => {
      if (released) return
      log.warn({}, 'embedded database ended unexpectedly, starting it again')
      takingBack = takeBack()
    })
  }

  watch(first)
  return {
    async release() {
      released = true
      await takingBack
      await stopServer(cluster)
      await held.session.end()
    },
  }
}

/**
 * Starts the embedded PostgreSQL of a data directory, or takes over the one that a killed server left running there. Only one
 * process at a time owns it.
 *
 * @throws PaoError `CONFIGURATION` when the directory is not writable or in use, when its database is of another version, or
 *   when no PostgreSQL can be run here; `STORE_UNAVAILABLE` when PostgreSQL does not come up. The message says what to do.
 */
export const startEmbeddedDatabase = async (options: EmbeddedDatabaseOptions): Promise<EmbeddedDatabase> => {
  const cluster = await openCluster(options)
  const ownership = await own(cluster)
  await makeDatabase(ownership.session)
  const where = { dataDirectory: cluster.place.cluster, binaries: cluster.binaries.directory, user: cluster.place.user.name }
  options.log.info({ ...where, reattached: ownership.reattached }, 'embedded PostgreSQL is ready')
  const keeper = keepOwned(cluster, ownership, options.log)
  return { url: urlOf(cluster, ownership.port, databaseName), where, stop: () => keeper.release() }
}
