import { setTimeout as sleep } from 'node:timers/promises'

import { isPaoError, PaoError } from '@pao/core'
import pg from 'pg'

import { databaseUser } from './cluster.js'
import type { Cluster } from './cluster.js'
import { disownPid, isAlive, isRunning, isServerOf, readPostmaster } from './postmaster.js'
import { logFileOf, startServer, stopServer } from './server-process.js'

/** This process's hold on a running cluster: no other server gets it until the session ends. */
export interface Ownership {
  readonly port: number
  /** Idle session that holds the lock. It ends with this process, whatever ends that: so a lock never outlives its owner. */
  readonly session: pg.Client
  /** True when PostgreSQL was found running, left behind by a server that was killed. */
  readonly reattached: boolean
}

const lockKey = 7_305_021
const answerMilliseconds = 60_000
const lockMilliseconds = 3_000
const pauseMilliseconds = 50

const wrongPassword = new Set(['28P01', '28000'])

const refuse = (cluster: Cluster, cause: unknown): PaoError =>
  new PaoError(
    'CONFIGURATION',
    `The database in ${cluster.place.base} does not accept the password in ${cluster.place.home}. Bring that file back, or set PAO_DATA_DIR to another directory.`,
    { cause },
  )

/** A session with the server at this port; `undefined` while it does not take one: it is starting, recovering or stopping. */
const connect = async (cluster: Cluster, port: number): Promise<pg.Client | undefined> => {
  const session = new pg.Client({
    host: '127.0.0.1', port, user: databaseUser, password: cluster.password, database: 'postgres',
    connectionTimeoutMillis: 10_000, application_name: `pao-server ${process.pid}`, keepAlive: true,
  })
  // A session that breaks while idle must not end the process; its owner listens for its end.
  session.on('error', () => undefined)
  try {
    await session.connect()
    return session
  } catch (error) {
    if (wrongPassword.has((error as { readonly code?: string }).code ?? '')) throw refuse(cluster, error)
    return undefined
  }
}

const holderOf = async (session: pg.Client): Promise<string> => {
  const { rows } = await session.query<{ readonly name: string }>(
    `select application_name as name from pg_locks join pg_stat_activity using (pid)
     where locktype = 'advisory' and objid = $1 and granted and application_name like 'pao-server %' limit 1`,
    [lockKey],
  )
  const pid = rows[0]?.name.split(' ')[1]
  return pid === undefined ? '' : ` (process ${pid})`
}

/** Takes the lock. A killed owner's session may take a moment to end, a living owner's does not. */
const lock = async (cluster: Cluster, session: pg.Client): Promise<void> => {
  const deadline = Date.now() + lockMilliseconds
  for (;;) {
    const { rows } = await session.query<{ readonly locked: boolean }>('select pg_try_advisory_lock($1) as locked', [lockKey])
    if (rows[0]?.locked === true) return
    if (Date.now() > deadline) break
    await sleep(pauseMilliseconds)
  }
  const holder = await holderOf(session)
  await session.end()
  throw new PaoError(
    'CONFIGURATION',
    `The data directory ${cluster.place.home} is in use by another PAO server${holder}. Stop that one, or set PAO_DATA_DIR to another directory.`,
  )
}

/** Whether the running server is of the programs that this process brings. An older one is stopped, so that the new one starts. */
const isCurrent = async (session: pg.Client, cluster: Cluster): Promise<boolean> => {
  const { rows } = await session.query<{ readonly version: string }>("select current_setting('server_version') as version")
  return rows[0]?.version === cluster.binaries.version
}

/** Lets PostgreSQL start where another process has got the id of the server that was killed. */
const passStalePid = async ({ place }: Cluster): Promise<void> => {
  const last = await readPostmaster(place.cluster)
  if (last === undefined || !isAlive(last.pid) || await isServerOf(last.pid, place.cluster)) return
  await disownPid(place.cluster, last.pid)
}

/** What `work` gives; `undefined` when PostgreSQL ended the session meanwhile, as it does when its owner stops it. */
const unlessEnded = async <Value>(work: () => Promise<Value>): Promise<Value | undefined> => {
  try {
    return await work()
  } catch (error) {
    if (isPaoError(error)) throw error
    return undefined
  }
}

/** The session with the running server, if one is running. `started` says whether this process started it. */
const attach = async (cluster: Cluster, started: boolean): Promise<Ownership | undefined> => {
  const running = await readPostmaster(cluster.place.cluster)
  if (running?.port === undefined || !(await isServerOf(running.pid, cluster.place.cluster))) return undefined
  const session = await connect(cluster, running.port)
  if (session === undefined) return undefined
  const current = await unlessEnded(async () => {
    await lock(cluster, session)
    return isCurrent(session, cluster)
  })
  if (current === true) return { port: running.port, session, reattached: !started }
  if (current === false) await stopServer(cluster)
  await session.end()
  return undefined
}

/**
 * Makes this process the owner of the running cluster. A server that a killed process left behind is taken over; a server that is
 * still starting, recovering or stopping is waited for; otherwise PostgreSQL is started. A second server on one data directory is
 * refused (`CONFIGURATION`).
 */
export const own = async (cluster: Cluster): Promise<Ownership> => {
  const deadline = Date.now() + answerMilliseconds
  let started = false
  for (;;) {
    const ownership = await attach(cluster, started)
    if (ownership !== undefined) return ownership
    if (Date.now() > deadline) {
      throw new PaoError('STORE_UNAVAILABLE', `The embedded database runs and does not answer; see ${logFileOf(cluster)}`, { retryable: true })
    }
    if (await isRunning(cluster.place.cluster)) {
      await sleep(pauseMilliseconds)
      continue
    }
    await passStalePid(cluster)
    await startServer(cluster)
    started = true
  }
}
